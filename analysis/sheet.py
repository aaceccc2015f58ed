"""sheet.py - lay panels out on a page: title and legend on top, a grid of panels, a footer that says what is shown.
Places are in inches: that keeps labels apart whatever the number of panels, and costs no trial drawing."""
import textwrap
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from . import draw, prepare

CURVES = {"loss-time": ("time_s", "loss"), "accuracy-time": ("time_s", "accuracy"), "loss-steps": ("step", "loss"),
          "loss-bytes": ("bytes", "loss"), "tau": ("time_s", "tau")}
BARS_AT_MOST = 30       # more bars cannot be read


def panels_of(scene) -> list:
    """The panels of the overview that this record has something to show in."""
    if not scene.look.told:
        return ["table"]
    names = [name for name, (x, y) in CURVES.items() if prepare.has(scene.record, y) and prepare.has(scene.record, x)]
    if not prepare.varies(scene.record, "tau"):
        names = [name for name in names if name != "tau"]
    if any(prepare.breakdown(c) for c in scene.shown) and len(scene.shown) <= BARS_AT_MOST:
        names.append("breakdown")
    return names


class Sheet:
    """A figure laid out in inches: title and legend on top, a grid of panels, a footer."""
    PANEL, GAP, LEFT, RIGHT, BOTTOM = (2.95, 2.2), (0.72, 0.88), 0.68, 0.25, 0.82

    def __init__(self, scene, columns: int, rows: int, panel=PANEL, tail: float = 0.0, legend=(), words: str = ""):
        self.panel, self.rows, self.tail = panel, rows, tail
        width = self.LEFT + columns * panel[0] + (columns - 1) * self.GAP[0] + self.RIGHT
        title = textwrap.wrap(scene.record.question, int(10.5 * (width - 0.4))) or [""]
        in_row, legend_rows = legend_shape(legend, width)
        self.top = 0.26 + 0.2 * len(title) + 0.178 * legend_rows + 0.44
        tail_high = tail + self.GAP[1] if tail else 0.0
        body = rows * panel[1] + (rows - 1) * self.GAP[1] if rows else -self.GAP[1]
        height = self.BOTTOM + tail_high + body + self.top
        self.size, self.figure = (width, height), Figure((width, height))
        self.figure.text(0.2 / width, 1 - 0.16 / height, "\n".join(title), fontsize=11.5, fontweight="bold", va="top",
                         linespacing=1.25)
        if legend_rows:
            self.figure.legend(*zip(*legend), loc="upper left", ncol=in_row, frameon=False, handlelength=1.8,
                               bbox_to_anchor=(0.2 / width, 1 - (0.26 + 0.2 * len(title)) / height), borderpad=0,
                               borderaxespad=0, columnspacing=1.6, handletextpad=0.5, labelspacing=0.35)
        self.footer(footer_words(scene, words))

    def footer(self, words: str) -> None:
        width, height = self.size
        wrapped = textwrap.wrap(words, int(17.5 * (width - 0.4)))
        self.figure.text(0.2 / width, 0.1 / height, "\n".join(wrapped), fontsize=6.8, color="#666666", va="bottom")

    def axes(self, left: float, bottom: float, wide: float, high: float):
        width, height = self.size
        return self.figure.add_axes((left / width, bottom / height, wide / width, high / height))

    def cell(self, column: int, row: int, span: int = 1):
        step = [self.panel[i] + self.GAP[i] for i in (0, 1)]
        top = self.size[1] - self.top - row * step[1]
        return self.axes(self.LEFT + column * step[0], top - self.panel[1],
                         span * self.panel[0] + (span - 1) * self.GAP[0], self.panel[1])

    def tail_axes(self, indent: float):
        left = self.LEFT + indent
        return self.axes(left, self.BOTTOM, self.size[0] - left - self.RIGHT, self.tail)


def legend_shape(legend, width: float) -> tuple:
    """(columns, rows): as many columns, each as wide as its longest entry, as fit the width in inches."""
    for columns in range(len(legend), 0, -1):
        parts = np.array_split([len(words) for _, words in legend], columns)
        if columns == 1 or sum(0.6 + 0.068 * max(part) for part in parts) < width - 0.3:
            return columns, max(len(part) for part in parts)
    return 0, 0


