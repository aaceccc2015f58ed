"""blame.py - the critical path of a run: backwards from its end, what each moment was waiting for.

Whoever was busy last computed, or waited for a message.  A message was on its way, its latency first and then its
bytes, and before that its sender computed or waited for yet another.  So every moment of the run has one cause, and
the parts of the path fill the run from 0 to its end without a gap."""
from collections import defaultdict, namedtuple

from .course import Course, Route
from .turns import Leaving, Turns, leaving
from .who import NOBODY, Who

# kind and whose: compute, of a Who; of a message that it was lost, and its latency, of a pair of them; then what its
# bytes take alone, with those that its sender has on their way for the same part, by the bandwidth of the narrowest link,
# and what the TCP window of the pair adds to that; then, on the busiest link, sharing with others; overhead, of a worker or
# server whose part of the gradient is made ready to leave; pause, of one asleep or waiting for a deadline; off, of one at
# rest; idle, of one of whom nothing is known.
# pair: sender and receiver, where it is part of a message.
Part = namedtuple("Part", "start end kind whose pair", defaults=(None,))
MARK = 1e-8         # seconds: the end of a round takes no longer
KINDS = ("compute", "loss", "latency", "bandwidth", "window", "sharing", "overhead", "pause", "off", "idle")


class Path:
    """Walks through the course of a run from any moment backwards."""

    def __init__(self, course: Course):
        self.course = course
        self._turns = Turns(course)
        self._before = {}
        self._servers = [who for who in course.spans if who.serves]

    def parts(self, who: Who, time: float, start: float = 0.0) -> list:
        """What who was waiting for, from time backwards to start."""
        found, seen, left = [], set(), None
        while time > start:
            if (who, time, left) in seen:       # a ring of causes that takes no time: leave it by its own past
                parts, (who, back, left) = self._gap(who, time)
            else:
                seen.add((who, time, left))
                parts, (who, back, left) = self._step(who, time, left)
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
        last = [who for who, spans in course.spans.items() if spans.ending(course.end) >= 0]
        last = [who for who in last if course.spans[who].kind[-1] != "off"] or last       # one at rest has ended nothing
        servers = [who for who in last if who.serves]
        who = min(servers, key=self._slept) if servers else last[0] if last else next(iter(course.spans), Who("server", 0))
        return self.parts(who, course.end)[::-1]

    def _slept(self, who: Who) -> float:
        """Seconds that a server waited for nobody in particular when the run ended: of several, the one that was busy last has
        ended it, and the others' waits."""
        spans = self.course.spans[who]
        alone = spans.kind[-1] == "wait" and spans.peer[-1] in (NOBODY, who)
        return float(spans.end[-1] - spans.start[-1]) if alone else 0.0

    # ---- one step back: the parts from a moment to an earlier one, and where to go on: who, when, and which part of the
    # ---- gradient left from them just then, or None ----

    def _step(self, who: Who, time: float, left) -> tuple:
        if (who, time, left) not in self._before:
            self._before[who, time, left] = self._look(who, time, left)
        return self._before[who, time, left]

    def _look(self, who: Who, time: float, left) -> tuple:
        spans = self.course.spans.get(who)
        at = spans.ending(time) if spans is not None else -1
        if at >= 0 and of_another(spans.label[at], left):
            at = -1
        if at < 0:
            return self._begun(who, time, left)
        kind, start, peer = spans.kind[at], float(spans.start[at]), spans.peer[at]
        if kind in ("compute", "off"):
            return [Part(start, time, str(kind), who)], (who, start, None)
        if kind == "wait" and peer == who and time in self.course.gone:        # its own note that somebody is gone
            return [], (self.course.gone[time], time, None)
        if kind == "wait" and peer not in (NOBODY, who):
            return [], (peer, time, Leaving(int(spans.label[at]), who.program) if who.hand and peer.hand else None)
        message = self._arrival(who, peer, time) if kind == "send" else None
        if message is None:
            return self._turn(who, time, left) or ([Part(start, time, "pause", who)], (who, start, None))
        return self._flight(message)

    def _arrival(self, who: Who, peer, time: float):
        """The message whose arrival ended a span: one to who, or one of its own."""
        arrivals = self.course.arrivals
        if peer is NOBODY:
            return arrivals.get((who, None, time))
        return arrivals.get((peer, who, time), arrivals.get((who, peer, time)))

    def _begun(self, who: Who, time: float, left) -> tuple:
        """Nothing of who ends here: it was called by a message, or its turn had come, or a server on its own host called it, or it
        was idle."""
        message = self.course.arrivals.get((None, who, time))
        if message is not None and not of_another(self.course.messages["label"][message], left):
            return self._flight(message)
        turn = self._turn(who, time, left)
        if turn is not None:
            return turn
        for server in self._servers:
            if not who.serves and self.course.spans[server].ending(time) >= 0:
                return [], (server, time, None)
        return (self._allowed(who, time) if who.serves else None) or self._gap(who, time)

    def _allowed(self, who: Who, time: float):
        """A server that lets its workers go on then may have waited for the clock of another site's server, which has just finished
        its round."""
        for server in self._servers:
            spans = self.course.spans[server]
            at = spans.near(time, MARK) if server != who else -1
            if at >= 0:
                end = min(float(spans.end[at]), time)
                return [Part(end, time, "compute", server)] if end < time else [], (server, end, None)
        return None

    def _turn(self, who: Who, time: float, left):
        """What the turn of a hand waited for; None: of that nothing is known."""
        found = self._turns.before(who, time, left) if who.hand and left is not None and left.label > 0 else None
        if found is None:
            return None
        decided, late, before = found
        gap = [Part(decided, time, "overhead", who.program)] if time > decided else []
        if isinstance(late, Who):
            return gap, (late, decided, before)
        parts, on = self._flight(late)
        return gap + parts, on

    def _last(self, who: Who, time: float) -> float:
        spans = self.course.spans.get(who)
        return spans.before(time) if spans is not None else 0.0

    def _gap(self, who: Who, time: float) -> tuple:
        last = self._last(who, time)
        return [Part(last, time, "idle", who)], (who, last, None)

    def _flight(self, i: int) -> tuple:
        """A message: lost tries, its latency, its bytes; before it whoever was late, its sender or its receiver."""
        m = self.course.messages
        pair, departed, arrived = (m["from"][i], m["to"][i]), m["departed_s"][i], m["arrived_s"][i]
        route = self.course.route(pair)
        sent = m["sent_s"][i]
        moving = min(sent + route.latency, arrived)
        part, link = self._of_its_part(i, route, moving, arrived)
        shared = min(moving + max(m["bytes"][i] / route.bandwidth, part), arrived)
        if arrived - shared <= 1e-6 * (arrived - moving) or not route.links:      # rounding, not sharing
            shared = arrived
        held = min(moving + max(m["bytes"][i] / route.capacity, part), shared) if route.capacity > route.bandwidth else shared
        parts = [Part(departed, sent, "loss", pair, pair), Part(sent, moving, "latency", pair, pair),
                 Part(moving, held, *(("bandwidth", link) if link else alone(pair, route)), pair), Part(held, shared, "window", pair, pair)]
        if shared < arrived:
            parts.append(Part(shared, arrived, "sharing", self._busiest(route.links, moving, arrived), pair))
        late = pair[0] if m["posted_s"][i] == departed else pair[1]
        return [part for part in reversed(parts) if part.end > part.start], (late, departed, leaving(m, i))

    def _of_its_part(self, i: int, route: Route, start: float, end: float) -> tuple:
        """What of its flight a link takes for the message and for those of the same part from the same sender, as each message's
        bytes flow evenly, and that link; (0, "") where there are no others: they fill the sender's own link by themselves."""
        m, carried = self.course.messages, {}
        others = self.course.siblings(i)
        for j in others if len(others) > 1 else []:
            way = self.course.route((m["from"][j], m["to"][j]))
            begun = min(m["sent_s"][j] + way.latency, m["arrived_s"][j])
            meanwhile, whole = min(end, m["arrived_s"][j]) - max(start, begun), m["arrived_s"][j] - begun
            for link in way.links if meanwhile > 0 else []:
                carried[link.name] = carried.get(link.name, 0.0) + m["bytes"][j] * meanwhile / whole / link.bandwidth
        found = max(((carried.get(link.name, 0.0), link.name) for link in route.links), key=lambda pair: pair[0], default=(0.0, ""))
        return found if found[0] > m["bytes"][i] / route.capacity else (0.0, "")

    def _busiest(self, links: list, start: float, end: float) -> str:
        """The link that had most to carry for its bandwidth."""
        self.course.load()
        return max(links, key=lambda link: link.carried(start, end) / link.bandwidth).name


def alone(pair: tuple, route: Route) -> tuple:
    """What bounds a message on its own, without a window: the narrowest link; a way without links has latency alone."""
    if not route.links:
        return "latency", pair
    return "bandwidth", min(route.links, key=lambda link: link.bandwidth).name


def of_another(label: int, left) -> bool:
    """A hand goes from part to part: what it did for another one does not explain why this one left."""
    return left is not None and left.label not in (0, label)


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
    was itself doing, or waiting for, all that time.  While a hand waits, its worker computes, or waits itself."""
    total = defaultdict(float)
    for spans in (spans for who, spans in path.course.spans.items() if not who.hand):
        for kind, start, end, peer in zip(spans.kind, spans.start, spans.end, spans.peer):
            if kind == "wait" and peer is not NOBODY:
                for cause, seconds in sums(path.parts(peer, float(end), float(start))).items():
                    total[cause] += seconds
    return total
