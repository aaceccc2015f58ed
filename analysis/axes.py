"""axes.py - what panels share: units of axes, limits that nothing odd can squeeze, logarithmic ticks."""
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from . import label, prepare


def horizontal(words: str, column: str, end: float) -> tuple:
    """(factor, words with unit) of a horizontal axis of evaluations, which words say."""
    if column in ("step", "round"):
        factor, unit = label.count_unit(end)
        return factor, label.with_unit(words, f"{unit.strip()}s" if unit else "")
    factor, unit = label.column_unit(column, end)
    return factor, label.with_unit(words, unit)


def result(column: str, values) -> tuple:
    """(factor, label with unit) of an axis of final results."""
    values = prepare.finite([values])
    if column == "time_s" and prepare.spans_decades(values):        # drawn on a logarithmic scale
        return 1.0, label.with_unit(label.RESULTS[column], "s")
    factor, unit = label.column_unit(column, float(np.abs(values).max()) if len(values) else 0.0)
    return factor, label.with_unit(label.RESULTS[column], unit)


def horizontal_scaled(words: str, column: str, ends: list, end: float) -> tuple:
    """As horizontal; a logarithmic axis of time counts seconds, as no unit suits both of its ends."""
    return (1.0, label.with_unit(words, "s")) if column == "time_s" and far_apart(ends, end) else \
        horizontal(words, column, end)


def far_apart(ends: list, end: float) -> bool:
    """The first end would be lost beside the last."""
    return 0 < 20 * min(ends, default=0.0) < end


def horizontal_limits(axes, ends: list, end: float) -> None:
    """From 0 to the last end; logarithmic where they are far apart."""
    first = min(ends, default=0.0)
    if far_apart(ends, end):
        axes.set_xlim(first / 50, 1.1 * end)
        logarithmic(axes.xaxis, np.array([first / 50, end]))
    else:
        axes.set_xlim(0, neat_end(end))
        axes.xaxis.set_major_locator(MaxNLocator(6))


def neat_end(end: float) -> float:
    """The end of an axis: the next tick if it is near, so that it gets its number."""
    after = [tick for tick in MaxNLocator(6).tick_values(0, end) if end <= tick <= 1.03 * end]
    return after[0] if after and end > 0 else end or 1.0


def logarithmic(axis, values) -> None:
    """Logarithmic, with plain numbers for ticks: 1, 2, 5, 10 over few decades."""
    axis.axes.set(**{axis.axis_name + "scale": "log"})
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if values.max() < 150 * values.min() else (1,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: label.tick(value)))
    axis.set_minor_formatter(NullFormatter())


def ticks_at(axis, values: np.ndarray, words: list) -> None:
    """A tick for each value and no others."""
    axis.set_ticks(values, words)
    axis.set_minor_formatter(NullFormatter())
    axis.set_tick_params(which="minor", length=0)
