"""overview.py - one page: loss and accuracy over time, steps, bytes, energy, the period, where the time went."""
import pandas

from .. import prepare
from ..sheet import HEADING, RowLabels, Sheet
from . import breakdown, curve, table

BRIEF = "a page: loss and accuracy over time, steps and bytes, the period, where the time went"
NEEDS = "a complete run"
OPTIONS = ("facet",)
USUAL = True
PANELS = (("time_s", "loss"), ("time_s", "accuracy"), ("step", "loss"), ("bytes", "loss"), ("joules", "loss"),
          ("time_s", "local_steps"))


def panels_of(scene) -> list:
    """The (x, y) that this record has something to show in."""
    shown = [(x, y) for x, y in PANELS if prepare.has(scene.record, x) and prepare.has(scene.record, y)]
    return [(x, y) for x, y in shown if y != "local_steps" or prepare.varies(scene.record, y)]


def has_bars(scene) -> bool:
    return any(prepare.breakdown(c) for c in scene.shown)


def bars_fit(scene) -> bool:
    return len(scene.shown) <= breakdown.AT_MOST and has_bars(scene)


def missing(scene, choice) -> str:
    if panels_of(scene) or bars_fit(scene):
        return ""
    if has_bars(scene):
        return f"its runs hold no loss and no accuracy, and {len(scene.shown)} configurations are more bars than a page has room " \
            f"for ({breakdown.AT_MOST}); --figure breakdown draws them"
    return "its runs hold no evaluations and no workers; a run that ends as planned leaves both"


def data(scene, choice):
    """The columns of a curve, and quantity: what it shows, over: against what."""
    frames = [scene.bands(x, y).assign(quantity=y, over=x) for x, y in panels_of(scene)]
    return pandas.concat(frames, ignore_index=True) if frames else prepare.no_band().assign(quantity="", over="")


def draw(scene, frame, choice):
    """The breakdown takes what is left of the last row, or its own row if it is long."""
    shown = scene.arranged(choice.facet)
    if not shown.look.told:
        return table.draw(scene, table.data(scene, choice), choice)
    if len(shown.panels) > 1 and panels_of(scene):
        pairs = [(x, y) for x, y in panels_of(scene) if x == "time_s" and y in ("loss", "accuracy")] or panels_of(scene)[:1]
        return curve.faceted(scene, frame[frame["over"] == pairs[0][0]], pairs, shown)
    panels, bars = panels_of(scene), breakdown.data(scene, choice) if bars_fit(scene) else []
    many = len(bars) > 6
    if many:
        beside = RowLabels([scene.title_of(name) for name in bars["configuration"]])
    cells = len(panels) + (len(bars) > 0) - many
    columns = min(cells, 2 if cells <= 4 and cells != 3 else 3)
    note = curve.statistic(scene, frame) + ("; bars: means of workers and seeds" if len(bars) else "")
    extra = HEADING * (lines_of_legend(bars, columns, len(panels), beside.left - Sheet.LEFT if many else None, scene.page.size) - 1) if len(bars) else 0.0
    first = len(bars) and (not columns or not many and len(panels) < columns)       # the bars stand in the first row
    sheet = Sheet(scene, max(columns, 2 if many else 1), -(-cells // columns) if columns else 0,
                  tail=beside.high if many else 0.0, legend=scene.look.legend, words=note,
                  heading=1 + (extra / HEADING if first else 0), gap=(Sheet.GAP[0], Sheet.GAP[1] + (0 if first else extra)))
    for place, (x, y) in enumerate(panels):
        part = frame[(frame["over"] == x) & (frame["quantity"] == y)]
        curve.panel(sheet.cell(place % columns, place // columns), scene, part, x, y)
    if many:
        breakdown.panel(sheet.tail_axes(beside.left - sheet.left), scene, bars, beside=beside.words)
    elif len(bars):
        last = len(panels)
        breakdown.panel(sheet.cell(last % columns, last // columns, columns - last % columns), scene, bars)
    return sheet.figure


def lines_of_legend(bars, columns: int, panels: int, indent, size) -> int:
    """Lines that the legend of the bars takes, by the width that they will have on the page; indent: of bars in a row of their own,
    what their labels take."""
    many = indent is not None
    count = max(columns, 2 if many else 1)
    panel = (size[0] - Sheet.LEFT - Sheet.RIGHT - (count - 1) * Sheet.GAP[0]) / count if size else Sheet.PANEL[0]
    span = count - (0 if many else panels % columns)
    return breakdown.legend_rows(bars, span * panel + (span - 1) * Sheet.GAP[0] - (indent or 0.0))
