"""test_report.py - what the page holds: the numbers of the figures, whole and harmless, and nothing from outside."""
import json
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis import account, blame, explain, load, look, prepare, report
from analysis.figures import Choice, gantt
from conftest import full_evaluations, named, training, write_record

PROGRAM = "/*! plotly.js v2.6.3 */ void 0"


def content_of(page: str) -> dict:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1])


@pytest.fixture
def page(full_file):
    with load(full_file) as record:
        return report.page(record, PROGRAM)


def test_the_runs_are_those_of_the_sweep(page, full_file):
    held = content_of(page)
    with load(full_file) as record:
        sweep = record.sweep
        for name in ("id", "workers", "rate", "seed", "time_s", "loss", "bytes"):
            assert_allclose([run[name] for run in held["runs"]], sweep[name], rtol=1e-5)
        assert [run["configuration"] for run in held["runs"]] == [0, 0, 1, 1, 2, 2, 3, 3]
        assert held["fingerprint"] == record.fingerprint and held["source"] == record.source


def test_the_curves_are_the_bands_of_the_figures_in_their_colours(page, full_file):
    held = content_of(page)
    with load(full_file) as record:
        for place, configuration in enumerate(record.configurations):
            band = prepare.band(configuration, "bytes", "loss", 240)
            found = held["bands"]["bytes loss"][place]
            assert found["configuration"] == place
            for name in ("x", "median", "low", "high"):
                assert_allclose(found[name], band[name], rtol=1e-5)
            assert held["configurations"][place]["colour"] == look.COLOURS[place]


def test_differences_timelines_and_maps_are_those_of_the_figures(page):
    held = content_of(page)
    assert {row["verdict"] for row in held["differences"]["rows"]} <= {"lower", "higher", "not told apart"}
    assert held["spans"]["0"]["part"] == ["compute", "communication"] * 4
    assert held["spans"]["0"]["end"][:2] == [10, 15]
    assert [row["name"] for row in held["maps"]["4"]["rows"] if row["kind"] == "host"] == [f"host-{i}" for i in range(4)]


def test_time_off_is_called_off_by_page_and_figure_and_explanation(tmp_path):
    spans = {**named([0, 0, 0]), "kind": ["compute", "off", "compute"], "start_s": [0.0, 10.0, 30.0],
             "end_s": [10.0, 30.0, 40.0], **named([None] * 3, "peer"), "bytes": [0.0, 0.0, 0.0]}
    runs = [{"swept": {"p": 1.0, "seed": 1}, "spans": spans, **training(1.0, 1, end=40.0)}]
    with load(write_record(tmp_path / "a.h5", runs)) as record:
        assert content_of(report.page(record, PROGRAM))["spans"]["0"]["part"] == ["compute", "off", "compute"]
    assert set(gantt.PART.values()) | {"exposed"} == set(look.SHADES) == set(account.PARTS)
    assert explain.WORDS["off"] == "off" and set(explain.WORDS) == set(explain.MEANING) == set(blame.KINDS)


def test_the_page_asks_for_nothing_from_outside(page):
    own = page.replace(PROGRAM, "")
    assert not re.search(r"\b(src|href)=[\"'](?!#|data:)", own) and "http://" not in own and "https://" not in own
    assert "default-src 'none'" in own and "{{" not in re.sub(r"<script.*?</script>", "", own, flags=re.DOTALL)


def test_what_cannot_be_written_in_json_is_left_out(tmp_path):
    runs = [{"swept": {"p": 1.0, "seed": 1}, "status": "diverged", **training(1.0, 1, end=40.0)},
            {"swept": {"p": np.nan, "seed": 1}, "evaluations": full_evaluations(time_s=[0.0, 1.0], loss=[np.inf, 1.0])}]
    with load(write_record(tmp_path / "a.h5", runs)) as record:
        held = content_of(report.page(record, PROGRAM))
    assert held["configurations"][0]["medians"]["loss"] is None and held["runs"][1]["p"] is None


def test_no_text_of_the_file_ends_its_element(tmp_path):
    text = "</script><!-- {{script}} \u2028 -->"
    runs = [{"swept": {"strategy": text, "seed": 1}, "reason": text, **training(1.0, 1, end=40.0)}]
    with load(write_record(tmp_path / "a.h5", runs, source=f"-- {text}")) as record:
        page = report.page(record, PROGRAM)
    assert page.count("</script>") == 3 and page.count("<title>&lt;/script&gt;") == 1
    assert content_of(page)["runs"][0]["strategy"] == text


def test_too_many_spans_are_left_to_the_figure(full_file, monkeypatch):
    monkeypatch.setattr(report, "SPANS", 20)
    with load(full_file) as record:
        held = content_of(report.page(record, PROGRAM))
    assert list(held["spans"]) == ["0", "2"] and held["spansNote"].startswith("6 more runs have spans: dtsim plot")


