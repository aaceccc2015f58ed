"""schedule.py - the averaging period and the learning rate over time."""
import pandas

from .. import prepare
from ..sheet import Sheet
from . import curve

BRIEF = "averaging period and learning rate over time"
NEEDS = "evaluations with local_steps or lr"
OPTIONS = ()
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
    shown = list(dict.fromkeys(frame["quantity"]))
    sheet = Sheet(scene, len(shown), 1, (4.2, 2.8), legend=scene.look.legend, words=curve.statistic(scene, frame))
    for place, column in enumerate(shown):
        curve.panel(sheet.cell(place, 0), scene, frame[frame["quantity"] == column], "time_s", column)
    return sheet.figure
