"""differences.py - numbers of runs against one configuration's, paired over common seeds, with 95 % t intervals; with --facet within
each cell against the baseline of that cell."""
import numpy as np
import pandas
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from .. import RecordError, facet, interval, label, look, prepare
from ..measure import wrap_pairs
from ..sheet import Sheet, indent_of
from ..value import ABSENT, CENSORED, DIVERGED, KNOWN, Value, Where

BRIEF = "paired differences of final results, or of --value, from one configuration, with 95 % intervals; within each cell of --facet"
NEEDS = "two configurations or more, with two common seeds"
OPTIONS = ("against", "value", "facet")
USUAL = True
AT_MOST = 24
RESULTS = ("loss", "accuracy", "time_s", "bytes", "joules")
COLUMNS = ["configuration", "result", "mean", "low", "high", "seeds", "verdict", "baseline", "panel", "pairs"]
SIGNS = "=<>≤≥"


def panels_of(scene, choice) -> list:
    """The cells: configurations that are compared with one another."""
    keys = facet.keys_of(scene.record, choice.facet)
    return facet.split(scene.record, scene.shown, keys) if keys else [facet.Panel("", (), scene.shown)]


def baseline(scene, choice, configurations=None):
    """The configuration that the others of a cell are compared with: the first unless chosen, by its label, what it is called in its
    cell, or a condition such as "strategy.period = 1"; None if there is none."""
    configurations, wanted = configurations or scene.shown, choice.against
    if wanted and not set(SIGNS).isdisjoint(wanted) and not any(c.label == wanted for c in scene.shown):
        holds = Where(scene.record, wanted, "--against").holds
        found = [c for c in configurations if all(holds(run) for run in c.shown)]
        if len(found) > 1:
            raise RecordError(f"--against {wanted}: expected one configuration of each cell, got {len(found)}: "
                              f"{'; '.join(c.label for c in found[:3])}; --facet makes more cells")
        return found[0] if found else None
    names = called(scene, choice)
    return next((c for c in configurations if wanted in (None, c.label, names[c.label])), None)


def called(scene, choice) -> dict:
    """Label -> what a configuration is called beside those of its cell."""
    keys = facet.keys_of(scene.record, choice.facet)
    if not keys:
        return {c.label: c.label for c in scene.shown}
    names = {c.label: facet.rest_of(scene.record, scene.shown, c, keys) or c.label for c in scene.shown}
    alike = any(len({names[c.label] for c in panel.configurations}) < len(panel.configurations) for panel in panels_of(scene, choice))
    return {name: name for name in names} if alike else names


def missing(scene, choice) -> str:
    panels = panels_of(scene, choice)
    bases = [baseline(scene, choice, panel.configurations) for panel in panels]
    if all(base is None for base in bases):
        return "--against: " + label.unknown(choice.against, dict.fromkeys([*called(scene, choice).values()]), "the configurations")
    if len(panels) > facet.PANELS:
        keys = facet.keys_of(scene.record, choice.facet)
        return f"{len(panels)} cells are more than a page has room for ({facet.PANELS}); " \
            f"--where '{facet.condition(scene.record, scene.shown, keys[0])}' shows one value"
    if choice.value:
        Value(scene.record, choice.value)
    if not any(len(base.by_seed().keys() & c.by_seed().keys()) > 1 for base, panel in zip(bases, panels) if base
               for c in panel.configurations if c is not base):
        return "no two configurations have two seeds in common; seeds = 5 in the scenario gives them"
    if len(scene.shown) > AT_MOST and not choice.given:
        return f"{len(scene.shown)} configurations are too many rows to read; --facet KEY compares them within cells, and --against " \
            "LABEL draws them all the same"
    return ""


def values_of(scene, choice) -> list:
    return [Value(scene.record, name) for name in ([choice.value] if choice.value else RESULTS)]


