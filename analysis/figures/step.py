"""step.py - one training step of one worker, layer by layer: its backward and forward passes, and what its links carry
meanwhile.
Drawn as in Peng et al. 2019, "A Generic Communication Scheduler for Distributed DNN Training Acceleration", Figures 2 and 4.

It shows the backward pass of a step and the forward pass that uses what comes of it, so that all of the step's communication
lies in the picture.  A message has the colour of the first layer of its part."""
import numpy as np
import pandas
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap, to_hex
from matplotlib.patheffects import withStroke

from .. import label, look, passes, stretch
from ..course import columns, hosts_of
from ..label import same
from ..sheet import HEADING, Sheet, heading, indent_of
from ..who import Who, those

BRIEF = "one step of a worker, layer by layer: what it computes, and what its links carry meanwhile"
NEEDS = "a strategy that goes layer by layer, with trace = \"messages\""
OPTIONS = ("run", "worker", "step")
USUAL = True
FORWARD, BACKWARD = "forward", "backward"
LINKS = {"push": "pushes", "pull": "pulls", "send": "sends", "receive": "receives"}
WIDE = 5.9              # inches of the axis of time
HIGH = 0.5              # of a row
LEAST = 0.012           # inches: what is less wide joins its neighbour of the same layer
NAMED = 24              # layers that the scale of colours names
LINE, LETTER = 0.118, 0.056     # inches that a name of the scale is high, and a letter of it wide


def run_of(scene, choice):
    """The chosen run, else the first that can be drawn; None if there is none."""
    runs = [run for run in scene.record.runs if choice.run in (None, run.id)]
    return next((run for run in runs if run.complete and passes.labelled(run) and len(run.messages)), None)


def worker_of(choice) -> Who:
    return Who("worker", choice.worker or 0)


def missing(scene, choice) -> str:
    ids = [run.id for run in scene.record.runs]
    if choice.run is not None and choice.run not in ids:
        return f"there is no run {choice.run}; the file has {len(ids)} runs, from 0 on"
    run = run_of(scene, choice)
    if run is None:
        which = "its runs hold" if choice.run is None else f"run {choice.run} holds"
        return f"{which} no messages of a step that goes layer by layer; a strategy that does, with trace = \"messages\", leaves them"
    found = passes.steps(run, worker_of(choice))
    if not found:
        return f"{worker_of(choice)} of run {run.id} did nothing; --worker names another"
    if choice.step is not None and not 1 <= choice.step <= len(found):
        return f"there is no step {choice.step} of {worker_of(choice)}; it did {len(found)}, from 1 on"
    return ""


def step_of(run, choice) -> passes.Step:
    """The chosen step, else the last that is whole."""
    found = passes.steps(run, worker_of(choice))
    if choice.step is not None:
        return found[choice.step - 1]
    return next((step for step in reversed(found) if step.whole), found[-1])


def data(scene, choice):
    """Row, layer (the first), last (of the part's layers), start_s, end_s, lane (of the row), bytes: time counts from the
    beginning of the step.  Rows: backward, forward; then for the worker, and for whoever else is on its host, what it sends
    and what it receives.  What begins before the step or ends after it is cut."""
    run = run_of(scene, choice)
    who, step = worker_of(choice), step_of(run, choice)
    frame = pandas.concat([computed(run, who, step), carried(run, who, step)], ignore_index=True)
    for name in ("start_s", "end_s"):
        frame[name] = frame[name].clip(step.start, step.end) - step.start
    return frame.sort_values(["place", "start_s", "end_s"], kind="stable", ignore_index=True).drop(columns="place")


def computed(run, who: Who, step):
    kind, bears, start, end = columns(run.spans, "kind", "label", "start_s", "end_s")
    own = np.array([one == who for one in those(run.spans)], bool)
    mine = own & (kind == "compute") & (bears != 0) & (end > step.start) & (start < step.end)
    back = bears[mine] < 0
    layer = np.abs(bears[mine]) - 1
    return pandas.DataFrame({"row": np.where(back, BACKWARD, FORWARD), "place": np.where(back, 0, 1), "layer": layer,
                             "last": layer, "start_s": start[mine], "end_s": end[mine], "lane": 0, "bytes": np.nan})


