"""heatmap.py - a number of every run over two keys: a map for each value of the keys of --facet.

A cell is the median of its runs.  Of runs that were to reach a goal it says how many did; where fewer than half did it is hatched,
with what the median is larger than, and where more than half diverged it says so."""
import math

import numpy as np
import pandas
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Patch, Rectangle

from .. import axes as axis_of
from .. import facet, label, look, prepare
from ..cell import cell_of
from ..measure import width, wrap, wrap_pairs
from ..sheet import Sheet, indent_of
from ..value import CENSORED, DIVERGED, Value

BRIEF = "a number of every run over two keys, such as the time to reach a loss; a map for each value of --facet"
NEEDS = "two swept keys with two values or more"
OPTIONS = ("x", "y", "value", "facet")
USUAL = True
RESULTS = ("loss", "accuracy", "time_s", "bytes", "joules")
BAR = 0.75              # inches of the scale of colours with its numbers
SIZES = (7, 6.5, 6, 5.5, 5)     # points of the numbers in the cells, the largest that fits
PADDING = 0.06          # inches of a cell beside its text
MARKS = {CENSORED: ("#F2F2F2", "////", "#B8B8B8"), DIVERGED: ("#E9DCDC", "xxxx", "#B99")}      # fill, hatching, its colour


def dull(scene) -> bool:
    """No result changes with what was swept."""
    return not any(prepare.changes(scene.shown, name) for name in RESULTS)


def keys_of(scene, choice) -> tuple:
    """(x, y): as chosen, else the two keys of most values that do not move in step."""
    record, given = scene.record, facet.keys_of(scene.record, choice.facet)
    ranked = sorted(record.keys, key=lambda key: -len(facet.values_of(scene.shown, key)))
    ranked = [key for key in ranked if len(facet.values_of(scene.shown, key)) > 1 and key not in given]
    x = choice.x or next((key for key in ranked if key != choice.y), "")
    y = choice.y or next((key for key in ranked if key != x and crossed(scene, x, key)), "")
    return x, y


def crossed(scene, x: str, y: str) -> bool:
    """Some value of x meets two of y, and the other way round."""
    pairs = {(c.value(x), c.value(y)) for c in scene.shown if None not in (c.value(x), c.value(y))}
    return len(pairs) > max(len({a for a, _ in pairs}), len({b for _, b in pairs}), 2)


def in_map(scene, choice) -> list:
    """The configurations that have both keys."""
    x, y = keys_of(scene, choice)
    return [c for c in scene.shown if None not in (c.value(x), c.value(y))]


def facets_of(scene, choice) -> list:
    """The keys of --facet; without it as many as leave one configuration in a cell."""
    if choice.facet:
        return facet.keys_of(scene.record, choice.facet)
    return facet.needed(scene.record, in_map(scene, choice), list(keys_of(scene, choice)))


def missing(scene, choice) -> str:
    record = scene.record
    for option in ("x", "y"):
        if (key := getattr(choice, option)) and (sentence := facet.known(record, option, key)):
            return sentence
    if choice.x and choice.x == choice.y:
        return f"--y {choice.y}: expected another key than that of --x"
    keys = facet.keys_of(record, choice.facet)
    if both := [key for key in keys if key in (choice.x, choice.y)]:
        return f"--facet {both[0]}: expected another key than those of --x and --y"
    x, y = keys_of(scene, choice)
    if not (x and y):
        return "it crosses no two keys; a scenario with dt.sweep in two places does so"
    value = value_of(scene, choice)
    shown, keys = in_map(scene, choice), facets_of(scene, choice)
    if left := facet.pooled(record, shown, [x, y, *keys]):
        more = [*keys, *facet.needed(record, shown, [x, y, *keys])]
        return f"a cell of {x} and {y} would pool runs that differ in {' and '.join(left[:4])}; " \
            f"--facet {','.join(more)} draws them apart, {facet.hold(record, shown, [x, y, *keys])}"
    if (count := len(facet.split(record, shown, keys))) > facet.PANELS:
        return f"{count} maps, one for each value of {' and '.join(keys)}, are more than a page has room for ({facet.PANELS}); " \
            f"--where '{facet.condition(record, shown, keys[0])}' shows one value"
    if data(scene, choice).empty:
        return f"no run has a number for {value.text}"
    return ""


