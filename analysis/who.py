"""who.py - those who take part in a run, as the record names them: a role, a number, and the actor beside it."""
from typing import NamedTuple

import numpy as np

NOBODY = None       # the other side of a span that has none, or several


class Who(NamedTuple):
    """A worker or a server, or a hand: another actor of the same program.  Sorted, servers come first."""
    role: str
    rank: int
    hand: str = ""

    def __str__(self) -> str:
        return f"{self.role} {self.rank}" + (f"'s {self.hand}" if self.hand else "")

    @property
    def program(self) -> "Who":
        """Itself, but for a hand: whose it is."""
        return Who(self.role, self.rank) if self.hand else self

    @property
    def serves(self) -> bool:
        return self.role == "server"


def those(table, rank: str = "rank", hands: bool = True) -> list:
    """One Who a row by the columns ROLE, RANK and HAND that belong to rank ("rank": role, rank, hand; "peer": peer_role,
    peer, peer_hand); NOBODY where the role is empty.  hands: the table has such a column."""
    if rank not in table:
        return []
    front = "" if rank == "rank" else f"{rank}_"
    roles, numbers = table[f"{front}role"], np.asarray(table[rank]).tolist()
    beside = table[f"{front}hand"] if hands else [""] * len(numbers)
    known = {}
    return [known.setdefault(key, Who(*key) if key[0] else NOBODY) for key in zip(roles, numbers, beside)]


def workers(table) -> np.ndarray:
    """Of a table of workers the rows of those who train: no servers and no hands."""
    if "rank" not in table:
        return np.zeros(0, dtype=int)
    return np.flatnonzero((np.asarray(table["role"]) == "worker") & (np.asarray(table["hand"]) == ""))
