"""exposed.py - exposed communication: of the time that a worker waits, that in which its hands had messages on their way.

Where hands send and receive while their worker computes (strategy overlap), the record has all that the worker does not
compute under wait.  What of it is communication that no computing hides, the spans and messages of its hands tell."""
import numpy as np

from . import stretch
from .course import columns


def seconds(run) -> float:
    """Of a worker, in the mean; 0 where workers have no hands, or spans were not recorded."""
    hand = columns(run.workers, "hand")[0]
    if not (hand != "").any() or "kind" not in run.spans:
        return 0.0
    spans = run.spans
    waits = spans[(spans["kind"] == "wait") & (spans["role"] == "worker") & (spans["hand"] == "")]
    wires, total = by_rank(*on_the_way(run)), 0.0
    for rank, whole in by_rank(*columns(waits, "rank", "start_s", "end_s")).items():
        if rank in wires:
            total += stretch.length(stretch.common(whole, wires[rank]))
    return total / max(1, int(np.sum((run.workers["role"] == "worker") & (hand == ""))))


def on_the_way(run) -> tuple:
    """(rank of a worker, start, end) of what was on its way to or from it or its hands: messages, or, where they were not traced,
    the time that its hands were on the wire."""
    if len(run.messages) == 0:
        spans = run.spans
        sends = spans[(spans["kind"] == "send") & (spans["role"] == "worker")]
        return columns(sends, "rank", "start_s", "end_s")
    ends = [run.messages[run.messages[f"{end}_role"] == "worker"] for end in ("from", "to")]
    rows = [columns(table, end, "departed_s", "arrived_s") for table, end in zip(ends, ("from", "to"))]
    return tuple(np.concatenate(column) for column in zip(*rows))


def by_rank(rank, start, end) -> dict:
    """Rank -> the union of its stretches of time."""
    order = np.argsort(rank, kind="stable")
    known, first = np.unique(rank[order], return_index=True)
    return {int(one): stretch.union(start[rows], end[rows]) for one, rows in zip(known, np.split(order, first[1:]))}
