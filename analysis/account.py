"""account.py - a run in words and numbers, as somebody who pays for the machines asks: how long, how fast, how many bytes and
where, what the workers did meanwhile, and what to change first."""
import math

import numpy as np

from . import blame, exposed, label, prepare, sample, who
from .course import Course, columns
from .explain import WORDS, by_kind, link_rows
from .layout import share
from .regions import sites_of

PARTS = {"compute": "computing", "communication": "communicating", "exposed": "exposed communication",
         "wait": "waiting", "off": prepare.DONE}
FIRST = {"compute": "computing. Faster hosts help, or less work on the slowest of them",
         "latency": "latency. Fewer exchanges help (such as a longer averaging period), or a collective whose messages pass fewer long "
                    "links one after the other",
         "bandwidth": "bandwidth. Fewer bytes over the narrowest link help (such as compression, or a longer averaging period), or a wider one",
         "window": "the TCP window. A larger one helps, or several connections",
         "sharing": "sharing. Messages that do not use one link at the same time help, or a wider link",
         "loss": "lost messages. More reliable links help",
         "overhead": "the overhead of the queue. Larger parts help",
         "pause": "deadlines. Shorter ones help, or fewer workers that miss them",
         "off": "hosts that are off. Hosts that fail less help, or a round that does not wait for them"}


def count(number: float) -> str:
    """A number of things, with a space between thousands."""
    return f"{number:,.0f}".replace(",", "\u202f") if number >= 1000 else f"{number:.4g}"


def quantity(value: float, unit: str) -> str:
    return label.quantity(value, unit, 3)


def rows_of_data(run):
    """Training samples of all workers together; None where the record does not say."""
    own, config = who.workers(run.workers), run.config
    if len(own) and len(own) == config.get("workers", len(own)):
        return float(np.sum(columns(run.workers, "samples")[0][own]))
    data, split = config.get("data"), config.get("split")
    kept_back = split.get("own", 0) if isinstance(split, dict) else 0
    return float(data["rows"]) if isinstance(data, dict) and "rows" in data and not kept_back else None


def samples_of(run):
    """(samples that were computed until the last evaluation, its time); None where that is not known."""
    rows, evaluations = rows_of_data(run), run.evaluations
    if rows is None or not len(evaluations) or "epoch" not in evaluations:
        return None
    epoch, time = float(evaluations["epoch"].iloc[-1]), float(evaluations["time_s"].iloc[-1])
    return (epoch * rows, time) if epoch > 0 and time > 0 else None


def pace(run) -> str:
    """How long, and how fast."""
    time, steps, rounds = (run.final.get(name) or 0.0 for name in ("time_s", "steps", "rounds"))
    done = [f"{count(number)} {word}{'s' * (number != 1)}" for number, word in ((steps, "step"), (rounds, "round")) if number > 0]
    words = [f"{' in '.join(done)}: {quantity(time, 's')}" if done else quantity(time, "s")]
    if steps > 0 and time > 0:
        words.append(f"{quantity(time / steps, 's')} a step, {steps / time:.3g} steps/s")
    if rounds not in (0, steps) and time > 0:
        words.append(f"{quantity(time / rounds, 's')} a round")
    known = samples_of(run)
    if known:
        words.append(f"{count(known[0] / known[1])} samples/s of all workers")
    return "; ".join(words) + "."


def shares_of(run) -> dict:
    """Part -> share of a worker's time, in the mean of all that took part; without those that rounding left."""
    parts = prepare.parts_of(run)
    whole = math.fsum(parts.values())
    return {name: seconds / whole for name, seconds in parts.items() if seconds > 1e-6 * whole} if whole > 0 else {}


def doing(run) -> str:
    """What a worker did meanwhile."""
    shares = shares_of(run)
    return f"A worker's time: {', '.join(f'{PARTS[name]} {share(part, 1)}' for name, part in shares.items())}." if shares else ""


def unlike(run) -> str:
    """How far apart the workers are, where that is much."""
    rank, busy = sample.busy(run)
    if len(busy) < 3 or not busy.max() > 1.5 * np.median(busy):
        return ""
    return (f"Of {count(len(busy))} workers that took part half computed and communicated for {quantity(np.median(busy), 's')} or less, a tenth for "
            f"{quantity(np.quantile(busy, 0.9), 's')} or more, the busiest, worker {rank[np.argmax(busy)]}, for "
            f"{quantity(busy.max(), 's')}.")


