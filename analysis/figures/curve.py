"""curve.py - a column of the evaluations over another: the median over seeds and their spread, a line a configuration."""
import numpy as np
from matplotlib.ticker import MaxNLocator

from .. import axes as axis_of
from .. import facet, label, look, prepare
from ..measure import wrap_pairs
from ..sheet import Sheet

BRIEF = "loss, accuracy or another column of the evaluations against time, steps, bytes, joules"
NEEDS = "evaluations"
OPTIONS = ("x", "y", "facet")
USUAL = False
WAYS = {"accuracy": "data of classes with test samples give it", "loss": "learn = true gives it",
        "joules": "hosts that state their power draw give it",
        "consensus_distance": "workers with models of their own give it",
        "local_steps": "a strategy that takes means gives it", "lr": "learn = true gives it"}


def columns(scene, choice) -> tuple:
    """(x, y): time_s and loss unless chosen; accuracy where no loss was learnt."""
    return choice.x or "time_s", choice.y or ("loss" if prepare.has(scene.record, "loss") else "accuracy")


def missing(scene, choice) -> str:
    x, y = columns(scene, choice)
    facet.keys_of(scene.record, choice.facet)
    up = [name for name in {**scene.record.columns, **WAYS} if name not in label.ACROSS]
    for column, allowed, option in ((x, label.ACROSS, "x"), (y, up, "y")):
        if column not in allowed:
            held = [name for name in allowed if name in scene.record.columns and prepare.has(scene.record, name)]
            return f"--{option}: " + label.unknown(column, held, "the columns of evaluations")
        if not prepare.has(scene.record, column):
            return f"the evaluations hold no {column}; {how_to_get(column)}"
    return ""


def how_to_get(column: str) -> str:
    """What a scenario must say for the evaluations to hold a column."""
    return WAYS.get(column, "a run that evaluates its model gives it")


def data(scene, choice):
    return scene.bands(*columns(scene, choice))


def draw(scene, frame, choice):
    x, y = columns(scene, choice)
    shown = scene.arranged(choice.facet)
    return faceted(scene, frame, [(x, y)], shown)


