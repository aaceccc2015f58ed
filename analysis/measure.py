"""measure.py - how wide a text will be on the page, in inches, and lines of words that fit a width."""
from functools import lru_cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

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
    """The words of a text in lines that fit a width; a word that does not fit by itself is broken."""
    lines = []
    for word in text.split(" "):
        if lines and width(f"{lines[-1]} {word}", size, bold) <= inches:
            lines[-1] += f" {word}"
            continue
        while width(word, size, bold) > inches and len(word) > 1:
            fit = next(count for count in range(len(word) - 1, 0, -1) if count == 1 or width(word[:count], size, bold) <= inches)
            lines, word = [*lines, word[:fit]], word[fit:]
        lines.append(word)
    return lines


def wrap_pairs(text: str, inches: float, size: float = 8.5, bold: bool = False) -> list:
    """As wrap; lines break after commas, and within a value only where it does not fit by itself."""
    lines = []
    for piece in text.replace(", ", ",\n").split("\n"):
        if lines and width(f"{lines[-1]} {piece}", size, bold) <= inches:
            lines[-1] += f" {piece}"
        else:
            lines += wrap(piece, inches, size, bold)
    return lines
