"""passes.py - the steps of a worker that computes layer by layer, as the labels of its record tell them (FORMAT.md).

A step is looked at from the beginning of its backward pass to the end of the forward pass that uses what comes of it, where
the next backward pass begins: all of its communication lies in there.  Of several batches whose gradients are added up the last
one's passes count."""
from typing import NamedTuple

import numpy as np

from . import stretch
from .course import columns
from .who import Who, those


class Step(NamedTuple):
    number: int     # from 1
    start: float
    end: float
    whole: bool     # a forward pass follows


def labelled(run) -> bool:
    """Its strategy goes through the model layer by layer, and what it did was traced."""
    return "label" in run.spans and len(run.layers) > 0 and len(run.parts) > 0


def steps(run, who: Who) -> list:
    """The steps of a worker; the last ends with the run, as there is nothing to use its outcome."""
    kind, label, start = columns(run.spans, "kind", "label", "start_s")
    own = np.array([one == who for one in those(run.spans)], bool)
    mine = np.flatnonzero(own & (kind == "compute") & (label != 0))
    mine = mine[np.argsort(start[mine], kind="stable")]
    back = label[mine] < 0
    begins = start[mine][back & ~np.concatenate([[False], back[:-1]])].tolist()
    end = float(run.final["time_s"])
    if len(run.messages) > 0:       # nothing leaves before the last of several batches
        left = np.sort(columns(run.messages, "departed_s")[0][taking_part(run, who)])
        begins = [begin for begin, after in zip(begins, [*begins[1:], end + 1]) if np.searchsorted(left, begin) < np.searchsorted(left, after)]
    return [Step(number, begin, after, after is not end)
            for number, (begin, after) in enumerate(zip(begins, [*begins[1:], end]), 1)]


def on_the_wire(run, who: Who) -> np.ndarray:
    """When a message from or to a worker or server, or a hand of it, was on its way: a union of stretches of time."""
    departed, arrived = columns(run.messages, "departed_s", "arrived_s")
    mine = taking_part(run, who)
    return stretch.union(departed[mine], arrived[mine])


def taking_part(run, who: Who) -> np.ndarray:
    """Of each message, whether it is from or to a worker or server, or a hand of it."""
    ends = zip(those(run.messages, "from"), those(run.messages, "to"))
    return np.array([who in (a.program, b.program) for a, b in ends], bool)


def computing(run, who: Who) -> np.ndarray:
    """When it computed itself."""
    kind, start, end = columns(run.spans, "kind", "start_s", "end_s")
    mine = np.array([one == who for one in those(run.spans)], bool) & (kind == "compute")
    return stretch.union(start[mine], end[mine])
