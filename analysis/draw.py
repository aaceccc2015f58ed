"""draw.py - the panels of a figure: each takes an axes and a scene, and draws what prepare.py worked out."""
import textwrap
from functools import cached_property, lru_cache

import numpy as np
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, ScalarFormatter

from . import label, look, prepare

HORIZONTAL = {"time_s": "simulated time", "step": "steps of a worker", "bytes": "bytes received, all messages"}
VERTICAL = {"loss": "loss", "accuracy": "accuracy (%)", "tau": "averaging period τ (steps)"}
TITLES = {("time_s", "loss"): "Loss against time", ("time_s", "accuracy"): "Accuracy against time",
          ("step", "loss"): "Loss against steps", ("bytes", "loss"): "Loss against bytes",
          ("time_s", "tau"): "Averaging period"}
FINALS = {"loss": "Final loss", "accuracy": "Final accuracy", "time_s": "Time", "bytes": "Bytes"}
SHADES = {"compute": 1.0, "communication": 0.55, "wait": 0.22, "off": 0.0}
TABLE_ROWS = 16
LEVEL = (0, (4, 2))       # dashes of a configuration that has no such swept key


class Scene:
    """A record, the look of its configurations, and its bands, worked out once."""

    def __init__(self, record):
        self.record = record
        self.look = look.choose(record)
        self.band = lru_cache(maxsize=None)(self._band)

    @property
    def shown(self) -> list:
        return [c for c in self.record.configurations if c.shown]

    def _band(self, index: int, x: str, y: str):
        return prepare.band(self.shown[index], x, y)

    def bands(self, x: str, y: str) -> list:
        """[(configuration, Band)] for those that have both columns."""
        pairs = [(c, self.band(i, x, y)) for i, c in enumerate(self.shown)]
        return [(c, b) for c, b in pairs if b is not None]

    @cached_property
    def horizon(self) -> float:
        """The longest time of any panel, in seconds: one unit of time serves all of them."""
        ends = [b.x[-1] for _, b in self.bands("time_s", "loss")]
        return max(ends + [prepare.breakdown(c).get("horizon", 0.0) for c in self.shown], default=0.0)


def lines(axes, scene: Scene, x: str, y: str) -> None:
    """Median and band of every configuration, y over x."""
    bands = scene.bands(x, y)
    end = max((b.x[-1] for _, b in bands), default=0.0)
    factor, horizontal = axis_unit(x, scene.horizon if x == "time_s" else end)
    limits(axes, bands, y)
    ceiling = axes.get_ylim()[1]
    for configuration, b in bands:
        line(axes, scene.look.of(configuration), b, factor, 100.0 if y == "accuracy" else 1.0, ceiling)
    horizontal_limits(axes, [b.end / factor for _, b in bands], end / factor)
    axes.set_xlabel(horizontal)
    axes.set_ylabel(VERTICAL[y])
    axes.set_title(TITLES[x, y])


def horizontal_limits(axes, ends: list, end: float) -> None:
    """From 0 to the last end; logarithmic where the first end would be lost beside it."""
    first = min(ends, default=0.0)
    if 0 < 20 * first < end:
        axes.set_xlim(first / 50, 1.1 * end)
        log_axis(axes.xaxis, np.array([first / 50, end]))
    else:
        axes.set_xlim(0, neat_end(end))
        axes.xaxis.set_major_locator(MaxNLocator(6))


def neat_end(end: float) -> float:
    """The end of an axis: the next tick if it is near, so that it gets its number."""
    after = [tick for tick in MaxNLocator(6).tick_values(0, end) if end <= tick <= 1.03 * end]
    return after[0] if after and end > 0 else end or 1.0


def line(axes, style, b, factor: float, scale: float, ceiling: float) -> None:
    """One configuration; its end is marked where the line alone does not tell it."""
    x, median = b.x / factor, np.where(np.isfinite(b.median), b.median * scale, np.nan)
    if style.band and b.seeds > 1:
        low, high = (np.clip(edge * scale, -10 * abs(ceiling), 10 * abs(ceiling)) for edge in (b.low, b.high))
        axes.fill_between(x, low, high, step="post", color=style.colour, alpha=0.17, linewidth=0)
    axes.plot(x, median, color=style.colour, linestyle=style.dash, linewidth=style.width, drawstyle="steps-post")
    known = np.flatnonzero(~np.isnan(median))
    if np.isinf(b.median).any() and len(known):
        inside = known[median[known] <= ceiling]
        last = inside[-1] if len(inside) else known[0]
        mark(axes, "X", 6.5, x[last], ceiling if last < known[-1] else min(median[last], ceiling), style)
    elif b.uneven and style.band:
        at = np.searchsorted(b.x, b.end, side="right") - 1
        mark(axes, "o", 4.5, x[at], median[at], style)


def mark(axes, sign: str, size: float, x: float, y: float, style) -> None:
    """A cross where the median diverges or leaves the axis for it, a dot where half of the seeds have ended."""
    axes.plot(x, y, marker=sign, markersize=size, color=style.colour, markeredgewidth=0.6, markeredgecolor="white",
              clip_on=False, zorder=4)


