"""speed.py - the history of `make bench`: how near to the limit of the machine each row comes, from commit to commit.
A row's share of the limit is 1 where dtsim does what the machine cannot do better: figure / limit where more is better, limit /
figure where less is.  It may be above 1, as some limits are other programs (SimGrid alone) and not laws."""
import json
import math
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from . import RecordError
from .look import COLOURS, INK, PALE
from .measure import wrap

FORMAT = "dtsim bench 1"
COLUMNS, PANEL, GAP = 6, (1.55, 0.85), (0.3, 0.42)      # panels side by side; inches
LEFT, RIGHT, TOP, BOTTOM = 0.55, 0.2, 0.85, 0.95        # inches around the panels
LEAST, LARGEST = 0.3, 60                                # inches of a panel at least; of a side of the picture at most
SECONDS = (1.0, " s")
UNITS = {"ratio": (1.0, ""), "seconds": SECONDS, "cpu": SECONDS, "ours": SECONDS, "peak": (1e9, " GB"), "page": (1e6, " MB")}


@dataclass(frozen=True)
class Point:
    """What one measurement found of one row."""
    row: str
    date: str           # ISO 8601, in UTC
    commit: str
    machine: str        # the processor and the kernels of OpenBLAS
    figure: str         # which one it is, a key of UNITS
    value: float
    share: float        # of the limit
    aim: float          # the share that is aimed at; NaN: no aim of this figure
    met: bool           # all aims of the row; True where there are none


def read(paths: list) -> tuple:
    """(the points of all files by their date, the rows that have none).  Errors: RecordError for any other kind of file."""
    points, without = [], []
    for path in paths:
        whole = contents(path)
        for row in whole["rows"]:
            try:
                point = point_of(whole, row)
            except (KeyError, TypeError, ValueError, AttributeError):
                name = row.get("row") if isinstance(row, dict) else None
                raise RecordError(f"{path}: expected rows of make bench, got one that it does not write"
                                  + (f" ({name})" if name else "")) from None
            points.append(point) if point else without.append(row["row"])
    there = {point.row for point in points}
    return sorted(points, key=lambda point: point.date), sorted(set(without) - there)


def contents(path) -> dict:
    """The object of one file, whose head is checked."""
    try:
        whole = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise RecordError(f"{path}: expected a file of make bench, got text that is no JSON") from None
    found = whole.get("format") if isinstance(whole, dict) else None
    if found != FORMAT:
        got = f"\"{found}\"" if isinstance(found, str) else "JSON without one"
        raise RecordError(f"{path}: expected a file of make bench, whose format is \"{FORMAT}\", got {got}")
    if not all(isinstance(whole.get(key), str) for key in ("date", "commit", "processor", "openblas_core")) \
            or not isinstance(whole.get("rows"), list):
        raise RecordError(f"{path}: expected date, commit, processor, openblas_core and rows, as make bench writes them")
    return whole


def point_of(whole: dict, row: dict):
    """The point of a row; None where it was not measured, or has no limit."""
    if not isinstance(row["row"], str):
        raise TypeError
    if "limit" not in row:
        return None
    figure = row["headline"]
    value, limit = positive(row[figure]), positive(row["limit"])
    aims = [aim for aim in row.get("aims", []) if aim["figure"] == figure]
    more = bool(aims) and aims[0]["is"] == ">="

    def share(of):
        return of / limit if more else limit / of
    return Point(row["row"], whole["date"], whole["commit"], f"{whole['processor']}, kernels {whole['openblas_core']}", figure, value,
                 share(value), share(positive(aims[0]["value"])) if aims else math.nan, row.get("met", True) is True)


def positive(number) -> float:
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 < number < math.inf:
        raise ValueError
    return float(number)


def newest(points: list) -> list:
    """Of several measurements of a row at one commit on one kind of machine, the last."""
    return list({(point.row, point.commit, point.machine): point for point in points}.values())


