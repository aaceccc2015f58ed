"""perfetto.py - a run in the trace event format, one event a line.
Source: Google, "Trace Event Format", 2016: X a stretch, b and e a stretch that may overlap others of its track, s and
f an arrow, C a counter, i an instant, M a name.  Times are microseconds, of which readers keep three decimals."""
import json
import math

from .course import Course, columns
from .who import NOBODY, Who, those

WORKERS, MESSAGES, LINKS, TRAINING = 1, 2, 3, 4        # process numbers: groups of tracks
GROUPS = {WORKERS: "workers", MESSAGES: "messages", LINKS: "links", TRAINING: "training"}


def name_of(who: Who, course: Course) -> str:
    host = course.hosts.get(who)
    return str(who) + (f" ({host})" if host else "")


def threads(course: Course) -> dict:
    """Who -> thread number, from 1 on: the servers, then the workers, each with the actors beside it."""
    return {who: number for number, who in enumerate(course.actors, 1)}


def micro(time: float) -> float:
    """Whole nanoseconds, so that a stretch ends where the next begins."""
    return round(time * 1e9) / 1e3


def names(course: Course):
    for group, name in GROUPS.items():
        yield {"ph": "M", "name": "process_name", "pid": group, "args": {"name": name}}
        yield {"ph": "M", "name": "process_sort_index", "pid": group, "args": {"sort_index": group}}
    for who, thread in threads(course).items():
        head = {"ph": "M", "pid": WORKERS, "tid": thread}
        yield {**head, "name": "thread_name", "args": {"name": name_of(who, course)}}
        yield {**head, "name": "thread_sort_index", "args": {"sort_index": thread}}


def spans(course: Course):
    table, thread = course.run.spans, threads(course)
    kind, start, end, size = (column.tolist() for column in columns(table, "kind", "start_s", "end_s", "bytes"))
    for who, what, begun, ended, other, count in zip(those(table), kind, start, end, those(table, "peer"), size):
        event = {"ph": "X", "name": what, "cat": what, "pid": WORKERS, "tid": thread[who], "ts": micro(begun),
                 "dur": (round(ended * 1e9) - round(begun * 1e9)) / 1e3}
        if other is not NOBODY:
            event["args"] = {"peer": str(other), "bytes": count}
        yield event


def messages(course: Course):
    names = ("from", "to", "posted_s", "departed_s", "arrived_s", "taken_s", "bytes")
    rows, thread = zip(*(course.messages[name] for name in names)), threads(course)
    for i, (a, b, posted, departed, arrived, taken, size) in enumerate(rows):
        head = {"cat": "message", "id": i, "name": f"{a} to {b}"}
        facts = {"bytes": size, "posted_s": posted, "taken_s": None if math.isnan(taken) else taken}
        yield {**head, "ph": "b", "pid": MESSAGES, "tid": 0, "ts": micro(departed), "args": facts}
        yield {**head, "ph": "e", "pid": MESSAGES, "tid": 0, "ts": micro(arrived)}
        yield {**head, "ph": "s", "pid": WORKERS, "tid": thread[a], "ts": micro(departed)}
        yield {**head, "ph": "f", "bp": "e", "pid": WORKERS, "tid": thread[b], "ts": micro(arrived)}


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