def bytes_words(run) -> str:
    """How many bytes, how many of them between sites, and the busiest link."""
    total, between = run.final.get("bytes") or 0.0, run.final.get("bytes_between")
    words = [f"{quantity(total, 'B')} were received"]
    if between is not None and total > 0:
        words[0] += f", {quantity(between, 'B')} of them ({share(between, total)}) from another site"
    if len(run.links) and run.final.get("time_s"):
        use = run.links["bytes"] / (run.links["bandwidth"] * run.final["time_s"])
        busiest = use.idxmax()
        words.append(f"the busiest link, {run.links['name'][busiest]} of {quantity(run.links['bandwidth'][busiest], 'B/s')}, was in use for "
                     f"{share(use[busiest], 1)} of the time")
    return "; ".join(words) + "."


def energy(run) -> str:
    joules, known = run.final.get("joules"), samples_of(run)
    if not joules:
        return ""
    return f"Energy: {quantity(joules, 'J')}" + (f", {quantity(joules / known[0], 'J')} a sample" if known else "") + "."


def rows_to_explain(run) -> int:
    """How much there is to look through for the critical path; 0 where messages were not traced."""
    return len(run.messages) + len(run.routes) if "kind" in run.spans and len(run.messages) else 0


def change(run) -> str:
    """What the run waited for most, and so what to change first."""
    path = blame.Path(Course(run))
    parts = path.whole()
    kinds, end = by_kind(parts), path.course.end
    ordered = sorted(kinds, key=kinds.get, reverse=True)
    words = ", ".join(f"{WORDS[kind]} {share(kinds[kind], end)}" for kind in ordered)
    links = link_rows(path, parts)[:1]
    on = "".join(f"; most of it on the link {link.name} ({share(sum(times), end)})" if sum(times) > 0.5 * kinds.get(ordered[0], 0.0) else ""
                 for link, *times in links) if ordered[0] in ("latency", "bandwidth", "sharing") else ""
    first = f" To change first: {FIRST[ordered[0]]}." if ordered[0] in FIRST else ""
    return f"The critical path: {words}{on}.{first}"


def of(run) -> dict:
    """lines: sentences; shares: of a worker's time."""
    lines = [pace(run), doing(run), unlike(run), bytes_words(run), energy(run)]
    return {"run": run.id, "lines": [line.replace(" %", "\u00a0%") for line in lines if line], "shares": shares_of(run)}


def of_all(configurations: list, budget: int, say=lambda words: None) -> list:
    """Of the first complete run of each configuration, with its place among them; first: what to change, as far as a budget of rows to
    look through allows, else which command says it."""
    found = []
    for place, run in ((place, c.shown[0]) for place, c in enumerate(configurations) if c.shown):
        say(f"{configurations[place].label} in words")
        rows = rows_to_explain(run)
        afford = rows <= budget
        budget -= rows if afford else 0
        first = "" if not rows else change(run) if afford else f"\"dtsim explain --run {run.id}\" says what to change first."
        found.append({"configuration": place, "seeds": len(configurations[place].shown), **of(run), "first": first})
    return found


def fastest(configurations: list) -> str:
    """Which configuration took least, where their runs went as far."""
    steps = {run.final.get("steps") for c in configurations for run in c.shown}
    times = {c.label: prepare.final_spread(c, "time_s")[0] for c in configurations if c.shown}
    if len(times) < 2 or len(steps) != 1 or not min(times.values()) > 0:
        return ""
    least, most = min(times, key=times.get), max(times, key=times.get)
    ratio = times[most] / times[least]
    return f"The fastest is {least} with {quantity(times[least], 's')}, {ratio:.3g} times as fast as {most} with {quantity(times[most], 's')}." \
        if ratio > 1.01 else f"All take about {quantity(times[least], 's')}."


def between(run):
    """Bytes from region to region: {names, bytes [from][to]}; None where there are no two regions, or no routes."""
    sites = sites_of(run)
    names = list(dict.fromkeys(sites.values()))
    if len(names) < 2 or not len(run.routes):
        return None
    own = run.workers
    where = own["host"].map(sites)
    place = {(role, rank): names.index(site) for role, rank, site in zip(own["role"], own["rank"], where) if isinstance(site, str)}
    total, routes = np.zeros((len(names), len(names))), run.routes
    ends = [[place.get(key, -1) for key in zip(routes[f"{end}_role"], routes[end])] for end in ("from", "to")]
    known = (np.array(ends) >= 0).all(axis=0)
    np.add.at(total, tuple(np.array(ends)[:, known]), routes["bytes"].to_numpy()[known])
    return {"names": names, "bytes": total.tolist()}
