"""tradeoff.py - what waiting less costs and saves: time to a target against a swept number, as the product of steps and time per step.

How far workers may be ahead, how many of them need not be waited for, how seldom they average: each makes steps faster and lets more of
them be needed.  Source of the two factors: Hadjis et al. 2016, arXiv:1606.04487 (hardware and statistical efficiency); Chen et al.
2016, arXiv:1604.00981, draw them against the number of backup workers."""
import math
from dataclasses import dataclass, replace

from .. import label, prepare
from ..value import CENSORED, KNOWN, Outcome, Value
from . import Choice, sweep, target

BRIEF = "time to a target against a swept number, beside its two factors: steps to the target, and time per step"
NEEDS = "a swept number, and evaluations with a column of which low or high is better"
OPTIONS = ("x", "y", "target", "facet")
USUAL = True
LEAST = 3           # values of the number that make a curve


def key_of(scene, choice) -> str:
    """As chosen; else the swept number; else, of choices that were swept, the number with the most values; "" if there is none."""
    if choice.x or prepare.numeric_key(scene.record):
        return choice.x or prepare.numeric_key(scene.record)
    counts = {key: len(sweep.numbers_of(scene, key)) for key in scene.record.axes}
    best = max(counts, key=counts.get, default="")
    return best if counts.get(best, 0) > 1 else ""


def with_key(scene, choice):
    """The choice as the sweep understands it."""
    return replace(choice, x=key_of(scene, choice) or choice.x, value=None)


def missing(scene, choice) -> str:
    return sweep.missing(scene, with_key(scene, choice)) or target.missing(scene, replace(choice, target=choice.target or goal_of(scene, choice)))


def goal_of(scene, choice):
    """The target, None where it is no number."""
    column = target.column_of(scene, choice)
    if column not in scene.record.columns or not prepare.has(scene.record, column):
        return None
    goal = target.target_of(scene, choice)
    return goal if math.isfinite(goal) else None


def dull(scene) -> bool:
    """Too few numbers were swept, or too few runs get there on their way."""
    choice = with_key(scene, Choice())
    if len(sweep.numbers_of(scene, choice.x)) < LEAST:
        return True
    found = data(scene, choice)
    return (found["median"].notna() & (found["known"] > 0) & (found["median"] > 0) & found["x"].notna()).sum() < 3 * LEAST


@dataclass
class TimePerStep:
    """The time to a goal over the steps to it, as sweep.py draws a Value.  A run that did not get there has had a time per step, too."""
    time: Value
    steps: Value
    text: str = "time per step"
    column: str = "time_s"
    is_result: bool = False
    counts: bool = False

    def of(self, run) -> Outcome:
        time, steps = self.time.of(run), self.steps.of(run)
        seconds, count = (one.number if one.state == KNOWN else one.end for one in (time, steps))
        return Outcome(seconds / count) if {time.state, steps.state} <= {KNOWN, CENSORED} and count > 0 else replace(time, state="absent")

    @property
    def words(self) -> str:
        return "time per step"

    def scaled(self, most: float) -> tuple:
        factor, unit = label.column_unit("time_s", most)
        return factor, label.with_unit(self.words, unit)


def values_of(scene, choice) -> list:
    column, goal = target.column_of(scene, choice), target.target_of(scene, choice)
    words = f"{column} {'<=' if scene.record.columns[column].better == 'low' else '>='} {goal!r}"
    time, steps = (Value(scene.record, f"{counter}({words})") for counter in ("time_to", "step_to"))
    return [time, steps, TimePerStep(time, steps)]


def data(scene, choice):
    """The rows of sweep.data: time to the target, steps to it, and time per step, which of runs that never get there is that of all
    their steps."""
    return sweep.table(scene, with_key(scene, choice), values_of(scene, choice))


def draw(scene, frame, choice):
    return sweep.page(scene, frame, with_key(scene, choice), values_of(scene, choice))
