"""turns.py - why a hand began to send when it did: a part of the gradient leaves when its turn has come.

Its turn is what ends last of these: its layer's backward pass (without servers, that of the last worker); the way of a part
that left before it and whose credit it needs; and the overhead of its queue, which begins with either, or when the part before
has left.  A part is known by the label of its messages."""
from functools import cached_property

import numpy as np

from .course import Course, columns
from .who import Who

CLOCK = 1e-9        # seconds that the simulator's clock may be off


class Moments:
    """Things that happen, in the order of time: what each is, and when."""

    def __init__(self, rows: list):
        self.rows = sorted(rows, key=lambda row: row[0])
        self.times = np.array([row[0] for row in self.rows])

    def at(self, time: float) -> list:
        near = max(CLOCK, 1e-12 * time)
        first, last = np.searchsorted(self.times, [time - near, time + near])
        return self.rows[first:last]


class Turns:
    def __init__(self, course: Course):
        self.course = course
        queue = course.run.config.get("queue", {})
        self.overhead = float(queue.get("overhead", 0.0)) if isinstance(queue, dict) else 0.0

    def before(self, who: Who, time: float, i: int) -> tuple:
        """Of a hand whose message i left at that time: (when its turn was decided, who was late, its message or -1), or None;
        where the turn depended on a message's arrival, who is None."""
        decided = time - self.overhead
        return self._brought(who, decided, i) or self._credit(who, decided, i) or self._after(who, decided, i)

    @cached_property
    def _served(self) -> bool:
        """Without servers a part's turn comes for all workers at once."""
        return any(who.serves for who in self.course.messages["to"])

    def _scope(self, who: Who):
        """Those whose parts stand in one queue."""
        return who.program if self._served or who.serves else None

    def _brought(self, who: Who, time: float, i: int):
        if who.serves:
            return None
        layer = self._first_layer.get(self.course.messages["label"][i])
        passes = [row for row in self._passes.at(time) if self._scope(who) in (None, row[1])]
        found = next((row for row in passes if layer is None or row[2] == -(layer + 1)), None)
        return (found[0], found[1], -1) if found else None

    def _credit(self, who: Who, time: float, i: int):
        """The way of another part that ended then: to servers, of one that the worker sent; from one, to the same worker."""
        m, scope = self.course.messages, self._scope(who)
        ended = [j for _, j in self._arrivals.at(time) if m["label"][j] != m["label"][i] and scope in (None, m["from"][j].program)]
        same = [j for j in ended if m["to"][j].program == m["to"][i].program]
        found = (same or ([] if who.serves else ended) or [None])[0]
        return None if found is None else (m["arrived_s"][found], None, found)

    def _after(self, who: Who, time: float, i: int):
        """The part before it in the queue left then, and the overhead of this one began."""
        m, scope = self.course.messages, self._scope(who)
        if not self.overhead > 0:
            return None
        left = [j for _, j in self._departures.at(time) if m["label"][j] != m["label"][i] and scope in (None, m["from"][j].program) and
                (not who.serves or m["to"][j].program == m["to"][i].program)]
        return (m["departed_s"][left[0]], m["from"][left[0]], left[0]) if left else None

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
    def _departures(self) -> Moments:
        return Moments([(time, j) for j, time in enumerate(self.course.messages["departed_s"])])
