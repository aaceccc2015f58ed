"""explain.py - where the simulated time went, and who is to blame:
    python3 -m analysis.explain FILE [--run N] [--rounds]
    python3 -m analysis.explain SCENARIO.lua --what-if [--run N] [--set KEY=VALUE]...

FILE is a record of runs with trace = "messages".  From the end of a run backwards every moment is put down to what the
run was waiting for just then: a worker that computed, or a message and its latency, its own bytes, or the bytes of
others on a link they shared.  The parts add up to the run's time.

With --what-if each run is done again, to the same step and with the same random numbers, with one thing made ideal at
a time (scenario key "ideal"), and with pairs of those that matter; the table says how much time that saves."""
import math
import signal
import statistics
import sys

from . import RecordError, blame, load, passes, stretch, whatif
from .command import Parser
from .course import Course, columns, find_run
from .label import quantity
from .layout import lay, ruler, share
from .progress import Progress
from .who import Who, those

WORDS = {"compute": "computing", "loss": "lost messages", "latency": "latency", "bandwidth": "bandwidth", "sharing": "sharing",
         "window": "TCP window", "overhead": "overhead", "pause": "pausing", "off": "off", "idle": "nothing"}
MEANING = {"compute": "somebody computed, and all else waited for that",
           "loss": "a message that all else waited for was lost on its way, and sent again",
           "latency": "a message that all else waited for was on its way: the time an empty one takes",
           "bandwidth": "and the time its bytes take, alone on its narrowest link",
           "window": "and what they take longer, as TCP sends no more than a window of them in a round trip",
           "sharing": "and what they took longer, as other messages used a link at the same time",
           "overhead": "a part of the gradient was made ready to leave: the overhead of its queue",
           "pause": "somebody slept, or waited for a deadline",
           "off": "somebody's host was down, or others went on without it",
           "idle": "nothing is known to have happened"}
OF_PARTS = {**MEANING,
            "bandwidth": "and the time its bytes, and its sender's others of the same part, take on their narrowest link",
            "sharing": "and what they took longer, as messages of other parts or senders used a link at the same time"}
LINES = 12      # of a table that could be long


def arguments(words: list):
    parser = Parser(prog="dtsim explain", description="Where the simulated time went.")
    parser.add_argument("file", metavar="FILE", help="result file of runs with trace = \"messages\"; or a scenario")
    parser.add_argument("--run", type=int, metavar="N", help="explain only this run, with its rounds, workers and links")
    parser.add_argument("--rounds", action="store_true", help="every round, however many")
    parser.add_argument("--what-if", dest="what_if", action="store_true",
                        help="run again, each time with one thing ideal")
    parser.add_argument("--set", dest="sets", metavar="KEY=VALUE", action="append", default=[],
                        help="with --what-if and a scenario: as for dtsim run")
    chosen = parser.parse_args(words)
    scenario = chosen.file.endswith(".lua")
    if scenario and not chosen.what_if:
        parser.error(f"{chosen.file} is a scenario: expected --what-if with it, or the result file that dtsim run left of it")
    if chosen.sets and not (scenario and chosen.what_if):
        parser.error("--set: expected --what-if and a scenario with it")
    return chosen


# ---- the runs of a record ------------------------------------------------------------------------

def check(record, run) -> None:
    """Refuse what cannot be explained, in one sentence."""
    if not run.complete:
        reason = run.reason or "no reason known"
        raise RecordError(f"{record.path}: run {run.id} is not complete ({run.status}): {reason}")
    if "kind" not in run.spans or "from" not in run.messages:
        raise RecordError(f"{record.path}: its messages were not recorded: run the scenario again with "
                          "trace = \"messages\" (or --set trace=messages)")


def by_kind(parts: list) -> dict:
    """Kind -> seconds, in the order of KINDS, without those that take no time."""
    total = dict.fromkeys(blame.KINDS, 0.0)
    for (kind, _), seconds in blame.sums(parts).items():
        total[kind] += seconds
    return {kind: seconds for kind, seconds in total.items() if seconds > 0}


