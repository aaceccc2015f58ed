"""cell.py - one number of the runs of a cell or a bar, of which some may be censored or have diverged.

Runs are ordered: those that are known by their number, then those that are censored, then those that diverged.  The middle one says
what the cell shows; for an even number of runs of which all are known it is the mean of the middle two, as everywhere."""
import math
from dataclasses import dataclass

import numpy as np

from .value import ABSENT, CENSORED, DIVERGED, KNOWN


@dataclass(frozen=True)
class Cell:
    """median: infinite where more than half of the runs did not get there; state: what its middle run is; bound: a censored
    median is larger."""
    runs: int
    known: int
    diverged: int
    median: float
    state: str
    bound: float = math.nan

    @property
    def whole(self) -> bool:
        """Every run has the number."""
        return self.known == self.runs

    def count(self) -> str:
        """"2 of 3", "2 of 3, 1 diverged"; "" where all runs have the number."""
        if self.whole:
            return ""
        return f"{self.known} of {self.runs}" + (f", {self.diverged} diverged" if self.diverged and self.diverged < self.runs else "")


def cell_of(outcomes: list):
    """The Cell of some outcomes; None if no run has anything to say."""
    outcomes = [outcome for outcome in outcomes if outcome.state != ABSENT]
    if not outcomes:
        return None
    known = sorted(outcome.number for outcome in outcomes if outcome.state == KNOWN)
    ends = [outcome.end for outcome in outcomes if outcome.state == CENSORED]
    diverged, count = sum(outcome.state == DIVERGED for outcome in outcomes), len(outcomes)
    if len(known) == count:
        return Cell(count, count, 0, float(np.median(known)), KNOWN)
    if 2 * len(known) >= count:
        return Cell(count, len(known), diverged, known[(count + 1) // 2 - 1], KNOWN)
    if 2 * (count - diverged) >= count:
        bound = sorted([*known, *ends, *[math.inf] * diverged])[(count + 1) // 2 - 1]
        return Cell(count, len(known), diverged, math.inf, CENSORED, float(bound))
    return Cell(count, len(known), diverged, math.inf, DIVERGED)