def faceted(scene, frame, pairs: list, shown) -> object:
    """The page of some (x, y): side by side if each has one panel, else a panel for each value of the facets, all to one scale."""
    if len(shown.panels) == 1:
        wide = (5.2, 3.3) if len(pairs) == 1 else (4.2, 2.8)
        sheet = Sheet(scene, len(pairs), 1, wide, legend=shown.look.legend, words=statistic(scene, frame, look=shown.look))
        for place, (x, y) in enumerate(pairs):
            panel(sheet.cell(place, 0), scene, of_pair(frame, x, y), x, y, shown.look)
        return sheet.figure
    count = len(shown.panels)
    columns = facet.columns_for(scene.record, scene.shown, shown.keys, shown.panels, 4)
    rows = -(-count // columns)
    titles = [wrap_pairs(part.title, 2.3, 9, True) for part in shown.panels]
    tallest = max(map(len, titles))
    sheet = Sheet(scene, columns, rows * len(pairs), (2.3, 1.8), legend=shown.look.legend, words=statistic(scene, frame, look=shown.look),
                  heading=tallest, gap=(0.62, 0.72 + 0.15 * tallest))
    for i, (x, y) in enumerate(pairs):
        drawn = []
        for place, part in enumerate(shown.panels):
            axes = sheet.cell(place % columns, i * rows + place // columns)
            labels = [c.label for c in part.configurations]
            bands = of_pair(frame, x, y)
            panel(axes, scene, bands[bands["configuration"].isin(labels)], x, y, shown.look, bands)
            axes.set_title("\n".join(titles[place]))
            if place % columns:
                axes.set_ylabel("")
            if place + columns < count:
                axes.set_xlabel("")
            drawn.append(axes)
        low, high = (edge(axes.get_ylim()[side] for axes in drawn) for side, edge in ((0, min), (1, max)))
        for axes in drawn:
            axes.set_ylim(low, high)
    return sheet.figure


def of_pair(frame, x: str, y: str):
    """The rows of one column over another, where the frame holds several."""
    frame = frame[frame["quantity"] == y] if "quantity" in frame else frame
    return frame[frame["over"] == x] if "over" in frame else frame


def panel(axes, scene, frame, x: str, y: str, looks=None, all_of=None) -> None:
    """One set of axes with a line and a band for each configuration in the frame; its scales are those that all_of needs."""
    looks, all_of = looks or scene.look, frame if all_of is None else all_of
    end = all_of["x"].max() if len(all_of) else 0.0
    ends = list(all_of.groupby("configuration")["end"].first())
    over, up = (scene.record.columns[name].label for name in (x, y))
    factor, words = axis_of.horizontal_scaled(over, x, ends, scene.horizon if x == "time_s" else end)
    limits(axes, all_of, y, label.percent(up))
    ceiling = axes.get_ylim()[1]
    for name, band in frame.groupby("configuration", sort=False):
        line(axes, looks.of(name), band, factor, label.percent(up), ceiling)
    axis_of.horizontal_limits(axes, [each / factor for each in ends], end / factor)
    axes.set_xlabel(words)
    axes.set_ylabel(up)
    axes.set_title(label.title(up) + ("" if y in ("local_steps", "lr") else f" against {label.ACROSS[x]}"))


def line(axes, style, band, factor: float, scale: float, ceiling: float) -> None:
    """One configuration; its end is marked where the line alone does not tell it."""
    x, middle = band["x"].to_numpy() / factor, band["median"].to_numpy()
    first = band.iloc[0]
    median = np.where(np.isfinite(middle), middle * scale, np.nan)
    if style.band and first["seeds"] > 1:
        edges = [band[edge].to_numpy() * scale for edge in ("low", "high")]
        low, high = (np.clip(edge, -10 * abs(ceiling), 10 * abs(ceiling)) for edge in edges)
        axes.fill_between(x, low, high, step="post", color=style.colour, alpha=0.17, linewidth=0)
    if len(x) == 1:                     # no line has one point
        return mark(axes, "o", 4.5, x[0], median[0], style)
    axes.plot(x, median, color=style.colour, linestyle=look.DASHES[style.dash], linewidth=style.width,
              drawstyle="steps-post")
    known = np.flatnonzero(~np.isnan(median))
    if np.isinf(middle).any() and len(known):
        inside = known[median[known] <= ceiling]
        last = inside[-1] if len(inside) else known[0]
        mark(axes, "X", 6.5, x[last], ceiling if last < known[-1] else min(median[last], ceiling), style)
    elif first["uneven"] and style.band:
        at = np.searchsorted(band["x"].to_numpy(), first["end"], side="right") - 1
        mark(axes, "o", 4.5, x[at], median[at], style)


def mark(axes, sign: str, size: float, x: float, y: float, style) -> None:
    """A cross where the median diverges or leaves the axis for it, a dot where half of the seeds have ended."""
    axes.plot(x, y, marker=sign, markersize=size, color=style.colour, markeredgewidth=0.6, markeredgecolor="white",
              clip_on=False, zorder=4)


def limits(axes, frame, y: str, scale: float) -> None:
    """The vertical axis: from what is finite; a diverged configuration may not squeeze the others."""
    sound = frame[~frame["diverged"].astype(bool)]
    values = prepare.finite([(sound if len(sound) else frame)[edge] for edge in ("median", "low", "high")])
    if not len(values):
        return
    low, high = float(values.min()), float(values.max())
    if scale == 100.0:
        pad = max(2.0, 4 * (high - low))
        axes.set_ylim(max(0.0, 100 * low - pad), min(101.0, 100 * high + pad))
    elif y == "local_steps":
        axes.set_ylim(0, 1.06 * high)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    elif prepare.wants_log(values):
        axis_of.logarithmic(axes.yaxis, values)
        axes.set_ylim(low / 1.15, high * 1.15)
    else:
        pad = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
        axes.set_ylim(low - pad, high + pad)


def statistic(scene, *frames, look=None) -> str:
    """What lines, bands and signs mean, for the footer."""
    look = look or scene.look
    banded = all(look.of(c.label).band for c in scene.shown)
    words = [prepare.band_words(scene.shown, "band" if banded else "")]
    if any(frame["uneven"].any() for frame in frames):
        words.append("a finished run keeps its last value" + (", dot: half of the seeds have ended" if banded else ""))
    if any(np.isinf(frame["median"].to_numpy(float)).any() for frame in frames):
        words.append("cross: the median diverges")
    return "; ".join(words + ([look.note] if look.note else []))
