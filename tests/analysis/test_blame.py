"""test_blame.py - the critical path of small courses, by numbers worked out by hand."""
import math

import numpy as np
import pytest
from conftest import named

from analysis import blame
from analysis.course import Course, Link
from analysis.explain import by_kind, link_rows, of_servers, stretches
from analysis.who import Who


class Written:
    """A run as the record would hold it: 3 is worker 3, -1 is server 0, None nobody, (3, "courier") worker 3's courier."""

    def __init__(self, end, spans, messages=(), routes=(), links=(), rounds=()):
        self.id, self.final, self.config, self.parts = 0, {"time_s": end, "rounds": len(rounds)}, {}, {}
        self.workers = {**named([0, 1]), "host": np.array(["a", "b"], object)}
        self.spans = self._table(("rank", "kind", "start_s", "end_s", "peer"), spans)
        self.messages = self._table(("from", "to", "posted_s", "departed_s", "arrived_s", "taken_s", "bytes"), messages)
        self.routes = self._table(("from", "to", "latency_s", "bandwidth", "links", "bytes", "capacity"), routes)
        self.links = self._table(("name", "bandwidth", "latency", "bytes"), links)
        self.rounds = self._table(("round", "time_s"), rounds)

    @staticmethod
    def _table(names, rows):
        table = {}
        for name, column in zip(names, zip(*rows)):
            who = named(column, name, len(names) != 7 or names[-1] == "bytes") if name in ("rank", "peer", "from", "to") else {}
            table.update(who or {name: np.array(column, object if isinstance(column[0], str) else None)})
        return table


def path_of(run):
    path = blame.Path(Course(run))
    parts = path.whole()
    assert parts[0].start == 0 and parts[-1].end == run.final["time_s"]
    assert all(a.end == b.start for a, b in zip(parts, parts[1:]))
    return path, parts


A, B = Who("worker", 0), Who("worker", 1)
ROUTE = [(0, 1, 0.5, 100.0, "up down", 150.0, 100.0)]
LINKS = [("up", 100.0, 0.4, 150.0), ("down", 200.0, 0.1, 150.0)]


def test_a_wait_is_the_senders_computing_and_a_message_is_latency_then_bytes():
    run = Written(5.0, [(0, "compute", 0, 2, None), (1, "compute", 0, 1, None), (1, "wait", 1, 2, 0), (1, "send", 2, 4, 0),
                        (1, "compute", 4, 5, None)], [(0, 1, 2.0, 2.0, 4.0, 4.0, 150.0)], ROUTE, LINKS)
    path, parts = path_of(run)
    assert [(p.start, p.end, p.kind, p.whose) for p in parts] == [
        (0, 2, "compute", A), (2, 2.5, "latency", (A, B)), (2.5, 4, "bandwidth", "up"), (4, 5, "compute", B)]
    assert blame.waits(path) == {("compute", A): 1.0}
    assert [(row[0].name, *row[1:]) for row in link_rows(path, parts)] == [("up", 0.4, 1.5, 0), ("down", 0.1, 0, 0)]


def test_a_message_that_came_early_is_blamed_on_nobody():
    run = Written(3.0, [(0, "compute", 0, 0.5, None), (1, "compute", 0, 3, None)],
                  [(0, 1, 0.5, 0.5, 2.0, 3.0, 100.0)], ROUTE, LINKS)
    assert [(p.kind, p.whose) for p in path_of(run)[1]] == [("compute", B)]


@pytest.mark.parametrize("labels, arrived, seconds", [
    ([3, 3], 4.0, {"latency": 0.5, "bandwidth": 3.5}),
    ([3, 4], 4.0, {"latency": 0.5, "bandwidth": 1.5, "sharing": 2.0}),
    ([0, 0], 4.0, {"latency": 0.5, "bandwidth": 1.5, "sharing": 2.0}),
    ([3, 3], 5.0, {"latency": 0.5, "bandwidth": 3.5, "sharing": 1.0})])
def test_what_a_senders_messages_of_one_part_take_from_each_other_is_no_sharing(labels, arrived, seconds):
    run = Written(arrived, [(1, "send", 0, arrived, 0)],
                  [(0, 1, 0.0, 0.0, arrived, arrived, 150.0), (0, 2, 0.0, 0.0, arrived, arrived, 200.0)],
                  ROUTE + [(0, 2, 0.5, 100.0, "up other", 200.0, 100.0)], LINKS + [("other", 1000.0, 0.1, 200.0)])
    run.messages["label"] = np.array(labels)
    assert by_kind(path_of(run)[1]) == pytest.approx(seconds)
    assert {p.whose for p in path_of(run)[1] if p.kind in ("bandwidth", "sharing")} == {"up"}