def data(scene, choice):
    """Configuration, result, mean, low, high of the difference, seeds (pairs that it is of), verdict: lower, higher, not told
    apart, or why there is none; baseline: the mean that the difference is from; panel: the cell, from 0; pairs: common seeds."""
    rows = []
    for value in values_of(scene, choice):
        for place, panel in enumerate(panels_of(scene, choice)):
            first = baseline(scene, choice, panel.configurations)
            base = outcomes(first, value) if first else {}
            for c in panel.configurations:
                other = outcomes(c, value)
                if c is not first and base and other:
                    found, verdict, pairs = compared(base, other)
                    known = [outcome.number for outcome in base.values() if outcome.state == KNOWN]
                    mean = np.inf if any(outcome.state == DIVERGED for outcome in base.values()) else float(np.mean(known)) if known else np.nan
                    rows.append((c.label, value.text, found.mean, found.low, found.high, found.count, verdict, mean, place, pairs))
    return pandas.DataFrame(rows, columns=COLUMNS)


def outcomes(configuration, value: Value) -> dict:
    """Seed -> Outcome, of the runs that have one; a diverged run saved nothing by ending early."""
    found = {seed: value.of(run) for seed, run in configuration.by_seed().items()}
    return {seed: outcome for seed, outcome in found.items() if outcome.state != ABSENT}


def compared(base: dict, other: dict) -> tuple:
    """(interval of the pairs that have both numbers, verdict, common seeds): censored pairs leave no verdict but what they are."""
    pairs = [(base[seed], other[seed]) for seed in base if seed in other]
    if any(DIVERGED in (a.state, b.state) for a, b in pairs):
        return interval.Interval(np.inf, np.nan, np.nan, len(pairs)), "diverged", len(pairs)
    known = [(a, b) for a, b in pairs if a.state == b.state == KNOWN]
    found = interval.paired({i: a.number for i, (a, _) in enumerate(known)}, {i: b.number for i, (_, b) in enumerate(known)})
    if len(known) == len(pairs):
        return found, interval.verdict(found), len(pairs)
    return found, censored_words(pairs), len(pairs)


def censored_words(pairs: list) -> str:
    """Of the pairs in which not both got there, who did not."""
    lost = {"did not get there": [b.state for a, b in pairs if a.state == KNOWN].count(CENSORED),
            "only this one did": [a.state for a, b in pairs if b.state == KNOWN].count(CENSORED),
            "neither did": [(a.state, b.state) for a, b in pairs].count((CENSORED, CENSORED))}
    return ", ".join(f"{words} in {count} of {len(pairs)} pairs" for words, count in lost.items() if count)


