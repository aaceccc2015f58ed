"""test_plot.py - the command draws what it should, where it should, and refuses in one sentence with status 2."""
import re
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis import figures, load, look, plot
from analysis.scene import Scene
from conftest import full_evaluations, realistic, training, write_record

HOME = Path(__file__).parents[2]
ENDINGS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


def period_runs(periods, seeds=(0,), **more) -> list:
    return [{"swept": {"strategy.period": p, "seed": s}, **training(p, s, end=60.0, **more)}
            for p in periods for s in seeds]


def overview(path):
    """(titles of the panels, words of the legend, the figure)."""
    with load(path) as record, matplotlib.rc_context(look.SETTINGS):
        scene, page = Scene(record), figures.figure("overview")
        figure = page.draw(scene, page.data(scene, figures.Choice()), figures.Choice())
    legend = [word.get_text() for box in figure.legends for word in box.get_texts()]
    return [axes.get_title(loc="left") for axes in figure.axes], legend, figure


def refused(capsys, *words) -> str:
    assert plot.main([str(word) for word in words]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and message.startswith("dtsim plot: ")
    return message


def test_what_serves_stands_beside_the_file(sweep_file, capsys):
    assert plot.main([sweep_file]) == 0
    folder = Path(sweep_file).parent
    names = ["tau.png", "tau-target.png", "tau-differences.png", "tau-sweep.png"]
    assert capsys.readouterr().out.split() == [str(folder / name) for name in names]
    assert sorted(p.name for p in folder.iterdir()) == sorted(["tau.h5", *names])
    assert all((folder / name).read_bytes().startswith(ENDINGS["png"]) for name in names)


def test_a_folder_is_made_and_one_picture_is_the_overview(sweep_file, tmp_path):
    assert plot.main([sweep_file, "-o", str(tmp_path / "new" / "folder"), "--format", "svg"]) == 0
    assert (tmp_path / "new" / "folder" / "tau.svg").exists()
    assert plot.main([sweep_file, "-o", str(tmp_path / "one.svg")]) == 0
    assert (tmp_path / "one.svg").exists() and not (tmp_path / "one-target.svg").exists()


def test_the_overview_holds_every_panel_and_one_legend(sweep_file):
    titles, legend, _ = overview(sweep_file)
    assert titles == ["Loss against time", "Accuracy against time", "Loss against steps", "Loss against bytes",
                      "Averaging period", "Where the time goes"]
    assert legend == ["sgd", "localsgd, period 5", "localsgd, period 20", "adacomm"]


def test_panels_without_numbers_are_left_out(tmp_path):
    titles, _, _ = overview(write_record(tmp_path / "a.h5", period_runs((1.0, 5.0), accuracy=False)))
    assert titles == ["Loss against time", "Loss against steps", "Loss against bytes", "Where the time goes"]


def test_a_configuration_has_one_colour_in_every_panel(sweep_file):
    _, _, figure = overview(sweep_file)
    panels = [[line.get_color() for line in axes.lines if len(line.get_xdata()) > 1] for axes in figure.axes[:5]]
    assert all(colours == look.COLOURS[:4] for colours in panels)


def test_many_configurations_are_coloured_by_a_key(tmp_path):
    _, legend, _ = overview(write_record(tmp_path / "a.h5", period_runs([float(p) for p in range(1, 41)])))
    assert 2 < len(legend) <= 8 and legend[0] == "period 1" and legend[-1] == "period 40"


def test_configurations_that_no_legend_can_name_become_a_table(tmp_path):
    runs = [{"swept": {"platform": f"p{i}"}, **training(float(i + 1), 0, end=20.0)} for i in range(40)]
    titles, legend, _ = overview(write_record(tmp_path / "a.h5", runs))
    assert titles == ["The 16 lowest final losses of 40 configurations"] and legend == []


def test_diverged_seeds_are_named_and_failed_runs_are_counted(tmp_path):
    runs = period_runs((1.0, 5.0), seeds=(0, 1, 2))
    runs[3]["status"], runs[5] = "diverged", {"swept": runs[5]["swept"], "status": "crash", "reason": "signal 11"}
    _, legend, figure = overview(write_record(tmp_path / "a.h5", runs))
    assert legend == ["period 1", "period 5 (1 of 2 diverged)"]
    footer = " ".join(text.get_text() for text in figure.texts).replace("\n", " ")
    assert "1 of 6 runs failed" in footer and "0123456789abcdef" in footer and "median of up to 3 seeds" in footer


def test_the_title_is_the_scenarios_question(sweep_file):
    _, _, figure = overview(sweep_file)
    assert figure.texts[0].get_text() == "How rarely may workers take the mean?"


def test_nothing_is_written_outside_the_page(tmp_path):
    """Labels, titles and the legend stay on the page, and no two panels overlap."""
    names = ["localsgd with block momentum on a wide area network", "x", "gossip on a random regular graph", "four"]
    runs = [{"swept": {"strategy": name}, **training(float(i + 1), 0, end=4e4 if i else 60.0)}
            for i, name in enumerate(names)]
    _, _, figure = overview(write_record(tmp_path / "a.h5", runs))
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [axes.get_tightbbox(renderer) for axes in figure.axes]
    for box in boxes + [item.get_window_extent(renderer) for item in figure.legends + figure.texts]:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_more_configurations_than_colours_get_dashes(tmp_path):
    runs = [{"swept": {"platform": f"p{i}"}, **training(float(i + 1), 0, end=20.0)} for i in range(20)]
    with load(write_record(tmp_path / "a.h5", runs)) as record:
        styles = [look.choose(record).of(c.label) for c in record.configurations]
    assert len({(style.colour, style.dash) for style in styles}) == 20
    assert [style.colour for style in styles[:8]] == look.COLOURS == [style.colour for style in styles[8:16]]


@pytest.mark.parametrize("name", figures.FIGURES)
def test_every_figure_can_be_drawn_alone(full_file, toy_file, name):
    file = Path(toy_file if name in ("step", "efficiency") else full_file)
    assert plot.main([str(file), "--figure", name, "--format", "svg"]) == 0
    assert file.with_name(f"{file.stem}-{name}.svg").read_bytes().startswith(ENDINGS["svg"])


def test_the_list_says_what_each_figure_needs_and_what_a_file_lacks(sweep_file, capsys):
    assert plot.main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[::2]] == list(figures.FIGURES)
    assert all(line.strip().startswith("needs ") for line in lines[1::2])
    assert plot.main([sweep_file, "--list"]) == 0
    assert "not from this file: its runs hold no spans; trace = \"spans\"" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ENDINGS)
