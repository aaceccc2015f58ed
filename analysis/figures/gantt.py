"""gantt.py - what every worker of a run did when: compute, on the wire, waiting, off; its hands have lanes below it.

The record calls it waiting while a push, which nobody waits for, is on its way; where messages were traced, that is
communication here."""
import numpy as np
import pandas
from matplotlib.patches import Patch

from .. import label, lanes, look, passes, stretch
from ..course import columns
from ..sheet import Sheet, heading, indent_of
from ..who import those

BRIEF = "timeline of one run: what its workers and servers did, compute, communication, wait, off"
NEEDS = "spans (trace = \"spans\" or \"messages\")"
OPTIONS = ("run", "start", "end")
USUAL = True
PART = {"compute": "compute", "send": "communication", "wait": "wait", "off": "off"}   # kind of span -> shade
SPANS = 40              # of the busiest worker, in the stretch that is shown unless one is chosen
ROWS = 64
EDGED = 0.035           # inches: the edge of a narrower box would hide what it is filled with
WIDE = 7.2              # of the axis of time


def run_of(scene, choice):
    """The chosen run, else the first that has spans; None if there is none."""
    runs = [run for run in scene.record.runs if choice.run in (None, run.id)]
    return next((run for run in runs if len(run.spans)), None)


def missing(scene, choice) -> str:
    if choice.run is not None and choice.run not in [run.id for run in scene.record.runs]:
        return f"there is no run {choice.run}; the file has {len(scene.record.runs)} runs, from 0 on"
    which = "its runs hold" if choice.run is None else f"run {choice.run} holds"
    return "" if run_of(scene, choice) else f"{which} no spans; trace = \"spans\" in the scenario records them"


def window(run, choice) -> tuple:
    """(start, end) in seconds: as chosen, else from 0 to where the busiest worker has had SPANS spans and a whole round is over,
    or, where it computes layer by layer, two steps."""
    spans, start = run.spans, choice.start or 0.0
    if choice.end:
        return start, choice.end
    later = spans[spans["end_s"] > start].sort_values("start_s")
    actor = pandas.Series(those(later), dtype=object, index=later.index)
    busiest = actor[later["hand"] == ""].value_counts().index[:1]
    steps = [step for step in passes.steps(run, busiest[0]) if step.start >= start] if passes.labelled(run) and len(busiest) else []
    if steps:
        return start, steps[:2][-1].end
    own = later[[who in busiest for who in actor]]
    if len(own) <= SPANS:
        return start, float(spans["end_s"].max())
    return start, min(max(float(own["end_s"].iloc[SPANS - 1]), round_after(run, start)), float(spans["end_s"].max()))


def round_after(run, start: float) -> float:
    """When a round that begins at or after start is over, if they are of equal length between two evaluations; start if none is."""
    time, count = (np.asarray(run.evaluations.get(name, []), float) for name in ("time_s", "round"))
    if len(time) != len(count) or len(time) < 2 or start >= time[-1]:
        return start
    whole = np.ceil(np.interp(start, time, count)) + 1
    return float(np.interp(whole, count, time)) if whole <= count[-1] else start


def data(scene, choice):
    """Role, rank, hand, part, start_s, end_s: the spans that meet the stretch of time shown, cut to it."""
    run = run_of(scene, choice)
    return within(run, *window(run, choice))


def within(run, start: float, end: float):
    """The same of a run and a stretch of time."""
    spans = run.spans[(run.spans["end_s"] > start) & (run.spans["start_s"] < end)]
    frame = pandas.DataFrame({"role": spans["role"], "rank": spans["rank"], "hand": spans["hand"], "part": spans["kind"].map(PART),
                              "start_s": spans["start_s"].clip(start, end), "end_s": spans["end_s"].clip(start, end)})
    frame = pushing(frame.reset_index(drop=True), sending(run))
    return frame.sort_values(["role", "rank", "hand", "start_s"], kind="stable", ignore_index=True)


def sending(run) -> dict:
    """Who -> when a message of its own was on its way; nothing where messages were not traced."""
    rows = {}
    for who, departed, arrived in zip(those(run.messages, "from"), *columns(run.messages, "departed_s", "arrived_s")):
        rows.setdefault(who, []).append((departed, arrived))
    return {who: stretch.union(*zip(*times)) for who, times in rows.items()}


def pushing(frame, sent: dict):
    """Of the time that somebody waits, that in which its own messages are on their way is communication."""
    actor = pandas.Series(those(frame), dtype=object)
    waits = (frame["part"] == "wait") & actor.isin(list(sent))
    pieces = []
    for who, rows in frame[waits].groupby(actor[waits].map(str), sort=False):
        first, whole = rows.iloc[0], stretch.union(rows["start_s"], rows["end_s"])
        on_the_way = sent[actor[rows.index[0]]]
        for part, times in (("communication", stretch.common(whole, on_the_way)), ("wait", stretch.without(whole, on_the_way))):
            pieces.append(pandas.DataFrame({"role": first["role"], "rank": first["rank"], "hand": first["hand"], "part": part,
                                            "start_s": times[:, 0], "end_s": times[:, 1]}))
    return pandas.concat([frame[~waits], *pieces], ignore_index=True)


