"""turns.py - why a hand began to send when it did: a part of the gradient leaves when its turn has come.

Its turn is what ends last of these: its layer's backward pass (without servers, that of the last worker), or what a server
needed for its answer; the way of a part that left before it and whose credit it needs; and the overhead of its queue, which
begins with either, or when the part before has left.  A part is known by the label of its messages."""
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .course import Course, columns
from .who import Who

CLOCK = 1e-9        # seconds that the simulator's clock may be off, after a time that it has added


class Moments:
    """Things that happen, in the order of time: what each is, and when."""

    def __init__(self, rows: list):
        self.rows = sorted(rows, key=lambda row: row[0])
        self.times = np.array([row[0] for row in self.rows])

    def at(self, time: float, off: float) -> list:
        """What happened then, or so many seconds off at most, the nearest first."""
        first, last = np.searchsorted(self.times, time - off), np.searchsorted(self.times, time + off, side="right")
        return sorted(self.rows[first:last], key=lambda row: abs(row[0] - time))


class Leaving(NamedTuple):
    """What leaves: the label of a part, and to whom it goes."""
    label: int
    to: Who


class Turns:
    def __init__(self, course: Course):
        self.course = course
        queue = course.run.config.get("queue", {})
        self.overhead = float(queue.get("overhead", 0.0)) if isinstance(queue, dict) else 0.0
        self._off = CLOCK if self.overhead > 0 else 0.0

    def before(self, who: Who, time: float, part: Leaving):
        """Of a hand from which a part left at that time: (when its turn was decided, who was late then, and what left from them
        just then), or None.  Where a message was late, its number stands in place of who."""
        decided = time - self.overhead
        ways = (self._asked, self._credit, self._after) if who.serves else (self._brought, self._credit, self._after)
        return next((found for way in ways if (found := way(who, decided, part))), None)

    @cached_property
    def _served(self) -> bool:
        """Without servers a part's turn comes for all workers at once."""
        return any(who.serves for who in self.course.actors)

    def _one_queue(self, who: Who, part: Leaving, j: int) -> bool:
        """Another part, of a message, stood in the same queue: on the way to servers, from a server to the same worker, or,
        without servers, among those of all."""
        m = self.course.messages
        if m["label"][j] == part.label:
            return False
        if not self._served:
            return True
        return m["from"][j].program == who.program and (not who.serves or m["to"][j].program == part.to)

    def _brought(self, who: Who, time: float, part: Leaving):
        """The backward pass of its first layer ended then."""
        layer = self._first_layer.get(part.label)
        passes = [row for row in self._passes.at(time, self._off) if not self._served or row[1] == who.program]
        return next(((end, one, None) for end, one, label in passes if layer is None or label == -(layer + 1)), None)

    def _asked(self, who: Who, time: float, part: Leaving):
        """The hand had what it needed then."""
        spans = self.course.spans.get(who)
        at = spans.near(time, self._off) if spans is not None else -1
        return (float(spans.end[at]), who, None) if at >= 0 and spans.label[at] == part.label and spans.peer[at] != who else None

    def _credit(self, who: Who, time: float, part: Leaving):
        """The way of another part ended then, or its receiver, which had waited for something else, took it; of a way on one
        host, which takes no time and is not recorded, that is all there is."""
        m = self.course.messages
        ended = [j for _, j in self._arrivals.at(time, self._off) if self._one_queue(who, part, j)]
        if ended:
            return m["arrived_s"][ended[0]], ended[0], None
        taken = [j for _, j in self._takings.at(time, self._off) if self._one_queue(who, part, j)]
        if taken:
            return m["taken_s"][taken[0]], m["to"][taken[0]], None
        ends = [(end, one) for end, one, label in self._ends.at(time, self._off) if who.serves and one.program == part.to and label != part.label]
        return (*ends[0], None) if ends else None

    def _after(self, who: Who, time: float, part: Leaving):
        """The part before it in the queue left then, and the overhead of this one began."""
        m = self.course.messages
        left = [j for _, j in self._departures.at(time, self._off) if self._one_queue(who, part, j)] if self.overhead > 0 else []
        return (m["departed_s"][left[0]], m["from"][left[0]], leaving(m, left[0])) if left else None

    @cached_property
    def _first_layer(self) -> dict:
        """Label -> the first layer of the part, whose backward pass ends last."""
        return {part: int(layer) for part, layer in enumerate(columns(self.course.run.parts, "from")[0], 1)}

    @cached_property
    def _passes(self) -> Moments:
        return Moments([(float(end), who, int(label)) for who, spans in self.course.spans.items() if not who.hand
                        for kind, end, label in zip(spans.kind, spans.end, spans.label) if kind == "compute"])

    @cached_property
    def _arrivals(self) -> Moments:
        return Moments([(time, j) for j, time in enumerate(self.course.messages["arrived_s"])])

    @cached_property
    def _takings(self) -> Moments:
        return Moments([(time, j) for j, time in enumerate(self.course.messages["taken_s"]) if time == time])

    @cached_property
    def _ends(self) -> Moments:
        """Of stretches of time of hands."""
        return Moments([(float(end), who, int(label)) for who, spans in self.course.spans.items() if who.hand
                        for end, label in zip(spans.end, spans.label)])

    @cached_property
    def _departures(self) -> Moments:
        return Moments([(time, j) for j, time in enumerate(self.course.messages["departed_s"])])


def leaving(messages: dict, j: int) -> Leaving:
    return Leaving(messages["label"][j], messages["to"][j].program)
