"""breakdown.py - where a worker's time goes: compute, communication, waiting, done or off; a bar a configuration."""
import math

import numpy as np
import pandas
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from .. import label, look, prepare
from ..measure import widest, wrap_pairs
from ..sheet import HEADING, RowLabels, Sheet

BRIEF = f"where the workers' time went: compute, communication, wait, {prepare.DONE}"
NEEDS = "tables of workers"
OPTIONS = ()
USUAL = False
AT_MOST = 30        # more bars cannot be read
NAMES = {"exposed": "exposed communication", "off": prepare.DONE}     # of parts that are called otherwise; exposed: what hands do meanwhile
LETTERS = 7.5       # points of the legend
SAMPLE, APART = 0.15, 0.11      # inches of a sample of the legend and the blank behind it, and between two columns
NOTHING = 1e-6      # of the whole: less is what is left when numbers are rounded


def missing(scene, choice) -> str:
    if any(prepare.breakdown(c) for c in scene.shown):
        return ""
    return "the runs hold no table of workers; a run that ends as planned leaves one"


def data(scene, choice):
    """Mean seconds of a worker in each part and their sum (horizon), a row a configuration."""
    rows = [{"configuration": c.label, **prepare.breakdown(c)} for c in scene.shown if prepare.breakdown(c)]
    return pandas.DataFrame(rows, columns=["configuration", *look.SHADES, "horizon"])


def draw(scene, frame, choice):
    labels = RowLabels([scene.title_of(name) for name in frame["configuration"]], row=0.3)
    sheet = Sheet(scene, 1, 0, (4.8, 0), tail=labels.high, left=labels.left, words="means of workers and seeds",
                  heading=legend_rows(frame, scene.page.size[0] - labels.left - Sheet.RIGHT if scene.page.size else 4.8))
    panel(sheet.tail_axes(0), scene, frame, beside=labels.words)
    return sheet.figure


def panel(axes, scene, frame, beside=()) -> None:
    """A stacked bar a configuration, its label above it, or beside it where these are given."""
    most = frame["horizon"].max() if len(frame) else 0.0
    factor, unit = label.time_unit(scene.horizon)
    shares = most > 20 * frame["horizon"].min()         # the short ones would not be seen beside the long ones
    if shares:
        most, factor = 100.0, 1.0
    axes.set_xlim(0, 1.16 * most / factor or 1)
    for place, row in enumerate(frame.itertuples(index=False)):
        scale = 100.0 / row.horizon if shares else 1.0 / factor
        whole = label.quantity(row.horizon, "s") if shares else f"{row.horizon / factor:.3g}"
        bar(axes, scene.look.of(row.configuration).colour, place, row, scale, whole)
        if not beside:
            axes.text(0, place - 0.3, "\n".join(wrap_pairs(scene.title_of(row.configuration), inches_of(axes), 7)), fontsize=7, va="bottom",
                      linespacing=1.0, color=look.INK)
    axes.set_yticks(range(len(frame)), beside or [""] * len(frame))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(len(frame), 1 if beside else 3) - 0.5, -0.5 if beside else -0.8)
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.set_xlabel("share of a worker's time (%), and that time" if shares else f"mean time of a worker ({unit})")
    axes.set_title("Where the time goes", pad=17 + 72 * HEADING * (legend_rows(frame, inches_of(axes)) - 1))
    key_of_parts(axes, used_in(frame))


def inches_of(axes) -> float:
    return axes.get_position().width * axes.figure.get_size_inches()[0]


def bar(axes, colour, place: int, row, scale: float, whole: str) -> None:
    """One stacked bar: shares inside where they fit, the whole behind its end."""
    left, most = 0.0, axes.get_xlim()[1] / 1.16
    for name, shade in look.SHADES.items():
        seconds, fill = getattr(row, name), look.tint(colour, shade)
        if seconds <= NOTHING * row.horizon:
            continue
        axes.barh(place, seconds * scale, 0.5, left, color=fill, edgecolor=colour, linewidth=0.5, align="center")
        if seconds * scale > 0.085 * most:
            axes.text(left + seconds * scale / 2, place + 0.02, f"{100 * seconds / row.horizon:.0f} %",
                      ha="center", va="center", fontsize=7, color=look.ink_on(fill))
        left += seconds * scale
    axes.text(left + 0.015 * most, place + 0.02, whole, va="center", fontsize=7, color=look.PALE)


def used_in(frame) -> list:
    """The parts that some bar has."""
    return [name for name in look.SHADES if (frame[name] > NOTHING * frame["horizon"]).any()]


def columns_in(used: list, inches: float) -> int:
    """As many columns of the legend as fit a width."""
    def wide(columns: int) -> float:
        parts = np.array_split(np.array([NAMES.get(name, name) for name in used], dtype=object), columns)
        return sum(SAMPLE + widest(part, LETTERS) for part in parts) + APART * (columns - 1)
    return next((columns for columns in range(len(used), 1, -1) if wide(columns) <= inches), 1)


def legend_rows(frame, inches: float) -> int:
    """Lines that the legend takes above bars of a width."""
    used = used_in(frame)
    return max(1, math.ceil(len(used) / columns_in(used, inches)))


def key_of_parts(axes, used: list) -> None:
    """Grey samples of the shades, above the panel."""
    samples = [Patch(facecolor=look.tint("#555555", look.SHADES[name]), edgecolor="#555555", linewidth=0.5)
               for name in used]
    axes.legend(samples, [NAMES.get(name, name) for name in used], loc="lower left", bbox_to_anchor=(0, 1.0),
                ncol=columns_in(used, inches_of(axes)), frameon=False, fontsize=LETTERS, borderpad=0, borderaxespad=0.3, handlelength=1.0,
                handleheight=0.8, handletextpad=0.4, columnspacing=1.0)
