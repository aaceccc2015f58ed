"""prepare.py - from runs to the arrays that a figure shows: no drawing here.

A run's evaluations are a step function: between two evaluations the last one holds, and a finished run keeps the model it
ended with.  So the median over seeds at time t is the median of the models that exist at time t.  A diverged run
counts as the worst value possible from its end on: it can spoil a median but never improve it."""
import numpy as np
import pandas

from . import exposed, who
from .label import same

POINTS = 600            # of a grid, at most
QUARTILES_FROM = 5      # with fewer seeds a quartile says nothing that least and most do not
WORST = {"low": np.inf, "high": -np.inf}     # the worst of a column that is the better so
DONE = "done or off"     # what off_s is called: a worker's host was down, or it had ended before the others
PARTS = (("compute", "compute_s"), ("communication", "send_s"), ("wait", "wait_s"), ("off", "off_s"))


BAND = ("x", "median", "low", "high", "seeds", "end", "diverged", "uneven")


def curve(run, x: str, y: str) -> tuple:
    """The evaluations (x, y) of a run that mean something, x ascending; a diverged run ends at the worst value."""
    evaluations = run.evaluations
    if x not in evaluations or y not in evaluations:
        return np.empty(0), np.empty(0)
    xs, ys = np.asarray(evaluations[x], float), np.asarray(evaluations[y], float)
    worst = WORST.get(run.columns[y].better)
    if run.status == "diverged" and worst is not None and (y == "loss" or not np.isnan(ys).all()) and len(xs):
        broken = np.flatnonzero(~np.isfinite(np.asarray(evaluations["loss"], float)))
        begin = broken[0] if len(broken) else len(xs)
        at = xs[begin] if begin < len(xs) else np.nextafter(xs[-1], np.inf)
        xs, ys = np.append(xs[:begin], at), np.append(ys[:begin], worst)
    known = ~(np.isnan(xs) | np.isnan(ys))
    return xs[known], ys[known]