def axis_unit(column: str, end: float) -> tuple:
    """(factor, label with unit) of a horizontal axis."""
    if column == "time_s":
        factor, unit = label.time_unit(end)
        return factor, f"{HORIZONTAL[column]} ({unit})"
    if column == "bytes":
        factor, unit = label.byte_unit(end)
        return factor, f"{HORIZONTAL[column]} ({unit})"
    factor, unit = label.count_unit(end)
    return factor, f"{HORIZONTAL[column]}" + (f" ({unit.strip()}s)" if unit else "")


def limits(axes, bands: list, y: str) -> None:
    """The vertical axis: from what is finite; a diverged configuration may not squeeze the others."""
    sound = [b for _, b in bands if not b.diverged] or [b for _, b in bands]
    values = prepare.finite([v for b in sound for v in (b.median, b.low, b.high)])
    if not len(values):
        return
    low, high = float(values.min()), float(values.max())
    if y == "accuracy":
        pad = max(2.0, 4 * (high - low))
        axes.set_ylim(max(0.0, 100 * low - pad), min(101.0, 100 * high + pad))
    elif y == "tau":
        axes.set_ylim(0, 1.06 * high)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    elif y == "loss" and prepare.wants_log(values):
        log_axis(axes.yaxis, values)
        axes.set_ylim(low / 1.15, high * 1.15)
    else:
        pad = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
        axes.set_ylim(low - pad, high + pad)


def log_axis(axis, values) -> None:
    """Logarithmic, with plain numbers for ticks: 1, 2, 5, 10 over few decades."""
    axis.axes.set(**{axis.axis_name + "scale": "log"})
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if values.max() < 150 * values.min() else (1,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def bars(axes, scene: Scene, beside: bool) -> None:
    """Where a worker's time goes: a stacked bar a configuration, its label above it, or beside it if many."""
    rows = [(c, prepare.breakdown(c)) for c in scene.shown]
    rows = [(c, parts) for c, parts in rows if parts]
    most = max((parts["horizon"] for _, parts in rows), default=0.0)
    factor, unit = label.time_unit(scene.horizon)
    for place, (configuration, parts) in enumerate(rows):
        bar(axes, scene.look.of(configuration).colour, place, parts, factor, most)
        if not beside:
            axes.text(0, place - 0.34, bar_label(configuration), fontsize=7.5, va="bottom", color=look.INK)
    axes.set_yticks(range(len(rows)), [bar_label(c) for c, _ in rows] if beside else [""] * len(rows))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(len(rows), 1 if beside else 3) - 0.5, -0.5 if beside else -0.8)
    axes.set_xlim(0, 1.16 * most / factor or 1)
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.set_xlabel(f"mean time of a worker ({unit})")
    axes.set_title("Where the time goes", pad=17)
    key_of_parts(axes, [parts for _, parts in rows])


def bar_label(configuration) -> str:
    return textwrap.shorten(look.label_of(configuration), 50, placeholder=" …")


def bar(axes, colour, place: int, parts: dict, factor: float, most: float) -> None:
    """One stacked bar: shares inside where they fit, the whole behind its end."""
    left = 0.0
    for name, shade in SHADES.items():
        seconds, fill = parts[name], look.tint(colour, shade)
        if seconds <= 0:
            continue
        axes.barh(place, seconds / factor, 0.5, left / factor, color=fill, edgecolor=colour, linewidth=0.5,
                  align="center")
        if seconds > 0.085 * most:
            axes.text((left + seconds / 2) / factor, place + 0.02, f"{100 * seconds / parts['horizon']:.0f} %",
                      ha="center", va="center", fontsize=7, color=look.ink_on(fill))
        left += seconds
    axes.text((left + 0.015 * most) / factor, place + 0.02, f"{parts['horizon'] / factor:.3g}", va="center",
              fontsize=7, color=look.PALE)


def key_of_parts(axes, rows: list) -> None:
    """Grey samples of the shades, above the panel."""
    used = [name for name in SHADES if any(parts[name] > 0 for parts in rows)]
    samples = [Patch(facecolor=look.tint("#555555", SHADES[name]), edgecolor="#555555", linewidth=0.5) for name in used]
    axes.legend(samples, used, loc="lower left", bbox_to_anchor=(0, 1.0), ncol=4, frameon=False, fontsize=7.5,
                borderpad=0, borderaxespad=0.3, handlelength=1.0, handleheight=0.8, handletextpad=0.4,
                columnspacing=1.0)


def final(axes, scene: Scene, key: str, column: str) -> None:
    """A final result against a swept key: median over seeds, bar from low to high."""
    series = prepare.sweep_series(scene.record, key, column)
    factor, words = final_unit(column, series)
    for s, colour in zip(series, final_colours(series)):
        final_series(axes, s, colour, factor)
    values = prepare.finite([s.median for s in series])
    if column == "loss" and prepare.wants_log(values):
        log_axis(axes.yaxis, values)
    sweep_axis(axes, np.unique(np.concatenate([s.x for s in series])), scene.record, key)
    axes.set_ylabel(words)
    axes.set_title(FINALS[column])