def of_servers(parts: list) -> float:
    """Seconds of the path in which a server computed, or a message from or to one was on its way."""
    def concerns(part) -> bool:
        return any(isinstance(who, Who) and who.serves for who in part.pair or (part.whose,))
    return math.fsum(part.end - part.start for part in parts if concerns(part))


def meaning(runs: list) -> dict:
    """Of each kind of cause, for these runs."""
    return OF_PARTS if any(passes.labelled(run) for run in runs) else MEANING


def summary(run, parts: list) -> list:
    """Lines: the kinds of causes, their time and their share; they add up to the run's time."""
    end = float(run.final["time_s"])
    seconds, means = ruler(end), meaning([run])
    rows = [[WORDS[kind], seconds(time), share(time, end), means[kind]] for kind, time in by_kind(parts).items()]
    rows.append(["total", seconds(math.fsum(p.end - p.start for p in parts)), share(end, end), "the run's time"])
    lines = lay(rows, "lrrl")
    server = of_servers(parts)
    if server > 0:
        lines.append(f"Of this, {seconds(server)} ({share(server, end)}) went into messages from and to servers, "
                     "and their computing.")
    return lines


# ---- tables of one run -----------------------------------------------------------------------------

def worker_rows(path: blame.Path, parts: list, waited: dict) -> list:
    """Of each worker: what its computing took of the path, what others waited for it, what it waited itself; what its hands
    computed is its own."""
    computed, others, rows = of_programs(blame.sums(parts)), of_programs(waited), []
    table, seen = path.course.run.workers, {}
    for who, speed, own in zip(those(table), *columns(table, "speed", "wait_s")):       # hands after all workers and servers
        seen.setdefault(who.program, (float(speed), 0.0 if who.hand else float(own)))
    for who, (speed, own) in seen.items():
        rows.append((who, speed, computed.get(who, 0.0), others.get(who, 0.0), own))
    return sorted(rows, key=lambda row: (-row[2], -row[3], row[0]))


def of_programs(causes: dict) -> dict:
    """Worker or server -> the seconds of its computing, of those of all causes."""
    total = {}
    for (kind, whose), seconds in causes.items():
        if kind == "compute":
            total[whose.program] = total.get(whose.program, 0.0) + seconds
    return total


def hidden_lines(course: Course) -> list:
    """Where hands send while their workers compute: how much of that computing hides."""
    workers = sorted({who.program for who in course.actors if who.hand and not who.serves})
    wires = {who: passes.on_the_wire(course.run, who) for who in workers}
    talk = math.fsum(stretch.length(wire) for wire in wires.values())
    if not talk > 0:
        return []
    hidden = math.fsum(stretch.length(stretch.common(wire, passes.computing(course.run, who))) for who, wire in wires.items())
    mean, behind = talk / len(workers), hidden / len(workers)
    return [f"A worker had messages on their way for {quantity(mean, 's')} in the mean; for {quantity(behind, 's')} of it "
            f"({share(behind, mean)}) it computed meanwhile: that communication is hidden."]


def worker_lines(path: blame.Path, parts: list) -> list:
    end, hosts, seconds = path.course.end, path.course.hosts, ruler(path.course.end)
    waited = blame.waits(path)
    rows = worker_rows(path, parts, waited)
    head = ["", "host", "speed", "computing on the path", "", "others waited for its computing", "it waited itself"]
    shown = [[str(who), str(hosts.get(who, "")), quantity(speed, "flop/s"), seconds(mine), share(mine, end),
              seconds(others), seconds(own)] for who, speed, mine, others, own in rows[:LINES]]
    return lay([head, *shown], "llrrrrr") + more(rows) + wait_lines(waited, seconds) + hidden_lines(path.course)


