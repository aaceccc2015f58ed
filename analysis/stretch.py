"""stretch.py - stretches of time as arrays [n, 2] of starts and ends: what several cover together, and what they share."""
import numpy as np


def union(start, end) -> np.ndarray:
    """The time that at least one of the stretches covers: apart from each other, in order."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    lasting = end > start
    start, end = start[lasting], end[lasting]
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order])
    if not len(start):
        return np.zeros((0, 2))
    first = np.concatenate([[True], start[1:] > reach[:-1]])
    return np.column_stack([start[first], reach[np.append(np.flatnonzero(first)[1:] - 1, len(start) - 1)]])


def common(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The time that is in both of two unions."""
    return _both(one, other, True)


def _both(one: np.ndarray, other: np.ndarray, inside: bool) -> np.ndarray:
    cuts = np.unique(np.concatenate([np.ravel(one), np.ravel(other)]))
    middle = (cuts[:-1] + cuts[1:]) / 2
    kept = covers(one, middle) & (covers(other, middle) == inside)
    return union(cuts[:-1][kept], cuts[1:][kept])


def without(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The time that is in a union and not in another."""
    return _both(one, other, False)


def covers(whole: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Whether a union covers each of some moments."""
    at = np.searchsorted(whole[:, 0], time, side="right") - 1
    return (at >= 0) & (time < whole[np.maximum(at, 0), 1]) if len(whole) else np.zeros(len(time), bool)


def length(whole: np.ndarray) -> float:
    return float(np.sum(whole[:, 1] - whole[:, 0]))


def clip(whole: np.ndarray, start: float, end: float) -> np.ndarray:
    """What of a union lies between two moments."""
    return union(np.clip(whole[:, 0], start, end), np.clip(whole[:, 1], start, end))
