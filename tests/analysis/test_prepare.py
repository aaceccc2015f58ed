"""test_prepare.py - medians, bands, alignment, censoring and breakdowns, by numbers worked out by hand."""
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from analysis import load, prepare
from conftest import full_evaluations, full_workers, named, write_record

INF, NAN = np.inf, np.nan


@pytest.fixture
def record_of(tmp_path):
    """A function from runs to an open record."""
    opened = []

    def make(runs):
        opened.append(load(write_record(tmp_path / f"{len(opened)}.h5", runs)))
        return opened[-1]

    yield make
    for record in opened:
        record.close()


def seed_run(seed: int, time, loss, status: str = "ok", swept: dict = {}, workers=None, **columns) -> dict:
    evaluations = full_evaluations(time_s=time, loss=loss, step=range(len(time)), **columns)
    tables = {"evaluations": evaluations, **({"workers": workers} if workers else {})}
    return {"swept": {**swept, "seed": seed}, "status": status, **tables}


def only_band(record, x: str = "time_s", y: str = "loss"):
    """The band of the first configuration: its columns as arrays, what is constant in it as numbers."""
    band = prepare.band(record.configurations[0], x, y)
    return band if band is None else SimpleNamespace(**{
        name: band[name].to_numpy() if name in ("x", "median", "low", "high") else band[name][0] for name in band})


def test_the_last_evaluation_holds_until_the_next():
    x, y = np.array([1.0, 2.0, 4.0]), np.array([9.0, 5.0, 1.0])
    assert_array_equal(prepare.held(x, y, np.array([0.5, 1.0, 1.9, 2.0, 3.0, 4.0, 7.0])), [NAN, 9, 9, 5, 5, 1, 1])


def test_of_evaluations_at_one_place_the_last_counts():
    assert_array_equal(prepare.held(np.array([0.0, 0.0, 1.0]), np.array([3.0, 2.0, 1.0]), np.array([0.0, 1.0])), [2, 1])


def test_median_and_least_to_most_on_a_common_grid(record_of):
    b = only_band(record_of([seed_run(0, [0, 2, 4], [9, 6, 3]), seed_run(1, [0, 1, 4], [8, 4, 2]),
                             seed_run(2, [0, 3, 4], [7, 5, 1])]))
    assert_array_equal(b.x, [0, 1, 2, 3, 4])
    assert_array_equal(b.median, [8, 7, 6, 5, 2])
    assert_array_equal(b.low, [7, 4, 4, 4, 1])
    assert_array_equal(b.high, [9, 9, 7, 6, 3])
    assert b.seeds == 3 and not b.uneven and not b.diverged


def test_five_seeds_have_quartiles(record_of):
    b = only_band(record_of([seed_run(s, [0], [value]) for s, value in enumerate((1, 2, 3, 4, 100))]))
    assert (b.low[0], b.median[0], b.high[0]) == (2, 3, 4)


def test_a_finished_run_keeps_what_it_ended_with(record_of):
    b = only_band(record_of([seed_run(0, [0, 1], [4, 1]), seed_run(1, [0, 1, 2], [4, 3, 2]),
                             seed_run(2, [0, 1, 2, 3], [4, 3, 3, 3])]))
    assert_array_equal(b.median, [4, 3, 2, 2])
    assert_array_equal(b.low, [4, 1, 1, 1])
    assert b.end == 2 and b.uneven


def test_before_its_first_evaluation_a_run_has_no_value(record_of):
    b = only_band(record_of([seed_run(0, [0, 2], [4, 1]), seed_run(1, [1, 2], [4, 3])]))
    assert_array_equal(b.median, [NAN, 4, 2])


@pytest.mark.parametrize("end", [NAN, INF])
def test_a_diverged_run_is_infinitely_bad_from_there_on(record_of, end):
    b = only_band(record_of([seed_run(0, [0, 1], [4, end], "diverged"), seed_run(1, [0, 1, 2], [4, 3, 2]),
                             seed_run(2, [0, 1, 2], [4, 1, 1])]))
    assert_array_equal(b.median, [4, 3, 2])
    assert_array_equal(b.high, [4, INF, INF])
    assert b.diverged


def test_a_diverged_run_whose_last_evaluation_is_finite_is_bad_after_it(record_of):
    b = only_band(record_of([seed_run(0, [0, 1], [4, 9], "diverged"), seed_run(1, [0, 2], [4, 2])]))
    assert_array_equal(b.median[[0, 1]], [4, 6.5])
    assert b.median[-1] == INF


def test_the_accuracy_of_a_diverged_run_is_the_worst(record_of):
    b = only_band(record_of([seed_run(0, [0, 1], [4, NAN], "diverged", accuracy=[0.1, 0.9]),
                             seed_run(1, [0, 1], [4, 2], accuracy=[0.1, 0.8])]), y="accuracy")
    assert_array_equal(b.median, [0.1, -INF])


