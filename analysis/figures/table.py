"""table.py - the best configurations by final loss, as text: for sweeps that no legend could name."""
import numpy as np
import pandas

from .. import label, look, prepare
from ..measure import widest, wrap_pairs
from ..sheet import MARGIN, Sheet

BRIEF = "the configurations of lowest final loss (else highest accuracy, else shortest time), as text"
NEEDS = "a complete run"
OPTIONS = ()
USUAL = False
ROWS = 16
LETTERS = 8         # points
LINE = 0.236        # inches of a line
APART = 0.3         # inches between two columns
LEAST = 1.2         # inches of the names, at least
COLUMNS = ("loss", "accuracy", "time_s", "bytes", "joules")


def missing(scene, choice) -> str:
    return ""


def data(scene, choice):
    """Medians of the results that anyone has, a row a configuration, by ascending loss."""
    rows = [{"configuration": c.label, **{column: prepare.final_spread(c, column)[0] for column in COLUMNS}}
            for c in scene.shown]
    frame = pandas.DataFrame(rows, columns=["configuration", *COLUMNS]).dropna(axis="columns", how="all")
    return frame.sort_values(first_of(frame), ascending=first_of(frame) != "accuracy", kind="stable", ignore_index=True)


def first_of(frame) -> str:
    """The column that rows are sorted by."""
    return next((column for column in COLUMNS if column in frame), "configuration")


def draw(scene, frame, choice):
    wide = (scene.page.size[0] if scene.page.size else 8.9) - 2 * MARGIN
    high = LINE * sum(row[0].count("\n") + 1 for row in rows_of(scene, frame, wide))
    sheet = Sheet(scene, 1, 1, (8.9 - Sheet.LEFT - Sheet.RIGHT, high), words=prepare.band_words(scene.shown, ""))
    panel(sheet.axes(MARGIN, 0.5, wide, sheet.size[1] - sheet.top - 0.5), scene, frame, wide)
    return sheet.figure


def rows_of(scene, frame, wide: float) -> list:
    """The rows as texts, the heading first; names have as many lines as the room beside the columns asks for."""
    columns = [words(frame, column) for column in frame.columns[1:]]
    room = max(LEAST, wide - sum(inches_of(*column) for column in columns))
    rows = [["configuration"] + [heading for heading, _ in columns]]
    return rows + [["\n".join(wrap_pairs(scene.title_of(name), room, LETTERS))] + [cells[i] for _, cells in columns]
                   for i, name in enumerate(frame["configuration"][:ROWS])]


def inches_of(heading: str, cells: list) -> float:
    """What a column of numbers takes, with the blank in front of it."""
    return widest([heading, *cells[:ROWS]], LETTERS) + APART


def panel(axes, scene, frame, wide: float) -> None:
    """The best, in lines that fill the axes, whose width in inches is given."""
    axes.axis("off")
    what = {"loss": "lowest final losses", "accuracy": "highest final accuracies", "time_s": "shortest times"}.get(first_of(frame), "first")
    axes.set_title(f"The {min(ROWS, len(frame))} {what} of {len(frame)} configurations")
    rows = rows_of(scene, frame, wide)
    lines = [row[0].count("\n") + 1 for row in rows]
    taken = [inches_of(*words(frame, column)) for column in frame.columns[1:]]
    for place, row in enumerate(rows):
        y = 1 - (sum(lines[:place]) + 0.2) / sum(lines)
        for at, word in enumerate(row):
            x = 0 if at == 0 else 1 - sum(taken[at:]) / wide
            axes.text(x, y, word, transform=axes.transAxes, ha="left" if at == 0 else "right", va="top",
                      fontsize=LETTERS, color=look.PALE if place == 0 else look.INK)


def words(frame, column: str) -> tuple:
    """(heading with unit, texts of the cells)."""
    known = prepare.finite([frame[column]])
    factor, unit = label.column_unit(column, float(known.max()) if len(known) else 0.0)
    texts = ["diverged" if np.isinf(v) else "-" if np.isnan(v) else f"{v / factor:.4g}" for v in frame[column]]
    return label.with_unit(column.removesuffix("_s"), unit), texts
