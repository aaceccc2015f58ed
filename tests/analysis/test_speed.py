"""test_speed.py - the history of make bench: shares of limits, what is drawn of them, and what is refused."""
import json
import math

import matplotlib
import pytest

from analysis import RecordError, look, plot, speed

MORE = {"row": "peak", "what": "", "headline": "ratio", "ratio": 0.8, "limit": 1.0, "limit_is": "sgemm", "met": False,
        "aims": [{"figure": "ratio", "is": ">=", "value": 0.9}]}
LESS = {"row": "rounds", "what": "", "headline": "seconds", "seconds": 4.0, "cpu": 3.0, "limit": 1.0, "limit_is": "SimGrid alone", "met": True,
        "aims": [{"figure": "seconds", "is": "<", "value": 5.0}, {"figure": "peak", "is": "<", "value": 1e9}]}
ABSENT = {"row": "torch", "what": "", "missing": "torch is not installed", "aims": []}


def write(folder, rows, day=1, commit="abc1234", processor="A", name=None, **more):
    path = folder / (name or f"bench-{day}-{commit}-{processor}.json")
    path.write_text(json.dumps({"format": speed.FORMAT, "date": f"2026-01-{day:02d}T00:00:00+00:00", "commit": commit,
                                "processor": processor, "openblas_core": "Haswell", "rows": rows, **more}))
    return str(path)


def drawn(paths):
    with matplotlib.rc_context(look.SETTINGS):
        return speed.draw(*speed.read(paths))


def refused(capsys, *words):
    with pytest.raises(SystemExit) as end:
        raise SystemExit(plot.main([str(word) for word in words]))
    said = capsys.readouterr()
    assert end.value.code == 2 and said.err.count("\n") == 1 and said.err.startswith("dtsim plot: ") and not said.out
    return said.err


def test_a_share_is_one_at_the_limit_whether_more_or_less_is_better(tmp_path):
    points, without = speed.read([write(tmp_path, [MORE, LESS, ABSENT])])
    assert [(p.row, p.share, p.aim, p.met) for p in points] == [("peak", 0.8, 0.9, False), ("rounds", 0.25, 0.2, True)]
    assert without == ["torch"]


def test_a_row_without_an_aim_has_none_drawn(tmp_path):
    [point], _ = speed.read([write(tmp_path, [{**LESS, "aims": []}])])
    assert math.isnan(point.aim) and point.share == 0.25


def test_files_count_by_their_dates_and_the_last_of_a_commit_counts(tmp_path):
    files = [write(tmp_path, [{**LESS, "seconds": 2.0}], 3), write(tmp_path, [LESS], 2), write(tmp_path, [LESS], 1, "0ldest0")]
    points, _ = speed.read(files)
    assert [p.date[8:10] for p in points] == ["01", "02", "03"]
    assert [(p.commit, p.share) for p in speed.newest(points)] == [("0ldest0", 0.25), ("abc1234", 0.5)]


def test_each_row_has_a_panel_each_machine_a_line_and_a_missed_aim_is_hollow(tmp_path):
    files = [write(tmp_path, [MORE, LESS], 1), write(tmp_path, [MORE], 2, "def5678"), write(tmp_path, [LESS], 3, "def5678", "B"),
             write(tmp_path, [ABSENT], 4, "fff0000")]
    page = drawn(files)
    assert [axes.get_title(loc="left") for axes in page.axes] == ["peak", "rounds"]
    assert [axes.get_title(loc="right") for axes in page.axes] == ["0.8", "4 s"]
    peak, rounds = ([list(line.get_xdata()) for line in axes.lines if line.get_marker() == "o"] for axes in page.axes)
    assert peak == [[0], [1]] and rounds == [[0], [1]]
    hollow = [{line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "o"} for axes in page.axes]
    assert hollow == [{"white"}, {look.COLOURS[0], look.COLOURS[1]}]
    legend = [text.get_text() for text in page.legends[0].get_texts()]
    assert legend[:2] == ["A, kernels Haswell", "B, kernels Haswell"] and "aim" in legend
    assert "Without a limit: torch." in " ".join(page.texts[-1].get_text().split())


def test_the_command_leaves_one_picture_beside_the_files_or_where_it_is_asked_to(tmp_path, capsys):
    files = [write(tmp_path, [MORE]), write(tmp_path, [MORE], 2, "def5678")]
    assert plot.main(files) == 0 and capsys.readouterr().out == f"{tmp_path}/speed.png\n"
    assert (tmp_path / "speed.png").read_bytes().startswith(b"\x89PNG")
    assert plot.main([files[0], "-o", str(tmp_path / "a.svg"), "--title", "", "--size", "4x3"]) == 0
    assert (tmp_path / "a.svg").exists()


def test_result_files_and_files_of_bench_do_not_mix(tmp_path, sweep_file, capsys):
    own = write(tmp_path, [MORE])
    for words in (own, sweep_file), (sweep_file, own):
        with pytest.raises(SystemExit) as end:
            plot.main(list(words))
        assert end.value.code == 2 and "got both" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        plot.main([own, "--figure", "curve"])
    assert capsys.readouterr().err == "dtsim plot: --figure: expected a result file of a sweep with it, got a file of make bench\n"


@pytest.mark.parametrize("text, part", [
    ("{", "is no JSON"), ("[" * 100000, "is no JSON"), ("[]", "got JSON without one"), ('{"traceEvents": []}', "got JSON without one"),
    ('{"format": "dtsim bench 9"}', 'got "dtsim bench 9"'), (f'{{"format": "{speed.FORMAT}", "rows": 1}}', "expected date")])
def test_other_json_is_refused_in_a_sentence(tmp_path, capsys, text, part):
    (tmp_path / "a.json").write_text(text)
    assert part in refused(capsys, tmp_path / "a.json")


@pytest.mark.parametrize("row", [1, {}, {"row": 1, "limit": 1}, {**MORE, "limit": 0}, {**MORE, "limit": "1"}, {**MORE, "ratio": math.nan},
                                 {**MORE, "headline": "none"}, {**MORE, "aims": [1]}, {**MORE, "aims": None}])
def test_damaged_rows_are_refused(tmp_path, row):
    with pytest.raises(RecordError, match="expected rows of make bench"):
        speed.read([write(tmp_path, [row])])


def test_files_without_any_limit_are_refused(tmp_path, capsys):
    assert "no row of these files has a limit" in refused(capsys, write(tmp_path, [ABSENT]))
    assert "cannot be read" in refused(capsys, tmp_path / "none.json")
