"""differences.py - final results against one configuration's, paired over common seeds, with 95 % t intervals."""
import numpy as np
import pandas
from matplotlib.lines import Line2D

from .. import axes as axis_of
from .. import interval, label, look, prepare
from ..sheet import Sheet, indent_of
from . import breakdown

BRIEF = "paired differences of final results from one configuration, with 95 % intervals"
NEEDS = "two configurations or more, with two common seeds"
OPTIONS = ("against",)
USUAL = True
AT_MOST = 24
RESULTS = ("loss", "accuracy", "time_s", "bytes", "joules")


def baseline(scene, choice):
    """The configuration that the others are compared with: the first of the sweep unless chosen; None if unknown."""
    wanted = choice.against
    return next((c for c in scene.shown if wanted in (None, c.label)), None)


def missing(scene, choice) -> str:
    first = baseline(scene, choice)
    if first is None:
        return "--against: " + label.unknown(choice.against, (c.label for c in scene.shown), "the configurations")
    if not any(len(first.by_seed().keys() & c.by_seed().keys()) > 1 for c in scene.shown if c is not first):
        return "no two configurations have two seeds in common; seeds = 5 in the scenario gives them"
    if len(scene.shown) > AT_MOST and not choice.given:
        return f"{len(scene.shown)} configurations are too many rows to read; --against draws them all the same"
    return ""


def data(scene, choice):
    """Configuration, result, mean, low, high of the difference, seeds (pairs), verdict: lower, higher, not told
    apart, or why there is none; baseline: the mean that the difference is from."""
    first, rows = baseline(scene, choice), []
    for column in RESULTS:
        base = outcome(first, column)
        for c in scene.shown:
            other = outcome(c, column)
            if c is not first and base and other:
                found = interval.paired(base, other)
                rows.append((c.label, column, found.mean, found.low, found.high, found.count,
                             interval.verdict(found), float(np.mean(list(base.values())))))
    names = ["configuration", "result", "mean", "low", "high", "seeds", "verdict", "baseline"]
    return pandas.DataFrame(rows, columns=names)


def outcome(configuration, column: str) -> dict:
    """Seed -> final result, of the runs that have one; a diverged run saved nothing by ending early."""
    values = {seed: np.inf if run.status == "diverged" else prepare.final_of(run, column)
              for seed, run in configuration.by_seed().items()}
    return {seed: value for seed, value in values.items() if value is not None}


def draw(scene, frame, choice):
    first = baseline(scene, choice)
    names = [c.label for c in scene.shown if c is not first]
    results = [column for column in RESULTS if (frame["result"] == column).any()
               and prepare.changes(scene.shown, column)][:3] or [frame["result"].iloc[0]]
    words = [breakdown.bar_label(scene, name) for name in names]
    left = indent_of(words)
    sheet = Sheet(scene, len(results), 1, (2.9, max(1.0, 0.32 * len(names))), legend=signs(scene, first), left=left,
                  words="mean over common seeds and its 95 % t interval, each by itself; "
                        "an interval that holds 0 tells nothing apart")
    for place, column in enumerate(results):
        axes = sheet.cell(place, 0)
        panel(axes, scene, frame[frame["result"] == column], names, column)
        axes.set_yticks(range(len(names)), words if place == 0 else [""] * len(names))
    return sheet.figure


def signs(scene, first) -> list:
    def sample(**more):
        return Line2D([], [], color=look.PALE, marker="o", linewidth=1.4, markersize=5, **more)
    return [(look.handle(scene.look.of(first.label).colour), f"0: {first.label}"), (sample(), "differs"),
            (sample(markerfacecolor="white"), "not told apart from it")]


def panel(axes, scene, frame, names: list, column: str) -> None:
    factor, words = axis_of.result(column, frame[["mean", "low", "high"]].to_numpy())
    for row in frame.itertuples():
        place, colour = names.index(row.configuration), scene.look.of(row.configuration).colour
        if not np.isfinite(row.mean):
            axes.annotate(row.verdict, (0, place), (4, 0), textcoords="offset points", fontsize=7, va="center",
                          color=look.PALE)
            continue
        told = row.verdict in ("lower", "higher")
        axes.plot([row.low / factor, row.high / factor], [place, place], color=colour, linewidth=1.6)
        axes.plot(row.mean / factor, place, "o", color=colour, markersize=5.5,
                  markerfacecolor=colour if told else "white")
    axes.axvline(0, color=look.INK, linewidth=0.8, zorder=1)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=5)
    axes.margins(x=0.12)
    axes.set_xlabel(f"difference of {words}" if column != "accuracy" else "difference of accuracy (% points)")
    axes.set_title(label.title(label.RESULTS[column]))