def test_a_diverged_run_does_not_invent_accuracies(record_of):
    record = record_of([seed_run(0, [0, 1], [4, NAN], "diverged")])
    assert not prepare.has(record, "accuracy") and not len(prepare.finals(record.configurations[0], "accuracy"))


def test_evaluations_without_the_number_are_passed_over(record_of):
    record = record_of([seed_run(0, [0, 1, 2], [3, 2, 1], accuracy=[0.1, NAN, 0.5])])
    b = only_band(record, y="accuracy")
    assert_array_equal(b.x, [0, 2])
    assert_array_equal(b.median, [0.1, 0.5])
    assert only_band(record, y="local_steps") is None
    assert prepare.has(record, "accuracy") and not prepare.has(record, "local_steps")


def test_long_runs_are_thinned_to_a_grid_of_equal_steps():
    x = np.arange(5000.0)
    grid = prepare.common_grid([(x, x), (x + 0.5, x)])
    assert len(grid) == prepare.POINTS and grid[0] == 0 and grid[-1] == 4999.5
    assert_allclose(np.diff(grid), np.diff(grid)[0])


def test_a_column_varies_only_if_a_run_sees_it_change(record_of):
    fixed = [seed_run(0, [0, 1], [2, 1], swept={"p": p}, local_steps=[p, p]) for p in (1.0, 5.0)]
    assert not prepare.varies(record_of(fixed), "local_steps")
    assert prepare.varies(record_of(fixed + [seed_run(0, [0, 1], [2, 1], swept={"p": 9.0}, local_steps=[9, 1])]), "local_steps")


def test_a_log_axis_needs_positive_numbers_over_a_decade():
    assert prepare.wants_log(np.array([0.1, 1.1]))
    assert not prepare.wants_log(np.array([0.2, 1.1]))
    assert not prepare.wants_log(np.array([0.0, 100.0]))
    assert not prepare.wants_log(np.array([]))


def test_the_parts_of_the_breakdown_sum_to_the_horizon_and_the_server_is_no_worker(record_of):
    first = full_workers([4.0, 8.0, 0.0], [3.0, 1.0, 10.0], [2.0, 1.0, 0.0], [1.0, 0.0, 0.0])
    first.update(named([0, 1, -1]))
    second = full_workers([6.0, 6.0], [0.0, 0.0], [6.0, 6.0], [0.0, 0.0])
    record = record_of([seed_run(0, [0, 10], [2, 1], workers=first), seed_run(1, [0, 12], [2, 1], workers=second)])
    parts = prepare.breakdown(record.configurations[0])
    assert parts == {"compute": 6.0, "communication": 3.75, "exposed": 0.0, "wait": 1.0, "off": 0.25, "horizon": 11.0}


def test_without_workers_there_is_no_breakdown(record_of):
    assert prepare.breakdown(record_of([seed_run(0, [0], [1])]).configurations[0]) == {}


def test_a_failed_run_counts_nowhere(record_of):
    record = record_of([seed_run(0, [0, 1], [2, 1]), seed_run(1, [0, 1], [2, 99], "crash")])
    assert only_band(record).seeds == 1
    assert_array_equal(prepare.finals(record.configurations[0], "loss"), [1])


def test_final_results_of_diverged_seeds_are_infinite(record_of):
    record = record_of([seed_run(s, [0, 1], [2, s + 1], "diverged" if s == 0 else "ok") for s in range(3)])
    assert prepare.final_spread(record.configurations[0], "loss") == (3, 2, INF)
    assert np.isnan(prepare.final_spread(record.configurations[0], "accuracy")[0])


def test_a_target_is_reached_at_the_first_evaluation_that_is_as_good(record_of):
    run, = record_of([seed_run(0, [0, 3, 5, 8], [9, 4, 2, 3], accuracy=[0.1, 0.5, 0.7, 0.9])]).runs
    assert prepare.reached(run, "loss", 4) == 3 and prepare.reached(run, "loss", 2.5) == 5
    assert prepare.reached(run, "accuracy", 0.6) == 5 and np.isnan(prepare.reached(run, "loss", 1))


def test_no_swept_number_no_key(record_of):
    assert prepare.numeric_key(record_of([seed_run(0, [0], [1], swept={"net": net}) for net in ("lan", "wan")])) == ""


def test_the_caption_says_what_the_band_is(record_of):
    def words(*seeds):
        return prepare.band_words(record_of([seed_run(s, [0], [1], swept={"p": float(i)}) for i, n in enumerate(seeds)
                                             for s in range(n)]).configurations, "band")
    assert words(1) == "one seed"
    assert words(3, 3) == "median of 3 seeds, band: least to most"
    assert words(5) == "median of 5 seeds, band: quartiles"
    assert words(2, 3) == "median of up to 3 seeds, band: least to most"
    assert words(5, 3) == "median of up to 5 seeds, band: quartiles, least to most where there are fewer than 5"
