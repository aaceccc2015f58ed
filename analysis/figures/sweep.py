"""sweep.py - numbers of runs against a swept number: median over seeds, a bar from low to high; lines that outnumber the colours have
panels of their own."""
import itertools

import numpy as np
import pandas

from .. import axes as axis_of
from .. import facet, label, look, prepare
from ..cell import cell_of
from ..measure import wrap_pairs
from ..sheet import Sheet
from ..value import ABSENT, KNOWN, Value

BRIEF = "final results, or --value, against a swept number"
NEEDS = "a swept number with two values or more"
OPTIONS = ("x", "value", "facet")
USUAL = True
RESULTS = ("loss", "accuracy", "time_s", "bytes", "joules")


def dull(scene) -> bool:
    """No result changes with what was swept."""
    return not any(prepare.changes(scene.shown, name) for name in RESULTS)


def key_of(scene, choice) -> str:
    return choice.x or prepare.numeric_key(scene.record)


def missing(scene, choice) -> str:
    key = key_of(scene, choice)
    if choice.x and (sentence := facet.known(scene.record, "x", key)):
        return sentence
    if not (key and len(numbers_of(scene, key)) > 1):
        what = f"{key} was swept over no two numbers" if choice.x else "no number was swept"
        return f"{what}; a scenario with, say, period = dt.sweep {{ 1, 4, 16 }} does so"
    if choice.value:
        Value(scene.record, choice.value)
    given = facet.keys_of(scene.record, choice.facet)
    if key in given:
        return f"--facet {key}: expected another key than that of --x"
    panels = panels_of(scene, choice)
    if panels is None or len(panels) > facet.PANELS:
        names = len(set(series_of(scene, key).values()))
        return f"{names} lines are more than a page can tell apart ({facet.LINES} in each of {facet.PANELS} panels); --where holds keys, " \
            "--facet chooses what has panels"
    return ""


def numbers_of(scene, key: str) -> set:
    return {c.value(key) for c in scene.shown if prepare.is_number(c.value(key))}


def panels_of(scene, choice):
    """The panels by --facet, or by as few keys as leave at most LINES series in each; None if no two keys do.  Up to twice LINES are
    in one panel where otherwise each would have one of its own."""
    record, key = scene.record, key_of(scene, choice)
    given = facet.keys_of(record, choice.facet)
    series = series_of(scene, key)

    def most(panels) -> int:
        return max(len({series[c.label] for c in panel.configurations}) for panel in panels)

    if given or len(set(series.values())) <= facet.LINES:
        return facet.split(record, scene.shown, given)
    keys, alone = [k for k in facet.beside(record, scene.shown, [key]) if k != key], None
    for count in (1, 2):
        found = [(len(panels), list(some)) for some in itertools.combinations(keys, count)
                 if most(panels := facet.split(record, scene.shown, list(some))) <= facet.LINES and len(panels) <= facet.PANELS]
        if found:
            alone = facet.split(record, scene.shown, min(found)[1])
            if most(alone) > 1:
                return alone
    return facet.split(record, scene.shown, []) if len(set(series.values())) <= 2 * facet.LINES else alone


def values_of(scene, choice) -> list:
    """The Values that are drawn."""
    if choice.value:
        return [Value(scene.record, choice.value)]
    names = [name for name in RESULTS if prepare.changes(scene.shown, name)]
    return [Value(scene.record, name) for name in names[:3] or ["time_s"]]


def series_of(scene, key: str, without=()) -> dict:
    """Label of a configuration -> name of its series: what it shares with those that differ in key (and in what has panels) alone."""
    record, short = scene.record, label.short_keys(scene.record.keys)
    others = [k for k in record.keys if k not in (key, *without) and not prepare.follows(record, key, k)]
    numbered = [c for c in scene.shown if prepare.is_number(c.value(key))]
    varied = [k for k in others if len({c.swept[k] for c in numbered}) > 1 and decided_not(numbered, [key, *without], k)]
    varied = label.telling(varied, [c.swept for c in numbered])
    names = {}
    for c in scene.shown:
        words = [record.words.pair(short[k], k, c.swept[k]) for k in varied if c.swept[k] is not None]
        names[c.label] = (", ".join(words) or key) if prepare.is_number(c.value(key)) else \
            facet.rest_of(record, scene.shown, c, list(without)) if without else c.label
    return names