def carried(run, who: Who, step):
    """The messages of all who are on the worker's host, the worker first: what each sends, and what it receives."""
    departed, arrived, size, bears = columns(run.messages, "departed_s", "arrived_s", "bytes", "label")
    first, last = layers_of(run)
    sender, receiver = ([one.program for one in those(run.messages, name)] for name in ("from", "to"))
    served = any(one.serves for one in sender)
    tables = []
    for number, program in enumerate(on_host_of(run, who)):
        for way, (ends, others) in enumerate(((sender, receiver), (receiver, sender))):
            mine = np.array([one == program for one in ends], bool) & (arrived > step.start) & (departed < step.end) & (bears > 0)
            part, start, end, count = together(bears[mine].astype(int) - 1, departed[mine], arrived[mine], size[mine])
            tables.append(pandas.DataFrame({"row": row_name(program, who, way, served), "place": 2 + 2 * number + way,
                                            "layer": first[part], "last": last[part], "start_s": start, "end_s": end,
                                            "lane": lanes(start, end), "bytes": count}))
    return pandas.concat(tables, ignore_index=True)


def together(part, start, end, size) -> tuple:
    """Messages of one part that are on their way at the same time, such as its pieces to several servers, are one: their
    part, start, end and bytes as arrays."""
    found = []
    for i in np.lexsort((start, part)):
        if found and found[-1][0] == part[i] and start[i] < found[-1][2]:
            found[-1][2:] = max(found[-1][2], end[i]), found[-1][3] + size[i]
        else:
            found.append([part[i], start[i], end[i], size[i]])
    columns = list(zip(*found)) or [()] * 4
    return np.array(columns[0], int), *(np.array(column, float) for column in columns[1:])


def row_name(program: Who, who: Who, way: int, served: bool) -> str:
    """Towards servers one pushes and pulls; a server on the same host, and workers among themselves, send and receive."""
    if program != who:
        return f"{program} {('sends', 'receives')[way]}"
    return (("push", "pull") if served else ("send", "receive"))[way]


def layers_of(run) -> tuple:
    """The first and the last layer of each part."""
    return tuple(column.astype(int) for column in columns(run.parts, "from", "to"))


def on_host_of(run, who: Who) -> list:
    """The worker, and the servers on its host."""
    host = hosts_of(run)
    return [who] + sorted(one for one, where in host.items() if one.serves and not one.hand and where == host.get(who))


