"""schedule.py - the averaging period and the learning rate over time."""
import pandas

from .. import prepare
from . import curve

BRIEF = "averaging period and learning rate over time"
NEEDS = "evaluations with local_steps or lr"
OPTIONS = ("facet",)
USUAL = False


def held(scene) -> list:
    return [column for column in ("local_steps", "lr") if prepare.has(scene.record, column)]


def missing(scene, choice) -> str:
    return "" if held(scene) else "the evaluations hold neither local_steps nor lr; learn = true gives lr"


def data(scene, choice):
    """The columns of a curve, and quantity: local_steps or lr."""
    return pandas.concat([scene.bands("time_s", column).assign(quantity=column) for column in held(scene)],
                         ignore_index=True)


def draw(scene, frame, choice):
    pairs = [("time_s", column) for column in dict.fromkeys(frame["quantity"])]
    return curve.faceted(scene, frame, pairs, scene.arranged(choice.facet))