def decided_not(configurations: list, keys: list, other: str) -> bool:
    """The values of keys do not decide that of the other."""
    return len({tuple(c.value(k) for k in (*keys, other)) for c in configurations}) > len({tuple(c.value(k) for k in keys) for c in configurations})


def data(scene, choice):
    """Configuration, result, median, low, high, known (of how many runs there is a number), runs, bound: what a censored median is
    larger than; series, x: the value of the key, NaN for one that has no such key; panel, from 0."""
    return table(scene, choice, values_of(scene, choice))


def table(scene, choice, values: list):
    """The rows of data, of those values."""
    key, panels = key_of(scene, choice), panels_of(scene, choice)
    keys = facet.keys_of(scene.record, choice.facet) or facet_keys(scene, panels)
    value = {c.label: c.value(key) if prepare.is_number(c.value(key)) else np.nan for c in scene.shown}
    place = {c.label: i for i, panel in enumerate(panels) for c in panel.configurations}
    rows = [(c.label, one.text, *spread_of(c, one)) for c in scene.shown for one in values]
    frame = pandas.DataFrame(rows, columns=["configuration", "result", "median", "low", "high", "known", "runs", "bound"])
    frame = frame[frame["median"].notna()].reset_index(drop=True)
    names = frame["configuration"]
    return frame.assign(series=names.map(series_of(scene, key, keys)), x=names.map(value), panel=names.map(place))


def facet_keys(scene, panels: list) -> list:
    """The keys that panels were made by."""
    if len(panels) == 1:
        return []
    keys = scene.record.axes
    for count in (1, 2):
        for some in itertools.combinations(keys, count):
            if all(panel.at == tuple(c.value(k) for k in some) for panel in panels for c in panel.configurations):
                return list(some)
    return []


def spread_of(configuration, value: Value) -> tuple:
    """(median, low, high, known, runs, bound) over runs: infinite what half of them did not get to, NaN if none has a number."""
    if value.is_result:
        numbers = prepare.finals(configuration, value.column)
        return *prepare.final_spread(configuration, value.column), int(np.isfinite(numbers).sum()), len(numbers), np.nan
    found = [outcome for outcome in (value.of(run) for run in configuration.shown) if outcome.state != ABSENT]
    if not found:
        return np.nan, np.nan, np.nan, 0, 0, np.nan
    numbers = np.array([outcome.number if outcome.state == KNOWN else np.inf for outcome in found])
    _, low, high = (float(v[0]) for v in prepare.spread(numbers[:, None]))
    cell = cell_of(found)
    return cell.median, low, high, cell.known, cell.runs, cell.bound if np.isfinite(cell.bound) else np.nan


def sign_words(values: list, frame) -> str:
    """What an open sign and a missing point mean, of what is there."""
    goal, part, bound = any(value.counts for value in values), frame["known"] < frame["runs"], frame["bound"].notna()
    broken = np.isinf(frame["median"]) & ~bound
    words = ["open sign and arrow: not all runs " + ("got there, as in \"2\u00a0of\u00a03\"" if goal else
             "have a number, as in \"2\u00a0of\u00a03\"; the others diverged")] if (part & ~broken & ~bound).any() else []
    words += ["open triangle, dotted level: fewer than half of the runs got there, and the median is larger"] if bound.any() else []
    words += ["no point: " + ("fewer than half of the runs got there" if goal else "the median diverges")] if broken.any() else []
    return "".join(f"; {word}" for word in words)


def draw(scene, frame, choice):
    return page(scene, frame, choice, values_of(scene, choice))


