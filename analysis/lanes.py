"""lanes.py - the lanes of a timeline: one for each worker and server, and below it as few as will do for its hands: those that
are never at work at the same time share a lane."""
from typing import NamedTuple

import numpy as np

from . import stretch
from .who import Who


class Lane(NamedTuple):
    """Who is in it: a worker or server by itself, or some of its hands, in order."""
    program: Who
    hands: tuple = ()

    @property
    def members(self) -> tuple:
        return self.hands or (self.program,)

    def __str__(self) -> str:
        """Two hands by their names, more by the first and their number."""
        if not self.hands:
            return str(self.program)
        names = [who.hand for who in self.hands]
        more = f" and {names[1]}" if len(names) == 2 else f" and {len(names) - 1} more" if len(names) > 2 else ""
        return f"{self.program}'s {names[0]}{more}"


def _natural(hand: str) -> tuple:
    """courier 2 before courier 10."""
    words = hand.rsplit(" ", 1)
    return (words[0], int(words[1])) if len(words) == 2 and words[1].isdigit() else (hand, 0)


def pack(busy: dict) -> list:
    """Who -> its stretches of time, apart from each other, become lanes from top to bottom: servers first, each with its
    hands below it."""
    lanes, hands = [], {}
    for who in busy:
        hands.setdefault(who.program, [])
        if who.hand:
            hands[who.program].append(who)
    for program in sorted(hands):
        if program in busy:
            lanes.append(Lane(program))
        lanes += [Lane(program, tuple(members)) for members in _share(sorted(hands[program], key=lambda who: _natural(who.hand)), busy)]
    return lanes


def _share(hands: list, busy: dict) -> list:
    """Lists of hands that are never busy at the same time: each joins the first that has room for it."""
    found, taken = [], []
    for who in hands:
        at = next((i for i, times in enumerate(taken) if not len(stretch.common(times, busy[who]))), len(found))
        if at == len(found):
            found.append([])
            taken.append(np.zeros((0, 2)))
        found[at].append(who)
        taken[at] = stretch.union(*np.concatenate([taken[at], busy[who]]).T)
    return found


def place(lanes: list) -> dict:
    """Who -> the number of its lane."""
    return {who: i for i, lane in enumerate(lanes) for who in lane.members}


def words(lanes: list) -> str:
    """How many hands stand in how many lanes; "" where there are none."""
    hands, rows = sum(len(lane.hands) for lane in lanes), sum(bool(lane.hands) for lane in lanes)
    return f"{hands} hands in {rows} lanes" if hands > rows else ""
