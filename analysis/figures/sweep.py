"""sweep.py - final results against a swept number: median over seeds, a bar from low to high."""
import numpy as np

from .. import axes as axis_of
from .. import label, look, prepare
from ..sheet import Sheet

BRIEF = "final results against a swept number"
NEEDS = "a swept number with two values or more"
OPTIONS = ("x",)
USUAL = True


def key_of(scene, choice) -> str:
    return choice.x or prepare.numeric_key(scene.record)


def missing(scene, choice) -> str:
    key, keys = key_of(scene, choice), scene.record.keys
    if choice.x and key not in keys:
        return "--x: " + label.unknown(key, keys, "the swept keys")
    if key and len({c.swept[key] for c in scene.shown if prepare.is_number(c.swept[key])}) > 1:
        return ""
    what = f"{key} was swept over no two numbers" if choice.x else "no number was swept"
    return f"{what}; a scenario with, say, period = dt.sweep {{ 1, 4, 16 }} does so"


def results_of(scene) -> list:
    names = [c for c in ("loss", "accuracy", "time_s", "bytes", "joules") if prepare.changes(scene.shown, c)]
    return names[:3] or ["time_s"]


def series_of(scene, key: str) -> dict:
    """Label of a configuration -> name of its series: what it shares with those that differ in key alone."""
    record, short = scene.record, label.short_keys(scene.record.keys)
    others = [k for k in record.keys if k != key and not prepare.follows(record, key, k)]
    varied = [k for k in others if len({c.swept[k] for c in scene.shown if prepare.is_number(c.swept[key])}) > 1]
    names = {}
    for c in scene.shown:
        words = [record.words.pair(short[k], k, c.swept[k]) for k in varied if c.swept[k] is not None]
        names[c.label] = (", ".join(words) or key) if prepare.is_number(c.swept[key]) else c.label
    return names


def data(scene, choice):
    """Configuration, result, median, low, high, series, x: the value of the key, NaN for one that has no such key."""
    key = key_of(scene, choice)
    value = {c.label: c.swept[key] if prepare.is_number(c.swept[key]) else np.nan for c in scene.shown}
    frame = prepare.results_frame(scene.shown, results_of(scene))
    return frame.assign(series=frame["configuration"].map(series_of(scene, key)), x=frame["configuration"].map(value))


def draw(scene, frame, choice):
    key, results = key_of(scene, choice), list(dict.fromkeys(frame["result"]))
    broken = np.isinf(frame["median"].to_numpy()).any()
    words = prepare.band_words(scene.shown, "bar") + ("; no point: the median diverges" if broken else "")
    styles = style_series(scene, frame)
    legend = [(handle(*style), name) for name, style in styles.items()] if 1 < len(styles) <= 12 else []
    if len(styles) > 12:
        legend, words = scene.look.legend, "; ".join([words] + ([scene.look.note] if scene.look.note else []))
    sheet = Sheet(scene, len(results), 1, (3.1, 2.7), legend=legend, words=words)
    for place, column in enumerate(results):
        panel(sheet.cell(place, 0), scene, frame[frame["result"] == column], styles, key, column)
    return sheet.figure


def style_series(scene, frame) -> dict:
    """Name -> (colour, dash, marker): the colour of its configurations where they share it, else grey."""
    styles, places = {}, list(look.DASHES)
    for place, (name, rows) in enumerate(frame.groupby("series", sort=False)):
        colours = {scene.look.of(c).colour for c in rows["configuration"]}
        level = rows["x"].isna().all()
        styles[name] = (colours.pop() if len(colours) == 1 else look.PALE,
                        "dash" if level else places[place % len(places)] if len(colours) else "solid",
                        "" if level else look.MARKERS[place % len(look.MARKERS)])
    return styles


def handle(colour, dash, marker):
    line = look.handle(colour, dash, 1.4)
    line.set_marker(marker)
    line.set_markersize(4.5)
    return line


def panel(axes, scene, frame, styles: dict, key: str, column: str) -> None:
    factor, words = axis_of.result(column, frame["median"])
    for name, rows in frame.groupby("series", sort=False):
        series(axes, scene, rows.sort_values("x"), styles[name], factor)
    values = prepare.finite([frame["median"]])
    serves = {"loss": prepare.wants_log, "accuracy": lambda _: False}.get(column, prepare.spans_decades)
    if serves(values):
        axis_of.logarithmic(axes.yaxis, values / factor)
    key_axis(axes, np.unique(frame["x"].dropna()), scene.record, key)
    axes.set_ylabel(words)
    axes.set_title(label.title(label.RESULTS[column]))


def series(axes, scene, rows, style: tuple, factor: float) -> None:
    """Points in the colours of their configurations; where half of the seeds have diverged there is no point."""
    colour, dash, marker = style
    median = np.where(np.isfinite(rows["median"]), rows["median"] / factor, np.nan)
    if rows["x"].isna().all():
        axes.axhline(median[0], color=colour, linewidth=1.2, linestyle=look.DASHES[dash])
        return
    axes.plot(rows["x"], median, color=colour, linestyle=look.DASHES[dash], linewidth=1.2, zorder=2)
    with np.errstate(invalid="ignore"):
        error = np.abs(np.array([rows["median"] - rows["low"], rows["high"] - rows["median"]])) / factor
    error = np.nan_to_num(error, nan=0.0, posinf=0.0)
    for at, name in enumerate(rows["configuration"]):
        if np.isnan(median[at]):
            continue
        axes.errorbar(rows["x"].iloc[at], median[at], error[:, at:at + 1], color=scene.look.of(name).colour,
                      marker=marker, markersize=5, elinewidth=1.0, capsize=2.5, zorder=3)


def key_axis(axes, xs: np.ndarray, record, key: str) -> None:
    """The swept values as ticks, logarithmic where they span more than a decade."""
    if prepare.wants_log(xs) and len(xs) > 2:
        axis_of.logarithmic(axes.xaxis, xs)
    if 0 < len(xs) <= 10:
        axis_of.ticks_at(axes.xaxis, xs, [record.words.value(key, x) for x in xs])
    axes.set_xlabel(key)
