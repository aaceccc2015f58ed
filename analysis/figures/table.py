"""table.py - the best configurations by final loss, as text: for sweeps that no legend could name."""
import numpy as np
import pandas

from .. import label, look, prepare
from ..sheet import Sheet

BRIEF = "the configurations of lowest final loss (else highest accuracy, else shortest time), as text"
NEEDS = "a complete run"
OPTIONS = ()
USUAL = False
ROWS = 16
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
    rows = min(ROWS, len(frame))
    sheet = Sheet(scene, 1, 1, (8.2, 0.236 * (rows + 1)), words=prepare.band_words(scene.shown, ""))
    panel(sheet.axes(0.2, 0.5, 8.5, sheet.size[1] - sheet.top - 0.5), scene, frame, rows)
    return sheet.figure


def panel(axes, scene, frame, room: int = ROWS) -> None:
    """The best, in lines of which so many fill the axes."""
    axes.axis("off")
    what = {"loss": "lowest final losses", "accuracy": "highest final accuracies", "time_s": "shortest times"}.get(first_of(frame), "first")
    axes.set_title(f"The {min(ROWS, len(frame))} {what} of {len(frame)} configurations")
    columns = [words(frame, column) for column in frame.columns[1:]]
    rows = [["configuration"] + [heading for heading, _ in columns]]
    rows += [[scene.title_of(name)] + [cells[i] for _, cells in columns]
             for i, name in enumerate(frame["configuration"][:ROWS])]
    for place, row in enumerate(rows):
        y = 1 - (place + 0.7) / (room + 1)
        for at, word in enumerate(row):
            x = 0 if at == 0 else 1 - 0.15 * (len(row) - 1 - at)
            axes.text(x, y, word, transform=axes.transAxes, ha="left" if at == 0 else "right", va="center",
                      fontsize=8, color=look.PALE if place == 0 else look.INK)


def words(frame, column: str) -> tuple:
    """(heading with unit, texts of the cells)."""
    known = prepare.finite([frame[column]])
    factor, unit = label.column_unit(column, float(known.max()) if len(known) else 0.0)
    texts = ["diverged" if np.isinf(v) else "-" if np.isnan(v) else f"{v / factor:.4g}" for v in frame[column]]
    return label.with_unit(column.removesuffix("_s"), unit), texts