def draw(points: list, without: list, title=None, size=None) -> Figure:
    """A panel for each row, commits from left to right in the order of their first measurement, a colour for each machine."""
    if not points:
        raise RecordError("no row of these files has a limit, so there is nothing to draw")
    rows, commits, machines = (list(dict.fromkeys(getattr(point, key) for point in points)) for key in ("row", "commit", "machine"))
    points, columns = newest(points), min(COLUMNS, len(rows))
    down = math.ceil(len(rows) / columns)
    wide, high = size or natural(columns, down)
    across, tall = ((side - taken - (count - 1) * gap) / count for side, taken, count, gap in
                    ((wide, LEFT + RIGHT, columns, GAP[0]), (high, TOP + BOTTOM, down, GAP[1])))
    if min(across, tall) < LEAST or max(wide, high) > LARGEST:
        raise RecordError(f"--size: {wide:g}x{high:g} inches are too small or too large for {len(rows)} panels")
    page = Figure((wide, high))
    ends = limits_of(points)
    for i, row in enumerate(rows):
        left = LEFT + i % columns * (across + GAP[0])
        bottom = high - TOP - (i // columns + 1) * tall - i // columns * GAP[1]
        axes = page.add_axes((left / wide, bottom / high, across / wide, tall / high))
        panel(axes, [point for point in points if point.row == row], commits, machines, ends)
        axes.tick_params(labelleft=i % columns == 0, labelbottom=i + columns >= len(rows))
    words(page, "How near each row of make bench comes to what the machine can do" if title is None else title, machines,
          len(points), without)
    return page


def natural(columns: int, down: int) -> tuple:
    """Inches of the picture if no size is asked for; wide enough for its title."""
    return max(6.5, LEFT + RIGHT + columns * PANEL[0] + (columns - 1) * GAP[0]), TOP + BOTTOM + down * PANEL[1] + (down - 1) * GAP[1]


def limits_of(points: list) -> tuple:
    """The ends of the axis of all panels: whole decades, at least from 0.1 to a bit above 1."""
    shares = [share for point in points for share in (point.share, point.aim) if not math.isnan(share)]
    return min(0.1, 10.0 ** math.floor(math.log10(min(shares)))), max(1.6, 1.3 * max(shares))


def panel(axes, points: list, commits: list, machines: list, ends: tuple) -> None:
    """One row over the commits."""
    axes.axhline(1.0, color=INK, linewidth=0.8, zorder=1)
    for i, machine in enumerate(machines):
        own = sorted((point for point in points if point.machine == machine), key=lambda point: commits.index(point.commit))
        at, colour = [commits.index(point.commit) for point in own], COLOURS[i % len(COLOURS)]
        axes.plot(at, [point.share for point in own], color=colour, linewidth=1.2, zorder=2)
        axes.plot(at, [point.aim for point in own], color=colour, linewidth=0.9, linestyle=":", zorder=1, marker="_", markersize=5)
        for x, point in zip(at, own):
            axes.plot([x], [point.share], "o", markersize=4.2, markeredgecolor=colour, zorder=3, clip_on=False,
                      markerfacecolor=colour if point.met else "white")
    last = max(points, key=lambda point: point.date)
    scale, unit = UNITS[last.figure]
    axes.set_title(last.row, fontsize=7.2, pad=2.5)
    axes.set_title(f"{last.value / scale:.3g}{unit}", fontsize=6.6, loc="right", pad=2.5, color=PALE, fontweight="normal")
    axes.set(yscale="log", ylim=ends, xlim=(-0.5, len(commits) - 0.5))
    axes.yaxis.set_major_locator(FixedLocator([10.0 ** k for k in range(round(math.log10(ends[0])), 3) if 10.0 ** k <= ends[1]]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    named = range(len(commits)) if len(commits) <= 4 else (0, len(commits) - 1)
    axes.set_xticks(list(named), [commits[k] for k in named], fontsize=6, rotation=30, ha="right")
    axes.tick_params(axis="y", labelsize=6.5)


def words(page, title: str, machines: list, count: int, without: list) -> None:
    """Title and legend above, a footer that says how to read it."""
    wide, high = page.get_size_inches()
    page.text(0.2 / wide, 1 - 0.14 / high, title, fontsize=11.5, fontweight="bold", va="top")
    shown = [(Line2D([], [], color=COLOURS[i % len(COLOURS)], marker="o", markersize=4.2), machine) for i, machine in enumerate(machines)]
    shown += [(Line2D([], [], color=PALE, marker="o", markersize=4.2, markerfacecolor="white", linestyle=""), "an aim is missed"),
              (Line2D([], [], color=PALE, linestyle=":", marker="_", markersize=5), "aim"),
              (Line2D([], [], color=INK, linewidth=0.8), "limit of the machine")]
    page.legend(*zip(*shown), loc="upper left", ncol=len(shown) if wide > 8 else 2, frameon=False, fontsize=7.5, borderpad=0,
                borderaxespad=0, columnspacing=1.4, handletextpad=0.5, bbox_to_anchor=(0.2 / wide, 1 - 0.36 / high))
    said = (f"Vertical: share of the limit, on a logarithmic scale; 1 is what the machine cannot do better.  Horizontal: commits, by "
            f"their first measurement.  Beside a row's name: its newest figure.  {count} figures; where a commit was measured several "
            "times on one kind of machine, the last counts.")
    if without:
        said += f"  Without a limit: {', '.join(without)}."
    page.text(0.2 / wide, 0.08 / high, "\n".join(wrap(said, wide - 0.4, 6.8)), fontsize=6.8, color=PALE, va="bottom")
