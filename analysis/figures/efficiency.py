"""efficiency.py - how well the order of transfers hides communication behind computing: TicTac's scheduling efficiency.

E = (U - T) / (U - L) of a step that takes T: U is the time of all that worker 0 computes, sends and receives, one after another; L that of
the busiest of the three.  1: nothing could be better with the same bytes; 0: as if nothing overlapped; below: it waits for others, too.
Source: Hashemi, Abdu Jyothi, Campbell 2019, "TicTac: Accelerating Distributed Deep Learning with Communication Scheduling", section 3.2."""
import numpy as np
import pandas

from .. import passes, stretch
from ..course import columns
from ..sheet import Sheet, indent_of
from ..who import Who, those

BRIEF = "scheduling efficiency: how well each choice hides communication behind computing"
NEEDS = "a strategy that goes layer by layer, with trace = \"messages\""
OPTIONS = ()
USUAL = False
WORKER = Who("worker", 0)


def bounds(run, step) -> tuple:
    """Seconds of a step of worker 0: all it does one after another, and the busiest of computing, sending and receiving."""
    departed, arrived = columns(run.messages, "departed_s", "arrived_s")
    busy = [passes.computing(run, WORKER)]
    for end in ("from", "to"):
        mine = np.array([one.program == WORKER for one in those(run.messages, end)], bool)
        busy.append(stretch.union(departed[mine], arrived[mine]))
    seconds = [stretch.length(stretch.clip(one, step.start, step.end)) for one in busy]
    return sum(seconds), max(seconds)


def rows_of(run) -> list:
    """upper_s, lower_s, time_s and efficiency of each whole step."""
    found = []
    for step in passes.steps(run, WORKER):
        upper, lower = bounds(run, step)
        if step.whole and upper > lower:
            time = step.end - step.start
            found.append((upper, lower, time, (upper - time) / (upper - lower)))
    return found


def held(run) -> bool:
    return run.complete and passes.labelled(run) and len(run.messages) > 0


def missing(scene, choice) -> str:
    if any(held(run) and rows_of(run) for c in scene.shown for run in c.shown):
        return ""
    return "its runs hold no messages of a step that goes layer by layer; a strategy that does, with trace = \"messages\", leaves them"


def data(scene, choice):
    """Configuration, run; of its whole steps the mean upper_s, lower_s, time_s and efficiency."""
    found = [(c.label, run.id, *np.mean(rows, axis=0)) for c in scene.shown for run in c.shown if held(run) and (rows := rows_of(run))]
    return pandas.DataFrame(found, columns=["configuration", "run", "upper_s", "lower_s", "time_s", "efficiency"])


def draw(scene, frame, choice):
    """A bar is the median of a configuration's runs, a dot one of them."""
    names = list(dict.fromkeys(frame["configuration"]))
    sheet = Sheet(scene, 1, 1, (5.0, 0.5 + 0.3 * len(names)), left=indent_of(names),
                  words="E = (U - T) / (U - L) of the steps of worker 0, T seconds each: U is all it computes, sends and receives one after "
                        "another, L the busiest of the three; bar: median of runs, dot: a run")
    axes = sheet.cell(0, 0)
    place = frame["configuration"].map(names.index).to_numpy()
    middle = frame.groupby("configuration", sort=False)["efficiency"].median()
    axes.barh(range(len(names)), [middle[name] for name in names], height=0.6, color="0.75")
    axes.plot(frame["efficiency"], place, "o", color="0.25", markersize=4)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(min(0.0, frame["efficiency"].min() - 0.05), 1.02)
    axes.grid(False, axis="y")
    axes.set_xlabel("scheduling efficiency (1: as fast as the busiest resource)")
    return sheet.figure
