"""quantity.py - numbers with a unit as scenarios write them: "10Mbps", "25us", "90 %".  The spellings are those of
sim/base/unit.c, and a test compares the two."""
import math
import re
from dataclasses import dataclass

SIZES, RATES = "k M G T P E Ki Mi Gi Ti Pi Ei", "k K M G T P E Ki Mi Gi Ti Pi Ei"
SPEEDS, SMALL, NONE = "k M G T P E", "m k M G", ""
SPELLINGS = [       # suffix, unit, prefixes that may stand before it, factor
    *((word, "s", NONE, factor) for word, factor in (("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("μs", 1e-6), ("ms", 1e-3), ("s", 1),
                                                     ("sec", 1), ("min", 60), ("h", 3600), ("d", 86400))),
    ("B", "B", SIZES, 1), ("byte", "B", NONE, 1), ("bytes", "B", NONE, 1),
    *((word, "B", RATES, 0.125) for word in ("bit", "bits", "Bit")),
    ("Bps", "B/s", SIZES, 1), ("B/s", "B/s", SIZES, 1), ("bytes/s", "B/s", NONE, 1),
    *((word, "B/s", RATES, 0.125) for word in ("bps", "b/s", "bit/s", "bits/s", "bits/sec", "Bit/s")),
    *((word, "flop/s", SPEEDS, 1) for word in ("f", "flop/s", "flops", "FLOP/s", "FLOPS")),
    ("J", "J", SMALL, 1), ("Wh", "J", SMALL, 3600), ("W", "W", SMALL, 1), ("%", "1", NONE, 0.01)]
PREFIXES = {"": 1, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
            **{f"{letter}i": 2.0 ** (10 * (i + 1)) for i, letter in enumerate("KMGTPE")}}
KNOWN = {prefix + suffix: (PREFIXES[prefix] * factor, unit) for suffix, unit, prefixes, factor in SPELLINGS
         for prefix in ["", *prefixes.split()]}


@dataclass(frozen=True)
class Quantity:
    value: float        # in the unit
    unit: str           # as in a result file: "s", "B", "B/s", "1"
    text: str           # as it was written


def spelled(word: str) -> bool:
    return word in KNOWN


def read(text: str):
    """The Quantity that a text means; None if it is none."""
    match = re.fullmatch(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?) ?(\S*)", text)
    if match is None or (match[2] and match[2] not in KNOWN):
        return None
    factor, unit = KNOWN.get(match[2], (1.0, ""))
    number = float(match[1])
    value = number / round(1 / factor) if factor < 1 else number * factor       # "25us" is exactly 25e-6
    return Quantity(value, unit, text) if math.isfinite(value) else None