def lanes(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """For messages that are on their way at the same time, as few lanes as will do."""
    found, free = np.zeros(len(start), int), []
    for i in np.lexsort((end, start)):
        at = next((lane for lane, until in enumerate(free) if until <= start[i] + 1e-12), len(free))
        free[at:at + 1] = [end[i]]
        found[i] = at
    return found


# ---- the picture -----------------------------------------------------------------------------------

def draw(scene, frame, choice):
    run = run_of(scene, choice)
    who, step = worker_of(choice), step_of(run, choice)
    rows = list(dict.fromkeys(frame["row"]))
    names = [row_words(run, who, row) for row in rows]
    high = [HIGH * min(2.6, max(1.0, 0.45 * (1 + frame["lane"][frame["row"] == row].max()))) for row in rows]
    tail, colour = sum(high) * 1.3 + 0.1, Colours(run)
    left, right = indent_of([n.split("\n")[0] for n in names]), colour.room(tail)
    above, below = heading(title(scene, run, who, step), left + WIDE + right), heading(sums(run, who, step), 1.2 * (left + WIDE + right))
    sheet = Sheet(scene, 1, 0, (WIDE + right, 0), tail=tail, left=left, heading=len(above) + len(below) - 1,
                  words=f"from {label.quantity(step.start, 's')} of simulated time on: {said(colour)}")
    axes = sheet.tail_axes(0, right)
    factor, unit = label.time_unit(step.end - step.start)
    edges = np.concatenate([[0.0], np.cumsum(high)]) * 1.3
    drawing = Drawing(axes, step, factor, colour)
    for top, tall, row in zip(edges, high, rows):
        drawing.row(frame[frame["row"] == row], top + 0.15 * tall, tall, {BACKWARD: "b", FORWARD: "f"}.get(row, ""))
    axes.set_yticks(edges[:-1] + 0.65 * np.array(high), names)
    axes.set_ylim(edges[-1], 0)
    axes.set_xlim(0, (step.end - step.start) / factor)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.set_xlabel(f"simulated time since the backward pass began ({unit})")
    for over, words, more in ((0.15 + HEADING * len(below), above, {"fontsize": 9, "fontweight": "bold"}), (0.11, below, {"fontsize": 8})):
        sheet.figure.text(0.2 / sheet.size[0], axes.get_position().y1 + over / sheet.size[1], "\n".join(words), **more)
    scale(sheet, axes, colour)
    return sheet.figure


def said(colour) -> str:
    """What is drawn, and how the boxes are named."""
    last, largest = len(colour.names) - 1, colour.largest
    return (f"a backward pass and the forward pass that uses what comes of it  ·  where a layer's name does not fit, b{last} is its backward "
            f"pass, f{last} its forward pass, and {last} a message of its gradient, all of layer {last} ({colour.names[last]})  ·  a message "
            f"has the colour of its part's first layer  ·  the largest layer is {colour.names[largest]} ({largest}), with "
            f"{100 * colour.share:.0f} % of the parameters")


def title(scene, run, who: Who, step) -> str:
    seed = run.config.get("seed", run.swept.get("seed"))
    return f"{scene.configuration_of(run).label}, run {run.id}" + (f", seed {seed:g}" if seed is not None else "") + \
        f": step {step.number} of {who}" + ("" if step.whole else ", the last, which no forward pass follows")


def sums(run, who: Who, step) -> str:
    """How long the step is, and what of its communication the computing hides."""
    busy = stretch.clip(passes.computing(run, who), step.start, step.end)
    wire = stretch.clip(passes.on_the_wire(run, who), step.start, step.end)
    hidden = stretch.length(stretch.common(busy, wire))
    whole, compute, talk = step.end - step.start, stretch.length(busy), stretch.length(wire)
    share = f" ({100 * hidden / talk:.0f} %)" if talk > 0 else ""
    return (f"{label.quantity(whole, 's')} = computing {label.quantity(compute, 's')} + waiting "
            f"{label.quantity(whole - compute, 's')};  communication {label.quantity(talk, 's')}, of which "
            f"{label.quantity(hidden, 's')}{share} hidden behind computing")


def row_words(run, who: Who, row: str) -> str:
    """A row of a link has the link's name below it, where all its messages take the same."""
    if row in (FORWARD, BACKWARD):
        return f"{row} pass"
    way = row in ("push", "send") or row.endswith(" sends")
    program = who if row in LINKS else Who("server", int(row.split()[1]))
    ends = those(run.routes, "from" if way else "to", hands=False)
    links = [path.split() for one, path in zip(ends, columns(run.routes, "links")[0]) if one == program]
    names = [path[0 if way else -1] for path in links if path]
    return row + (f"\n{names[0]}" if names and same(names) else "")


def joined(rows: list, gap: float, least: float = np.inf) -> list:
    """Boxes less wide than least join those that follow them in their lane within a gap and have their layers."""
    kept, last = [], {}
    for row in rows:
        before = last.get(row["lane"])
        if before is not None and (before["layer"], before["last"]) == (row["layer"], row["last"]) and \
                row["start"] - before["end"] <= gap and min(row["end"] - row["start"], before["end"] - before["start"]) < least:
            before["end"] = row["end"]
            continue
        last[row["lane"]] = dict(row)
        kept.append(last[row["lane"]])
    return kept


class Drawing:
    """The boxes of a step, placed in inches from its beginning."""

    def __init__(self, axes, step, factor: float, colour):
        self.axes, self.colour = axes, colour
        self.inch = WIDE / (step.end - step.start)              # of a second
        self.unit = (step.end - step.start) / factor / WIDE     # of the axis in an inch

    def row(self, frame, top: float, tall: float, letter: str) -> None:
        """One row of boxes; those of a layer that follow on one another have one name where each is too small for it."""
        found = [{"start": row["start_s"] * self.inch, "end": row["end_s"] * self.inch, "lane": row["lane"],
                  "layer": row["layer"], "last": row["last"]} for row in frame.to_dict("records")]
        count = max((row["lane"] for row in found), default=0) + 1
        found = joined(found, LEAST, LEAST)
        for lane in range(count):
            self.boxes([row for row in found if row["lane"] == lane], top + tall * lane / count, tall / count)
        whole = [row for row in found if self.words(row, letter) == self.names(row, letter)[0]]
        small = joined([row for row in found if self.words(row, letter) != self.names(row, letter)[0]], LEAST)
        for row in whole + small:
            if tall / count > 0.11 and self.words(row, letter):
                self.axes.text((row["start"] + row["end"]) / 2 * self.unit, top + tall * (row["lane"] + 0.5) / count,
                               self.words(row, letter), ha="center", va="center", fontsize=7,
                               color=look.ink_on(self.colour.of(row["layer"])),
                               path_effects=[withStroke(linewidth=1.5, foreground=self.colour.of(row["layer"]))])

    def boxes(self, rows: list, top: float, tall: float) -> None:
        wide = np.array([row["end"] - row["start"] for row in rows])
        self.axes.broken_barh([(row["start"] * self.unit, each * self.unit) for row, each in zip(rows, wide)], (top, tall),
                              facecolors=[self.colour.of(row["layer"]) for row in rows],
                              edgecolors="white", linewidth=np.select([wide > 0.06, wide > 0.02], [0.6, 0.25], 0.0))

    def names(self, row: dict, letter: str) -> list:
        """What a box can be called, the best first: by the name of its layer, or by its number."""
        if row["layer"] == row["last"]:
            return [self.colour.names[row["layer"]], f"{letter}{row['layer']}"]
        return [f"{letter}{row['layer']}-{row['last']}"]

    def words(self, row: dict, letter: str) -> str:
        """The best of its names that fits; "" where none does."""
        return next((name for name in self.names(row, letter) if row["end"] - row["start"] > 0.02 + 0.065 * len(name)), "")


class Colours:
    """A colour for each layer: the first ones, which the next forward pass needs first, are dark."""

    def __init__(self, run):
        self.names = columns(run.layers, "name")[0].tolist()
        self.shades = [to_hex(colormaps["viridis"](at)) for at in np.linspace(0.0, 0.93, len(self.names))]
        size = columns(run.layers, "params")[0]
        self.largest = int(np.argmax(size))
        self.share = float(size[self.largest] / max(1, size.sum()))

    def of(self, layer: int) -> str:
        return self.shades[layer]

    def named(self, high: float) -> dict:
        """Layer -> its number and name, of all or some from the first to the last, among them the largest: as many as can be read
        beside a scale so many inches high."""
        count, room = len(self.names), max(2, int(high / LINE))
        shown = list(range(count))
        if count > min(NAMED, room):
            shown = sorted({round(at) for at in np.linspace(0, count - 1, min(8, room))})
            shown[int(np.argmin(np.abs(np.array(shown) - self.largest)))] = self.largest
        return {i: f"{i} {self.names[i]}" for i in shown}

    def room(self, high: float) -> float:
        """Inches that the scale takes with its names."""
        return max(1.35, 0.36 + LETTER * max(len(words) for words in self.named(high).values()))


def scale(sheet, axes, colour: Colours) -> None:
    """The layers from top to bottom beside the axes, all of their names or some."""
    box, count = axes.get_position(), len(colour.names)
    bar = sheet.figure.add_axes((box.x1 + 0.12 / sheet.size[0], box.y0, 0.12 / sheet.size[0], box.height))
    norm = BoundaryNorm(np.arange(count + 1) - 0.5, count)
    made = sheet.figure.colorbar(ScalarMappable(norm, ListedColormap(colour.shades)), cax=bar)
    named = colour.named(sheet.tail)
    made.set_ticks(list(named), labels=list(named.values()))
    made.ax.tick_params(length=0, labelsize=6.5)
    made.ax.minorticks_off()
    made.ax.invert_yaxis()
    made.outline.set_visible(False)
    made.ax.set_xlabel("layer", fontsize=7.5, labelpad=19)