def footer_words(scene, statistic: str) -> str:
    """Where the numbers come from, what the figure's statistic is, and what is left out."""
    record, path = scene.record, Path(scene.record.path)
    failed = sum(not run.complete for run in record.runs)
    words = [f"{path.parent.name}/{path.name}".lstrip("/"),
             f"fingerprint {record.fingerprint}" if record.fingerprint else "", statistic,
             f"{failed} of {len(record.runs)} runs failed and are left out" if failed else ""]
    return "  ·  ".join(word for word in words if word)


def curve_words(scene, names: list) -> str:
    """The statistic of the panels with lines."""
    bands = [b for name in names if name in CURVES for _, b in scene.bands(*CURVES[name])]
    banded = all(scene.look.of(c).band for c in scene.shown)
    words = [prepare.band_words(scene.shown, "band" if banded else "")]
    if any(b.uneven for b in bands):
        words.append("a finished run keeps its last value" + (", dot: half of the seeds have ended" if banded else ""))
    words.append("cross: the median diverges" if any(np.isinf(b.median).any() for b in bands) else "")
    words.append("bars: means of workers and seeds" if "breakdown" in names else "")
    words.append(scene.look.note)
    return "; ".join(word for word in words if word)


def draw_panel(name: str, axes, scene, beside: bool = False) -> None:
    if name == "breakdown":
        draw.bars(axes, scene, beside)
    elif name == "table":
        draw.table(axes, scene)
    else:
        draw.lines(axes, scene, *CURVES[name])


def indent_of(scene) -> float:
    """Inches that the labels beside the bars need."""
    return min(3.5, max(0.0, 0.075 * max(len(draw.bar_label(c)) for c in scene.shown) - 0.4))


def overview(scene) -> Figure:
    """All panels on one sheet; the breakdown takes what is left of the last row, or its own row if it is long."""
    names = panels_of(scene)
    if names == ["table"]:
        return alone("table", scene)
    many = "breakdown" in names and len(scene.shown) > 6
    cells = len(names) - many
    columns = min(cells, 2 if cells <= 4 and cells != 3 else 3)
    rows = -(-cells // columns) if columns else 0
    sheet = Sheet(scene, max(columns, 2 if many else 1), rows, tail=0.21 * len(scene.shown) if many else 0.0,
                  legend=scene.look.legend, words=curve_words(scene, names))
    for place, name in enumerate(names[:cells]):
        last = place == cells - 1
        span = columns - place % columns if last and name == "breakdown" else 1
        draw_panel(name, sheet.cell(place % columns, place // columns, span), scene)
    if many:
        draw_panel("breakdown", sheet.tail_axes(indent_of(scene)), scene, beside=True)
    return sheet.figure


def alone(name: str, scene) -> Figure:
    """One panel on a sheet of its own."""
    if name == "table":
        sheet = Sheet(scene, 1, 1, (8.2, 4.0), words=prepare.band_words(scene.shown, ""))
        draw_panel(name, sheet.axes(0.2, 0.5, 8.5, sheet.size[1] - sheet.top - 0.5), scene)
    elif name == "breakdown":
        sheet = Sheet(scene, 1, 0, (5.6, 0), tail=max(0.6, 0.3 * len(scene.shown)), words="means of workers and seeds")
        draw_panel(name, sheet.tail_axes(indent_of(scene)), scene, beside=True)
    else:
        sheet = Sheet(scene, 1, 1, (5.2, 3.3), legend=scene.look.legend, words=curve_words(scene, [name]))
        draw_panel(name, sheet.cell(0, 0), scene)
    return sheet.figure


def sweep(scene) -> Figure:
    """Final results against the swept number with the most values."""
    key = prepare.numeric_key(scene.record)
    columns = ["loss"] + [c for c in ("accuracy", "time_s", "bytes") if changes(scene, c)][:2]
    broken = any(np.isinf(prepare.final_spread(c, "loss")[0]) for c in scene.shown)
    words = prepare.band_words(scene.shown, "bar") + ("; no point: the median diverges" if broken else "")
    sheet = Sheet(scene, len(columns), 1, (3.1, 2.7), legend=draw.final_legend(scene.record, key), words=words)
    for place, column in enumerate(columns):
        draw.final(sheet.cell(place, 0), scene, key, column)
    return sheet.figure


def changes(scene, column: str) -> bool:
    """A final result differs by more than a fiftieth between configurations."""
    values = prepare.finite([prepare.final_spread(c, column)[:1] for c in scene.shown])
    return len(values) > 1 and np.ptp(values) > 0.02 * abs(values).max()


def figure(name: str, scene) -> Figure:
    """The figure of that name; "" is the overview."""
    return overview(scene) if name == "" else sweep(scene) if name == "sweep" else alone(name, scene)
