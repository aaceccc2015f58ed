"""test_drawn.py - what the panels of odd files show: nothing is empty, scales suit the numbers, signs have names."""
import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm, Normalize, to_hex

from analysis import axes as axis_of
from analysis import exposed, figures, label, load, look
from analysis.figures import Choice, heatmap, platform
from analysis.measure import width, wrap
from analysis.scene import Scene
from analysis.sheet import Page
from conftest import full_evaluations, full_runs, traced, training, write_record


@pytest.fixture
def scene_of(tmp_path):
    opened = []

    def make(runs, **more):
        opened.append(load(write_record(tmp_path / f"{len(opened)}.h5", runs, **more)))
        return Scene(opened[-1])

    yield make
    for record in opened:
        record.close()


def drawn(name: str, scene, **choice):
    figure, asked = figures.figure(name), Choice(**choice)
    assert figure.missing(scene, asked) == ""
    with rc_context(look.SETTINGS):
        return figure.draw(scene, figure.data(scene, asked), asked)


def ended(swept: dict, time: float, loss: float = 1.0, status: str = "ok") -> dict:
    return {"swept": swept,
            "evaluations": full_evaluations(time_s=[0.0, time], step=[0, 1], loss=[2.0, loss], bytes=[0.0, 1.0]),
            "status": status}


def test_a_map_of_two_hosts_has_room_on_every_side(scene_of):
    run = {**training(1.0, 0, end=40.0), **traced(2), "swept": {"seed": 1}}
    run["workers"].update({name: column[:2] for name, column in run["workers"].items()}, host=["host-0", "host-1"])
    scene = scene_of([run])
    frame = figures.figure("platform").data(scene, Choice())
    for (low, high), names in zip(platform.window(frame), (["x", "x1"], ["y", "y1"])):
        assert high - low > 1 and low < np.nanmin(frame[names]) and np.nanmax(frame[names]) < high
    axes = drawn("platform", scene).axes[0]
    assert (axes.get_xlim(), axes.get_ylim()) == platform.window(frame)


def test_bars_have_a_legend_of_boxes_of_the_configurations_that_have_bars(scene_of):
    runs = [{**ended({"p": float(p), "seed": 1}, 2.0), **({"staleness": {"age": [0, 1], "updates": [3, 1]}} if p else {})} for p in range(3)]
    legend = drawn("staleness", scene_of(runs)).legends[0]
    assert [text.get_text() for text in legend.get_texts()] == ["p 1", "p 2"]
    assert len(legend.get_patches()) == 2 and not legend.get_lines()


def test_a_breakdown_names_no_part_that_rounding_left(scene_of):
    runs = [{**training(1.0, 0, end=40.0), "swept": {"seed": 1}}]
    for name, seconds in {"compute_s": 30.0, "wait_s": 10.0, "send_s": 0.0, "off_s": 1e-16}.items():
        runs[0]["workers"][name] = np.full(len(runs[0]["workers"]["rank"]), seconds)
    legend = drawn("breakdown", scene_of(runs)).axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["compute", "wait"]


def test_an_overview_that_would_be_bars_alone_says_that_they_are_too_many(scene_of):
    def lacking(count: int) -> str:
        runs = [{**training(1.0, 0, end=40.0), "swept": {"p": float(p), "seed": 1}} for p in range(count)]
        for run in runs:
            run["evaluations"]["loss"] = run["evaluations"]["accuracy"] = np.full(len(run["evaluations"]["time_s"]), np.nan)
        return figures.figure("overview").missing(scene_of(runs), Choice())
    assert lacking(30) == ""
    assert "31 configurations are more bars than a page has room for (30); --figure breakdown draws them" in lacking(31)


def test_one_evaluation_is_a_dot(scene_of):
    one = full_evaluations(time_s=[0.0], step=[0], loss=[1.0])
    scene = scene_of([{"swept": {"seed": s}, "evaluations": one} for s in (1, 2)])
    lines = drawn("curve", scene).axes[0].lines
    assert [(line.get_marker(), list(line.get_xdata()), list(line.get_ydata())) for line in lines] == [("o", [0], [1])]


