"""sheet.py - lay panels out on a page: title and legend on top, a grid of panels, a footer that says what is shown.
Places are in inches and texts are measured: that keeps labels apart whatever the number of panels, and costs no trial drawing."""
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from . import RecordError
from .measure import widest, width, wrap, wrap_pairs

HEADING = 0.16          # inches of a line above a panel
MARGIN = 0.2            # left and right of title, legend and footer
TITLE, LEGEND, FOOTER = 11.5, 8.5, 6.8      # points
HANDLE = 0.30           # inches of a line of the legend and the blank behind it
BETWEEN = 0.20          # inches between two columns of the legend
LEAST = 0.6             # inches that a panel must have, either way
SEPARATOR = "  ·  "


@dataclass(frozen=True)
class Page:
    """What is asked of the page whatever the figure: None leaves it to the figure."""
    title: str = None       # "": none
    size: tuple = None      # (width, height) in inches
    where: str = ""         # the condition that its runs fulfil


class Sheet:
    """A figure laid out in inches: title and legend on top, a grid of panels, a footer.  A page of a chosen size has wider or
    narrower panels, and equal texts."""
    PANEL, GAP, LEFT, RIGHT = (2.95, 2.2), (0.72, 0.88), 0.68, 0.25

    def __init__(self, scene, columns: int, rows: int, panel=PANEL, tail: float = 0.0, legend=(), words: str = "",
                 left: float = LEFT, heading: int = 1, gap=GAP, right: float = RIGHT,
                 below: float = 0.0):
        """heading: lines that stand above the panels; below: inches that ticks need more than a line of words takes."""
        gap = gap[0], gap[1] + below
        self.rows, self.left, self.gap, self.right = rows, left, gap, right
        columns = max(columns, 1)
        beside, size = left + (columns - 1) * gap[0] + right, scene.page.size
        wide = size[0] if size else beside + columns * panel[0]
        words_above = scene.record.question if scene.page.title is None else scene.page.title
        title = wrap(words_above, wide - 2 * MARGIN, TITLE, True) if words_above else []
        entries = [(handle, "\n".join(wrap_pairs(text, wide - 2 * MARGIN - HANDLE, LEGEND))) for handle, text in legend]
        in_row, legend_high = legend_shape(entries, wide)
        footer = footer_lines(footer_words(scene, words), wide - 2 * MARGIN)
        self.bottom = 0.82 + 0.115 * max(0, len(footer) - 2) + below
        self.top = 0.26 + 0.2 * len(title) + legend_high + 0.44 + HEADING * (heading - 1)
        above = self.bottom + self.top + (max(rows - 1, 0) + bool(rows and tail)) * gap[1]
        natural = rows * panel[1] + tail
        stretch = (size[1] - above) / natural if size else 1.0
        self.panel, self.tail = ((wide - beside) / columns, stretch * panel[1]), stretch * tail
        if size and (self.panel[0] < LEAST or (stretch * panel[1] if rows else self.tail) < LEAST):
            raise RecordError(f"--size {size[0]:g}x{size[1]:g}: expected at least {np.ceil(10 * (beside + columns * LEAST)) / 10:g}x"
                              f"{np.ceil(10 * (above + natural * LEAST / (panel[1] if rows else tail))) / 10:g} inches for this figure")
        high = above + stretch * natural
        self.size = size or (wide, high)
        self.figure = Figure(self.size)
        self.figure.text(MARGIN / wide, 1 - 0.16 / high, "\n".join(title), fontsize=TITLE, fontweight="bold", va="top",
                         linespacing=1.25)
        if entries:
            self.figure.legend(*zip(*entries), loc="upper left", ncol=in_row, frameon=False, handlelength=1.8,
                               bbox_to_anchor=(MARGIN / wide, 1 - (0.26 + 0.2 * len(title)) / high), borderpad=0,
                               borderaxespad=0, columnspacing=1.6, handletextpad=0.5, labelspacing=0.35)
        self.figure.text(MARGIN / wide, 0.1 / high, "\n".join(footer), fontsize=FOOTER, color="#666666", va="bottom")

    def axes(self, left: float, bottom: float, wide: float, high: float):
        width, height = self.size
        return self.figure.add_axes((left / width, bottom / height, wide / width, high / height))

    def cell(self, column: int, row: int, span: int = 1):
        step = [self.panel[i] + self.gap[i] for i in (0, 1)]
        top = self.size[1] - self.top - row * step[1]
        return self.axes(self.left + column * step[0], top - self.panel[1],
                         span * self.panel[0] + (span - 1) * self.gap[0], self.panel[1])

    def tail_axes(self, indent: float, right: float = RIGHT):
        left = self.left + indent
        return self.axes(left, self.bottom, self.size[0] - left - right, self.tail)


def heading(words: str, inches: float) -> list:
    """The words above a panel in lines of that width; they break between the values of a label where they can."""
    return wrap_pairs(words, inches, 9, True)


def legend_shape(entries: list, wide: float) -> tuple:
    """(columns, inches of height): as many columns, each as wide as its longest entry, as fit the width in inches."""
    for columns in range(len(entries), 0, -1):
        parts = np.array_split(np.array([text for _, text in entries], dtype=object), columns)
        if columns == 1 or sum(HANDLE + widest(part, LEGEND) for part in parts) + BETWEEN * (columns - 1) <= wide - 2 * MARGIN:
            return columns, max(sum(0.178 + 0.142 * text.count("\n") for text in part) for part in parts)
    return 0, 0.0


def footer_words(scene, statistic: str) -> str:
    """Where the numbers come from, what the figure's statistic is, and what is left out."""
    record, path = scene.record, Path(scene.record.path)
    failed = sum(not run.complete for run in record.runs)
    words = [f"{path.parent.name}/{path.name}".lstrip("/"),
             f"fingerprint {record.fingerprint}" if record.fingerprint else "",
             f"of {scene.runs} runs only those where {scene.page.where}" if scene.page.where else "", statistic,
             f"{failed} of {len(record.runs)} runs failed and are left out" if failed else ""]
    return SEPARATOR.join(word for word in words if word)


def footer_lines(words: str, inches: float) -> list:
    """Lines break between two things where they can."""
    lines = []
    for piece in words.split(SEPARATOR):
        if lines and width(lines[-1] + SEPARATOR + piece, FOOTER) <= inches:
            lines[-1] += SEPARATOR + piece
        else:
            start = f"{lines.pop()}{SEPARATOR}{piece}" if lines and width(piece, FOOTER) > inches else piece
            lines += wrap(start, inches, FOOTER)
    return lines


class RowLabels:
    """Labels to the left of rows, in as many lines as they need: none is shortened.  left: inches that they take; high: inches of
    all rows."""

    def __init__(self, texts: list, inches: float = 3.4, row: float = 0.21, least: float = 0.6, size: float = 8):
        self.words = ["\n".join(wrap_pairs(text, inches, size)) for text in texts]
        self.left = indent_of(self.words, size=size)
        lines = max((text.count("\n") + 1 for text in self.words), default=1)
        self.high = max(least, len(texts) * max(row, 0.14 * lines + 0.07))


def indent_of(words: list, least: float = Sheet.LEFT, size: float = 8) -> float:
    """Inches that labels to the left of an axis need."""
    return max(least, 0.3 + widest(words, size))
