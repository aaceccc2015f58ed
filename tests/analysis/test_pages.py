"""test_pages.py - of every figure of several kinds of file: no text leaves the page or lies on the legend, no label is cut, no two
labels are equal, and lines that look alike are not in one panel."""
import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis import figures, load, look
from analysis.figures import Choice
from analysis.scene import Scene
from analysis.sheet import Page
from conftest import full_evaluations, full_runs, full_workers, training, write_record
from layered import Toy

SLACK = 1.5         # pixels of 100 an inch: what letters stand out of their boxes


def short(swept: dict, scale: float = 1.0, status: str = "ok", workers: int = 2) -> dict:
    time = np.linspace(0, 50 * scale, 6)
    return {"swept": swept, "status": status, "config": {"seed": swept.get("seed", 1), **{k: v for k, v in swept.items() if "." not in k}},
            "evaluations": full_evaluations(time_s=time, step=np.arange(6), epoch=np.arange(6), loss=2.0 / (1 + np.arange(6) * scale), bytes=1e5 * np.arange(6),
                                            accuracy=np.minimum(0.99, 0.1 + 0.1 * np.arange(6) * scale)),
            "workers": {**full_workers(*np.full((4, workers), 10 * scale)), "samples": np.full(workers, 40 // workers)}}


def forty() -> list:
    return [short({"platform.bandwidth": b, "optimiser.lr": lr, "strategy.period": p, "seed": s}, p * lr * (1 + s))
            for b in (1e6, 1e9) for lr in (0.01, 0.05, 0.1, 0.5, 1.0) for p in (1.0, 4.0, 16.0, 64.0) for s in (0, 1)]


def long_names() -> list:
    """Choices whose labels differ in their ends alone, more than eight of them."""
    front = "bytescheduler with a ring of workers in every one of the data centres and compression of layers, "
    return [short({"system": front + end, "net": net, "seed": s}, 1 + i) for i, end in enumerate("abcdefghij") for net in ("lan", "wan")
            for s in (0, 1)]


def zipped() -> list:
    return [short({"workers": w, "platform.hosts": w, "sync": sync, "seed": s}, w / 4, workers=w) for w in (2, 4, 8)
            for sync in ("bsp", "async", "ssp") for s in (0, 1, 2)]


def lost() -> list:
    runs = [short({"p": p, "q": q, "seed": s}, p, "diverged" if p == 4 and s else "ok") for p in (1.0, 4.0) for q in ("x", "y") for s in (0, 1, 2)]
    runs[2] = {"swept": runs[2]["swept"], "status": "crash", "reason": "signal 11"}
    return runs


KINDS = {"forty": forty, "long": long_names, "zipped": zipped, "lost": lost, "full": full_runs, "layered": lambda: [Toy().run()],
         "one": lambda: [{**training(1.0, 0, end=40.0), "swept": {"seed": 1}}]}


@pytest.fixture(scope="module", params=KINDS)
def scene(request, tmp_path_factory):
    units = {"platform.bandwidth": "B/s"}
    with load(write_record(tmp_path_factory.mktemp("pages") / f"{request.param}.h5", KINDS[request.param](), units)) as record:
        yield Scene(record)


def drawn(scene, name: str, choice=Choice()):
    with rc_context(look.SETTINGS):
        module = figures.figure(name)
        figure = module.draw(scene, module.data(scene, choice), choice)
        figure.set_dpi(100)
        canvas, seen = FigureCanvasAgg(figure), []
        with pytest.MonkeyPatch.context() as patch:
            draw = Text.draw
            patch.setattr(Text, "draw", lambda text, *more, **named: (seen.append(text), draw(text, *more, **named))[1])
            canvas.draw()
    figure.seen = [text for text in dict.fromkeys(seen) if text.get_visible() and text.get_text().strip()]
    return figure, canvas.get_renderer()


def texts(figure) -> list:
    """The texts that were drawn: ticks outside of their axis are not."""
    return figure.seen


def check(figure, renderer) -> None:
    page = figure.bbox
    for text in texts(figure):
        box = text.get_window_extent(renderer)
        assert box.x0 >= -SLACK and box.y0 >= -SLACK and box.x1 <= page.x1 + SLACK and box.y1 <= page.y1 + SLACK, text.get_text()
        assert "…" not in text.get_text()
    for legend in figure.legends:
        box, own = legend.get_window_extent(renderer), set(legend.findobj(Text))
        for text in texts(figure):
            if text not in own:
                assert not box.overlaps(text.get_window_extent(renderer)), text.get_text()
        words = [text.get_text() for text in legend.get_texts()]
        assert len(set(words)) == len(words)


def can(scene, name: str, choice=Choice()) -> bool:
    return figures.figure(name).missing(scene, choice) == ""


@pytest.mark.parametrize("name", figures.FIGURES)
def test_no_text_leaves_the_page_or_lies_on_the_legend(scene, name):
    if not can(scene, name):
        pytest.skip("not from this file")
    check(*drawn(scene, name))


@pytest.mark.parametrize("name", ("breakdown", "target", "differences", "table"))
def test_the_labels_of_rows_are_whole_and_no_two_are_equal(scene, name):
    if not can(scene, name):
        pytest.skip("not from this file")
    figure, _ = drawn(scene, name)
    said = [text.get_text().replace("\n", " ") for text in texts(figure)]
    if name == "table":
        return
    rows = [tick.get_text() for tick in figure.axes[0].get_yticklabels() if tick.get_text()]
    assert len(set(rows)) == len(rows) > 0 or name == "differences" and len(scene.shown) == 1
    for c in scene.shown[1:]:
        assert any(c.label in word.replace("- ", "-") or c.label.replace(" ", "") in word.replace(" ", "") for word in said), c.label


def test_lines_of_one_panel_can_be_told_apart(scene):
    figure, _ = drawn(scene, "overview")
    for axes in figure.axes:
        looks = [(line.get_color(), line.get_linestyle()) for line in axes.lines if len(line.get_xdata()) > 2]
        assert len(set(looks)) == len(looks) <= 8


@pytest.mark.parametrize("name", ("curve", "heatmap", "sweep", "target", "differences", "breakdown", "gantt"))
def test_a_page_of_a_chosen_size_has_that_size_and_holds_its_texts(scene, name):
    page = Scene(scene.record, Page("A title of one's own", (11.0, 14.0)))
    if not can(page, name):
        pytest.skip("not from this file")
    figure, renderer = drawn(page, name)
    assert tuple(figure.get_size_inches()) == (11.0, 14.0)
    assert figure.texts[0].get_text() == "A title of one's own"
    check(figure, renderer)


def test_what_shows_nothing_is_not_drawn_unless_asked_for(scene):
    usual = figures.usual(scene)
    swept = {key for key in scene.record.axes if len({c.value(key) for c in scene.shown}) > 1}
    assert "scaling" not in usual or "workers" in swept
    assert len(swept) > 1 or "heatmap" not in usual
    assert swept or not {"sweep", "heatmap", "scaling", "differences"} & set(usual)
