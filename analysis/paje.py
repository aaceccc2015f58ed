"""paje.py - a run in the Paje format, for ViTE and pj_dump.
Source: de Kergommeaux, Stein, Martin, "Paje input data format", 2003: a head that numbers the events, then one event a
line in the order of time."""
from .course import Course
from .lanes import Lane, place
from .perfetto import name_of

EVENTS = {      # name: (number, fields)
    "PajeDefineContainerType": (0, "Alias string,Type string,Name string"),
    "PajeDefineStateType": (1, "Alias string,Type string,Name string"),
    "PajeDefineVariableType": (2, "Alias string,Type string,Name string,Color color"),
    "PajeDefineLinkType": (3, "Alias string,Type string,StartContainerType string,EndContainerType string,Name string"),
    "PajeDefineEntityValue": (4, "Alias string,Type string,Name string,Color color"),
    "PajeCreateContainer": (5, "Time date,Alias string,Type string,Container string,Name string"),
    "PajeDestroyContainer": (6, "Time date,Type string,Name string"),
    "PajeSetState": (7, "Time date,Type string,Container string,Value string"),
    "PajeSetVariable": (8, "Time date,Type string,Container string,Value double"),
    "PajeStartLink": (9, "Time date,Type string,Container string,Value string,StartContainer string,Key string"),
    "PajeEndLink": (10, "Time date,Type string,Container string,Value string,EndContainer string,Key string"),
}
COLOURS = {"compute": "0.0 0.447 0.698", "wait": "0.835 0.369 0.0", "send": "0.0 0.620 0.451", "off": "0.8 0.8 0.8"}


def head():
    for name, (number, fields) in EVENTS.items():
        yield f"%EventDef {name} {number}\n"
        yield "".join(f"% {field}\n" for field in fields.split(","))
        yield "%EndEventDef\n"


def event(name: str, *fields) -> str:
    cells = (f'"{field}"' if isinstance(field, str) else repr(float(field)) for field in fields)
    return f"{EVENTS[name][0]} {' '.join(cells)}\n"


def types():
    yield event("PajeDefineContainerType", "RUN", "0", "run")
    yield event("PajeDefineContainerType", "WORKER", "RUN", "worker")
    yield event("PajeDefineContainerType", "LINK", "RUN", "link")
    yield event("PajeDefineStateType", "STATE", "WORKER", "state")
    yield event("PajeDefineVariableType", "RATE", "LINK", "rate in B/s", "0.337 0.706 0.914")
    yield event("PajeDefineLinkType", "MESSAGE", "RUN", "WORKER", "WORKER", "message")
    for value, colour in COLOURS.items():
        yield event("PajeDefineEntityValue", value, "STATE", value, colour)
    yield event("PajeDefineEntityValue", "message", "MESSAGE", "message", "0.4 0.4 0.4")


def alias(lane: Lane) -> str:
    who = lane.members[0]
    return f"{who.role[0]}{who.rank}" + (f" {who.hand}" if who.hand else "")


def containers(course: Course, record):
    yield event("PajeCreateContainer", 0, "run", "RUN", "0", f"{record.name} run {course.run.id}")
    for lane in course.lanes:
        yield event("PajeCreateContainer", 0, alias(lane), "WORKER", "run", name_of(lane, course))
    for name in course.links:
        yield event("PajeCreateContainer", 0, f"l {name}", "LINK", "run", name)


# ---- what happens: (time, text) in the order of time ---------------------------------------------------

def states(course: Course, lane: Lane):
    """Where a span does not follow the one before at once, it is off in between."""
    spans, now = [course.spans[who] for who in lane.members if who in course.spans], 0.0
    rows = [row for one in spans for row in zip(one.start.tolist(), one.end.tolist(), one.kind)]
    for start, end, kind in sorted(rows, key=lambda row: row[:2]):
        if start > now:
            yield now, event("PajeSetState", now, "STATE", alias(lane), "off")
        yield start, event("PajeSetState", start, "STATE", alias(lane), str(kind))
        now = end
    if now < course.end:
        yield now, event("PajeSetState", now, "STATE", alias(lane), "off")


def messages(course: Course):
    names, at = ("from", "to", "departed_s", "arrived_s"), place(course.lanes)
    for i, (a, b, departed, arrived) in enumerate(zip(*(course.messages[name] for name in names))):
        sender, receiver = (alias(course.lanes[at[who]]) for who in (a, b))
        yield departed, event("PajeStartLink", departed, "MESSAGE", "run", "message", sender, str(i))
        yield arrived, event("PajeEndLink", arrived, "MESSAGE", "run", "message", receiver, str(i))


def rates(course: Course):
    course.load()
    for link in course.links.values():
        for time, rate in zip(*(column.tolist() for column in link.rate)):
            yield time, event("PajeSetVariable", time, "RATE", f"l {link.name}", rate)


def lines(record, course: Course):
    """The text of the file, line by line."""
    yield from head()
    yield from types()
    yield from containers(course, record)
    happens = [item for lane in course.lanes if any(who in course.spans for who in lane.members) for item in states(course, lane)]
    happens += [*messages(course), *rates(course)]
    yield from (text for _, text in sorted(happens, key=lambda item: item[0]))
    for lane in course.lanes:
        yield event("PajeDestroyContainer", course.end, "WORKER", alias(lane))
    for name in course.links:
        yield event("PajeDestroyContainer", course.end, "LINK", f"l {name}")
    yield event("PajeDestroyContainer", course.end, "RUN", "run")
