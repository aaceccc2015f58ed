"""test_interval.py - intervals against numbers of the t table, pairs by seed, and no winner where 0 is inside."""
import numpy as np
import pytest

from analysis import interval


def test_the_interval_is_that_of_the_t_table():
    found = interval.mean_interval([1.0, 2.0, 3.0])
    assert (found.mean, found.count) == (2.0, 3)
    assert found.high - 2.0 == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)       # t(0.975, 2) = 4.302653
    assert 2.0 - found.low == pytest.approx(found.high - 2.0)


def test_of_one_value_or_none_there_is_no_interval():
    assert np.isnan(interval.mean_interval([5.0]).low) and interval.mean_interval([5.0]).mean == 5.0
    assert interval.mean_interval([]).count == 0


def test_pairs_are_made_of_common_seeds_only():
    found = interval.paired({1: 10.0, 2: 20.0, 3: 30.0}, {3: 31.0, 1: 11.0, 7: 0.0})
    assert (found.mean, found.low, found.high, found.count) == (1.0, 1.0, 1.0, 2)


def test_pairs_see_what_two_separate_means_would_not():
    first = {seed: 100.0 * seed for seed in range(5)}
    second = {seed: value - 1.0 - 0.1 * seed for seed, value in first.items()}
    assert interval.verdict(interval.paired(first, second)) == "lower"


def test_the_interval_covers_the_mean_as_often_as_it_says():
    rng = np.random.default_rng(1)
    hits = sum(found.low <= 3.0 <= found.high for found in map(interval.mean_interval, rng.normal(3, 2, (2000, 4))))
    assert 0.935 <= hits / 2000 <= 0.965


@pytest.mark.parametrize("differences, said", [
    ([-1.0, -1.1, -0.9], "lower"), ([1.0, 1.1, 0.9], "higher"), ([1.0, -1.0, 0.5], "not told apart"),
    ([1.0, 1.0, 0.0], "not told apart"), ([0.0, 0.0, 0.0], "not told apart"), ([-5.0], "one seed"),
    ([1.0, np.inf, 1.0], "diverged"), ([], "no common seed")])
def test_no_winner_is_called_where_zero_is_inside(differences, said):
    zero = dict.fromkeys(range(len(differences)), 0.0)
    assert interval.verdict(interval.paired(zero, dict(enumerate(differences)))) == said