def test_results_over_decades_are_on_a_logarithmic_scale_in_seconds(scene_of):
    scene = scene_of([ended({"p": float(p), "q": q}, 1e-3 * 100.0 ** p) for p in (0, 1, 2) for q in ("a", "b")])
    panel = next(axes for axes in drawn("sweep", scene, x="p").axes if "time" in axes.get_ylabel())
    assert (panel.get_yscale(), panel.get_ylabel()) == ("log", "simulated time of the run (s)")
    assert isinstance(drawn("heatmap", scene, value="time_s").axes[0].images[0].norm, LogNorm)
    near = heatmap.norm_of(np.array([1.0, 2.0]))
    assert isinstance(near, Normalize) and not isinstance(near, LogNorm)
    curve = drawn("curve", scene).axes[0]
    assert (curve.get_xscale(), curve.get_xlabel()) == ("log", "simulated time (s)")
    assert axis_of.horizontal_scaled("simulated time", "time_s", [3000.0], 6000.0) == (60.0, "simulated time (min)")


@pytest.mark.parametrize("value, words", [(0.05, "0.05"), (200, "200"), (1e-5, "10⁻⁵"), (2e6, "2·10⁶")])
def test_ticks_over_decades_can_be_read(value, words):
    assert label.tick(value) == words


def test_what_a_diverged_run_had_used_up_is_no_result(scene_of):
    runs = [ended({"p": float(p), "seed": s}, 10.0 * p) for p in (1, 2) for s in (1, 2)]
    scene = scene_of(runs + [ended({"p": 3.0, "seed": s}, 0.1, np.inf, "diverged") for s in (1, 2)])
    found = figures.figure("sweep").data(scene, Choice())
    assert set(found[found["result"] == "time_s"]["x"]) == {1, 2}
    assert np.isinf(found[(found["result"] == "loss") & (found["x"] == 3)]["median"]).all()


def test_the_points_of_a_graph_are_named_by_their_own_signs(scene_of):
    runs = [{**run, "swept": {**run["swept"], "net": net, "part": part}} for run in full_runs(1)
            for net in ("lan", "wan") for part in ("a", "b", "c")]
    scene = scene_of(runs)
    assert {style.dash for style in scene.look.styles.values()} != {"solid"}
    figure = drawn("consensus", scene)
    named = {(sign.get_marker(), to_hex(sign.get_color())) for sign in figure.legends[0].get_lines()}
    for line in figure.axes[0].lines:
        assert line.get_marker() in {sign for sign, _ in named}
        assert to_hex(line.get_color()) in {colour for _, colour in named}


def test_staleness_is_drawn_when_asked_for_although_nothing_is_stale(scene_of):
    scene = scene_of([{**run, "staleness": {"age": [0], "updates": [6]}} for run in full_runs(1)])
    assert "staleness" not in figures.usual(scene)
    axes = drawn("staleness", scene).axes[0]
    assert axes.get_xlim() == (-0.5, 0.5) and [tick for tick in axes.get_xticks() if -0.5 < tick < 0.5] == [0]


def test_lines_of_ages_go_on_to_the_end_of_the_run(scene_of):
    ages = {"start_s": [0.0, 1.0], "end_s": [1.0, 2.0], "updates": [1, 1], "mean_age": [2.0, 4.0], "least_age": [2, 4], "most_age": [2, 4]}
    scene = scene_of([{**ended({"p": p, "seed": 1}, 2.0), "ages": ages} for p in ("a", "b")])
    mean, oldest = drawn("ages", scene).axes
    assert [list(line.get_xdata()) for line in mean.lines] == [[0, 1, 2]] * 2 and mean.get_ylim()[1] > 4
    assert list(oldest.lines[0].get_ydata()) == [2, 4, 4] and oldest.get_xlabel() == "simulated time (s)"
    panels = drawn("ages", scene, facet="p").axes
    assert len(panels) == 4 and len(panels[0].lines) == 1 and "a" in panels[0].get_title("left")


