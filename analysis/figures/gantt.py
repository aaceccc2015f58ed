"""gantt.py - what every worker of a run did when: compute, on the wire, waiting, off."""
import numpy as np
import pandas
from matplotlib.patches import Patch

from .. import label, look
from ..sheet import Sheet
from ..who import Who, those

BRIEF = "timeline of one run: what its workers and servers did, compute, communication, wait, off"
NEEDS = "spans (trace = \"spans\" or \"messages\")"
OPTIONS = ("run", "start", "end")
USUAL = True
PART = {"compute": "compute", "send": "communication", "wait": "wait", "off": "off"}   # kind of span -> shade
SPANS = 40              # of the busiest worker, in the stretch that is shown unless one is chosen
ROWS = 64


def run_of(scene, choice):
    """The chosen run, else the first that has spans; None if there is none."""
    runs = [run for run in scene.record.runs if choice.run in (None, run.id)]
    return next((run for run in runs if len(run.spans)), None)


def missing(scene, choice) -> str:
    if choice.run is not None and choice.run not in [run.id for run in scene.record.runs]:
        return f"there is no run {choice.run}; the file has {len(scene.record.runs)} runs, from 0 on"
    which = "its runs hold" if choice.run is None else f"run {choice.run} holds"
    return "" if run_of(scene, choice) else f"{which} no spans; trace = \"spans\" in the scenario records them"


def window(spans, choice) -> tuple:
    """(start, end) in seconds: as chosen, else from 0 to where the busiest worker has had SPANS spans."""
    start, last = choice.start or 0.0, float(spans["end_s"].max())
    later = spans[spans["end_s"] > start].sort_values("start_s")
    actors = later[["role", "rank", "hand"]].apply(tuple, axis=1) if len(later) else later["rank"]
    own = later[actors.isin(actors.value_counts().index[:1])]
    return start, choice.end or (float(own["end_s"].iloc[SPANS - 1]) if len(own) > SPANS else last)


def data(scene, choice):
    """Role, rank, hand, part, start_s, end_s: the spans that meet the stretch of time shown, cut to it."""
    run = run_of(scene, choice)
    spans = run.spans
    start, end = window(spans, choice)
    kept = spans[(spans["end_s"] > start) & (spans["start_s"] < end)]
    frame = pandas.DataFrame({"role": kept["role"], "rank": kept["rank"], "hand": kept["hand"], "part": kept["kind"].map(PART),
                              "start_s": kept["start_s"].clip(start, end), "end_s": kept["end_s"].clip(start, end)})
    return frame.sort_values(["role", "rank", "hand", "start_s"], kind="stable", ignore_index=True)


def lane(who: Who, alone: bool) -> str:
    """What a lane is called: workers by their number where nobody else is shown."""
    return f"{who.rank}" if alone and not who.hand and not who.serves else str(who)


def draw(scene, frame, choice):
    run = run_of(scene, choice)
    start, end = window(run.spans, choice)
    whole = float(run.spans["end_s"].max())
    configuration = scene.configuration_of(run)
    colour = scene.look.of(configuration.label).colour
    actor = those(frame)
    lanes = sorted(set(actor))
    shown, alone = lanes[:ROWS], all(who.program == who and not who.serves for who in lanes)
    left_out = f"; {len(lanes) - ROWS} more are not shown" if len(lanes) > ROWS else ""
    sheet = Sheet(scene, 1, 0, (7.2, 0), tail=max(0.9, 0.24 * len(shown)), legend=parts_legend(colour),
                  words=f"run {run.id}, {label.quantity(start, 's')} to {label.quantity(end, 's')} of "
                        f"{label.quantity(whole, 's')}{left_out}")
    axes = sheet.tail_axes(0.15)
    factor, unit = label.time_unit(end)
    rows = pandas.Series(actor, dtype=object).groupby(pandas.Series(map(str, actor), dtype=object)).groups
    for place, who in enumerate(shown):
        for part, spans in frame.loc[rows[str(who)]].groupby("part"):
            ranges = np.column_stack([spans["start_s"], spans["end_s"] - spans["start_s"]]) / factor
            axes.broken_barh(ranges, (place - 0.36, 0.72), facecolors=look.tint(colour, look.SHADES[part]),
                             edgecolors=colour, linewidth=0.3)
    axes.set_yticks(range(len(shown)), [lane(who, alone) for who in shown])
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlim(start / factor, end / factor)
    axes.grid(False, axis="y")
    axes.set(xlabel=f"simulated time ({unit})", ylabel="worker" if alone else "")
    seed = configuration and run.config.get("seed", run.swept.get("seed"))
    axes.set_title(f"{configuration.label}, run {run.id}" + (f", seed {seed:g}" if seed is not None else ""))
    return sheet.figure


def parts_legend(colour) -> list:
    return [(Patch(facecolor=look.tint(colour, look.SHADES[part]), edgecolor=colour, linewidth=0.5), part)
            for part in PART.values()]