def test_the_page_stands_beside_the_file_or_where_it_is_wanted(full_file, tmp_path, capsys):
    assert report.main([full_file]) == 0 and capsys.readouterr().out == f"{tmp_path / 'full.html'}\n"
    assert report.main([full_file, "-o", str(tmp_path / "b.html")]) == 0
    assert (tmp_path / "b.html").read_bytes() == (tmp_path / "full.html").read_bytes()


def test_what_cannot_be_shown_is_refused(full_file, tmp_path, capsys):
    for words, part in (([str(tmp_path / "none.h5")], "no such file"),
                        ([full_file, "-o", full_file], "another file than the result file"),
                        ([full_file, "-o", str(tmp_path / "no" / "a.html")], "cannot be written")):
        assert report.main(words) == 2
        message = capsys.readouterr().err
        assert message.startswith("dtsim report: ") and part in message and message.count("\n") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["full.h5"]


def test_axes_are_logarithmic_where_an_end_would_be_lost_beside_another(tmp_path):
    def scales(second: float) -> list:
        ends = {"lan": 40.0, "wan": second}
        runs = [{"swept": {"platform": name}, **training(1.0, 0, end=end)} for name, end in ends.items()]
        with load(write_record(tmp_path / "a.h5", runs)) as record:
            return content_of(report.page(record, PROGRAM))["logarithmic"]
    assert "time_s" in scales(4000.0) and "time_s" not in scales(200.0)


def test_more_configurations_than_curves_are_left_out_and_counted(full_file, monkeypatch):
    monkeypatch.setattr(report, "CURVES", 3)
    with load(full_file) as record:
        held = content_of(report.page(record, PROGRAM))
    assert {band["configuration"] for band in held["bands"]["time_s loss"]} == {0, 1, 2}
    assert "the first 3 of 4 configurations" in held["statistic"]


def without_learning(times: list, **columns) -> dict:
    """The evaluations of a run of which time and bytes alone are simulated."""
    nothing = np.full(len(times), np.nan)
    return full_evaluations(**{"time_s": times, "step": range(len(times)), "round": range(len(times)), "loss": nothing, "accuracy": nothing,
                               "lr": np.full(len(times), 0.1), "bytes": 1e6 * np.arange(len(times)), **columns})


def test_runs_that_learn_nothing_have_curves_of_what_they_cost(tmp_path):
    times = [0.0, 1.0, 2.5, 4.0]
    energy = {"time_s": times, "joules": [0.0, 5.0, 10.0, 20.0]}
    path = write_record(tmp_path / "bytes.h5", [{"swept": {"seed": 1}, "evaluations": without_learning(times), "energy": energy}])
    with load(path) as record:
        held = report.content(record)
    assert [column["name"] for column in held["verticals"]] == ["bytes", "joules"]
    assert held["bands"]["time_s bytes"][0]["median"] == [0.0, 1e6, 2e6, 3e6] and "bytes bytes" not in held["bands"]


def test_energy_known_at_the_ends_alone_is_no_curve_and_learning_has_no_flat_rate(tmp_path):
    evaluations, energy = without_learning([0.0, 1.0, 2.5, 4.0]), {"time_s": [0.0, 4.0], "joules": [0.0, 20.0]}
    for name, changed, expected in (("ends", {}, ["bytes"]), ("loss", {"loss": [2.0, 2.0, 2.0, 2.0]}, ["loss"]),
                                    ("rate", {"loss": [2.0, 1.0, 0.5, 0.1], "lr": [0.1, 0.1, 0.01, 0.01]}, ["loss", "lr"])):
        path = write_record(tmp_path / f"{name}.h5", [{"swept": {"seed": 1}, "evaluations": {**evaluations, **changed}, "energy": energy}])
        with load(path) as record:
            assert [column["name"] for column in report.content(record)["verticals"]] == expected


def test_a_timeline_opens_with_at_least_a_whole_round(tmp_path):
    start = np.arange(320.0)
    spans = {**named([0] * 320), "kind": ["compute"] * 320, "start_s": start, "end_s": start + 0.9, **named([None] * 320, "peer"),
             "bytes": np.zeros(320)}
    for count, chosen, end in (([0, 2, 4], None, 80.0), ([0, 2, 4], 100.0, 240.0), ([0, 40, 80], None, 39.9), ([0, 0, 0], None, 39.9)):
        evaluations = without_learning([0.0, 160.0, 320.0], round=count)
        path = write_record(tmp_path / f"{count[1]}-{chosen}.h5", [{"swept": {"seed": 1}, "evaluations": evaluations, "spans": spans}])
        with load(path) as record:
            assert gantt.window(record.runs[0], Choice(start=chosen)) == (chosen or 0.0, end)
