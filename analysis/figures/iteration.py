"""iteration.py - what one step of training takes in time and bytes against a swept number, such as the bandwidth of the links; a line
for each system or other choice.

The first step waits for nobody and nobody waits for the last, so that both are left out where there are enough evaluations."""
import math
from dataclasses import dataclass, replace

import numpy as np

from .. import label
from ..value import ABSENT, Outcome
from . import Choice, sweep, tradeoff

BRIEF = "time and bytes of one step against a swept number, such as the bandwidth"
NEEDS = "a swept number, and evaluations at three different steps or more"
OPTIONS = ("x", "facet")
USUAL = True
PREFERRED = "platform.bandwidth"


def key_of(scene, choice) -> str:
    """As chosen; else the bandwidth where it was swept; else the number that figure tradeoff takes."""
    if not choice.x and len(sweep.numbers_of(scene, PREFERRED)) > 1:
        return PREFERRED
    return tradeoff.key_of(scene, choice)


def with_key(scene, choice):
    return replace(choice, x=key_of(scene, choice) or choice.x, value=None)


def per_step(run, column: str) -> float:
    """What a step adds to a column, from one evaluation to another; NaN if there are fewer than two steps apart."""
    marks = run.evaluations
    if "step" not in marks or column not in marks:
        return math.nan
    rows = marks[marks["step"] > 0].drop_duplicates("step")     # at step 0 nothing has been done
    rows = rows.iloc[:-1] if len(rows) > 2 else rows
    steps = np.asarray(rows["step"], float)
    values = np.asarray(rows[column], float)
    return float((values[-1] - values[0]) / (steps[-1] - steps[0])) if len(rows) > 1 else math.nan


@dataclass(frozen=True)
class PerStep:
    """What a step adds to a column, as sweep.py draws a Value."""
    column: str
    words: str
    is_result: bool = False
    counts: bool = False

    @property
    def text(self) -> str:
        return self.words

    def of(self, run) -> Outcome:
        number = per_step(run, self.column)
        return Outcome(number) if math.isfinite(number) else Outcome(math.nan, ABSENT)

    def scaled(self, most: float) -> tuple:
        factor, unit = label.column_unit(self.column, most)
        return factor, label.with_unit(self.words, unit)


VALUES = (PerStep("time_s", "time of one step"), PerStep("bytes", "bytes received in one step"))


def values_of(scene, choice) -> list:
    """Time, and bytes where they depend on a choice."""
    frame = sweep.table(scene, with_key(scene, choice), list(VALUES))
    other = frame[frame["result"] == VALUES[1].text]["median"]
    return list(VALUES) if len(other) and np.ptp(other) > 1e-3 * np.abs(other).max() else [VALUES[0]]


def missing(scene, choice) -> str:
    if sentence := sweep.missing(scene, with_key(scene, choice)):
        return sentence
    if not any(math.isfinite(per_step(run, "time_s")) for c in scene.shown for run in c.shown):
        return "its runs were evaluated at too few steps to tell the time of one; evaluate = { rounds = 1 } and stop = { rounds = 5 } do so"
    return ""


def dull(scene) -> bool:
    """No number of the platform was swept, or a step takes as long whatever it is."""
    if not key_of(scene, Choice()).startswith("platform."):
        return True
    times = [per_step(run, "time_s") for c in scene.shown for run in c.shown]
    times = [time for time in times if math.isfinite(time)]
    return not times or max(times) < 1.05 * min(times)


def data(scene, choice):
    """The rows of sweep.data: time of one step, and bytes received in one where they depend on a choice."""
    return sweep.table(scene, with_key(scene, choice), values_of(scene, choice))


def draw(scene, frame, choice):
    return sweep.page(scene, frame, with_key(scene, choice), values_of(scene, choice))
