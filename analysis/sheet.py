"""sheet.py - lay panels out on a page: title and legend on top, a grid of panels, a footer that says what is shown.
Places are in inches: that keeps labels apart whatever the number of panels, and costs no trial drawing."""
import textwrap
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure


HEADING = 0.16          # inches of a line above a panel


class Sheet:
    """A figure laid out in inches: title and legend on top, a grid of panels, a footer."""
    PANEL, GAP, LEFT, RIGHT = (2.95, 2.2), (0.72, 0.88), 0.68, 0.25

    def __init__(self, scene, columns: int, rows: int, panel=PANEL, tail: float = 0.0, legend=(), words: str = "",
                 left: float = LEFT, heading: int = 1):
        """heading: lines that stand above the panels."""
        self.panel, self.rows, self.tail, self.left = panel, rows, tail, left
        width = left + columns * panel[0] + (columns - 1) * self.GAP[0] + self.RIGHT
        title = textwrap.wrap(scene.record.question, int(10.5 * (width - 0.4))) or [""]
        in_row, legend_rows = legend_shape(legend, width)
        footer = textwrap.wrap(footer_words(scene, words), int(19 * (width - 0.4)))
        self.bottom = 0.82 + 0.115 * max(0, len(footer) - 2)
        self.top = 0.26 + 0.2 * len(title) + 0.178 * legend_rows + 0.44 + HEADING * (heading - 1)
        tail_high = tail + self.GAP[1] if tail else 0.0
        body = rows * panel[1] + (rows - 1) * self.GAP[1] if rows else -self.GAP[1]
        height = self.bottom + tail_high + body + self.top
        self.size, self.figure = (width, height), Figure((width, height))
        self.figure.text(0.2 / width, 1 - 0.16 / height, "\n".join(title), fontsize=11.5, fontweight="bold", va="top",
                         linespacing=1.25)
        if legend_rows:
            self.figure.legend(*zip(*legend), loc="upper left", ncol=in_row, frameon=False, handlelength=1.8,
                               bbox_to_anchor=(0.2 / width, 1 - (0.26 + 0.2 * len(title)) / height), borderpad=0,
                               borderaxespad=0, columnspacing=1.6, handletextpad=0.5, labelspacing=0.35)
        self.figure.text(0.2 / width, 0.1 / height, "\n".join(footer), fontsize=6.8, color="#666666", va="bottom")

    def axes(self, left: float, bottom: float, wide: float, high: float):
        width, height = self.size
        return self.figure.add_axes((left / width, bottom / height, wide / width, high / height))

    def cell(self, column: int, row: int, span: int = 1):
        step = [self.panel[i] + self.GAP[i] for i in (0, 1)]
        top = self.size[1] - self.top - row * step[1]
        return self.axes(self.left + column * step[0], top - self.panel[1],
                         span * self.panel[0] + (span - 1) * self.GAP[0], self.panel[1])

    def tail_axes(self, indent: float, right: float = RIGHT):
        left = self.left + indent
        return self.axes(left, self.bottom, self.size[0] - left - right, self.tail)


def heading(words: str, inches: float) -> list:
    """The words above a panel in lines of that width; they break between the values of a label, not within one."""
    pieces = words.replace(", ", ",\n").replace(" ", "\u00a0").replace("\n", " ")
    return [line.replace("\u00a0", " ") for line in textwrap.wrap(pieces, int(13 * inches))]


def legend_shape(legend, width: float) -> tuple:
    """(columns, rows): as many columns, each as wide as its longest entry, as fit the width in inches."""
    for columns in range(len(legend), 0, -1):
        parts = np.array_split([len(words) for _, words in legend], columns)
        if columns == 1 or sum(0.6 + 0.068 * max(part) for part in parts) < width - 0.3:
            return columns, max(len(part) for part in parts)
    return 0, 0


def footer_words(scene, statistic: str) -> str:
    """Where the numbers come from, what the figure's statistic is, and what is left out."""
    record, path = scene.record, Path(scene.record.path)
    failed = sum(not run.complete for run in record.runs)
    words = [f"{path.parent.name}/{path.name}".lstrip("/"),
             f"fingerprint {record.fingerprint}" if record.fingerprint else "", statistic,
             f"{failed} of {len(record.runs)} runs failed and are left out" if failed else ""]
    return "  ·  ".join(word for word in words if word)


def indent_of(words: list, least: float = 0.68) -> float:
    """Inches that labels to the left of an axis need."""
    return max(least, 0.25 + 0.072 * max((len(word) for word in words), default=0))
