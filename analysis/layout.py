"""layout.py - tables of text in columns, times of one unit, and shares."""
import math

from .label import TIMES, quantity


def lay(rows: list, sides: str) -> list:
    """Lines of a table: a letter of sides says of each column whether it leans to the left (l) or to the right (r)."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(sides))]
    lines = ["  ".join(cell.ljust(width) if side == "l" else cell.rjust(width)
                       for cell, width, side in zip(row, widths, sides)) for row in rows]
    return [f"  {line}".rstrip() for line in lines]


def ruler(longest: float):
    """A function that writes times up to longest in one unit and with as many decimals, so that columns compare; what
    would round to nothing has a unit of its own."""
    if not longest > 0:
        return lambda seconds: quantity(seconds, "s")
    units = TIMES if longest >= 1e4 else TIMES[3:]      # minutes are hard to compare with seconds
    factor, name = next(((factor, name) for factor, name, _ in units if longest >= factor), units[-1][:2])
    digits = max(0, 4 - int(math.log10(longest / factor)))

    def write(seconds: float) -> str:
        text = f"{seconds / factor:.{digits}f} {name}"
        return text if seconds == 0 or float(text.split()[0]) != 0 else quantity(seconds, "s")
    return write


def share(part: float, whole: float) -> str:
    """A part of a whole in per cent."""
    if not whole > 0:
        return "-"
    percent = 100 * part / whole
    return f"{percent:.1f} %" if percent >= 0.05 or part == 0 else "< 0.1 %"
