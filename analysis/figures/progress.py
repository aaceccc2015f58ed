"""progress.py - what an update brings, how fast updates come, and what both make together: progress over time.

A rule that waits for nobody gets more updates in the same time, each of which brings less.  The first panel shows the one, the second
the other, and only the third says who wins.  Source: Ho et al. 2013, figure 3 (iterations per second and progress per iteration)."""
import pandas

from .. import facet, label, prepare
from . import Choice, ages, curve

BRIEF = "progress per update, updates per second and progress per second, side by side"
NEEDS = "evaluations"
OPTIONS = ("x", "y", "facet")
USUAL = True
LEAST = 3           # evaluations that show how a run gets on


def pairs_of(scene, choice) -> list:
    """(x, y) of the panels; an update is a step unless another column counts them."""
    count, (_, what) = choice.x or "step", curve.columns(scene, choice)
    return [(count, what), ("time_s", count), ("time_s", what)]


def missing(scene, choice) -> str:
    if choice.x == "time_s":
        return "--x time_s: expected a column that counts what is done, such as step, round or epoch"
    facet.keys_of(scene.record, choice.facet)
    x, y = pairs_of(scene, choice)[0]
    if x not in label.ACROSS or not prepare.has(scene.record, x):
        return curve.missing(scene, choice)
    if not any(len(run.evaluations) >= LEAST for c in scene.shown for run in c.shown):
        return "its runs hold the first and the last evaluation alone; a scenario with, say, evaluate = { rounds = 1 } shows the way between them"
    return curve.missing(scene, Choice(y=choice.y))


def dull(scene) -> bool:
    """Every update is computed on the newest model, so that all ways make equal progress with it."""
    return bool(ages.missing(scene, Choice()))


def data(scene, choice):
    """The columns of a curve, and quantity: what it shows, over: against what."""
    frames = [scene.bands(x, y).assign(quantity=y, over=x) for x, y in pairs_of(scene, choice)]
    return pandas.concat(frames, ignore_index=True)


def draw(scene, frame, choice):
    return curve.faceted(scene, frame, pairs_of(scene, choice), scene.together(choice.facet))
