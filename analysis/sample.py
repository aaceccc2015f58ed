"""sample.py - which workers of a fleet are shown, where there are more than a page or a picture has room for.

A third are those that were busiest (they computed and communicated longest), a third those that were least busy, and the
rest stand at equal distances between them.  Sums are never of a sample."""
import copy

import numpy as np

from . import who
from .course import columns

SHOWN = 100         # workers, at most


def busy(run) -> tuple:
    """(ranks, seconds that each computed and communicated) of the workers that took part, as arrays."""
    rows = who.workers(run.workers)
    rank, compute, send = columns(run.workers, "rank", "compute_s", "send_s")
    return rank[rows], compute[rows] + send[rows]


def ranks(run, most: int = SHOWN) -> np.ndarray:
    """The ranks of the workers that are shown, in order: all, or as many as most."""
    rank, seconds = busy(run)
    if len(rank) <= most:
        return np.sort(rank)
    order = np.argsort(seconds, kind="stable")
    third = most // 3
    between = np.linspace(third, len(order) - third - 1, most - 2 * third).round().astype(int)
    return np.sort(rank[order[np.concatenate([np.arange(third), between, np.arange(len(order) - third, len(order))])]])


def words(run, most: int = SHOWN) -> str:
    """What is shown of how many; "" where all are."""
    count = len(busy(run)[0])
    if count <= most:
        return ""
    whole = run.config.get("workers")
    of = f"{count:,} workers" + (f" that took part (of {whole:,})" if isinstance(whole, int) and whole > count else "")
    third = most // 3
    return (f"{most} of {of} are shown: the {third} busiest, the {third} least busy, by seconds of computing and "
            f"communicating, and {most - 2 * third} at equal distances between them").replace(",", "\u202f", of.count(","))


def of_them(table, shown: np.ndarray, name: str = "rank") -> np.ndarray:
    """Of each row of a table, whether it is of one of the workers, or a hand of one, or of a server."""
    front = "" if name == "rank" else f"{name}_"
    role = np.asarray(table[f"{front}role"])
    return (role == "server") | ((role == "worker") & np.isin(np.asarray(table[name]), shown))


def narrowed(run, most: int = SHOWN):
    """The run with the tables of those that are shown alone, and of all servers; itself where all are."""
    if len(busy(run)[0]) <= most:
        return run
    shown, view = ranks(run, most), copy.copy(run)
    for name, ends in (("workers", ["rank"]), ("spans", ["rank"]), ("routes", ["from", "to"]), ("messages", ["from", "to"])):
        table = getattr(run, name)
        if len(table):
            kept = np.logical_and.reduce([of_them(table, shown, end) for end in ends])
            view.__dict__[name] = table[kept].reset_index(drop=True)
    return view