def held(x: np.ndarray, y: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """The step function (x, y) at the points of grid: NaN before its first evaluation, the last value after its end."""
    last = np.searchsorted(x, grid, side="right") - 1
    return np.where(last >= 0, y[np.maximum(last, 0)], np.nan)


def common_grid(curves: list, points: int = POINTS) -> np.ndarray:
    """Every x at which a curve changes, thinned to equal distances when there are too many."""
    grid = np.unique(np.concatenate([x for x, _ in curves]))
    return grid if len(grid) <= points else np.linspace(grid[0], grid[-1], points)


def spread(values: np.ndarray) -> tuple:
    """(median, low, high) over the rows of values [seeds][points].  Quartiles are observed values, so that an
    infinite one never meets a finite one in an average; a NaN makes its whole column NaN."""
    with np.errstate(invalid="ignore"):
        median = np.median(values, axis=0)
    if len(values) < QUARTILES_FROM:
        return median, values.min(axis=0), values.max(axis=0)
    low, high = np.quantile(values, [0.25, 0.75], axis=0, method="inverted_cdf")
    return median, low, high


def band(configuration, x: str, y: str, points: int = POINTS):
    """A column of the evaluations over another, of one configuration; None if no run of it has both.  Columns:

    x                   a common grid
    median, low, high   of the seeds; infinite where half of them have diverged, NaN where one has not begun
    seeds               how many
    end                 median over seeds of the last x
    diverged, uneven    a seed did; the seeds end at visibly different x"""
    runs = [run for run in configuration.shown if len(curve(run, x, y)[0])]
    curves = [curve(run, x, y) for run in runs]
    return band_of(curves, [xs[-1] for xs, _ in curves], any(run.status == "diverged" for run in runs), points) if runs else None


def band_of(curves: list, ends: list, diverged: bool = False, points: int = POINTS) -> pandas.DataFrame:
    """The band of step functions (x, y), one a seed, that end there: see band."""
    grid = common_grid(curves, points)
    median, low, high = spread(np.array([held(*c, grid) for c in curves]))
    return pandas.DataFrame(dict(x=grid, median=median, low=low, high=high, seeds=len(curves), end=float(np.median(ends)),
                                 diverged=diverged, uneven=bool(np.ptp(ends) > 0.02 * max(ends))))


def no_band() -> pandas.DataFrame:
    """A table of bands without rows."""
    return pandas.DataFrame({name: [] for name in (*BAND, "configuration")})


def band_words(configurations: list, thing: str) -> str:
    """What line and band (or whatever the thing is; "" for none) are, for the caption."""
    seeds = [len(c.shown) for c in configurations]
    if max(seeds) < 2:
        return "one seed"
    words = f"median of {'' if same(seeds) else 'up to '}{max(seeds)} seeds"
    if not thing:
        return words
    narrow, wide = f"{thing}: least to most", f"{thing}: quartiles"
    if same([n < QUARTILES_FROM for n in seeds]):
        return f"{words}, {narrow if seeds[0] < QUARTILES_FROM else wide}"
    return f"{words}, {wide}, least to most where there are fewer than {QUARTILES_FROM}"


def finite(values) -> np.ndarray:
    values = np.concatenate([np.ravel(v) for v in values]) if len(values) else np.empty(0)
    return values[np.isfinite(values)]


def wants_log(values: np.ndarray) -> bool:
    """A logarithmic axis serves when all values are positive and span more than a decade."""
    return len(values) > 0 and values.min() > 0 and values.max() > 10 * values.min()


def spans_decades(values: np.ndarray) -> bool:
    """As wants_log, where zero would be a fair place to begin: of amounts such as times and bytes."""
    return len(values) > 0 and values.min() > 0 and values.max() > 20 * values.min()


def has(record, column: str) -> bool:
    """Some complete run knows a number in this column of its evaluations."""
    return any(len(curve(run, "time_s", column)[0]) for c in record.configurations for run in c.shown)


def varies(record, column: str) -> bool:
    """Some run sees this column of its evaluations change."""
    curves = (curve(run, "time_s", column)[1] for c in record.configurations for run in c.shown)
    return any(len(y) > 1 and np.ptp(y) > 0 for y in curves)


def parts_of(run) -> dict:
    """Part -> mean seconds that a worker of a run spent on it; a server is no worker.  Of what the record calls waiting, the time in
    which a worker's hands communicate is exposed communication.  Empty if there are no workers."""
    rows = who.workers(run.workers)
    if not len(rows):
        return {}
    parts = {name: float(np.mean(np.asarray(run.workers[column], float)[rows])) for name, column in PARTS}
    shown = min(exposed.seconds(run), parts["wait"])
    return {"compute": parts["compute"], "communication": parts["communication"], "exposed": shown,
            "wait": parts["wait"] - shown, "off": parts["off"]}


def breakdown(configuration) -> dict:
    """Part -> mean seconds a worker spent on it, over workers and then over seeds; "horizon" is their sum.  Empty if there are no
    workers."""
    runs = [parts for run in configuration.shown if (parts := parts_of(run))]
    if not runs:
        return {}
    parts = {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}
    return {**parts, "horizon": float(sum(parts.values()))}


def final_of(run, column: str):
    """A number of the run's results, None if it has none; a diverged run has the worst loss and accuracy, and what it
    had used up when it ended is no result."""
    value = run.final.get(column)
    better = run.columns[column].better if column in run.columns else ""
    if run.status == "diverged" and better == "":
        return None
    if run.status == "diverged" and (column == "loss" or value is not None):
        return WORST[better]
    return None if value is None else float(value)


def finals(configuration, column: str) -> np.ndarray:
    """A column of the results, a number a complete seed."""
    values = [final_of(run, column) for run in configuration.shown]
    return np.array([value for value in values if value is not None])


def final_spread(configuration, column: str) -> tuple:
    """(median, low, high) of a final result over seeds; NaN if there is none."""
    values = finals(configuration, column)
    if not len(values):
        return np.nan, np.nan, np.nan
    return tuple(float(v[0]) for v in spread(values[:, None]))


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numeric_key(record) -> str:
    """The swept key with the most different numbers, the first of equals; "" if no key has two."""
    counts = {key: len({c.swept[key] for c in record.configurations if is_number(c.swept[key])})
              for key in record.keys}
    best = max(counts, key=counts.get, default="")
    return best if best and counts[best] > 1 else ""


def follows(record, key: str, other: str) -> bool:
    """The value of key decides that of other, as in a zipped sweep."""
    pairs = {(c.value(key), c.value(other)) for c in record.configurations if is_number(c.value(key))}
    return len(pairs) == len({value for value, _ in pairs})


def results_frame(configurations: list, columns: list) -> pandas.DataFrame:
    """Configuration, result, median, low, high: a row for each of the results that a configuration has."""
    rows = [(c.label, column, *final_spread(c, column)) for c in configurations for column in columns]
    frame = pandas.DataFrame(rows, columns=["configuration", "result", "median", "low", "high"])
    return frame[frame["median"].notna()].reset_index(drop=True)


def changes(configurations: list, column: str) -> bool:
    """A final result differs by more than a fiftieth between configurations, or only some of them diverge."""
    medians = np.array([final_spread(c, column)[0] for c in configurations])
    values = finite([medians])
    return len(values) > 0 and (np.isinf(medians).any() or bool(np.ptp(values) > 0.02 * abs(values).max()))


def reached(run, column: str, target: float) -> float:
    """The simulated time of the first evaluation that has reached a target, as low or as high as is better; NaN if none."""
    low = column in run.columns and run.columns[column].better == "low"
    return first(run, "time_s", column, lambda values: values <= target if low else values >= target)


def first(run, across: str, column: str, holds) -> float:
    """What stands in the column across in the first evaluation in which a column holds; NaN if none does."""
    places, values = curve(run, across, column)
    hit = np.flatnonzero(holds(values))
    return float(places[hit[0]]) if len(hit) else np.nan


def workers_of(run) -> int:
    """How many workers did anything; a server is no worker."""
    return len(who.workers(run.workers))