def test_the_ending_of_the_picture_decides_its_format_and_equal_files_give_equal_pictures(sweep_file, tmp_path, kind):
    for name in ("a", "b"):
        assert plot.main([sweep_file, "--figure", "schedule", "-o", str(tmp_path / f"{name}.{kind}")]) == 0
    first = (tmp_path / f"a.{kind}").read_bytes()
    assert first.startswith(ENDINGS[kind]) and first == (tmp_path / f"b.{kind}").read_bytes()


def test_a_sweep_with_diverged_seeds_can_be_drawn(tmp_path):
    runs = period_runs((1.0, 5.0, 20.0), seeds=(0, 1, 2))
    for run in runs[5:]:
        run["status"] = "diverged"
    path = write_record(tmp_path / "a.h5", runs)
    assert plot.main([path, "--figure", "sweep", "--figure", "curve", "--y", "accuracy", "--format", "svg"]) == 0


def test_one_evaluation_is_enough_for_a_picture(tmp_path):
    runs = [{"swept": {"seed": 1}, "evaluations": full_evaluations(time_s=[0.0], step=[0], loss=[1.0], bytes=[0.0])}]
    assert plot.main([write_record(tmp_path / "a.h5", runs)]) == 0


def test_what_cannot_be_drawn_is_refused(tmp_path, capsys):
    path = write_record(tmp_path / "a.h5", period_runs((5.0,), accuracy=False))
    assert "hold no accuracy" in refused(capsys, path, "--figure", "curve", "--y", "accuracy")
    assert "dt.sweep" in refused(capsys, path, "--figure", "sweep")
    assert 'did you mean "gantt"?' in refused(capsys, path, "--figure", "gant")
    assert "--run: expected --figure gantt, step or platform with it" in refused(capsys, path, "--run", "0", "--figure", "curve")
    assert "several figures" in refused(capsys, path, "--figure", "curve", "--figure", "table", "-o", "a.png")
    assert "gif" in refused(capsys, path, "-o", "a.gif")
    assert "another file than the result file" in refused(capsys, path, "-o", path, "--format", "png")
    assert "no such file" in refused(capsys, tmp_path / "none.h5")
    dead = write_record(tmp_path / "b.h5", [{"swept": {"seed": 1}, "status": "crashed", "reason": "signal 11"}])
    assert "no run of it is complete" in (message := refused(capsys, dead)) and "run 0 crashed: signal 11" in message
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.h5", "b.h5"]


