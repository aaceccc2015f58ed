"""interval.py - how sure a mean over seeds is: t intervals, and differences paired over common seeds.

All configurations of a sweep share their random numbers seed by seed, so the difference of two runs of one seed
varies less than either.  A difference is told as one only where its interval leaves out 0."""
from dataclasses import dataclass

import numpy as np
from scipy import stats

LEVEL = 0.95


@dataclass
class Interval:
    mean: float
    low: float      # NaN where there are fewer than two values
    high: float
    count: int


def mean_interval(values, level: float = LEVEL) -> Interval:
    """Student's t interval of the mean of values; values that are all alike leave an interval without width."""
    values = np.asarray(values, float)
    count = len(values)
    if count == 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    mean = float(values.mean())
    if count == 1:
        return Interval(mean, np.nan, np.nan, 1)
    half = float(stats.t.ppf((1 + level) / 2, count - 1) * values.std(ddof=1) / np.sqrt(count))
    return Interval(mean, mean - half, mean + half, count)


def verdict(difference: Interval) -> str:
    """What an interval of a difference allows to be said of its sign."""
    if difference.count < 2:
        return "one seed" if difference.count else "no common seed"
    if not np.isfinite(difference.mean):
        return "diverged"
    return "lower" if difference.high < 0 else "higher" if difference.low > 0 else "not told apart"


def paired(first: dict, second: dict, level: float = LEVEL) -> Interval:
    """The interval of second - first over the seeds (keys) that both have."""
    common = [seed for seed in first if seed in second]
    differences = np.array([second[seed] - first[seed] for seed in common], float)
    if not np.isfinite(differences).all():
        return Interval(np.inf, np.nan, np.nan, len(common))
    return mean_interval(differences, level)
