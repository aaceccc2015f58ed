"""course.py - what happened in one run, ready to be asked: who did what until when, which message arrived when, and
how much each link carried over time.  Who did it is a Who: a worker, a server, or an actor beside one."""
from functools import cached_property
from typing import NamedTuple

import numpy as np

from . import RecordError, lanes, stretch
from .who import Who, those


def find_run(record, number: int):
    """The run of that number."""
    for run in record.runs:
        if run.id == number:
            return run
    raise RecordError(f"{record.path}: expected a run from {record.runs[0].id} to {record.runs[-1].id}, "
                      f"got {number}")


def columns(table, *names) -> tuple:
    """Columns of a table of the record as arrays; empty ones where the table is absent."""
    return tuple(np.asarray(table[name]) if name in table else np.empty(0) for name in names)


def hosts_of(run) -> dict:
    """Who -> host, also of a worker or server that did nothing but by its hands."""
    host = dict(zip(those(run.workers), columns(run.workers, "host")[0].tolist()))
    return {**{who.program: name for who, name in host.items()}, **host}


class Spans:
    """The stretches of time of one actor, in order; they do not overlap.  peer: a list of Who; label: 0 where there is none."""

    def __init__(self, who: Who, kind, start, end, peer, label):
        self.who, self.kind, self.start, self.end, self.peer, self.label = who, kind, start, end, peer, label

    def ending(self, time: float) -> int:
        """The span that ends at that very time, or else -1."""
        at = int(np.searchsorted(self.end, time))
        return at if at < len(self.end) and self.end[at] == time else -1

    def near(self, time: float, clock: float) -> int:
        """The span that ends about then, the latest if there are several, or else -1."""
        at = int(np.searchsorted(self.end, time + clock, side="right")) - 1
        return at if at >= 0 and self.end[at] >= time - clock else -1

    def before(self, time: float) -> float:
        """When the last span before that time ended; 0 if there is none."""
        at = int(np.searchsorted(self.end, time))
        return float(self.end[at - 1]) if at > 0 else 0.0


class Route(NamedTuple):
    """The way of a message: alone, one of n bytes takes latency + n / bandwidth."""
    latency: float
    bandwidth: float
    capacity: float     # the bandwidth without a TCP window: more where that bounds a message, else the same
    links: list


class Link:
    """A link, and the bytes it has carried by any time: each message's bytes flow evenly while it is on its way."""

    def __init__(self, name: str, bandwidth: float, latency: float, size: float):
        self.name, self.bandwidth, self.latency, self.bytes = name, bandwidth, latency, size
        self._flows = []

    def add(self, start: np.ndarray, end: np.ndarray, size: np.ndarray) -> None:
        lasting = end > start
        self._flows.append((start[lasting], end[lasting], size[lasting] / (end - start)[lasting]))

    @cached_property
    def rate(self) -> tuple:
        """(times, bytes a second from each of them on)."""
        if not self._flows:
            return np.zeros(1), np.zeros(1)
        start, end, rate = (np.concatenate(column) for column in zip(*self._flows))
        time, where = np.unique(np.concatenate([start, end]), return_inverse=True)
        change = np.bincount(where, np.concatenate([rate, -rate]), len(time))
        level = np.cumsum(change)
        return time, np.where(level > 1e-9 * rate.max(initial=0.0), level, 0.0)      # what rounding leaves is nothing

    @cached_property
    def _carried(self) -> tuple:
        time, rate = self.rate
        return time, np.concatenate([[0.0], np.cumsum(rate[:-1] * np.diff(time))])

    def carried(self, start: float, end: float) -> float:
        """Bytes from start to end."""
        before, after = np.interp([start, end], *self._carried)
        return float(after - before)


