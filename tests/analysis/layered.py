"""layered.py - the toy of ByteScheduler as a record holds it: workers that compute layer by layer while their hands bring the
parts of the gradient to a server, one at a time on each link, and fetch what comes of them.

Source: Peng et al. 2019, "A Generic Communication Scheduler for Distributed DNN Training Acceleration", Figure 2: three
layers whose passes take 2 s each, of 3, 6 and 3 B on links of 1 B/s."""
import heapq
import itertools

import numpy as np
from conftest import full_workers, named

FORWARD = BACKWARD = 2.0
SERVER = -1


class Toy:
    """All workers do the same at the same time: one is simulated, and written down for each."""

    def __init__(self, sizes=(3, 6, 3), piece: float = 1.0, priority: bool = True, steps: int = 3, workers: int = 2):
        self.sizes, self.priority, self.steps, self.workers = sizes, priority, steps, workers
        self.parts = [(layer, min(piece, size - at)) for layer, size in enumerate(sizes) for at in np.arange(0, size, piece)]
        self.spans, self.messages, self.ready, self._pushed = [], [], {}, {}
        self._events, self._order = [], itertools.count()
        self._queue, self._free = {"up": [], "down": []}, {"up": True, "down": True}
        self._at(0.0, self._forward, 0, 0)
        self.now = 0.0
        while self._events:
            self.now, _, what, arguments = heapq.heappop(self._events)
            what(*arguments)
        self.end = self.now
        last = max(range(len(self.parts)), key=lambda k: self.ready[steps - 1, k])
        self.spans.append((None, "wait", self._done, self.end, ("hand", last), 0.0, 0))

    def _at(self, time, what, *arguments):
        heapq.heappush(self._events, (time, next(self._order), what, arguments))

    # ---- the worker: a forward pass waits for the parts of its layer ----

    def _forward(self, step, layer):
        if layer == len(self.sizes):
            self._backward(step, layer - 1)
            return
        last = max((self.ready.get((step - 1, k), np.inf) for k, part in enumerate(self.parts) if part[0] == layer and step > 0),
                   default=0.0)
        if last == np.inf:
            self._waiting = (self.now, step, layer)
            return
        self._compute(FORWARD, layer + 1)
        self._at(self.now + FORWARD, self._forward, step, layer + 1)

    def _backward(self, step, layer):
        if layer < 0:
            if step + 1 < self.steps:
                self._forward(step + 1, 0)
            else:
                self._done = self.now
            return
        self._compute(BACKWARD, -(layer + 1))
        self._at(self.now + BACKWARD, self._put, step, layer)

    def _put(self, step, layer):
        for k, part in enumerate(self.parts):
            if part[0] == layer:
                heapq.heappush(self._queue["up"], (layer if self.priority else 0, next(self._order), step, k))
        self._leave("up")
        self._backward(step, layer - 1)

    def _compute(self, seconds, label):
        self.spans.append((None, "compute", self.now, self.now + seconds, None, 0.0, label))

    # ---- a hand for each part, and a queue in front of each link ----

    def _leave(self, way):
        if not self._free[way] or not self._queue[way]:
            return
        self._free[way] = False
        _, _, step, k = heapq.heappop(self._queue[way])
        self._at(self.now + self.parts[k][1], self._arrive, way, step, k, self.now)

    def _arrive(self, way, step, k, departed):
        self._free[way] = True
        self.messages.append((way, k, departed, self.now, self.parts[k][1]))
        if way == "up":
            heapq.heappush(self._queue["down"], (self.parts[k][0] if self.priority else 0, next(self._order), step, k))
            self._pushed[step, k] = departed
            self._leave("down")
        else:
            self.spans.append((k, "wait", self._pushed[step, k], departed, "server", 0.0, k + 1))
            self.spans.append((k, "send", departed, self.now, "server", self.parts[k][1], k + 1))
            self.ready[step, k] = self.now
            self._woken(k)
        self._leave(way)

    def _woken(self, k):
        waiting = getattr(self, "_waiting", None)
        if waiting is None or self.parts[k][0] != waiting[2]:
            return
        begun, step, layer = waiting
        if self.now > begun:
            self.spans.append((None, "wait", begun, self.now, ("hand", k), 0.0, 0))
        self._waiting = None if all((step - 1, i) in self.ready for i, part in enumerate(self.parts) if part[0] == layer) else \
            (self.now, step, layer)
        if self._waiting is None:
            self._forward(step, layer)

    # ---- the tables of the record ----

    @staticmethod
    def hand(k: int) -> str:
        return "courier" if k == 0 else f"courier {k + 1}"

    def _spans(self) -> dict:
        rows = []
        for w in range(self.workers):
            for who, kind, start, end, peer, size, label in self.spans:
                other = (SERVER, self.hand(who)) if peer == "server" else (w, self.hand(peer[1])) if peer else None
                rows.append((w if who is None else (w, self.hand(who)), kind, start, end, other, size, label))
        rows.sort(key=lambda row: row[3])
        own, kind, start, end, other, size, label = zip(*rows)
        return {**named(own), "kind": list(kind), "start_s": np.array(start), "end_s": np.array(end), **named(other, "peer"),
                "bytes": np.array(size, float), "label": np.array(label)}

    def _messages(self) -> dict:
        rows = []
        for way, k, departed, arrived, size in self.messages:
            for w in range(self.workers):
                ends = ((w, self.hand(k)), (SERVER, self.hand(k)))
                rows.append((*(ends if way == "up" else ends[::-1]), departed, departed, arrived, arrived, size, k + 1))
        a, b, posted, departed, arrived, taken, size, label = zip(*rows)
        return {**named(a, "from"), **named(b, "to"), "posted_s": np.array(posted), "departed_s": np.array(departed),
                "arrived_s": np.array(arrived), "taken_s": np.array(taken), "bytes": np.array(size, float), "label": np.array(label)}

    def run(self) -> dict:
        """All tables of the run, for write_record."""
        hosts = [f"h{w}" for w in range(self.workers)] + ["s"]
        whole = [*range(self.workers), *((w, self.hand(k)) for w in [*range(self.workers), SERVER]
                                                for k in range(len(self.parts)))]
        spans = self._spans()
        table = full_workers(*np.zeros((4, len(whole))))
        table.update(named(whole), host=[hosts[(w if not isinstance(w, tuple) else w[0]) % len(hosts)] for w in whole],
                     site=[""] * len(whole))
        for kind in ("compute", "wait", "send"):
            column = [sum(end - start for role, rank, hand, what, start, end in
                          zip(*(spans[name] for name in ("role", "rank", "hand", "kind", "start_s", "end_s")))
                          if (role, rank, hand, what) == (*key, kind)) for key in zip(table["role"], table["rank"], table["hand"])]
            table[f"{kind}_s"] = np.array(column, float)
        pairs = [(a, b) for w in range(self.workers) for a, b in ((w, SERVER), (SERVER, w))]
        links = [f"{host}-{way}" for host in hosts for way in ("up", "down")]
        sent = float(sum(size for _, _, _, _, size in self.messages)) / 2
        last = float(self.steps)
        return {"swept": {"seed": 1}, "config": {"seed": 1}, "spans": spans, "messages": self._messages(), "workers": table,
                "evaluations": {name: np.array([cell]) for name, cell in
                                {"time_s": self.end, "step": last, "round": last, "loss": 1.0, "accuracy": np.nan,
                                 "bytes": 2.0 * self.workers * sent}.items()},
                "rounds": {"round": np.arange(1, 1 + self.steps), "time_s": np.array(self._rounds())},
                "layers": {"layer": np.arange(len(self.sizes)), "name": [f"conv{i}" for i in range(len(self.sizes))],
                           "params": np.array(self.sizes) // 1, "first": np.cumsum([0, *self.sizes[:-1]]),
                           "forward_flops": np.full(len(self.sizes), FORWARD), "backward_flops": np.full(len(self.sizes), BACKWARD)},
                "parts": {"part": np.arange(len(self.parts)), "first": np.zeros(len(self.parts), int),
                          "count": np.ones(len(self.parts), int), "from": np.array([part[0] for part in self.parts]),
                          "to": np.array([part[0] for part in self.parts]), "priority": np.array([part[0] for part in self.parts]),
                          "bytes": np.array([part[1] for part in self.parts], float)},
                "routes": {**named([a for a, _ in pairs], "from", False), **named([b for _, b in pairs], "to", False),
                           "latency_s": np.zeros(len(pairs)), "bandwidth": np.ones(len(pairs)), "capacity": np.ones(len(pairs)),
                           "links": [f"{hosts[a]}-up {hosts[b]}-down" for a, b in pairs], "bytes": np.full(len(pairs), sent)},
                "links": {"name": links, "bandwidth": np.array([1.0] * (2 * self.workers) + [float(self.workers)] * 2), "latency": np.zeros(len(links)),
                          "bytes": np.array([sent] * (2 * self.workers) + [self.workers * sent] * 2)}}

    def _rounds(self) -> list:
        return [max(time for (of, _), time in self.ready.items() if of == step) for step in range(self.steps)]