def final_colours(series: list) -> list:
    """A colour each, or grey for all where there are too many to name."""
    return look.COLOURS[:len(series)] if len(series) <= len(look.COLOURS) else [look.PALE] * len(series)


def final_legend(record, key: str) -> list:
    """(handle, text) of the series over key; nothing where one line, or too many, need no names."""
    series = prepare.sweep_series(record, key, "loss")
    if not 1 < len(series) <= len(look.COLOURS):
        return []
    return [(look.handle(colour, "-" if len(s.x) else LEVEL), series_name(record, s, key))
            for s, colour in zip(series, final_colours(series))]


def final_unit(column: str, series: list) -> tuple:
    """(factor, label) of a final result's axis."""
    values = prepare.finite([s.median for s in series])
    most = float(values.max()) if len(values) else 0.0
    if column == "time_s":
        factor, unit = label.time_unit(most)
        return factor, f"simulated time of the run ({unit})"
    if column == "bytes":
        factor, unit = label.byte_unit(most)
        return factor, f"{HORIZONTAL[column]} ({unit})"
    return (0.01, "final accuracy (%)") if column == "accuracy" else (1.0, "final loss")


def series_name(record, series, key: str) -> str:
    """What a series has in common: the label of a member without the swept key's part."""
    member, short = series.members[0], label.short_keys(record.keys)
    if not len(series.x):
        return member.label
    part = label.value_text(short[key], member.swept[key], record.units.get(key, "1"))
    return ", ".join(word for word in member.label.split(", ") if word != part) or key


def final_series(axes, s, colour, factor: float) -> None:
    """Points with their spread; where half of the seeds have diverged there is no point."""
    if not len(s.x):
        if np.isfinite(s.median[0]):
            axes.axhline(s.median[0] / factor, color=colour, linewidth=1.2, linestyle=LEVEL)
        return
    with np.errstate(invalid="ignore"):
        error = np.nan_to_num(np.array([s.median - s.low, s.high - s.median]) / factor, nan=0.0, posinf=0.0)
    axes.errorbar(s.x, np.where(np.isfinite(s.median), s.median / factor, np.nan), error, color=colour, marker="o",
                  markersize=4, linewidth=1.4, elinewidth=1.0, capsize=2.5)


def sweep_axis(axes, xs: np.ndarray, record, key: str) -> None:
    """The swept values as ticks, logarithmic where they span more than a decade."""
    unit = record.units.get(key, "1")
    if prepare.wants_log(xs) and len(xs) > 2:
        log_axis(axes.xaxis, xs)
    if 0 < len(xs) <= 10:
        axes.set_xticks(xs, [label.quantity(x, unit) for x in xs])
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.tick_params(axis="x", which="minor", length=0)
    elif axes.get_xscale() == "linear":
        axes.xaxis.set_major_formatter(ScalarFormatter(useOffset=False))
    axes.set_xlabel(key)


def table(axes, scene: Scene) -> None:
    """The best configurations by final loss, as text: for sweeps that no legend could name."""
    columns = [table_column(scene, column) for column in ("loss", "accuracy", "time_s", "bytes")
               if any(len(prepare.finals(c, column)) for c in scene.shown)]
    ranked = sorted(scene.shown, key=lambda c: np.nan_to_num(prepare.final_spread(c, "loss")[0], nan=np.inf))
    axes.axis("off")
    axes.set_title(f"The {min(TABLE_ROWS, len(ranked))} lowest final losses of {len(ranked)} configurations")
    rows = [["configuration"] + [heading for heading, _ in columns]]
    rows += [[look.label_of(c)] + [number(c) for _, number in columns] for c in ranked[:TABLE_ROWS]]
    for place, row in enumerate(rows):
        y = 1 - (place + 0.7) / (TABLE_ROWS + 1)
        for at, word in enumerate(row):
            x = 0 if at == 0 else 1 - 0.15 * (len(row) - 1 - at)
            axes.text(x, y, word, transform=axes.transAxes, ha="left" if at == 0 else "right", va="center",
                      fontsize=8, color=look.PALE if place == 0 else look.INK)


def table_column(scene: Scene, column: str) -> tuple:
    """(heading with unit, configuration -> text)."""
    most = max(prepare.finite([prepare.finals(c, column) for c in scene.shown]), default=0.0)
    factor, unit = {"time_s": label.time_unit, "bytes": label.byte_unit}.get(column, lambda _: (1.0, ""))(most)
    if column == "accuracy":
        factor, unit = 0.01, "%"

    def number(configuration) -> str:
        value = prepare.final_spread(configuration, column)[0]
        return "diverged" if np.isinf(value) else "-" if np.isnan(value) else f"{value / factor:.4g}"

    return column.removesuffix("_s") + (f" ({unit})" if unit else ""), number
