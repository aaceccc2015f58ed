"""test_stretch.py - unions of stretches of time, what they share, and the lanes that hands are packed in."""
import numpy as np

from analysis import lanes, stretch
from analysis.who import Who

ONE = stretch.union([0, 5, 1, 9], [2, 7, 3, 9])


def test_a_union_joins_what_overlaps_or_touches():
    assert ONE.tolist() == [[0, 3], [5, 7]] and stretch.length(ONE) == 5
    assert stretch.union([0, 2, 0], [2, 4, 1]).tolist() == [[0, 4]]
    assert stretch.union([], []).shape == (0, 2)


def test_unions_share_and_leave_what_numbers_say():
    other = stretch.union([2], [6])
    assert stretch.common(ONE, other).tolist() == [[2, 3], [5, 6]]
    assert stretch.without(ONE, other).tolist() == [[0, 2], [6, 7]]
    assert stretch.without(ONE, stretch.union([], [])).tolist() == ONE.tolist()
    assert len(stretch.common(ONE, stretch.union([3], [5]))) == 0
    assert stretch.clip(ONE, 1, 6).tolist() == [[1, 3], [5, 6]]


def test_the_time_of_two_unions_is_what_they_share_and_what_one_leaves():
    rng = np.random.default_rng(1)
    for _ in range(50):
        start, begin = rng.uniform(0, 10, (2, 8))
        one, other = stretch.union(start, start + rng.uniform(0, 2, 8)), stretch.union(begin, begin + rng.uniform(0, 2, 8))
        assert np.isclose(stretch.length(stretch.common(one, other)) + stretch.length(stretch.without(one, other)),
                          stretch.length(one))


def test_hands_that_never_act_at_one_time_share_a_lane_below_their_worker():
    busy = {Who("worker", 0, f"courier {k}"): np.array([[k % 3, k % 3 + 1.0]]) for k in (10, 2, 3, 4)}
    busy |= {Who("worker", 0): np.array([[0.0, 9.0]]), Who("server", 0): np.array([[0.0, 1.0]]),
             Who("server", 0, "courier"): np.array([[0.0, 1.0]])}
    found = lanes.pack(busy)
    assert [str(lane) for lane in found] == ["server 0", "server 0's courier", "worker 0", "worker 0's courier 2 and 2 more",
                                             "worker 0's courier 10"]
    assert lanes.words(found) == "5 hands in 3 lanes"
    assert lanes.place(found)[Who("worker", 0, "courier 4")] == 3


def test_two_hands_of_a_lane_are_both_named():
    busy = {Who("worker", 1, name): np.array([[at, at + 1.0]]) for name, at in (("courier", 0), ("courier 2", 1))}
    assert [str(lane) for lane in lanes.pack(busy)] == ["worker 1's courier and courier 2"]
