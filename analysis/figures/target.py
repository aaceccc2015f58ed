"""target.py - simulated time until a loss or an accuracy is reached; runs that ended before are shown as censored."""
import numpy as np
import pandas
from matplotlib.lines import Line2D

from .. import axes as axis_of
from .. import label, look, prepare
from ..sheet import RowLabels, Sheet
from . import Choice

BRIEF = "time to reach a loss, an accuracy or another column, run by run; runs that never did are shown as censored"
NEEDS = "evaluations with a column of which low or high is better"
OPTIONS = ("y", "target")
USUAL = True
AT_MOST = 24


def column_of(scene, choice) -> str:
    return choice.y or ("loss" if prepare.has(scene.record, "loss") else "accuracy")


def target_of(scene, choice) -> float:
    """As chosen; else what the scenario stops at; else, in two digits, what half of the configurations end with."""
    column = column_of(scene, choice)
    if choice.target is not None:
        return choice.target
    stops = {run.config.get("stop", {}).get(column, 0) for c in scene.shown for run in c.shown}
    if len(stops) == 1 and (stop := stops.pop()):
        return stop
    ends = prepare.finite([prepare.final_spread(c, column)[:1] for c in scene.shown])
    middle = float(np.median(ends)) if len(ends) else np.nan
    if not np.isfinite(middle) or middle <= 0:
        return middle
    digit = 10.0 ** (np.floor(np.log10(middle)) - 1)
    return float(np.round((np.ceil if scene.record.columns[column].better == "low" else np.floor)(middle / digit) * digit, 12))


def missing(scene, choice) -> str:
    column = column_of(scene, choice)
    known = [name for name, words in {**scene.record.columns}.items() if words.better]
    if column not in known + ["loss", "accuracy"]:
        return f"--y {column}: a target needs a column of which low or high is better: {', '.join(known) or 'there is none'}"
    if not prepare.has(scene.record, column):
        return f"the evaluations hold no {column}; learn = true and data with test samples give it"
    if choice.target is not None and label.percent(scene.record.columns[column].label) == 100.0 and not 0 <= choice.target <= 1:
        return f"--target: {column}: expected a share such as 0.9, got {choice.target:g}"
    if sum(len(c.shown) for c in scene.shown) < 2 and not choice.given:
        return "one run alone has no times to compare; --target draws it all the same"
    if len(scene.shown) > AT_MOST and not choice.given:
        return f"{len(scene.shown)} configurations are too many rows to read; --target says to draw them all the same"
    return ""


def dull(scene) -> bool:
    """No run gets to its target on its way, or all have it from the beginning on."""
    reached = data(scene, Choice())["reached_s"]
    return not (reached > 0).any()


def data(scene, choice):
    """A row a run: configuration, run, seed, reached_s (NaN: never), end_s: when it ended, censored: 1 or 0."""
    column, target = column_of(scene, choice), target_of(scene, choice)
    rows = [(c.label, run.id, run.config.get("seed", run.swept.get("seed")), prepare.reached(run, column, target),
             float(run.evaluations["time_s"].iloc[-1])) for c in scene.shown for run in c.shown if len(run.evaluations)]
    frame = pandas.DataFrame(rows, columns=["configuration", "run", "seed", "reached_s", "end_s"])
    return frame.assign(censored=frame["reached_s"].isna().astype(int))


def draw(scene, frame, choice):
    names = list(dict.fromkeys(frame["configuration"]))
    labels = RowLabels([scene.title_of(name) for name in names], row=0.3, least=0.8)
    words = labels.words
    sheet = Sheet(scene, 1, 0, (4.6, 0), tail=labels.high, legend=signs(frame), left=labels.left, right=0.62,
                  words="a point a run: its first evaluation that has reached the target")
    axes = sheet.tail_axes(0, right=0.62)
    known = prepare.finite([frame["reached_s"], frame["end_s"]])
    known = known[known > 0]
    log = len(known) > 0 and known.max() > 30 * known.min()
    factor, unit = (1.0, "s") if log else label.time_unit(known.max(initial=0.0))
    for place, name in enumerate(names):
        row(axes, place, frame[frame["configuration"] == name], scene.look.of(name).colour, factor)
    column, target = column_of(scene, choice), target_of(scene, choice)
    bound = bound_of(scene.record.columns[column].label, target)
    if log:
        axis_of.logarithmic(axes.xaxis, known / factor)
    else:
        axes.set_xlim(0, 1.05 * (known.max() if len(known) else 1) / factor)
    axes.set_yticks(range(len(names)), words)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"simulated time to {bound} ({unit})")
    axes.set_title(f"Time to {bound}")
    return sheet.figure


def bound_of(words: str, target: float) -> str:
    """"a loss of 0.5", "an accuracy of 90 %"."""
    name = words.split(" (")[0]
    unit = " %" if label.percent(words) == 100.0 else ""
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name} of {label.percent(words) * target:.4g}{unit}"


def signs(frame) -> list:
    """The legend: what the signs mean."""
    samples = [(Line2D([], [], color=look.PALE, marker="o", linestyle="", markersize=4.5, alpha=0.7), "reached"),
               (Line2D([], [], color=look.PALE, marker="|", linestyle="", markersize=10, markeredgewidth=2),
                "median, where more than half of the runs reached it")]
    if frame["censored"].any():
        samples.append((Line2D([], [], color=look.PALE, marker=">", linestyle="", markersize=5,
                               markerfacecolor="white"), "censored: ended before, at this time"))
    return samples


def row(axes, place: int, runs, colour, factor: float) -> None:
    """The runs of one configuration, a little apart so that equal ones are both seen."""
    apart = np.linspace(-0.16, 0.16, len(runs)) if len(runs) > 1 else np.zeros(1)
    ended = runs["censored"].to_numpy() == 1
    axes.plot(runs["reached_s"] / factor, place + apart, "o", color=colour, markersize=4.5, alpha=0.7,
              markeredgewidth=0)
    axes.plot(runs["end_s"][ended] / factor, place + apart[ended], ">", markeredgecolor=colour,
              markerfacecolor="white", markersize=5)
    if ended.mean() < 0.5:
        middle = float(np.median(runs["reached_s"].fillna(np.inf)))
        axes.plot([middle / factor] * 2, [place - 0.32, place + 0.32], color=colour, linewidth=2.2)
    axes.annotate(f"{(~ended).sum()} of {len(runs)}", (1.0, place), (4, 0), xycoords=("axes fraction", "data"),
                  textcoords="offset points", fontsize=7, color=look.PALE, va="center", annotation_clip=False)
