"""heatmap.py - a final result over two swept keys."""
import numpy as np
import pandas
from matplotlib.colors import LogNorm, Normalize

from .. import axes as axis_of
from .. import label, prepare
from ..sheet import Sheet, indent_of

BRIEF = "a final result over two swept keys"
NEEDS = "two swept keys with two values or more"
OPTIONS = ("x", "y", "value")
USUAL = True


def values_of(scene, key: str) -> list:
    """The values a key takes, numbers ascending; None where a configuration has no such key does not count."""
    values = list(dict.fromkeys(c.swept[key] for c in scene.shown if c.swept[key] is not None))
    return sorted(values) if all(prepare.is_number(v) for v in values) else values


def keys_of(scene, choice) -> tuple:
    """(x, y): as chosen, else the two keys of most values that do not move in step."""
    record = scene.record
    ranked = sorted(record.keys, key=lambda key: -len(values_of(scene, key)))
    ranked = [key for key in ranked if len(values_of(scene, key)) > 1]
    x = choice.x or next((key for key in ranked if key != choice.y), "")
    y = choice.y or next((key for key in ranked if key != x and crossed(scene, x, key)), "")
    return x, y


def crossed(scene, x: str, y: str) -> bool:
    """Some value of x meets two of y, and the other way round."""
    pairs = {(c.swept[x], c.swept[y]) for c in scene.shown if None not in (c.swept[x], c.swept[y])}
    return len(pairs) > max(len({a for a, _ in pairs}), len({b for _, b in pairs}), 2)


def missing(scene, choice) -> str:
    keys = scene.record.keys
    for option in ("x", "y"):
        key = getattr(choice, option)
        if key and key not in keys:
            return f"--{option}: " + label.unknown(key, keys, "the swept keys")
    if choice.value and choice.value not in label.RESULTS:
        return "--value: " + label.unknown(choice.value, label.RESULTS, "the results")
    if not all(keys_of(scene, choice)):
        return "it crosses no two keys; a scenario with dt.sweep in two places does so"
    if data(scene, choice).empty:
        return f"no run has a number for {choice.value}"
    return ""


def result_of(scene, choice) -> str:
    """As chosen, else the first result that differs between configurations."""
    changing = [c for c in ("loss", "accuracy", "time_s", "bytes", "joules") if prepare.changes(scene.shown, c)]
    return choice.value or (changing or ["time_s"])[0]


def data(scene, choice):
    """x, y: values of the two keys; median of the result over all runs there, and how many runs."""
    x, y = keys_of(scene, choice)
    column = result_of(scene, choice)
    cells = {}
    for c in scene.shown:
        if c.swept[x] is not None and c.swept[y] is not None:
            cells.setdefault((c.swept[x], c.swept[y]), []).extend(prepare.finals(c, column))
    rows = [(*place, float(np.median(found)), len(found)) for place, found in cells.items() if found]
    return pandas.DataFrame(rows, columns=["x", "y", "median", "runs"])


def draw(scene, frame, choice):
    x, y = keys_of(scene, choice)
    column = result_of(scene, choice)
    xs, ys = ([v for v in values_of(scene, key) if (frame[side] == v).any()] for key, side in ((x, "x"), (y, "y")))
    across, down = ([scene.record.words.value(key, v) for v in values] for key, values in ((x, xs), (y, ys)))
    pooled = [key for key in scene.record.keys if key not in (x, y) and len(values_of(scene, key)) > 1]
    note = "median of all runs of a cell" + (f", whatever their {' and '.join(pooled)}" if pooled else "")
    wide = min(8.0, max(3.4, len(xs) * max(0.6, 0.09 * max(map(len, across)))))
    high = min(5.0, max(1.6, 0.42 * len(ys)))
    sheet = Sheet(scene, 1, 1, (wide + 0.75, high), words=note, left=indent_of(down) + 0.15)
    axes = sheet.axes(sheet.left, sheet.bottom, wide, high)
    factor, unit = axis_of.result(column, frame["median"])
    image = paint(axes, frame, xs, ys, factor)
    every = int(np.ceil(len(xs) * 0.085 * max(map(len, across)) / wide))         # so that no two words touch
    axes.set_xticks(range(0, len(xs), every), across[::every])
    axes.set_yticks(range(len(ys)), down)
    axes.set(xlabel=x, ylabel=y)
    axes.set_title(unit[:1].upper() + unit[1:])
    bar = sheet.figure.colorbar(image, cax=sheet.axes(sheet.left + wide + 0.12, sheet.bottom, 0.12, high))
    if isinstance(image.norm, LogNorm):
        axis_of.logarithmic(bar.ax.yaxis, np.array(image.get_clim()))
    bar.outline.set_visible(False)
    bar.ax.grid(False)
    return sheet.figure


def norm(values: np.ndarray):
    """Logarithmic where the small ones would all look like the least."""
    if not len(values):
        return Normalize(0, 1)
    return (LogNorm if prepare.spans_decades(values) else Normalize)(values.min(), values.max())


def paint(axes, frame, xs: list, ys: list, factor: float):
    """The cells with their numbers; white where nothing ran, a word where half of the runs diverged."""
    grid = np.full((len(ys), len(xs)), np.nan)
    for row in frame.itertuples():
        grid[ys.index(row.y), xs.index(row.x)] = row.median / factor
    scale = norm(prepare.finite([grid]))
    image = axes.imshow(np.where(np.isfinite(grid), grid, np.nan), cmap="viridis", norm=scale, aspect="auto",
                        origin="lower")
    for (i, j), value in np.ndenumerate(grid) if grid.size <= 200 else ():
        if not np.isnan(value):
            dark = np.isfinite(value) and scale(value) < 0.5
            axes.text(j, i, f"{value:.3g}" if np.isfinite(value) else "diverged", ha="center", va="center",
                      fontsize=7, color="white" if dark else "#222222")
    axes.grid(False)
    return image
