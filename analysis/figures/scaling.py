"""scaling.py - how much faster more workers go through the samples: speed-up and efficiency against their number."""
import numpy as np
import pandas

from .. import axes as axis_of
from .. import facet, label, look, prepare
from ..sheet import Sheet
from . import sweep

BRIEF = "speed-up and efficiency against the number of workers"
NEEDS = "runs with different numbers of workers"
OPTIONS = ()
USUAL = True


def speed(run) -> float:
    """Samples that all workers together went through, in a simulated second."""
    epochs, seconds = run.evaluations.get("epoch"), run.final.get("time_s")
    if epochs is None or not len(epochs) or not seconds or "samples" not in run.workers:
        return np.nan
    workers = run.workers
    return float(epochs.iloc[-1] * workers["samples"].sum() / seconds)


def swept(scene) -> bool:
    """The scenario varies the number of workers: it does not follow from hosts that failed or devices that were away."""
    return len({c.value("workers") for c in scene.shown if "workers" in scene.record.axes}) > 1


def counts(scene) -> set:
    return {prepare.workers_of(run) for c in scene.shown for run in c.shown if np.isfinite(speed(run))} - {0}


def missing(scene, choice) -> str:
    if swept(scene) and len(counts(scene)) > 1:
        return "" if len(set(series_of(scene).values())) <= 4 * facet.LINES else \
            f"{len(set(series_of(scene).values()))} lines are more than can be told apart; --where holds keys"
    if swept(scene):
        return "its runs count no epochs, so there is no speed; learn = true counts them"
    return "its runs have one number of workers; workers = dt.sweep { 1, 2, 4, 8 } varies it"


def series_of(scene) -> dict:
    """Label -> what the configuration shares with those that differ in the number of workers alone."""
    record, short = scene.record, label.short_keys(scene.record.keys)
    count = {c.label: prepare.workers_of(c.shown[0]) for c in scene.shown}

    def follows(key) -> bool:
        return len({(count[c.label], c.swept[key]) for c in scene.shown}) == len(set(count.values()))

    others = [key for key in record.keys if not follows(key)]
    return {c.label: ", ".join(record.words.pair(short[k], k, c.swept[k])
                               for k in others if c.swept[k] is not None) or "all" for c in scene.shown}


def data(scene, choice):
    """Configuration, series, workers; speed, low, high in samples/s; speedup over the fewest workers of the series,
    times their number; efficiency: speedup / workers."""
    names, rows = series_of(scene), []
    for c in scene.shown:
        values = np.array([speed(run) for run in c.shown])
        values = values[np.isfinite(values)]
        if len(values):
            middle, low, high = (float(v[0]) for v in prepare.spread(values[:, None]))
            rows.append((c.label, names[c.label], prepare.workers_of(c.shown[0]), middle, low, high))
    frame = pandas.DataFrame(rows, columns=["configuration", "series", "workers", "speed", "low", "high"])
    frame = frame.sort_values(["series", "workers"], kind="stable", ignore_index=True)
    first = frame.groupby("series")[["workers", "speed"]].transform("first")
    speedup = frame["speed"] / first["speed"] * first["workers"]
    return frame.assign(speedup=speedup, efficiency=speedup / frame["workers"])


def draw(scene, frame, choice):
    styles = sweep.style_series(scene, frame.assign(x=frame["workers"], panel=0))
    legend = [(sweep.handle(*style), name) for name, style in styles.items()] if len(styles) > 1 else []
    sheet = Sheet(scene, 2, 1, (3.6, 2.8), legend=legend,
                  words=prepare.band_words(scene.shown, "bar") + "; relative to the fewest workers of each line")
    for place, (column, words) in enumerate((("speedup", "speed-up (×)"), ("efficiency", "efficiency (%)"))):
        panel(sheet.cell(place, 0), scene, frame, styles, column, words)
    return sheet.figure


def panel(axes, scene, frame, styles: dict, column: str, words: str) -> None:
    counted = np.unique(frame["workers"])
    factor = 100.0 if column == "efficiency" else 1.0
    ideal = counted if column == "speedup" else np.full(len(counted), 100.0)
    axes.plot(counted, ideal, color=look.PALE, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.annotate("ideal", (counted[-1], ideal[-1]), (0, 4), textcoords="offset points", ha="right", fontsize=7.5,
                  color=look.PALE)
    for name, rows in frame.groupby("series", sort=False):
        colour, dash, marker = styles[name]
        axes.plot(rows["workers"], factor * rows[column], color=colour, linestyle=look.DASHES[dash], linewidth=1.2)
        for at, row in enumerate(rows.itertuples()):
            middle = factor * getattr(row, column)
            error = np.array([[middle * (1 - row.low / row.speed)], [middle * (row.high / row.speed - 1)]])
            axes.errorbar(row.workers, middle, np.maximum(error, 0), color=scene.look.of(row.configuration).colour if colour == look.PALE else colour,
                          marker=marker, markersize=5, elinewidth=1.0, capsize=2.5, zorder=3)
    if counted[-1] > 4 * counted[0]:
        axes.set_xscale("log", base=2)
        if column == "speedup":
            axes.set_yscale("log", base=2)
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    if column == "efficiency":
        axes.set_ylim(0, max(108.0, 108 * frame["efficiency"].max()))
    axis_of.ticks_at(axes.xaxis, counted, [f"{n}" for n in counted])
    axes.set(xlabel="workers", ylabel=words)
    axes.set_title(words.split(" (")[0].capitalize())