def test_ages_fit_the_lines_that_are_drawn_and_not_bands_that_are_not(scene_of):
    def age(most):
        return {"start_s": [0.0, 1.0], "end_s": [1.0, 2.0], "updates": [1, 1], "mean_age": [1.0, most], "least_age": [1, 1], "most_age": [1, most]}
    scene = scene_of([{**ended({"p": p, "q": q, "seed": s}, 2.0), "ages": age(400.0 if s == 3 else 2.0)}      # too many lines for bands
                      for p in "abcdefg" for q in "xy" for s in (1, 2, 3)])
    assert not any(scene.together().look.of(c.label).band for c in scene.shown)
    assert all(axes.get_ylim()[1] < 3 for axes in drawn("ages", scene).axes)


def test_a_figure_of_ages_that_are_all_zero_is_refused(scene_of):
    ages = {"start_s": [0.0], "end_s": [2.0], "updates": [3], "mean_age": [0.0], "least_age": [0], "most_age": [0]}
    one = {**ages, "mean_age": [0.1], "most_age": [1]}                # of three seeds
    scene = scene_of([{**ended({"p": p, "seed": s}, 2.0), "ages": one if s == 3 else ages} for p in ("a", "b") for s in (1, 2, 3)])
    assert "all ages are 0" in figures.figure("ages").missing(scene, Choice())


def test_progress_of_a_first_and_a_last_evaluation_alone_is_refused(scene_of):
    scene = scene_of([ended({"p": p, "seed": 1}, 2.0) for p in ("a", "b")])
    assert "the first and the last evaluation alone" in figures.figure("progress").missing(scene, Choice())


def test_a_swept_zero_has_a_place_beside_decades(scene_of):
    scene = scene_of([ended({"p": p, "seed": 1}, 10.0 + p) for p in (0.0, 1.0, 8.0, 64.0)])
    axes = drawn("sweep", scene, value="time_s").axes[0]
    assert axes.get_xscale() == "symlog" and list(axes.get_xticks()) == [0, 1, 8, 64]
    places = [axes.transData.transform((x, 1))[0] for x in (0, 1, 8, 64)]
    assert min(b - a for a, b in zip(places, places[1:])) > 20


def test_progress_has_nine_lines_in_each_of_three_panels(scene_of):
    runs = [{**ended({"sync": name, "seed": 1}, 2.0),
             "evaluations": full_evaluations(time_s=[0.0, 1.0, 2.0], step=[0, 1, 2], loss=[2.0, 1.5, 1.0], bytes=[0.0, 1.0, 2.0])}
            for name in "abcdefghi"]
    figure = drawn("progress", scene_of(runs))
    assert len(figure.axes) == 3 and [len(axes.lines) for axes in figure.axes] == [9] * 3
    assert [axes.get_xlabel() for axes in figure.axes] == ["steps of a worker", "simulated time (s)", "simulated time (s)"]
    assert len(drawn("progress", scene_of(runs), facet="sync").axes) == 27


def test_a_table_is_as_high_as_its_rows(scene_of):
    def height(count):
        return drawn("table", scene_of([ended({"p": float(p)}, 1.0) for p in range(count)])).get_size_inches()[1]
    assert height(2) < height(8) < height(16) == height(20)