def test_a_picture_that_cannot_be_written_leaves_nothing(tmp_path, capsys):
    path = write_record(tmp_path / "a.h5", period_runs((5.0,)))
    assert "cannot be written" in refused(capsys, path, "-o", tmp_path / "no" / "a.png")
    (tmp_path / "taken.png").mkdir()
    assert "cannot be written" in refused(capsys, path, "-o", tmp_path / "taken.png")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.h5", "taken.png"]


def test_the_command_runs_as_a_module(tmp_path):
    path = realistic(tmp_path / "tau.h5", seeds=1, end=60.0)
    done = subprocess.run([sys.executable, "-m", "analysis.plot", path, "--figure", "curve"], cwd=HOME,
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'tau-curve.png'}\n"), done.stderr


def test_times_of_two_worlds_share_a_logarithmic_axis(tmp_path):
    def scale(second):
        runs = [{"swept": {"platform": name}, **training(1.0, 0, end=end)} for name, end in (("lan", 40.0), ("wan", second))]
        return overview(write_record(tmp_path / f"{second}.h5", runs))[2].axes[0].get_xscale()
    assert scale(4000.0) == "log" and scale(200.0) == "linear"


def test_the_papers_figure_is_one_command(sweep_file, tmp_path):
    out = tmp_path / "paper.svg"
    assert plot.main([sweep_file, "--figure", "sweep", "--x", "strategy.period", "--value", "time_to(loss <= 0.5)", "--where", "seed <= 1",
                      "--title", "Mine", "--xlabel", "period (steps)", "--ylabel", "seconds", "--size", "7x4", "-o", str(out)]) == 0
    picture = out.read_text(encoding="utf-8")
    assert 'width="504pt" height="288pt"' in picture
    with load(sweep_file) as record:
        chosen = plot.arguments([sweep_file, "--figure", "sweep", "--x", "strategy.period", "--where", "seed <= 1", "--xlabel", "period", "--title", "Mine"])
        scene = plot.scene_of(record, chosen)
        figure = plot.picture("sweep", scene, plot.choice_of(chosen), chosen)
    assert len(scene.record.runs) == 8 and scene.runs == 12
    assert {axes.get_xlabel() for axes in figure.axes} == {"period"} and figure.texts[0].get_text() == "Mine"
    assert "of 12 runs only those where seed <= 1" in figure.texts[-1].get_text().replace("\n", " ")


@pytest.mark.parametrize("words, message", [
    (("--size", "7by4"), '--size: expected width x height in inches from 1 to 60, such as 7x4, got "7by4"'),
    (("--size", "2x1"), "--size 2x1: expected at least "), (("--where", "sed = 1"), 'did you mean "seed"?'),
    (("--value", "loss"), "--value: expected --figure differences, sweep or heatmap with it"),
    (("--xlabel", "here", "--figure", "overview"), "--xlabel: expected a figure whose panels have one x axis, got --figure overview with "),
    (("--figure", "heatmap", "--x", "strategy", "--y", "strategy"), "--y strategy: expected another key than that of --x"),
    (("--facet", "sed"), '--facet: "sed" is none of the swept keys'),
    (("--figure", "target", "--y", "accuracy", "--target", "90"), "--target: accuracy: expected a share such as 0.9, got 90"),
    (("--where", "strategy = sgd", "--where", "strategy = adacomm"), 'no run of '),
    (("--where", "strategy = sgd) or (seed = 1", "--where", "seed = 1"), "--where: ")])
def test_what_is_asked_of_a_page_and_cannot_be_is_refused_in_one_sentence(sweep_file, capsys, words, message):
    figure = () if "--figure" in words else ("--figure", "curve")
    assert message in refused(capsys, sweep_file, *figure, *words)