def lanes_of(frame) -> list:
    """The lanes of the actors in the frame."""
    busy, actor = {}, pandas.Series(those(frame), dtype=object)
    for _, rows in frame.groupby(actor.map(str), sort=False):
        busy[actor[rows.index[0]]] = stretch.union(rows["start_s"], rows["end_s"])
    return lanes.pack(busy)


def chosen(rows: list, frame) -> list:
    """All lanes, or as many as fit on a page: workers and servers, and of their hands the lanes that communicate longest; of
    lanes that are as long at it within a hundredth of the longest, equally many of each worker and server."""
    if len(rows) <= ROWS:
        return rows
    talk = communicating(rows, frame)
    grain, order, seen = max(talk, default=0.0) / 100 or 1.0, [], {}
    for i in sorted(range(len(rows)), key=lambda i: (bool(rows[i].hands), -talk[i] if rows[i].hands else 0, i)):
        who = rows[i].program, bool(rows[i].hands)
        seen[who] = seen.get(who, 0) + 1
        order.append((bool(rows[i].hands), -round(talk[i] / grain) if rows[i].hands else 0, seen[who], i))
    return [rows[i] for i in sorted(i for *_, i in sorted(order)[:ROWS])]


def communicating(rows: list, frame) -> list:
    """Seconds that each lane sends or receives."""
    place, total = lanes.place(rows), np.zeros(len(rows))
    talk = frame[frame["part"] == "communication"]
    np.add.at(total, np.array([place[who] for who in those(talk)], int), (talk["end_s"] - talk["start_s"]).to_numpy())
    return total.tolist()


def of_hands(rows: list) -> str:
    return ", of hands that communicate least," if sum(not lane.hands for lane in rows) <= ROWS else ""


def called(lane, alone: bool) -> str:
    """What a lane is called: workers by their number where nobody else is shown."""
    return f"{lane.program.rank}" if alone else str(lane)


def draw(scene, frame, choice):
    run = run_of(scene, choice)
    start, end = window(run, choice)
    whole = float(run.spans["end_s"].max())
    configuration = scene.configuration_of(run)
    colour = scene.look.of(configuration.label).colour
    rows = lanes_of(frame)
    shown, alone = chosen(rows, frame), all(not lane.hands and not lane.program.serves for lane in rows)
    left_out = f"; {len(rows) - len(shown)} more lanes{of_hands(rows)} are not shown" if len(rows) > len(shown) else ""
    packed = "; " + lanes.words(rows) if lanes.words(rows) else ""
    names = [called(lane, alone) for lane in shown]
    title = heading(title_of(run, configuration), WIDE)
    sheet = Sheet(scene, 1, 0, (WIDE, 0), heading=len(title), tail=max(0.9, 0.24 * len(shown)), legend=parts_legend(colour, set(frame["part"])),
                  left=indent_of(names) - 0.15,
                  words=f"run {run.id}, {label.quantity(start, 's')} to {label.quantity(end, 's')} of "
                        f"{label.quantity(whole, 's')}{packed}{left_out}")
    axes = sheet.tail_axes(0.15)
    factor, unit = label.time_unit(end)
    place = lanes.place(shown)
    at = np.array([place.get(who, -1) for who in those(frame)])
    for (row, part), spans in frame[at >= 0].groupby([at[at >= 0], "part"]):
        ranges = np.column_stack([spans["start_s"], spans["end_s"] - spans["start_s"]]) / factor
        fill, wide = look.tint(colour, look.SHADES[part]), ranges[:, 1] * WIDE * factor > EDGED * (end - start)
        axes.broken_barh(ranges, (row - 0.36, 0.72), facecolors=fill, edgecolors=np.where(wide, colour, fill), linewidth=0.3)
    axes.set_yticks(range(len(shown)), names)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlim(start / factor, end / factor)
    axes.grid(False, axis="y")
    axes.set(xlabel=f"simulated time ({unit})", ylabel="worker" if alone else "")
    axes.set_title("\n".join(title))
    return sheet.figure


def title_of(run, configuration) -> str:
    seed = run.config.get("seed", run.swept.get("seed"))
    return f"{configuration.label}, run {run.id}" + (f", seed {seed:g}" if seed is not None else "")


def parts_legend(colour, used) -> list:
    return [(Patch(facecolor=look.tint(colour, look.SHADES[part]), edgecolor=colour, linewidth=0.5), part)
            for part in PART.values() if part in used]