def wait_lines(waited: dict, seconds) -> list:
    """What all waited, by the kind of its cause."""
    total, kinds = math.fsum(waited.values()), dict.fromkeys(blame.KINDS, 0.0)
    for (kind, _), time in waited.items():
        kinds[kind] += time
    causes = ", ".join(f"{share(time, total)} for {WORDS[kind]}" for kind, time in kinds.items() if time > 0)
    return [f"Together they waited {seconds(total)} for others: {causes}."] if total > 0 else []


def link_rows(path: blame.Path, parts: list) -> list:
    """Of each link: its latency, its bandwidth and its sharing on the path; a route's latency is that of its links."""
    course, total = path.course, {name: [0.0, 0.0, 0.0] for name in path.course.links}
    for (kind, whose), time in blame.sums(parts).items():
        if kind in ("bandwidth", "sharing"):
            total[whose][1 + (kind == "sharing")] += time
        elif kind == "latency":
            links = course.route(whose).links
            all_latency = sum(link.latency for link in links)
            for link in links:
                total[link.name][0] += time * (link.latency / all_latency if all_latency > 0 else 1 / len(links))
    rows = [(course.links[name], *times) for name, times in total.items()]
    return sorted((row for row in rows if sum(row[1:]) > 0), key=lambda row: (-sum(row[1:]), row[0].name))


def link_lines(path: blame.Path, parts: list) -> list:
    end, rows, seconds = path.course.end, link_rows(path, parts), ruler(path.course.end)
    if not rows:
        return ["  none"]
    head = ["", "bandwidth", "latency", "latency on the path", "bandwidth", "sharing", "together", "carried", "in use"]
    shown = [[link.name, quantity(link.bandwidth, "B/s"), quantity(link.latency, "s"), seconds(slow), seconds(thin),
              seconds(shared), share(slow + thin + shared, end), quantity(link.bytes, "B"),
              share(link.bytes / link.bandwidth, end)] for link, slow, thin, shared in rows[:LINES]]
    return lay([head, *shown], "lrrrrrrrr") + more(rows)


def more(rows: list) -> list:
    return [f"  and {len(rows) - LINES} more"] if len(rows) > LINES else []


# ---- rounds ------------------------------------------------------------------------------------------

