"""blame.py - the critical path of a run: backwards from its end, what each moment was waiting for.

Whoever was busy last computed, or waited for a message.  A message was on its way, its latency first and then its
bytes, and before that its sender computed or waited for yet another.  So every moment of the run has one cause, and
the parts of the path fill the run from 0 to its end without a gap."""
from collections import defaultdict, namedtuple

from .course import NOBODY, SERVER, Course, Route

# kind and whose: compute, of a rank; of a message that it was lost, and its latency, of a pair of ranks; then what its
# bytes take alone, by the bandwidth of the narrowest link, and what the TCP window of the pair adds to that; then, on the
# busiest link, sharing with others;
# pause, of a rank asleep or waiting for a deadline; off, of a rank at rest; idle, of a rank of which nothing is known.
# pair: sender and receiver, where it is part of a message.
Part = namedtuple("Part", "start end kind whose pair", defaults=(None,))
KINDS = ("compute", "loss", "latency", "bandwidth", "window", "sharing", "pause", "off", "idle")


class Path:
    """Walks through the course of a run from any moment backwards."""

    def __init__(self, course: Course):
        self.course = course
        self._before = {}

    def parts(self, rank: int, time: float, start: float = 0.0) -> list:
        """What rank was waiting for, from time backwards to start."""
        found, seen = [], set()
        while time > start:
            if (rank, time) in seen:        # a ring of causes that takes no time: leave it by this rank's own past
                parts, (rank, back) = self._gap(rank, time), (rank, self._last(rank, time))
            else:
                seen.add((rank, time))
                parts, (rank, back) = self._step(rank, time)
            for part in parts:
                if part.end > start:
                    found.append(part._replace(start=max(part.start, start)))
            if back < time:
                seen.clear()
            time = back
        return found

    def whole(self) -> list:
        """The critical path of the run, first part first."""
        course = self.course
        last = [rank for rank, spans in course.spans.items() if spans.ending(course.end) >= 0]
        rank = last[0] if last else next(iter(course.spans), SERVER)
        return self.parts(rank, course.end)[::-1]

    # ---- one step back: the parts from a moment to an earlier one, and where to go on ----

    def _step(self, rank: int, time: float) -> tuple:
        if (rank, time) not in self._before:
            self._before[rank, time] = self._look(rank, time)
        return self._before[rank, time]

    def _look(self, rank: int, time: float) -> tuple:
        spans = self.course.spans.get(rank)
        at = spans.ending(time) if spans is not None else -1
        if at < 0:
            return self._begun(rank, time)
        kind, start, peer = spans.kind[at], float(spans.start[at]), int(spans.peer[at])
        if kind in ("compute", "off"):
            return [Part(start, time, str(kind), rank)], (rank, start)
        if kind == "wait" and peer == rank and time in self.course.gone:        # its own note that somebody is gone
            return [], (self.course.gone[time], time)
        if kind == "wait" and peer not in (NOBODY, rank):
            return [], (peer, time)
        message = self._arrival(rank, peer, time) if kind == "send" else None
        if message is None:
            return [Part(start, time, "pause", rank)], (rank, start)
        return self._flight(message)

    def _arrival(self, rank: int, peer: int, time: float):
        """The message whose arrival ended a span: one to rank, or one of its own."""
        arrivals = self.course.arrivals
        if peer == NOBODY:
            return arrivals.get((rank, None, time))
        return arrivals.get((peer, rank, time), arrivals.get((rank, peer, time)))

    def _begun(self, rank: int, time: float) -> tuple:
        """Nothing of rank ends here: it was called by a message, or by the server on its own host, or was idle."""
        message = self.course.arrivals.get((None, rank, time))
        if message is not None:
            return self._flight(message)
        server = self.course.spans.get(SERVER)
        if rank != SERVER and server is not None and server.ending(time) >= 0:
            return [], (SERVER, time)
        return self._gap(rank, time), (rank, self._last(rank, time))

    def _last(self, rank: int, time: float) -> float:
        spans = self.course.spans.get(rank)
        return spans.before(time) if spans is not None else 0.0

    def _gap(self, rank: int, time: float) -> list:
        return [Part(self._last(rank, time), time, "idle", rank)]

    def _flight(self, i: int) -> tuple:
        """A message: lost tries, its latency, its bytes; before it whoever was late, its sender or its receiver."""
        m = self.course.messages
        pair, departed, arrived = (m["from"][i], m["to"][i]), m["departed_s"][i], m["arrived_s"][i]
        route = self.course.routes[pair]
        sent = m["sent_s"][i]
        moving = min(sent + route.latency, arrived)
        shared = min(moving + m["bytes"][i] / route.bandwidth, arrived)
        if arrived - shared <= 1e-6 * (arrived - moving) or not route.links:      # rounding, not sharing
            shared = arrived
        held = min(moving + m["bytes"][i] / route.capacity, shared) if route.capacity > route.bandwidth else shared
        parts = [Part(departed, sent, "loss", pair, pair), Part(sent, moving, "latency", pair, pair),
                 Part(moving, held, *alone(pair, route), pair), Part(held, shared, "window", pair, pair)]
        if shared < arrived:
            parts.append(Part(shared, arrived, "sharing", self._busiest(route.links, moving, arrived), pair))
        late = pair[0] if m["posted_s"][i] == departed else pair[1]
        return [part for part in reversed(parts) if part.end > part.start], (late, departed)

    def _busiest(self, links: list, start: float, end: float) -> str:
        """The link that had most to carry for its bandwidth."""
        self.course.load()
        return max(links, key=lambda link: link.carried(start, end) / link.bandwidth).name


def alone(pair: tuple, route: Route) -> tuple:
    """What bounds a message on its own, without a window: the narrowest link; a way without links has latency alone."""
    if not route.links:
        return "latency", pair
    return "bandwidth", min(route.links, key=lambda link: link.bandwidth).name


# ---- sums --------------------------------------------------------------------------------------

def clip(parts: list, start: float, end: float) -> list:
    """The pieces of the parts that lie between start and end."""
    inside = (part for part in parts if part.end > start and part.start < end)
    return [part._replace(start=max(part.start, start), end=min(part.end, end)) for part in inside]


def sums(parts: list) -> dict:
    """(kind, whose) -> seconds."""
    total = defaultdict(float)
    for part in parts:
        total[part.kind, part.whose] += part.end - part.start
    return total


def waits(path: Path) -> dict:
    """(kind, whose) -> seconds that all together waited because of it: each wait is put down to what the awaited one
    was itself doing, or waiting for, all that time."""
    total = defaultdict(float)
    for spans in path.course.spans.values():
        for kind, start, end, peer in zip(spans.kind, spans.start, spans.end, spans.peer):
            if kind == "wait" and peer != NOBODY:
                for cause, seconds in sums(path.parts(int(peer), float(end), float(start))).items():
                    total[cause] += seconds
    return total