def page(scene, frame, choice, values: list):
    """The picture of a table of those values; of the first alone where there are many panels."""
    key, panels = key_of(scene, choice), panels_of(scene, choice)
    words = prepare.band_words(scene.shown, "bar") + sign_words(values, frame)
    styles = style_series(scene, frame)
    legend = [(handle(*style), name) for name, style in styles.items()] if len(styles) > 1 else []
    if len(panels) == 1:
        columns, rows, at = len(values), 1, lambda i, place: (i, 0)
    elif len(panels) <= 4:
        columns, rows, at = len(panels), len(values), lambda i, place: (place, i)
    else:
        values, columns = values[:1], 4 if len(panels) > 6 else 3
        rows, at = -(-len(panels) // columns), lambda i, place: (place % columns, place // columns)
    titles = ["\n".join(wrap_pairs(panel.title, 2.7, 9, True)) for panel in panels]
    tallest = max(title.count("\n") + 1 for title in titles) if len(panels) > 1 else 0
    wide = 3.1 if len(panels) == 1 else 2.7
    sheet = Sheet(scene, columns, rows, (wide, 0.87 * wide), legend=legend, words=words, heading=1 + tallest, gap=(0.72, 0.88 + 0.15 * tallest))
    for i, value in enumerate(values):
        part = frame[frame["result"] == value.text]
        for place, one in enumerate(panels):
            axes = sheet.cell(*at(i, place))
            panel(axes, scene, part[part["panel"] == place], styles, key, value, part)
            if len(panels) > 1:
                axes.set_title(f"{axes.get_title(loc='left')}\n{titles[place]}")
    return sheet.figure


def style_series(scene, frame) -> dict:
    """Name -> (colour, dash, marker): the colour of its configurations where they share it and no other series has it, else one of
    its own."""
    names = list(dict.fromkeys(frame["series"]))
    shared = {name: {scene.look.of(c).colour for c in frame["configuration"][frame["series"] == name]} for name in names}
    count, most = len(look.COLOURS), len(look.COLOURS) * (2 if frame["panel"].nunique() == 1 else 1)
    own = 1 < len(names) <= most and (
        any(len(colours) > 1 for colours in shared.values()) or len({next(iter(colours)) for colours in shared.values()}) < len(names))
    styles, places = {}, list(look.DASHES)
    for place, name in enumerate(names):
        level = frame["x"][frame["series"] == name].isna().all()
        colours = shared[name]
        styles[name] = (look.COLOURS[place % count] if own else colours.pop() if len(colours) == 1 else look.PALE,
                        "dash" if level else places[(place + place // count) % len(places)], "" if level else look.MARKERS[(place + place // count) % len(look.MARKERS)])
    return styles


def handle(colour, dash, marker):
    line = look.handle(colour, dash, 1.4)
    line.set_marker(marker)
    line.set_markersize(4.5)
    return line


def panel(axes, scene, frame, styles: dict, key: str, value: Value, all_of) -> None:
    """One value in one panel, to the scale of all of them."""
    told = all_of[np.isfinite(all_of["median"])]
    known = prepare.finite([told["median"], told["low"], told["high"], all_of["bound"]])
    factor, words = value.scaled(float(np.abs(known).max()) if len(known) else 0.0)
    serves = {"loss": prepare.wants_log, "accuracy": lambda _: False}.get(value.column, prepare.spans_decades)
    if value.column == "time_s" and serves(known):
        factor, words = 1.0, label.with_unit(value.words, "s")
    for name, rows in frame.groupby("series", sort=False):
        series(axes, scene, rows.sort_values("x"), styles[name], factor)
        bounds(axes, scene, rows, styles[name], factor)
    if serves(known):
        axis_of.logarithmic(axes.yaxis, known / factor)
    if not len(known):
        axes.set_yticks([])
    else:
        axes.set_ylim(*limits(known / factor, serves(known), (told["high"] == np.inf).any() or all_of["bound"].notna().any(),
                             (told["low"] == -np.inf).any()))
    key_axis(axes, np.unique(all_of["x"].dropna()), scene.record, key)
    axes.set_ylabel("\n".join(wrap_pairs(words, 2.3, 8.5)))
    axes.set_title("\n".join(wrap_pairs(label.title(value.words) if not value.counts else value.words[:1].upper() + value.words[1:], 2.9, 9, True)))


def limits(numbers: np.ndarray, log: bool, above: bool, below: bool) -> tuple:
    """The ends of an axis that holds all numbers, with room for arrows above or below them."""
    low, high = (np.log(numbers.min()), np.log(numbers.max())) if log else (numbers.min(), numbers.max())
    span = high - low or (0.5 if log else 0.5 * abs(high) or 1.0)
    low, high = low - (0.2 if below else 0.06) * span, high + (0.2 if above else 0.06) * span
    return (float(np.exp(low)), float(np.exp(high))) if log else (low, high)


def series(axes, scene, rows, style: tuple, factor: float) -> None:
    """Points in the colour of the line, or of their configurations where that is grey; where half of the seeds have diverged there
    is no point."""
    colour, dash, marker = style
    median = np.where(np.isfinite(rows["median"]), rows["median"] / factor, np.nan)
    if rows["x"].isna().all():
        axes.axhline(median[0], color=colour, linewidth=1.2, linestyle=look.DASHES[dash])
        return
    axes.plot(rows["x"], median, color=colour, linestyle=look.DASHES[dash], linewidth=1.2, zorder=2)
    with np.errstate(invalid="ignore"):
        error = np.abs(np.array([rows["median"] - rows["low"], rows["high"] - rows["median"]])) / factor
    whole = np.nan_to_num(error, nan=0.0, posinf=0.0)
    for at, name in enumerate(rows["configuration"]):
        if np.isnan(median[at]):
            continue
        ink = scene.look.of(name).colour if colour == look.PALE else colour
        known, runs = rows["known"].iloc[at], rows["runs"].iloc[at]
        axes.errorbar(rows["x"].iloc[at], median[at], whole[:, at:at + 1], color=ink, marker=marker, markersize=5, elinewidth=1.0, capsize=2.5,
                      zorder=3, markerfacecolor=ink if known == runs else "white")
        if known < runs:
            open_end(axes, rows["x"].iloc[at], median[at], ink, f"{known} of {runs}", -1 if np.isinf(error[0, at]) else 1)


def bounds(axes, scene, rows, style: tuple, factor: float) -> None:
    """What medians are larger than, of which fewer than half of the runs got there."""
    colour = style[0]
    for row in rows[rows["bound"].notna()].itertuples():
        ink = scene.look.of(row.configuration).colour if colour == look.PALE else colour
        y, words = row.bound / factor, f"{row.known} of {row.runs}"
        if np.isnan(row.x):
            before = sum(text.xy == (1, y) for text in axes.texts)      # equal levels show each other's dots
            axes.axhline(y, color=ink, linewidth=1.2, linestyle=(2.4 * before, (1, 2.4 * (before + 1))))
            axes.annotate(words, (1, y), (-2, 2 + 8 * before), xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=6.5, color=look.PALE,
                          ha="right", va="bottom", zorder=5)
        else:
            axes.plot(row.x, y, marker="^", markersize=6, color=ink, markerfacecolor="white", linestyle="", zorder=3)
            axes.annotate(words, (row.x, y), (0, 5), textcoords="offset points", fontsize=6.5, color=look.PALE, ha="center", va="bottom", zorder=5)


def open_end(axes, x: float, y: float, colour, words: str, way: int) -> None:
    """An arrow from a point to where its bar has no end, and of how many runs it is."""
    axes.annotate("", (x, y), (0, 17 * way), textcoords="offset points", arrowprops={"arrowstyle": "<-", "color": colour, "linewidth": 1.0})
    axes.annotate(words, (x, y), (4, 10 * way), textcoords="offset points", fontsize=6.5, color=look.PALE, va="center", zorder=5)


def key_axis(axes, xs: np.ndarray, record, key: str) -> None:
    """The swept values as ticks, logarithmic where they span more than a decade; 0 then stands one step before the least."""
    positive = xs[xs > 0]
    if prepare.wants_log(positive) and len(positive) > 2 and len(xs) == len(positive):
        axis_of.logarithmic(axes.xaxis, xs)
    elif prepare.wants_log(positive) and len(positive) > 2 and xs.min() == 0:
        axes.set_xscale("symlog", linthresh=positive[0], linscale=0.5, base=2)
        axes.set_xlim(-0.12 * positive[0], positive[-1] * (positive[-1] / positive[0]) ** 0.06)
    if 0 < len(xs) <= 10:
        axis_of.ticks_at(axes.xaxis, xs, [record.words.value(key, x) for x in xs])
    axes.set_xlabel(key)