def test_the_footer_stays_below_the_axis_however_narrow_the_picture(scene_of):
    runs = [ended({"p": name, "seed": s}, 1.0) for name in ("a", "b") for s in (1, 2)]
    for place, run in enumerate(runs):
        run["evaluations"]["bytes"] = np.array([0.0, 1e6 * (1 + place // 2)])
    figure = drawn("differences", scene_of(runs))
    footer = next(text for text in figure.texts if "fingerprint" in text.get_text())
    FigureCanvasAgg(figure).draw()
    assert footer.get_text().count("\n") >= 2
    assert footer.get_window_extent().y1 < figure.axes[0].xaxis.label.get_window_extent().y0


def test_a_column_of_the_strategy_is_drawn_as_the_file_calls_it(scene_of):
    """Curve, report and target take label, direction and percent from the file: no figure knows the column."""
    runs = []
    for seed in (1, 2):
        table = full_evaluations(time_s=[0.0, 1.0, 2.0], step=[0, 1, 2], loss=[3.0, 2.0, 1.0])
        runs.append({"swept": {"seed": seed}, "evaluations": {**table, "purity": np.array([0.1, 0.5, 0.9])}})
    scene = scene_of(runs)
    axes = drawn("curve", scene, y="purity").axes[0]
    assert (axes.get_ylabel(), axes.get_title(loc="left")) == ("purity of the groups (%)", "Purity of the groups against time")
    assert max(axes.lines[0].get_ydata()) == 90
    found = figures.figure("target").data(scene, Choice(y="purity", target=0.4))
    assert list(found["reached_s"]) == [1.0, 1.0]
    assert drawn("target", scene, y="purity", target=0.4).axes[0].get_xlabel() == "simulated time to a purity of the groups of 40 % (s)"
    assert "a target needs a column" in figures.figure("target").missing(scene, Choice(y="lr"))


def test_a_bar_of_a_sweep_has_an_open_end_where_a_run_never_got_there_and_none_leaves_the_axes(scene_of):
    """Periods 1 (20 to 60 s) and 4 (two of three seeds: 30 and 50 s), in two nets and so in two panels of one scale."""
    until = {1.0: (20, 40, 60), 4.0: (30, 50, None), 8.0: (45, None, None)}
    runs = [ended({"net": net, "p": p, "seed": seed}, end or 70, 1.0 if end else 9.0) for net in ("lan", "wan") for p, ends in until.items()
            for seed, end in enumerate(ends)]
    scene = scene_of(runs)
    figure = drawn("sweep", scene, x="p", value="time_to(loss <= 1)", facet="net")
    for axes in figure.axes:
        low, high = axes.get_ylim()
        assert low < 20 and high > 60
        assert [text.get_text() for text in axes.texts if text.get_text()] == ["2 of 3", "1 of 3"]
        assert [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "^" and line.get_xdata() == 8] == [70]    # more than that
        marks = {line.get_xdata()[0]: line.get_markerfacecolor() for box in axes.containers for line in box.lines[:1]}
        assert marks[4.0] == "white" and marks[1.0] != "white" and 8.0 not in marks
        assert sum(text.arrow_patch is not None for text in axes.texts if hasattr(text, "arrow_patch")) == 1
    footer = figure.texts[-1].get_text().replace("\n", " ").replace("\u00a0", " ")
    assert "not all runs got there, as in \"2 of 3\"" in footer and "fewer than half of the runs got there, and the median is larger" in footer
    frame = figures.figure("sweep").data(scene, Choice(x="p", value="time_to(loss <= 1)"))
    assert list(frame[frame["x"] == 4]["known"]) == [2, 2] and list(frame["median"][:2]) == [40, 50]


@pytest.mark.parametrize("name", ["overview", "breakdown"])
@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize("learns", [True, False])
def test_the_legend_of_the_bars_stands_below_their_title_and_ends_within_the_page(scene_of, name, count, learns):
    runs = [{**training(1.0, 0, end=40.0), "swept": {"p": float(p), "seed": 1}} for p in range(count)]
    for run in runs:
        run["workers"]["off_s"] = np.full(len(run["workers"]["rank"]), 5.0)
        if not learns:
            run["evaluations"]["loss"] = run["evaluations"]["accuracy"] = np.full(len(run["evaluations"]["time_s"]), np.nan)
        run["workers"]["send_s"] = run["workers"]["wait_s"] = np.full(len(run["workers"]["rank"]), 5.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exposed, "seconds", lambda run: 2.0)
        figure = drawn(name, scene_of(runs))
    FigureCanvasAgg(figure).draw()
    axes = next(axes for axes in figure.axes if axes.get_title(loc="left") == "Where the time goes")
    title, legend = axes._left_title.get_window_extent(), axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["compute", "communication", "exposed communication", "wait", "done or off"]
    box = legend.get_window_extent()
    assert box.y1 <= title.y0 + 1 and box.x1 <= figure.bbox.x1 and title.y1 <= figure.bbox.y1
    for other in figure.axes:
        below = other.xaxis.label.get_window_extent() if other is not axes else None
        assert below is None or not below.overlaps(title) and not below.overlaps(box)
    assert not any(words.get_window_extent().overlaps(title) for shown in figure.legends for words in shown.get_texts())


@pytest.mark.parametrize("size", [None, (6.0, 5.0)])
def test_no_two_texts_of_a_table_touch_however_long_the_names(scene_of, size):
    runs = [ended({"net": "a_network_of_a_long_name", "jitter": "shifted_exponential_of_a_mean", "mixing": f"every_worker_with_{p}_of_the_others",
                   "compress": "nothing_at_all" if p % 2 else "the_largest_hundredth"}, 12345.678 * p + 1) for p in range(5)]
    for run in runs:
        run["swept"]["schedule"] = run["swept"]["mixing"] + "_and_later_all"
        run["evaluations"]["accuracy"] = np.array([0.1, 0.123])
    scene = scene_of(runs)
    scene.page = Page(size=size)
    figure = drawn("table", scene)
    FigureCanvasAgg(figure).draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text()]
    assert len(boxes) == 6 * (len(boxes) // 6) and len(boxes) >= 24
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)


def map_of_goals(goal: float, ends: dict) -> list:
    """Runs over two keys that stop at an accuracy; ends: the accuracies that they end with."""
    return [{**ended({"p": p, "q": q}, 10.0 * (1 + p * place)), "config": {"stop": {"accuracy": goal}}}
            | {"evaluations": full_evaluations(time_s=[0.0, 10.0 * (1 + p * place)], step=[0, 1], loss=[2.0, 1.0], accuracy=[0.1, ends[p]])}
            for p in (1.0, 2.0) for place, q in enumerate(("a", "b"))]


def test_a_map_whose_colours_say_nothing_has_no_scale_of_them(scene_of):
    scene = scene_of(map_of_goals(0.75, {1.0: 0.8, 2.0: 0.8}))
    assert len(drawn("heatmap", scene, value="time_to(accuracy >= 0.9)").axes) == 1      # nobody got there
    assert len(drawn("heatmap", scene, value="accuracy").axes) == 1                      # all cells are equal
    assert len(drawn("heatmap", scene, value="time_to(accuracy >= 0.7)").axes) == 2


def test_the_footer_of_a_map_says_which_stop_ended_runs_before_the_goal(scene_of):
    scene = scene_of(map_of_goals(0.75, {1.0: 0.8, 2.0: 0.95}))

    def footer(goal: float) -> str:
        figure = drawn("heatmap", scene, value=f"time_to(accuracy >= {goal})")
        return " ".join(text.get_text() for text in figure.texts).replace("\n", " ")
    assert "stopped by stop.accuracy = 0.75 before" in footer(0.9)
    assert "stopped by" not in footer(0.7)


def test_differences_in_a_grid_have_a_column_for_each_value_of_the_last_key_and_one_scale_in_a_row(scene_of):
    runs = [ended({"a": a, "b": b, "p": p, "seed": seed}, 10.0 + p * 10.0 ** i * (j + 1) + 0.1 * seed * p) for i, a in enumerate("xyz")
            for j, b in enumerate("klmn") for p in (1.0, 2.0) for seed in (1, 2)]
    figure = drawn("differences", scene_of(runs), value="time_s", facet="a,b", against="p = 1")
    assert len(figure.axes) == 12
    places = [axes.get_position() for axes in figure.axes]
    assert len({round(place.x0, 4) for place in places}) == 4 and len({round(place.y0, 4) for place in places}) == 3
    assert [axes.get_title(loc="left").split("\n")[-1] for axes in figure.axes[:5]] == ["x, k", "x, l", "x, m", "x, n", "y, k"]
    scales = [{axes.get_xlim() for axes in figure.axes[row:row + 4]} for row in (0, 4, 8)]
    assert [len(scale) for scale in scales] == [1, 1, 1] and len(set.union(*scales)) == 3
    for axes in figure.axes:
        low, high = axes.get_xlim()
        assert all(low <= x <= high for line in axes.lines[:-1] for x in line.get_xdata())
    assert "the cells of a row have one scale" in figure.texts[-1].get_text().replace("\n", " ")


def test_words_break_behind_a_joint_and_numbers_stay_whole():
    assert wrap("shifted_exponential", 0.9, 9) == ["shifted_", "exponential"]
    assert wrap("samples 50\u202f000", 0.3, 9) == ["samples", "50\u202f000"] and wrap("1000000", 0.2, 9) == ["1000000"]
    assert all(width(line, 9) <= 1.0 for line in wrap("x" * 60, 1.0, 9)) and "".join(wrap("x" * 60, 1.0, 9)) == "x" * 60