def test_messages_of_one_part_that_follow_on_one_another_are_not_together():
    run = Written(4.0, [(1, "send", 2, 4, 0), (1, "wait", 0, 2, 0)],
                  [(0, 2, 0.0, 0.0, 2.0, 2.0, 150.0), (0, 1, 2.0, 2.0, 4.0, 4.0, 150.0)],
                  ROUTE + [(0, 2, 0.5, 100.0, "up other", 150.0, 100.0)], LINKS + [("other", 1000.0, 0.1, 150.0)])
    run.messages["label"] = np.array([3, 3])
    path, parts = path_of(run)
    assert by_kind(parts) == {"latency": 0.5, "bandwidth": 1.5, "idle": 2.0} and path.course.siblings(1) == [1]


def test_a_message_slower_than_alone_shared_the_busiest_link():
    run = Written(4.0, [(1, "send", 0, 4, 0)],
                  [(0, 1, 0.0, 0.0, 4.0, 4.0, 150.0), (0, 2, 0.0, 0.0, 4.0, 4.0, 200.0)],
                  ROUTE + [(0, 2, 0.5, 100.0, "up other", 200.0, 100.0)], LINKS + [("other", 1000.0, 0.1, 200.0)])
    assert by_kind(path_of(run)[1]) == {"latency": 0.5, "bandwidth": 1.5, "sharing": 2.0}
    assert [p.whose for p in path_of(run)[1] if p.kind == "sharing"] == ["up"]


def test_the_window_has_what_a_message_takes_longer_than_on_its_narrowest_link():
    run = Written(3.5, [(1, "send", 0, 3.5, 0)], [(0, 1, 0.0, 0.0, 3.5, 3.5, 150.0)],
                  [(0, 1, 0.5, 50.0, "up down", 150.0, 100.0)], LINKS)
    assert by_kind(path_of(run)[1]) == {"latency": 0.5, "bandwidth": 1.5, "window": 1.5}


def test_a_model_that_counts_half_of_a_link_is_no_window():
    run = Written(3.5, [(1, "send", 0, 3.5, 0)], [(0, 1, 0.0, 0.0, 3.5, 3.5, 150.0)],
                  [(0, 1, 0.5, 50.0, "up down", 150.0, 50.0)], LINKS)
    assert by_kind(path_of(run)[1]) == {"latency": 0.5, "bandwidth": 3.0}


def test_a_message_that_a_window_holds_may_share_as_well():
    run = Written(4.5, [(1, "send", 0, 4.5, 0)], [(0, 1, 0.0, 0.0, 4.5, 4.5, 150.0)],
                  [(0, 1, 0.5, 50.0, "up down", 150.0, 100.0)], LINKS)
    assert by_kind(path_of(run)[1]) == {"latency": 0.5, "bandwidth": 1.5, "window": 1.5, "sharing": 1.0}


def test_a_message_that_meets_waits_for_its_receiver():
    """Posted at 1, but it departs when the receiver is there, at 2: the receiver is to blame."""
    run = Written(4.0, [(0, "compute", 0, 1, None), (0, "send", 1, 4, None), (1, "compute", 0, 2, None),
                        (1, "send", 2, 4, 0)], [(0, 1, 1.0, 2.0, 4.0, 4.0, 150.0)], ROUTE, LINKS)
    assert by_kind(path_of(run)[1]) == {"compute": 2.0, "latency": 0.5, "bandwidth": 1.5}
    assert path_of(run)[1][0].whose == B


def test_sleeping_is_a_pause_and_the_unknown_is_idle():
    run = Written(4.0, [(0, "compute", 0, 1, None), (0, "wait", 1, 2, None), (0, "compute", 3, 4, None)])
    assert by_kind(path_of(run)[1]) == {"compute": 2.0, "pause": 1.0, "idle": 1.0}