def draw(scene, frame, choice):
    panels, names = panels_of(scene, choice), called(scene, choice)
    values = [value for value in values_of(scene, choice) if (frame["result"] == value.text).any()
              and (choice.value or prepare.changes(scene.shown, value.column))][:3]
    values = values or [value for value in values_of(scene, choice) if value.text == frame["result"].iloc[0]]
    first = baseline(scene, choice, panels[0].configurations)
    present = set(frame["configuration"])
    rows = list(dict.fromkeys(title_in(scene, c, names) for c in scene.shown if c.label in present or len(panels) == 1 and c is not first))
    wrapped = ["\n".join(wrap_pairs(row, 3.2, 8)) for row in rows]
    left = indent_of(wrapped)
    keys = facet.keys_of(scene.record, choice.facet)
    columns = len(values) if len(values) > 1 or len(panels) == 1 else \
        facet.columns_for(scene.record, scene.shown, keys, panels, 4 if len(keys) > 1 else 3)
    down = len(panels) if len(values) > 1 else -(-len(panels) // columns)
    titles = ["\n".join(wrap_pairs(panel.title, 2.9, 8.5)) for panel in panels]
    tallest = max(title.count("\n") + 1 for title in titles) if len(panels) > 1 else 0
    lines = sum(row.count("\n") + 1 for row in wrapped)
    base = names[first.label] if first else choice.against
    sheet = Sheet(scene, columns, down, (2.9, max(1.0, 0.13 * lines + 0.2 * len(rows))), legend=signs(scene, frame, first, base),
                  left=left, heading=1 + tallest, gap=(0.3 if len(values) == 1 else 0.72, 0.88 + 0.16 * tallest), right=0.3,
                  words="mean over common seeds and its 95 % t interval, each by itself; an interval that holds 0 tells nothing apart"
                  + ("; a cell is compared with the baseline of that cell, and the cells of a row have one scale" if len(panels) > 1 else ""))
    for i, value in enumerate(values):
        for place, panel in enumerate(panels):
            at = (i, place) if len(values) > 1 else (place % columns, place // columns)
            axes = sheet.cell(*at)
            part = frame[(frame["result"] == value.text) & (frame["panel"] == place)]
            rows_of(axes, scene, part, rows, value, {c.label: title_in(scene, c, names) for c in panel.configurations},
                    frame[frame["result"] == value.text])
            axes.set_yticks(range(len(rows)), wrapped if at[0] == 0 else [""] * len(rows))
            heading = label.title(value.words) if not value.counts else value.words[:1].upper() + value.words[1:]
            above = [heading if place == 0 or len(values) > 1 else "", titles[place]]
            axes.set_title("\n".join(filter(None, above)), fontsize=8.5 if len(panels) > 1 else 9)
    if len(values) == 1 and len(panels) > 1:
        for first_of_row in range(0, len(panels), columns):
            one_scale(sheet.figure.axes[first_of_row:first_of_row + columns])
    return sheet.figure


def one_scale(row: list) -> None:
    """The panels of a row have one horizontal scale; those without a number do not count, and take it."""
    shown = [axes.get_xlim() for axes in row if axes.lines[:-1]] or [axes.get_xlim() for axes in row]
    ticked = next((axes for axes in row if axes.lines[:-1]), None)
    for axes in row:
        if ticked:
            axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_xlim(min(low for low, _ in shown), max(high for _, high in shown))


def title_in(scene, configuration, names: dict) -> str:
    """What a row is called: with its diverged seeds where the label is the whole one."""
    name = names[configuration.label]
    return scene.title_of(configuration.label) if name == configuration.label else name


def signs(scene, frame, first, base: str) -> list:
    def sample(**more):
        return Line2D([], [], color=look.PALE, marker="o", linewidth=1.4, markersize=5, **more)
    colour = scene.look.of(first.label).colour if first and frame["panel"].nunique() == 1 else look.INK
    found = [(look.handle(colour), f"0: {base}"), (sample(), "differs"), (sample(markerfacecolor="white"), "not told apart from it")]
    if frame["verdict"].str.contains(" pairs").any():
        found.append((Line2D([], [], color=look.PALE, marker="D", linestyle=":", linewidth=1.2, markersize=4.5, markerfacecolor="white"),
                      "of the pairs in which both got there"))
    return found


def rows_of(axes, scene, frame, rows: list, value: Value, names: dict, all_of) -> None:
    """The differences of one value in one cell."""
    numbers = prepare.finite([all_of[["mean", "low", "high"]].to_numpy()])
    factor, words = value.scaled(float(np.abs(numbers).max()) if len(numbers) else 0.0)
    single = all_of["panel"].nunique() == 1
    for row in frame.itertuples():
        place, colour = rows.index(names[row.configuration]), scene.look.of(row.configuration).colour if single else look.COLOURS[0]
        censored = row.seeds < row.pairs
        if np.isfinite(row.mean):
            told = row.verdict in ("lower", "higher")
            axes.plot([row.low / factor, row.high / factor], [place, place], ":" if censored else "-", color=colour, linewidth=1.6)
            axes.plot(row.mean / factor, place, "D" if censored else "o", color=colour, markersize=4.5 if censored else 5.5,
                      markerfacecolor=colour if told else "white")
        if not np.isfinite(row.mean) or censored:
            remark(axes, place, row.verdict, np.isfinite(row.mean))
    axes.axvline(0, color=look.INK, linewidth=0.8, zorder=1)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=5)
    axes.margins(x=0.12)
    if not len(prepare.finite([frame["mean"]])):
        axes.set_xlim(-1, 1)
        axes.set_xticks([0])
    unit = "(% points)" if label.percent(value.words) == 100.0 or value.column == "accuracy" else words.removeprefix(value.words).strip()
    axes.set_xlabel(f"difference {unit}".strip() if not single else "\n".join(
        wrap_pairs(f"difference of {value.words.removesuffix(' (%)')} {unit}".strip(), 2.9, 8.5)))


def remark(axes, place: int, words: str, above: bool) -> None:
    """Why a row has no interval, or what its interval leaves out: at the left edge, above the interval if there is one."""
    axes.annotate(words, (0.01, place - (0.3 if above else 0)), xycoords=("axes fraction", "data"), fontsize=6.5, va="center",
                  color=look.PALE, zorder=5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8})
