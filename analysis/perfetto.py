"""perfetto.py - a run in the trace event format, one event a line.
Source: Google, "Trace Event Format", 2016: X a stretch, b and e a stretch that may overlap others of its track, s and
f an arrow, C a counter, i an instant, M a name.  Times are microseconds, of which readers keep three decimals."""
import json
import math

from .course import Course, columns
from .lanes import Lane
from .who import NOBODY, Who, those

WORKERS, MESSAGES, LINKS, TRAINING = 1, 2, 3, 4        # process numbers: groups of tracks
GROUPS = {WORKERS: "workers", MESSAGES: "messages", LINKS: "links", TRAINING: "training"}
FIRST = 5       # process number of the first worker or server, where these have hands


def name_of(lane: Lane, course: Course) -> str:
    host = course.hosts.get(lane.members[0])
    return str(lane) + (f" ({host})" if host else "")


def processes(course: Course) -> dict:
    """Worker or server -> its process: one of its own where there are hands, else that of all."""
    beside = any(lane.hands for lane in course.lanes)
    programs = dict.fromkeys(lane.program for lane in course.lanes)
    return {who: FIRST + number if beside else WORKERS for number, who in enumerate(programs)}


def tracks(course: Course) -> dict:
    """Lane -> its process and thread, from 1 on: the servers, then the workers, each with its hands."""
    process = processes(course)
    return {lane: {"pid": process[lane.program], "tid": number} for number, lane in enumerate(course.lanes, 1)}


def threads(course: Course) -> dict:
    """Who -> process and thread of its lane."""
    return {who: track for lane, track in tracks(course).items() for who in lane.members}


def micro(time: float) -> float:
    """Whole nanoseconds, so that a stretch ends where the next begins."""
    return round(time * 1e9) / 1e3


def names(course: Course):
    process, titles = processes(course), dict(GROUPS)
    if FIRST in process.values():
        titles = {**{number: str(who) for who, number in process.items()}, **titles}
        del titles[WORKERS]
    for order, (group, name) in enumerate(titles.items(), 1):
        yield {"ph": "M", "name": "process_name", "pid": group, "args": {"name": name}}
        yield {"ph": "M", "name": "process_sort_index", "pid": group, "args": {"sort_index": order}}
    for lane, track in tracks(course).items():
        head = {"ph": "M", **track}
        yield {**head, "name": "thread_name", "args": {"name": name_of(lane, course)}}
        yield {**head, "name": "thread_sort_index", "args": {"sort_index": track["tid"]}}


def spans(course: Course):
    table, track = course.run.spans, threads(course)
    label = columns(table, "label")[0].tolist() or [0] * len(table)
    layer = columns(course.run.layers, "name")[0].tolist()
    first = columns(course.run.parts, "from")[0].tolist()
    kind, start, end, size = (column.tolist() for column in columns(table, "kind", "start_s", "end_s", "bytes"))
    for who, what, begun, ended, other, count, bears in zip(those(table), kind, start, end, those(table, "peer"), size, label):
        event = {"ph": "X", "name": named(who, what, bears, layer, first), "cat": what, **track[who], "ts": micro(begun),
                 "dur": (round(ended * 1e9) - round(begun * 1e9)) / 1e3}
        facts = {"peer": str(other), "bytes": count} if other is not NOBODY else {}
        if who.hand:
            facts["hand"] = who.hand
        yield {**event, "args": facts} if facts else event


def named(who: Who, kind: str, label: int, layer: list, first: list) -> str:
    """A stretch by its kind, and what it is for: "forward conv1", of a hand "send part 3 (conv1)" by the part's first layer;
    first: of each part the number of that."""
    if who.hand:
        of = f" ({layer[int(first[label - 1])]})" if 0 < label <= len(first) else ""
        return f"{kind} part {label - 1}{of}" if label > 0 else kind
    known = kind == "compute" and 0 < abs(label) <= len(layer)
    return f"{'forward' if label > 0 else 'backward'} {layer[abs(label) - 1]}" if known else kind


def messages(course: Course):
    names = ("from", "to", "posted_s", "departed_s", "arrived_s", "taken_s", "bytes")
    rows, track = zip(*(course.messages[name] for name in names)), threads(course)
    for i, (a, b, posted, departed, arrived, taken, size) in enumerate(rows):
        head = {"cat": "message", "id": i, "name": f"{a} to {b}"}
        facts = {"bytes": size, "posted_s": posted, "taken_s": None if math.isnan(taken) else taken}
        yield {**head, "ph": "b", "pid": MESSAGES, "tid": 0, "ts": micro(departed), "args": facts}
        yield {**head, "ph": "e", "pid": MESSAGES, "tid": 0, "ts": micro(arrived)}
        yield {**head, "ph": "s", **track[a], "ts": micro(departed)}
        yield {**head, "ph": "f", "bp": "e", **track[b], "ts": micro(arrived)}


def counters(course: Course):
    course.load()
    for link in course.links.values():
        for time, rate in zip(*(column.tolist() for column in link.rate)):
            yield {"ph": "C", "name": link.name, "pid": LINKS, "ts": micro(time), "args": {"B/s": rate}}


def evaluations(course: Course):
    for time, loss in zip(*(column.tolist() for column in columns(course.run.evaluations, "time_s", "loss"))):
        if math.isfinite(loss):
            yield {"ph": "C", "name": "loss", "pid": TRAINING, "ts": micro(time), "args": {"loss": loss}}
    for number, time in zip(*(column.tolist() for column in columns(course.run.rounds, "round", "time_s"))):
        yield {"ph": "i", "s": "p", "name": f"round {number}", "pid": TRAINING, "tid": 0, "ts": micro(time)}


def lines(record, course: Course):
    """The text of the file, line by line."""
    head = {"scenario": record.name, "run": course.run.id, "fingerprint": record.fingerprint}
    yield '{"displayTimeUnit": "ms", "otherData": ' + json.dumps(head) + ', "traceEvents": [\n'
    between = ""
    for events in (names, spans, messages, counters, evaluations):
        for event in events(course):
            yield between + json.dumps(event, allow_nan=False, separators=(",", ":"))
            between = ",\n"
    yield "\n]}\n"