def test_of_several_servers_the_one_that_was_busy_last_ended_the_run():
    """Server 0 slept from 1 to the end; server 1 computed until just before it."""
    run = Written(4.0, [(-1, "compute", 0, 1, None), (-1, "wait", 1, 4, None), (-2, "compute", 0, 4 - 2e-9, None), (-2, "wait", 4 - 2e-9, 4, None)])
    assert by_kind(path_of(run)[1]) == pytest.approx({"compute": 4.0, "pause": 2e-9})
    assert path_of(run)[1][0].whose == Who("server", 1)


@pytest.mark.parametrize("late, kinds", [(2e-9, {"compute": 2.0}), (0.5, {"compute": 1.0, "idle": 1.0})])
def test_a_server_may_wait_for_the_clock_of_another(late, kinds):
    """Server 1 computed until 1 and let worker 0 go on at 2, just when server 0 had finished, or long after."""
    run = Written(2.5, [(-2, "compute", 0, 1, None), (-1, "compute", 0, 2 - late, None), (0, "send", 2, 2.5, -2)],
                  [(-2, 0, 2.0, 2.0, 2.5, 2.5, 0.0)], [(-2, 0, 0.5, 100.0, "up down", 0.0, 100.0)], LINKS)
    assert by_kind(path_of(run)[1]) == pytest.approx({**kinds, "latency": 0.5})


def test_causes_that_run_in_a_ring_end():
    run = Written(2.0, [(0, "wait", 1, 2, 1), (1, "wait", 1, 2, 0), (0, "compute", 0, 1, None)])
    assert math.fsum(p.end - p.start for p in path_of(run)[1]) == 2.0


def test_what_concerns_servers_is_told_apart():
    run = Written(4.0, [(1, "send", 1, 4, -1), (-1, "compute", 0, 1, None)], [(-1, 1, 1.0, 1.0, 4.0, 4.0, 250.0)],
                  [(-1, 1, 0.5, 100.0, "up down", 250.0, 100.0)], LINKS)
    assert of_servers(path_of(run)[1]) == 4.0


def test_a_hand_is_told_apart_from_its_program_and_has_its_route():
    """The courier waits for its worker's word on the same host, then sends while the worker computes on."""
    courier = (0, "courier")
    run = Written(5.0, [(0, "compute", 0, 2, None), (0, "compute", 2, 3, None), (courier, "wait", 0, 2, 0), (courier, "send", 2, 4, 1),
                        (1, "wait", 0, 2, courier), (1, "send", 2, 4, courier), (1, "compute", 4, 5, None)],
                  [(courier, 1, 2.0, 2.0, 4.0, 4.0, 150.0)], ROUTE, LINKS)
    hand = Who("worker", 0, "courier")
    path, parts = path_of(run)
    assert [(p.start, p.end, p.kind, p.whose) for p in parts] == [
        (0, 2, "compute", A), (2, 2.5, "latency", (hand, B)), (2.5, 4, "bandwidth", "up"), (4, 5, "compute", B)]
    assert blame.waits(path) == {("compute", A): 2.0}       # of worker 1: while its courier waited worker 0 computed
    assert [str(who) for who in path.course.actors] == ["worker 0", "worker 0's courier", "worker 1"]
    path.course.load()
    assert path.course.links["up"].carried(0, 5) == pytest.approx(150)


def test_a_link_carries_what_is_on_its_way():
    link = Link("l", 100.0, 0.0, 300.0)
    link.add(np.array([0.0, 1.0]), np.array([2.0, 3.0]), np.array([100.0, 200.0]))
    assert [link.carried(a, b) for a, b in ((0, 1), (1, 2), (2, 3), (0, 9), (0.5, 1.5))] == [50, 150, 100, 300, 100]
    times, rates = link.rate
    assert times.tolist() == [0, 1, 2, 3] and rates.tolist() == [50, 150, 100, 0]


@pytest.mark.parametrize("rounds", [0, 1, 12, 13, 40])
def test_rounds_fill_the_run(rounds):
    run = Written(100.0, [(0, "compute", 0, 100, None)], rounds=[(i + 1, 2.0 * (i + 1)) for i in range(rounds)])
    for every in (False, True):
        found = stretches(run, 100.0, every)
        assert found[0][2] == 0 and found[-1][3] == 100
        assert all(a[3] == b[2] and a[1] + 1 == b[0] for a, b in zip(found, found[1:]))
        assert len(found) == max(rounds, 1) if every else len(found) <= 13