def stretches(run, end: float, every: bool) -> list:
    """[(first round, last round, start, end)] that fill the run; rounds are put together to LINES at most."""
    numbers, times = (column.tolist() for column in columns(run.rounds, "round", "time_s"))
    size = 1 if every else max(1, -(-len(numbers) // LINES))
    cuts = list(range(size - 1, len(numbers), size))
    if cuts and cuts[-1] != len(numbers) - 1:
        cuts.append(len(numbers) - 1)
    found, first, start = [], 1, 0.0
    for cut in cuts:
        found.append((first, numbers[cut], start, times[cut]))
        first, start = numbers[cut] + 1, times[cut]
    if found and start < end:       # what follows the last round's first to finish belongs to it
        found[-1] = (*found[-1][:3], end)
    return found or [(0, 0, 0.0, end)]


def cause(kind: str, whose) -> str:
    """A cause in words."""
    if kind in ("loss", "latency", "window"):
        return f"{WORDS[kind]} from {whose[0]} to {whose[1]}"
    return f"{WORDS[kind]} of {whose}"


def round_lines(run, parts: list, every: bool) -> list:
    kinds, seconds = list(by_kind(parts)), ruler(run.final["time_s"])
    head = ["rounds", "until", "time", *(WORDS[kind] for kind in kinds), "largest single cause"]
    rows = []
    for first, last, start, end in stretches(run, run.final["time_s"], every):
        inside = blame.clip(parts, start, end)
        total, causes = by_kind(inside), blame.sums(inside)
        worst = max(causes, key=causes.get) if causes else None
        most = f"{cause(*worst)} ({share(causes[worst], end - start)})" if worst else ""
        rows.append([f"{first}" if first == last else f"{first}-{last}", seconds(end), seconds(end - start),
                     *(share(total.get(kind, 0.0), end - start) for kind in kinds), most])
    return lay([head, *rows], "lrr" + "r" * len(kinds) + "l")


# ---- the whole -----------------------------------------------------------------------------------------

def heading(record, run) -> str:
    swept = ", ".join(f"{key} = {record.words.value(key, value)}"
                      for key, value in run.swept.items() if value is not None)
    return f"Run {run.id} of {record.name}{': ' if swept else ''}{swept}"


def explain_run(record, run, every: bool) -> list:
    check(record, run)
    path = blame.Path(Course(run))
    parts = path.whole()
    return [f"{heading(record, run)}: {quantity(path.course.end, 's')} simulated, {run.final['rounds']:g} rounds.", "",
            "Where the time went: every moment is put down to what the run was waiting for just then.",
            *summary(run, parts), "",
            "Workers, by what their computing took of that time:", *worker_lines(path, parts), "",
            "Links, by what they took of it:", *link_lines(path, parts), "", "Rounds:", *round_lines(run, parts, every)]


def explain_all(record, say=lambda words: None) -> list:
    """One line a configuration: the median over its seeds; say is told what goes on."""
    shown = [(c, [run for run in c.runs if run.complete]) for c in record.configurations]
    rows, kinds = [], dict.fromkeys(blame.KINDS, False)
    for configuration, runs in shown:
        shares, causes = {kind: [] for kind in blame.KINDS}, {}
        for run in runs:
            say(f"run {run.id} of {configuration.label}")
            check(record, run)
            parts, end = blame.Path(Course(run)).whole(), run.final["time_s"]
            total = by_kind(parts)
            for kind in blame.KINDS:
                shares[kind].append(total.get(kind, 0.0) / end if end > 0 else 0.0)
                kinds[kind] |= kind in total
            for key, time in blame.sums(parts).items():
                causes[key] = causes.get(key, 0.0) + time / end / len(runs)
        if runs:
            rows.append((configuration.label, runs, shares, max(causes, key=causes.get), max(causes.values())))
    if not rows:
        raise RecordError(f"{record.path}: no run of it is complete, so there is nothing to explain")
    used = [kind for kind in blame.KINDS if kinds[kind]]
    means = meaning([run for _, runs, *_ in rows for run in runs])
    head = ["", "runs", "time", *(WORDS[kind] for kind in used), "largest single cause"]
    body = [[label, str(len(runs)), quantity(statistics.median(run.final["time_s"] for run in runs), "s"),
             *(share(statistics.median(shares[kind]), 1) for kind in used), f"{cause(*worst)} ({share(part, 1)})"]
            for label, runs, shares, worst, part in rows]
    return [record.question, "",
            "Where the simulated time went: every moment is put down to what the run was waiting for just then",
            "(medians over the runs of a line).", *lay([head, *body], "lrr" + "r" * len(used) + "l"), "",
            *(f"  {WORDS[kind]}: {means[kind]}" for kind in used), "",
            f"dtsim explain {record.path} --run {rows[0][1][0].id} shows one run: its rounds, workers and links."]


def explain(chosen, say) -> list:
    if chosen.what_if:
        return whatif.answer(chosen.file, chosen.run, chosen.sets, say)
    say(f"reading {chosen.file}")
    with load(chosen.file) as record:
        if chosen.run is None and len(record.runs) > 1:
            return explain_all(record, say)
        run = find_run(record, chosen.run) if chosen.run is not None else record.runs[0]
        say(f"run {run.id}")
        return explain_run(record, run, chosen.rounds)


def main(words=None) -> int:
    chosen = arguments(sys.argv[1:] if words is None else words)
    try:
        with Progress("dtsim explain") as progress:
            lines = explain(chosen, progress.show)
        print("\n".join(lines))
    except RecordError as error:
        print(f"dtsim explain: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)       # "| head" is no error
    sys.exit(main())
