"""measure.py - how wide a text will be on the page, in inches, and lines of words that fit a width."""
from functools import lru_cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

JOINTS = "_-/=:,;"  # a word may be broken behind them
KEPT = 16           # characters of a word without joints that is never broken
DPI = 288           # finer than any screen, so that rounding to pixels is lost


@lru_cache(maxsize=1)
def renderer() -> RendererAgg:
    return RendererAgg(DPI, DPI, DPI)


@lru_cache(maxsize=None)
def font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")


@lru_cache(maxsize=65536)
def width(text: str, size: float = 8.5, bold: bool = False) -> float:
    """Inches of the longest line of a text in points of that size."""
    return max(renderer().get_text_width_height_descent(line, font(size, bold), False)[0] for line in text.split("\n")) / DPI


def widest(texts, size: float = 8.5) -> float:
    return max((width(text, size) for text in texts), default=0.0)


def wrap(text: str, inches: float, size: float = 8.5, bold: bool = False) -> list:
    """The words of a text in lines that fit a width; a word that does not fit by itself is broken behind a joint ("_", "-", ...), and
    anywhere only where it has none and is longer than KEPT characters."""
    lines = []
    for word in text.split(" "):
        if lines and width(f"{lines[-1]} {word}", size, bold) <= inches:
            lines[-1] += f" {word}"
            continue
        while count := broken_at(word, inches, size, bold):
            lines, word = [*lines, word[:count]], word[count:]
        lines.append(word)
    return lines


def broken_at(word: str, inches: float, size: float, bold: bool) -> int:
    """How many characters of a word stand in the first line; 0: all of it."""
    if width(word, size, bold) <= inches:
        return 0
    fits = [count for count in range(1, len(word)) if width(word[:count], size, bold) <= inches]
    joints = [count for count in range(1, len(word)) if word[count - 1] in JOINTS]
    first = joints[0] if joints else len(word)
    if at := max(set(joints) & set(fits), default=0):
        return at
    if first <= KEPT:
        return first if first < len(word) else 0
    return max(fits, default=1)


def wrap_pairs(text: str, inches: float, size: float = 8.5, bold: bool = False) -> list:
    """As wrap; lines break after commas, and within a value only where it does not fit by itself."""
    lines = []
    for piece in text.replace(", ", ",\n").split("\n"):
        if lines and width(f"{lines[-1]} {piece}", size, bold) <= inches:
            lines[-1] += f" {piece}"
        else:
            lines += wrap(piece, inches, size, bold)
    return lines