def value_of(scene, choice) -> Value:
    """As chosen, else the first result that differs between configurations."""
    changing = [] if choice.value else [name for name in RESULTS if prepare.changes(scene.shown, name)]
    return Value(scene.record, choice.value or (changing or ["time_s"])[0])


def data(scene, choice):
    """x, y: values of the two keys; panel: of its map, from 0; median, runs, known, diverged, state and bound of the cell: see
    cell.py; cell: what it says."""
    (x, y), value = keys_of(scene, choice), value_of(scene, choice)
    rows = []
    for place, panel in enumerate(facet.split(scene.record, in_map(scene, choice), facets_of(scene, choice))):
        for c in panel.configurations:
            cell = cell_of([value.of(run) for run in c.shown])
            if cell is not None:
                rows.append((c.value(x), c.value(y), place, cell.median, cell.runs, cell.known, cell.diverged, cell.state, cell.bound, cell))
    return pandas.DataFrame(rows, columns=["x", "y", "panel", "median", "runs", "known", "diverged", "state", "bound", "cell"])


def draw(scene, frame, choice):
    record, (x, y), value = scene.record, keys_of(scene, choice), value_of(scene, choice)
    keys, shown = facets_of(scene, choice), in_map(scene, choice)
    panels = facet.split(record, shown, keys)
    xs, ys = ([v for v in facet.values_of(shown, key) if (frame[side] == v).any()] for key, side in ((x, "x"), (y, "y")))
    across, down = ([record.words.value(key, v) for v in values] for key, values in ((x, xs), (y, ys)))
    factor, words = scale_of(value, frame)
    texts = [lines_of(value, row, factor) for row in frame.itertuples()]
    needs = max((width(line, SIZES[0]) for lines in texts for line in lines), default=0.0) + 2 * PADDING
    room = len(xs) * max(min(needs, 0.9), 0.25, *(width(word, 8) + 0.1 for word in across))
    wide = min(max(room, 1.3), 8.0 if len(panels) == 1 else 4.2)
    high = min(max(1.2, (0.42 if max(map(len, texts)) > 1 else 0.34) * len(ys)), 5.0)
    columns = facet.columns_for(record, shown, keys, panels, max(1, int(11.0 / (wide + 0.3))))
    rows = -(-len(panels) // columns)
    left = indent_of(down) + 0.3
    inside = page_inside(scene, left, columns, wide)
    titles = [wrap_pairs(panel.title, inside, 9, True) for panel in panels]
    tallest = max(map(len, titles)) if len(panels) > 1 else 1
    upright = not prepare.is_number(xs[0]) and max(width(word, 8) for word in across) + 0.06 > inside / len(xs)
    above = wrap(words[:1].upper() + words[1:], columns * (inside + 0.3) + BAR, 9, True)
    lines = len(above) + (tallest if len(panels) > 1 else 0)
    sheet = Sheet(scene, columns, rows, (wide, high), words=note_of(scene, frame, shown, x, y, value), left=left, right=BAR + 0.35,
                  gap=(0.3, 0.5 + 0.15 * (tallest - 1)), heading=lines, legend=marks_legend(frame),
                  below=max(width(word, 8) for word in across) - 0.1 if upright else 0.0)
    norm = norm_of(frame[np.isfinite(frame["median"])]["median"].to_numpy() / factor)
    size = size_of(sheet, texts, len(xs), len(ys))
    for place, panel in enumerate(panels):
        axes = sheet.cell(place % columns, place // columns)
        part = frame["panel"] == place
        paint(axes, frame[part], xs, ys, factor, norm)
        for row, lines in zip(frame[part].itertuples(), [lines for lines, is_here in zip(texts, part) if is_here]):
            if size:
                write(axes, xs.index(row.x), ys.index(row.y), lines, size, norm, row.median / factor)
        below = place // columns == rows - 1 or place + columns >= len(panels)
        ticks(axes, sheet, across, down if place % columns == 0 else [""] * len(ys), below, upright)
        axes.set(xlabel=x if below else "", ylabel=y if place % columns == 0 else "")
        if len(panels) > 1:
            axes.set_title("\n".join(titles[place]), fontweight="normal", fontsize=8.5)
    over = 0.06 + (0.15 * tallest + 0.08 if len(panels) > 1 else 0)
    sheet.figure.text(sheet.left / sheet.size[0], 1 - (sheet.top - over) / sheet.size[1], "\n".join(above), fontsize=9, fontweight="bold",
                      va="bottom")
    if frame["median"][np.isfinite(frame["median"])].nunique() > 1:
        colour_bar(sheet, norm, rows)
    return sheet.figure


def page_inside(scene, left: float, columns: int, wide: float) -> float:
    """Inches of a panel's width, by what is asked of the page."""
    if not scene.page.size:
        return wide
    return max(0.6, (scene.page.size[0] - left - BAR - 0.35 - (columns - 1) * 0.3) / columns)


def scale_of(value: Value, frame) -> tuple:
    """(factor, words with unit) of the numbers."""
    known = prepare.finite([frame["median"], frame["bound"]])
    most = float(np.abs(known).max()) if len(known) else 0.0
    if value.column == "time_s" and len(known) and known.min() > 0 and known.max() > 1000 * known.min():
        return 1.0, label.with_unit(value.words, "s")
    return value.scaled(most)


def digits(number: float) -> str:
    """Three digits without an exponent where they are short: 0.0123, 12.3, 1230."""
    return f"{number:.0f}" if 100 <= abs(number) < 1e5 else f"{number:.3g}"


def lines_of(value: Value, row, factor: float) -> list:
    """What a cell says: its median, and how many runs that is of."""
    cell = row.cell
    if cell.state == DIVERGED:
        return ["diverged"] + ([f"{cell.diverged} of {cell.runs}"] if cell.diverged < cell.runs else [])
    number = digits(cell.median / factor) if np.isfinite(cell.median) else f"> {digits(cell.bound / factor)}"
    count = f"{cell.known} of {cell.runs}" if value.counts and not cell.whole else ""
    lost = f"{cell.diverged} diverged" if cell.diverged else ""
    return [number, *filter(None, (count, lost))]


def norm_of(values: np.ndarray):
    """Logarithmic where the small ones would all look like the least; a scale has two ends, also where all values are equal."""
    if not len(values) or values.min() == values.max():
        middle = values.min() if len(values) else 0.0
        return Normalize(middle - 1, middle + 1)
    return (LogNorm if prepare.wants_log(values) else Normalize)(values.min(), values.max())


def paint(axes, frame, xs: list, ys: list, factor: float, norm) -> None:
    """The cells; white where nothing ran, hatched where the median is not known."""
    grid = np.full((len(ys), len(xs)), np.nan)
    for row in frame.itertuples():
        place = ys.index(row.y), xs.index(row.x)
        if np.isfinite(row.median):
            grid[place] = row.median / factor
        else:
            fill, hatch, ink = MARKS[row.state]
            axes.add_patch(Rectangle((place[1] - 0.5, place[0] - 0.5), 1, 1, facecolor=fill, edgecolor=ink, hatch=hatch, linewidth=0))
    axes.imshow(grid, cmap="viridis", norm=norm, aspect="auto", origin="lower")
    axes.set(xlim=(-0.5, len(xs) - 0.5), ylim=(-0.5, len(ys) - 0.5))
    axes.grid(False)


def write(axes, column: int, row: int, lines: list, size: float, norm, value: float) -> None:
    """The number of a cell above the count of its runs."""
    dark = np.isfinite(value) and norm(value) < 0.5
    plate = {} if np.isfinite(value) else {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}}
    axes.text(column, row, "\n".join(lines), ha="center", va="center", fontsize=size, linespacing=1.15,
              color="white" if dark else look.INK, **plate)


def size_of(sheet, texts: list, columns: int, rows: int) -> float:
    """The largest letters in which every cell's text fits; 0 if none do."""
    wide, high = sheet.panel[0] / columns - PADDING, sheet.panel[1] / rows - PADDING
    for size in SIZES:
        if all(max(width(line, size) for line in lines) <= wide and len(lines) * 1.2 * size / 72 <= high for lines in texts):
            return size
    return 0


def ticks(axes, sheet, across: list, down: list, below: bool, upright: bool) -> None:
    """The values at the cells; of numbers that would touch, some; names stand upright instead."""
    room = sheet.panel[0] / len(across)
    every = 1 if upright else max(1, math.ceil((max(width(word, 8) for word in across) + 0.06) / room))
    axes.set_xticks(range(0, len(across), every), across[::every] if below else [""] * len(across[::every]), rotation=90 if upright else 0)
    some = max(1, math.ceil(0.13 / (sheet.panel[1] / len(down))))
    axes.set_yticks(range(0, len(down), some), down[::some])
    axes.tick_params(length=0)


def colour_bar(sheet, norm, rows: int) -> None:
    """One scale of colours for all maps, beside the first rows of them; what it counts stands above the maps."""
    high = rows * sheet.panel[1] + (rows - 1) * sheet.gap[1]
    tall = min(high, 3.2)
    place = sheet.axes(sheet.size[0] - sheet.right + 0.14, sheet.bottom + high - tall, 0.12, tall)
    bar = sheet.figure.colorbar(ScalarMappable(norm, "viridis"), cax=place)
    if isinstance(norm, LogNorm):
        axis_of.logarithmic(place.yaxis, np.array([norm.vmin, norm.vmax]))
    bar.outline.set_visible(False)
    place.grid(False)


def marks_legend(frame) -> list:
    """What hatching means, of what is there."""
    words = {CENSORED: "fewer than half of the runs got there", DIVERGED: "more than half of the runs diverged"}
    return [(Patch(facecolor=fill, hatch=hatch, edgecolor=ink, linewidth=0.5), words[state])
            for state, (fill, hatch, ink) in MARKS.items() if (frame["state"] == state).any()]


def stopped_before(value: Value, shown: list) -> list:
    """The goals of scenarios, "stop.accuracy = 0.75", that ended runs on their way to a farther one that is asked for."""
    if not value.counts:
        return []
    column, goal = value.tree.column, value.tree.goal.value
    found = set()
    for run in (run for c in shown for run in c.shown):
        stop = (run.config.get("stop") or {}).get(column, 0)
        nearer = stop < goal if value.tree.sign in (">", ">=") else stop > goal
        if stop and nearer and value.of(run).state == CENSORED and not math.isnan(prepare.reached(run, column, stop)):
            found.add(stop)
    return [f"stop.{column} = {stop:g}" for stop in sorted(found)]


def note_of(scene, frame, shown: list, x: str, y: str, value: Value) -> str:
    """What a cell is, and which configurations have no place in the maps."""
    runs = sorted(set(frame["runs"]))
    note = "one run a cell" if runs == [1] else f"median of the {runs[0]} runs of a cell" if len(runs) == 1 else \
        f"median of the {runs[0]} to {runs[-1]} runs of a cell"
    if not (frame["known"] == frame["runs"]).all():
        note += "; \"2\u00a0of\u00a03\": so many of so many runs got there; \">\u00a0300\": the median is larger, as runs ended there"
    if stops := stopped_before(value, shown):
        note += f"; stopped by {' or '.join(stops)} before"
    away = len(scene.shown) - len(shown)
    lacking = [key for key in (x, y) if any(c.value(key) is None for c in scene.shown)]
    return note + (f"; {away} of {len(scene.shown)} configurations have no {' or no '.join(lacking)} and are left out" if away else "")