def test_a_cell_that_would_pool_what_was_swept_is_refused_with_what_to_add(tmp_path, capsys):
    runs = [{"swept": {"p": p, "q": q, "net": net, "seed": 1}, **training(p, 1, end=40.0)} for p in (1.0, 5.0) for q in (1.0, 2.0) for net in ("lan", "wan")]
    path = write_record(tmp_path / "a.h5", runs)
    message = refused(capsys, path, "--figure", "heatmap", "--x", "p", "--y", "net", "--facet", "p")
    assert "--facet p: expected another key than those of --x and --y" in message
    with load(path) as record:
        heatmap = figures.figure("heatmap")
        assert heatmap.facets_of(Scene(record), figures.Choice(x="p", y="net")) == ["q"]
    runs = [{**run, "swept": {**run["swept"], "rate": rate}} for run in runs for rate in (1.0, 2.0)]
    message = refused(capsys, write_record(tmp_path / "b.h5", runs), "--figure", "heatmap", "--x", "p", "--y", "net", "--facet", "q")
    assert "would pool runs that differ in rate; --facet q,rate draws them apart" in message


@pytest.mark.parametrize("rates, condition", [((1.0,), "data.path = mnist"), ((1.0, 2.0), "data.path = mnist and rate = 1")])
def test_what_would_be_pooled_is_named_with_a_condition_that_makes_the_map(tmp_path, capsys, rates, condition):
    """A choice with its own keys, zipped with a goal: the condition is of what is pooled, and following it draws."""
    runs = [{"swept": {"data": f"idx path={path}", "stop.accuracy": goal, "net": net, "rate": rate, "p": p, "jitter": jitter, "seed": 1},
             "config": {"data": {"name": "idx", "path": path}, "stop": {"accuracy": goal}}, **training(p, 1, end=40.0)}
            for path, goal in (("mnist", 0.9), ("fashion", 0.75)) for net in ("lan", "wan") for rate in rates for p in (1.0, 5.0)
            for jitter in ("constant", "pareto")]
    path = write_record(tmp_path / "a.h5", runs)
    asked = (path, "--figure", "heatmap", "--x", "p", "--y", "net", "--facet", "jitter", "-o", tmp_path / "a.png")
    assert f"--where '{condition}' shows one value" in refused(capsys, *asked)
    assert plot.main([str(word) for word in (*asked, "--where", condition)]) == 0


def test_all_conditions_count_and_the_footer_says_them(sweep_file):
    with load(sweep_file) as record:
        chosen = plot.arguments([sweep_file, "--where", "strategy = sgd or strategy = adacomm", "--where", "seed = 1"])
        scene = plot.scene_of(record, chosen)
        assert sorted(c.label for c in scene.shown) == ["adacomm", "sgd"] and len(scene.record.runs) == 2
        assert scene.page.where == "(strategy = sgd or strategy = adacomm) and (seed = 1)"


def test_an_empty_title_is_none(sweep_file):
    def texts(*words):
        with load(sweep_file) as record:
            chosen = plot.arguments([sweep_file, "--figure", "curve", *words])
            figure = plot.picture("curve", plot.scene_of(record, chosen), plot.choice_of(chosen), chosen)
            return figure.get_size_inches()[1], [text.get_text() for text in figure.texts]
    high, words = texts("--title", "")
    assert "How rarely may workers take the mean?" not in words and "How rarely may workers take the mean?" in texts()[1]
    assert high == pytest.approx(texts()[0] - 0.2)


@pytest.mark.parametrize("words, message", [
    (("--heatmap",), 'there is no option --heatmap; did you mean "--figure heatmap"?'),
    (("--fromat", "png"), 'there is no option --fromat; did you mean "--format"?'),
    (("--target", "high"), '--target: expected a number, got "high"'), (("b.h5",), 'expected nothing more, got "b.h5"')])
def test_an_unknown_option_is_answered_in_one_sentence_with_the_nearest(sweep_file, capsys, words, message):
    with pytest.raises(SystemExit) as end:
        plot.main([sweep_file, *words])
    assert end.value.code == 2 and capsys.readouterr().err == f"dtsim plot: {message}\n"


@pytest.mark.parametrize("option", [name for name in figures.Choice.__dataclass_fields__])
def test_the_help_of_an_option_names_the_figures_that_take_it(option, capsys):
    with pytest.raises(SystemExit):
        plot.arguments(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    said = said[said.index("of some figures:"):]
    said = re.search(rf" --{option} [A-Z]+ (.*?)(?: --[a-z]+ [A-Z]+ |values:)", said)[1]
    takes = {name for name in figures.FIGURES if option in figures.figure(name).OPTIONS}
    named = {name for part in said.split("; ") if ": " in part for name in part.split(": ")[0].split(", ")}
    assert named == takes
