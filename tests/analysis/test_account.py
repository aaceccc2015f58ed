"""test_account.py - a run in words and numbers, by hand: how fast, what the workers did, how many bytes and where, what to change."""
import numpy as np
import pytest

from analysis import account, exposed, load, prepare
from analysis.course import columns
from conftest import five_regions, fleet, full_evaluations, full_workers, named, training, write_record
from layered import Toy


@pytest.fixture
def run_of(tmp_path):
    """A function from a run as the makers make it to the run as it is read."""
    opened = []

    def make(run):
        opened.append(load(write_record(tmp_path / f"{len(opened)}.h5", [run])))
        return opened[-1].runs[0]

    yield make
    for record in opened:
        record.close()


def test_the_pace_is_seconds_a_step_and_samples_a_second(run_of):
    run = run_of(five_regions(4))           # 20 steps in 100 s, two epochs of 20 workers with 20 samples each
    assert account.pace(run) == "20 steps in 20 rounds: 100 s; 5 s a step, 0.2 steps/s; 8 samples/s of all workers."
    assert account.samples_of(run) == (800.0, 100.0)


def test_samples_are_those_of_the_scenario_where_not_all_took_part(run_of):
    run = fleet(10)
    run["config"].update(data={"name": "blank", "rows": 5000}, split={"name": "iid", "own": 0})
    assert account.samples_of(run_of(run)) == (5000.0, 1e4)
    run["config"]["split"]["own"] = 0.2         # what is kept back is not trained on
    assert account.samples_of(run_of(run)) is None and "samples" not in account.pace(run_of(run))


def test_the_parts_of_a_workers_time_are_shares_of_all_of_it(run_of):
    run = training(1.0, 0, end=40.0)
    run["workers"] = full_workers([30.0, 30.0], [5.0, 15.0], [10.0, 0.0], [0.0, 0.0])
    run["workers"]["hand"] = ["", ""]
    run = run_of({**run, "swept": {"seed": 1}})
    assert account.shares_of(run) == pytest.approx({"compute": 60 / 90, "communication": 10 / 90, "wait": 20 / 90})
    assert account.doing(run) == "A worker's time: computing 66.7 %, communicating 11.1 %, waiting 22.2 %."


def test_workers_that_are_unlike_are_told(run_of):
    assert account.unlike(run_of(fleet(1001))) == (
        "Of 1\u202f001 workers that took part half computed and communicated for 501 s or less, a tenth for 15 min or more, the busiest, "
        "worker 1000, for 16.7 min.")
    alike = five_regions(4)
    assert account.unlike(run_of(alike)) == ""


def test_bytes_from_site_to_site_are_those_of_the_routes(run_of):
    found = account.between(run_of(five_regions(4)))
    assert found["names"] == ["Virginia", "Ireland", "Tokyo", "Oregon", "Frankfurt"]
    assert found["bytes"] == (3e3 * np.eye(5) + 1e3 * np.roll(np.eye(5), 1, axis=1)).tolist()        # a ring: three edges inside, one out
    assert account.between(run_of(fleet(10))) is None


def test_the_busiest_link_and_the_bytes_between_sites_are_said(run_of):
    run = run_of(five_regions(4))
    run.final["bytes_between"] = 5e3
    assert account.bytes_words(run).startswith("20 kB were received, 5 kB of them (25.0 %) from another site; the busiest link, Virginia-")
    assert account.bytes_words(run).endswith("of 1 kB/s, was in use for 2.0 % of the time.")
    assert account.energy(run) == ""
    run.final["joules"] = 1600.0
    assert account.energy(run) == "Energy: 1.6 kJ, 2 J a sample."


def test_what_is_to_change_first_is_the_largest_part_of_the_critical_path(run_of):
    assert account.change(run_of(Toy().run())).startswith("The critical path: computing ")
    assert " To change first: computing. Faster hosts help" in account.change(run_of(Toy().run()))


def test_a_budget_bounds_what_is_looked_through_and_the_rest_is_pointed_at(tmp_path):
    runs = [{**Toy().run(), "swept": {"p": float(p), "seed": 1}} for p in (1, 2)]
    with load(write_record(tmp_path / "a.h5", runs)) as record:
        rows = account.rows_to_explain(record.runs[0])
        found = account.of_all(record.configurations, 2 * rows - 1)
        assert found[0]["first"].startswith("The critical path")
        assert found[1]["first"] == '"dtsim explain --run 1" says what to change first.'
        assert account.fastest(record.configurations).startswith("All take about ")


def overlapped(messages: bool) -> dict:
    """Worker 0 computes until 10 s and waits until 30 s; its courier is on the wire from 5 to 12 s and from 20 to 24 s, and with
    messages it can be seen that a push was, too, from 24 to 26 s, though the courier waited."""
    who = [0, 0, (0, "courier"), (0, "courier"), (0, "courier")]
    run = {"swept": {"seed": 1}, "config": {"workers": 1, "seed": 1}, "evaluations": full_evaluations(time_s=[0.0, 30.0], step=[0, 1])}
    run["spans"] = {**named(who), "kind": ["compute", "wait", "send", "send", "wait"], "start_s": np.array([0.0, 10, 5, 20, 24]),
                    "end_s": np.array([10.0, 30, 12, 24, 30]), **named([None] * 5, "peer"), "bytes": np.zeros(5)}
    run["workers"] = full_workers([10.0, 0.0], [20.0, 6.0], [0.0, 11.0], [0.0, 0.0])
    run["workers"].update(named([0, (0, "courier")]))
    if messages:
        time = np.array([5.0, 20.0, 24.0])
        run["messages"] = {**named([(0, "courier")] * 3, "from"), **named([-1, -1, -1], "to"), "posted_s": time, "departed_s": time,
                           "arrived_s": np.array([12.0, 24.0, 26.0]), "taken_s": np.array([12.0, 24.0, 26.0]), "bytes": np.ones(3)}
    return run


@pytest.mark.parametrize("messages, seconds", [(False, 6.0), (True, 8.0)])
def test_exposed_communication_is_what_of_it_a_worker_waits_for(run_of, messages, seconds):
    run = run_of(overlapped(messages))
    assert exposed.seconds(run) == seconds
    assert prepare.parts_of(run) == {"compute": 10.0, "communication": 0.0, "exposed": seconds, "wait": 20.0 - seconds, "off": 0.0}
    assert f"exposed communication {100 * seconds / 30:.1f} %" in account.doing(run)


def test_without_hands_all_waiting_is_waiting(run_of):
    assert exposed.seconds(run_of(fleet(10))) == 0.0
    assert sum(columns(run_of(fleet(10)).workers, "wait_s")[0]) == 0.0