class Course:
    """The course of a run.  Needs the spans; the messages where they were traced."""

    def __init__(self, run):
        self.run = run
        self.end = float(run.final["time_s"])
        self._loaded = False
        self.hosts = hosts_of(run)

    @cached_property
    def spans(self) -> dict:
        """Who -> Spans, servers first."""
        kind, start, end = columns(self.run.spans, "kind", "start_s", "end_s")
        actor, peer = those(self.run.spans), those(self.run.spans, "peer")
        label = columns(self.run.spans, "label")[0] if "label" in self.run.spans else np.zeros(len(actor), int)
        known = sorted(set(actor))
        number = {who: i for i, who in enumerate(known)}
        place = np.array([number[who] for who in actor], dtype=int)
        order = np.lexsort((end, place))
        cuts = np.flatnonzero(np.diff(place[order])) + 1
        parts = [part for part in np.split(order, cuts) if len(part)]
        return {known[place[p[0]]]: Spans(known[place[p[0]]], kind[p], start[p], end[p], [peer[i] for i in p],
                                               label[p]) for p in parts}

    @cached_property
    def actors(self) -> list:
        """All who did or got anything, servers first."""
        return sorted({*self.spans, *self.messages["from"], *self.messages["to"]})

    @cached_property
    def lanes(self) -> list:
        """The lanes of a timeline that shows all actors."""
        nothing = np.zeros((0, 2))
        return lanes.pack({who: stretch.union(self.spans[who].start, self.spans[who].end) if who in self.spans else nothing
                           for who in self.actors})

    @cached_property
    def messages(self) -> dict:
        """Columns from, to, posted_s, departed_s, sent_s (the last departure), arrived_s, taken_s, bytes, label (0 where there
        is none) as lists."""
        names = ("posted_s", "departed_s", "arrived_s", "taken_s", "bytes")
        found = {name: column.tolist() for name, column in zip(names, columns(self.run.messages, *names))}
        ends = {name: those(self.run.messages, name) for name in ("from", "to")}
        label = columns(self.run.messages, "label")[0].tolist() if "label" in self.run.messages else [0] * len(ends["from"])
        return {**ends, **found, "sent_s": columns(self.run.messages, self._sent)[0].tolist(), "label": label}

    @property
    def _sent(self) -> str:
        """Where nothing can be lost, messages depart once."""
        return "sent_s" if "sent_s" in self.run.messages else "departed_s"

    @cached_property
    def gone(self) -> dict:
        """Time -> who rests until then: it is back, or others go on without it."""
        return {float(end): who for who, spans in self.spans.items()
                for kind, end in zip(spans.kind, spans.end) if kind == "off"}

    @cached_property
    def arrivals(self) -> dict:
        """(from, to, arrival) and (from, None, arrival) and (None, to, arrival) -> number of the message."""
        found = {}
        for i, (a, b, time) in enumerate(zip(*(self.messages[name] for name in ("from", "to", "arrived_s")))):
            found[a, b, time] = found[a, None, time] = found[None, b, time] = i
        return found

    @cached_property
    def _of_a_part(self) -> dict:
        """(sender, label) -> numbers of its messages in the order of their departure, those times, and by when all up to each
        have arrived."""
        found, sent, arrived = {}, *columns(self.run.messages, self._sent, "arrived_s")
        for i, (who, label) in enumerate(zip(self.messages["from"], self.messages["label"])):
            if label > 0:
                found.setdefault((who.program, label), []).append(i)
        ordered = {key: np.array(rows)[np.argsort(sent[rows], kind="stable")] for key, rows in found.items()}
        return {key: (rows, sent[rows], np.maximum.accumulate(arrived[rows])) for key, rows in ordered.items()}

    def siblings(self, i: int) -> list:
        """Numbers of the messages that the sender of a message has on their way for the same part at the same time, with its own."""
        m = self.messages
        rows, sent, reach = self._of_a_part.get((m["from"][i].program, m["label"][i]), ([i], [m["sent_s"][i]], [m["arrived_s"][i]]))
        near = rows[np.searchsorted(reach, m["sent_s"][i], side="right"):np.searchsorted(sent, m["arrived_s"][i])]
        return [int(j) for j in near if m["arrived_s"][j] > m["sent_s"][i]]

    @cached_property
    def routes(self) -> dict:
        """(from, to) -> Route; hands have their program's.  Links that carried no byte have no row, and are no cause of anything."""
        rows = columns(self.run.routes, "latency_s", "bandwidth", "capacity", "links")
        ends = (those(self.run.routes, name, hands=False) for name in ("from", "to"))
        return {(a, b): Route(float(latency), float(bandwidth), float(capacity),
                              [self.links[name] for name in path.split() if name in self.links])
                for a, b, latency, bandwidth, capacity, path in zip(*ends, *rows)}

    def route(self, pair: tuple) -> Route:
        """Of a message from one to another."""
        return self.routes[pair[0].program, pair[1].program]

    @cached_property
    def links(self) -> dict:
        """Name -> Link."""
        rows = zip(*columns(self.run.links, "name", "bandwidth", "latency", "bytes"))
        return {name: Link(name, *map(float, numbers)) for name, *numbers in rows}

    def load(self) -> None:
        """Let the links carry the messages, once."""
        if self._loaded:
            return
        self._loaded = True
        sent, arrived, size = columns(self.run.messages, self._sent, "arrived_s", "bytes")
        rows_of = {}
        for i, (a, b) in enumerate(zip(self.messages["from"], self.messages["to"])):
            rows_of.setdefault((a.program, b.program), []).append(i)
        for pair, rows in rows_of.items():
            route = self.routes[pair]
            for link in route.links:
                link.add(np.minimum(sent[rows] + route.latency, arrived[rows]), arrived[rows], size[rows])
