"""platform.py - the hosts and links that a run used, and how busy each link was.

The record names the links of every route in order, not the switches between them.  A link has two ends; what stands
before it on a route is at one, what stands after it at the other; ends that meet on some route are one place."""
import re
from collections import Counter

import numpy as np
import pandas
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex

from .. import label, look, sample
from ..course import hosts_of
from ..regions import sites_of
from ..sheet import Sheet, heading
from ..who import those
from . import gantt

BRIEF = "map of the hosts and links that a run used, and how busy they were"
NEEDS = "links and routes (trace = \"spans\" or \"messages\")"
OPTIONS = ("run",)
USUAL = True
DIRECTION = re.compile(r"[-_](up|down)$", re.IGNORECASE)     # the two directions of a link are drawn as one line
NO_LOAD = (0.0, np.nan, 0.0)                # of a link that carried nothing
NAMED_HOSTS = 40        # more would cover each other
SERVERS = 4             # with no more, their hosts are named also where the others are not
REGION = 0.42           # the name of a region stands so far outside of its hosts
LEAST = 1.0             # %: the end of the scale of use is no less, so that nearly nothing never looks busy
SCALES = {"day": LinearSegmentedColormap.from_list("day", ["#c3cad2", "#e39a35", "#a51c05"]),
          "night": LinearSegmentedColormap.from_list("night", ["#48515c", "#c97a1e", "#ffe0ad"])}
UNUSED = {"day": "#e6e9ed", "night": "#2b3138"}


def run_of(scene, choice):
    runs = [run for run in scene.record.runs if choice.run in (None, run.id)]
    return next((run for run in runs if len(run.links) and len(run.routes)), None)


def missing(scene, choice) -> str:
    if choice.run is not None and choice.run not in [run.id for run in scene.record.runs]:
        return gantt.missing(scene, choice)
    which = "its runs hold" if choice.run is None else f"run {choice.run} holds"
    return "" if run_of(scene, choice) else \
        f"{which} no links and routes; trace = \"spans\" in the scenario records them"


def data(scene, choice):
    """A row a host, a row a line (both directions of a link together) and a row a region:
    kind: host (or, of a fleet in several regions, all hosts of one), link, region, or stub, which stands for no link but tells
    hosts at one place apart; name; x, y, x1, y1: places
    (a host and a region have one); bytes: carried, or sent and received; and for
    links bandwidth in B/s and use: the share of the run's time that the busier direction was full."""
    run = run_of(scene, choice)
    sites = sites_of(run)
    paths, names = binned(run, sites) if are_binned(run, sites) else whole(sample.narrowed(run))
    ends, hosts = join(paths)
    hosts, stubs = stand_apart({name: hosts[name] for name in names if name in hosts})
    places = layout(list(hosts.values()), [*ends.values(), *stubs])
    seconds = run.final.get("time_s") or float(run.evaluations["time_s"].iloc[-1])
    load = carried(run.links, seconds)
    rows = [("link", name, *places[a], *places[b], *load.get(name, NO_LOAD)) for name, (a, b) in ends.items()]
    rows += [("host", name, *places[at], np.nan, np.nan, names[name], np.nan, np.nan) for name, at in hosts.items()]
    rows += [("stub", "", *places[a], *places[b], np.nan, np.nan, np.nan) for a, b in stubs]
    rows += regions({name: places[at] for name, at in hosts.items()}, sites)
    return pandas.DataFrame(rows, columns=["kind", "name", "x", "y", "x1", "y1", "bytes", "bandwidth", "use"])


def whole(run) -> tuple:
    """(the routes between hosts, {host: bytes that it sent and received})."""
    host, ends = hosts_of(run), (those(run.routes, name, hands=False) for name in ("from", "to"))
    paths = [(host[a], [DIRECTION.sub("", link) for link in links.split()], host[b])
             for a, b, links in zip(*ends, run.routes["links"]) if links]
    return paths, bytes_of(run, run.workers["host"])


def serving(run) -> set:
    """The hosts of servers, which are named among however many hosts; none where there are more than a few."""
    found = set(run.workers["host"][run.workers["role"] == "server"])
    return found if len(found) <= SERVERS else set()


def bytes_of(run, place) -> dict:
    """Place -> bytes that all who are there sent and received, in the order of the places."""
    return (run.workers["bytes_out"] + run.workers["bytes_in"]).groupby(place, sort=False).sum().to_dict()


def carried(links, seconds: float) -> dict:
    """Name of a line -> (bytes, bandwidth, use)."""
    share = links["bytes"] / (links["bandwidth"] * seconds) if seconds else links["bytes"] * 0.0
    lines = pandas.DataFrame({"bytes": links["bytes"], "bandwidth": links["bandwidth"], "use": share}).groupby(
        links["name"].str.replace(DIRECTION, "", regex=True), sort=False).agg({"bytes": "sum", "bandwidth": "min", "use": "max"})
    return dict(zip(lines.index, lines.itertuples(index=False, name=None)))


def left_out(run) -> str:
    """What of the run the map does not show; "" where it shows all."""
    if are_binned(run, sites_of(run)):
        return f"all hosts of a region are one place, their own links are not drawn; hosts: {run.workers['host'].nunique()}"
    return sample.words(run)


# ---- regions ---------------------------------------------------------------------------------------

def are_binned(run, sites: dict) -> bool:
    """There are more hosts than can be shown, and all are in several regions."""
    if run.workers["host"].nunique() <= sample.SHOWN:
        return False
    return len(set(sites.values())) > 1 and set(run.workers["host"]) <= set(sites)


def binned(run, sites: dict) -> tuple:
    """As whole, with regions in place of hosts, and the links between them alone: a route begins and ends with the own links of
    its hosts."""
    host = hosts_of(run)
    ends = (those(run.routes, name, hands=False) for name in ("from", "to"))
    ways = dict.fromkeys((sites[host[a]], links, sites[host[b]]) for a, b, links in zip(*ends, run.routes["links"]))
    paths = dict.fromkeys((a, tuple(DIRECTION.sub("", link) for link in inner(links.split())), b) for a, links, b in ways if a != b)
    return list(paths), bytes_of(run, run.workers["host"].map(sites))


def inner(links: list) -> list:
    return links[1:-1] if len(links) > 2 else links


def regions(hosts: dict, sites: dict) -> list:
    """Rows that name the regions, outside of their hosts; none where there is one."""
    of, rows = {}, []
    for name, at in hosts.items():
        if name in sites:
            of.setdefault(sites[name], []).append(at)
    for name, places in (of if len(of) > 1 else {}).items():
        middle, reach = np.mean(places, axis=0), np.hypot(*np.transpose(places)).max() + REGION
        x, y = middle / (np.hypot(*middle) or 1.0) * reach
        rows.append(("region", name, x, y, *[np.nan] * 5))
    return rows


# ---- where things stand ----------------------------------------------------------------------------

def sides(paths: list) -> dict:
    """(link, neighbour) -> 0 or 1: the end of the link at which the neighbour stands."""
    across = {}
    for start, links, end in paths:
        chain = [("host", start), *(("link", link) for link in links), ("host", end)]
        for before, (_, link), after in zip(chain, chain[1:-1], chain[2:]):
            near = across.setdefault(link, {})
            near.setdefault(before, set()).add(after)
            near.setdefault(after, set()).add(before)
    found = {}
    for link, near in across.items():
        for first in near:
            waiting = [(first, 0)] if (link, first) not in found else []
            while waiting:
                thing, side = waiting.pop()
                if (link, thing) not in found:
                    found[link, thing] = side
                    waiting += [(other, 1 - side) for other in near[thing]]
    return found


def join(paths: list) -> tuple:
    """({link: (place, place)}, {host: place}): places are numbers; ends that meet on a route share one, and so do
    both ends of a bus, which has neighbours on no one side."""
    side, parent = sides(paths), {}

    def root(thing):
        while parent.setdefault(thing, thing) != thing:
            thing = parent[thing]
        return thing

    for start, links, end in paths:
        chain = [("host", start), *(("link", link) for link in links), ("host", end)]
        for one, two in zip(chain, chain[1:]):
            at = [thing if thing[0] == "host" else (thing[1], side[thing[1], other])
                  for thing, other in ((one, two), (two, one))]
            parent[root(at[0])] = root(at[1])
        for before, (_, link), after in zip(chain, chain[1:-1], chain[2:]):
            if side[link, before] == side[link, after]:
                parent[root((link, 0))] = root((link, 1))
    number = {}
    links = {link: tuple(number.setdefault(root((link, end)), len(number)) for end in (0, 1))
             for link in dict.fromkeys(link for _, chain, _ in paths for link in chain)}
    names = dict.fromkeys(name for start, _, end in paths for name in (start, end))
    return links, {name: number.setdefault(root(("host", name)), len(number)) for name in names}


def stand_apart(hosts: dict) -> tuple:
    """Hosts that share a place get one each, and a stub to it: ({host: place}, [(place, place)])."""
    count = Counter(hosts.values())
    shared = {name: place for name, place in hosts.items() if count[place] > 1}
    moved = {name: ("host", name) for name in shared}
    return {**hosts, **moved}, [(shared[name], moved[name]) for name in shared]


def layout(hosts: list, lines: list) -> dict:
    """Place -> (x, y).  What is left when leaves are taken away, again and again, stands on a circle (or in the
    middle, if it is one); each leaf then stands outside its neighbour, in a fan."""
    near = {place: set() for place in [*hosts, *(end for line in lines for end in line)]}
    for a, b in lines:
        if a != b:
            near[a].add(b)
            near[b].add(a)
    layers, core = [], {place: set(others) for place, others in near.items()}
    while len(core) > 2 and (leaves := [p for p, others in core.items() if len(others) == 1]):
        layers.append({leaf: next(iter(core[leaf])) for leaf in leaves if next(iter(core[leaf])) not in leaves})
        for leaf in layers[-1]:
            core[core.pop(leaf).pop()].discard(leaf)
    turn = {place: i for i, place in enumerate(near)}       # the first host of a place decides its turn
    for layer in layers:
        for leaf, parent in layer.items():
            turn[parent] = min(turn[parent], turn[leaf]) if turn[parent] < len(hosts) else turn[leaf]
    radius = 0.0 if len(core) == 1 else 1.0
    angle = {place: np.pi / 2 - 2 * np.pi * i / len(core) for i, place in enumerate(sorted(core, key=turn.get))}
    found = {place: (radius * np.cos(angle[place]), radius * np.sin(angle[place])) for place in core}
    sector = {place: 2 * np.pi / len(core) for place in core}
    for layer in reversed(layers):
        for parent in dict.fromkeys(layer.values()):
            leaves = sorted((leaf for leaf in layer if layer[leaf] == parent), key=turn.get)
            fan_out(leaves, parent, found, angle, sector)
    return found


def fan_out(leaves: list, parent, found: dict, angle: dict, sector: dict) -> None:
    """Stand leaves outside their parent, within its sector; around it where it is the middle."""
    middle = np.hypot(*found[parent]) < 1e-9
    wide = sector[parent] if middle else min(max(sector[parent], 0.25 * len(leaves)), 0.9 * np.pi)
    for i, leaf in enumerate(leaves):
        share = i / len(leaves) if middle else (i + 0.5) / len(leaves) - 0.5
        angle[leaf], sector[leaf] = angle[parent] - share * wide, wide / len(leaves)
        found[leaf] = tuple(np.array(found[parent]) + 0.8 * np.array([np.cos(angle[leaf]), np.sin(angle[leaf])]))


def draw(scene, frame, choice):
    run = run_of(scene, choice)
    configuration = scene.configuration_of(run)
    title = heading(f"Links: {configuration.label}, run {run.id}", 6.1)
    sheet = Sheet(scene, 1, 1, (6.2, 4.6), left=0.3, heading=len(title),
                  words=f"run {run.id}; both directions of a link are one line, its use that of the busier; "
                        "width: bytes" + (f"; {left_out(run)}" if left_out(run) else ""))
    axes = sheet.axes(sheet.left, sheet.bottom - 0.3, 5.4, 4.9)
    hosts, lines = frame[frame["kind"] == "host"], frame[frame["kind"] == "link"]
    drawn = draw_lines(axes, lines)
    stubs = frame[frame["kind"] == "stub"][["x", "y", "x1", "y1"]].to_numpy().reshape(-1, 2, 2)
    axes.add_collection(LineCollection(stubs, linewidths=0.7, colors=look.PALE, zorder=1))
    hubs = np.unique(lines[["x", "y", "x1", "y1"]].to_numpy().reshape(-1, 2).round(9), axis=0)
    axes.plot(*hubs.T, "o", color="white", markeredgecolor=look.PALE, markersize=4, markeredgewidth=0.8)
    colour = scene.look.of(configuration.label).colour
    axes.plot(hosts["x"], hosts["y"], "s", color=colour, markersize=8, markeredgecolor="white", markeredgewidth=0.8)
    where = frame[frame["kind"] == "region"]
    many = len(hosts) > (NAMED_HOSTS if not len(where) else NAMED_HOSTS // 3)
    name_hosts(axes, hosts[hosts["name"].isin(serving(run))] if many else hosts)
    name_regions(axes, where)
    name_busiest(axes, lines)
    axes.set_aspect("equal")
    axes.set(**dict(zip(("xlim", "ylim"), window(frame))))
    axes.axis("off")
    axes.set_title("\n".join(title))
    bar = sheet.figure.colorbar(drawn, cax=sheet.axes(5.75, sheet.bottom + 0.6, 0.13, 3.0))
    bar.set_label("use of the busier direction (%)")
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:.3g}")
    bar.outline.set_visible(False)
    return sheet.figure


def window(frame) -> tuple:
    """((least, most x), (least, most y)) with a margin; never without a width: two hosts stand in one line."""
    limits, beside = [], 0.72 if (frame["kind"] == "region").any() else 0.64        # names of regions stand beside them
    for names, share in ((["x", "x1"], beside), (["y", "y1"], 0.64)):
        low, high = np.nanmin(frame[names].to_numpy()), np.nanmax(frame[names].to_numpy())
        half = max(share * (high - low), 0.6)
        limits.append(((low + high) / 2 - half, (low + high) / 2 + half))
    return tuple(limits)


def top_of(use) -> float:
    """The end of the scale of use in %, which begins at 0: the next of 1, 2, 5, 10, ... 100 from the busiest link on."""
    most = 100 * float(np.nanmax(np.append(np.asarray(use, float), 0.0)))
    return next((top for top in (LEAST, 2.0, 5.0, 10.0, 20.0, 50.0) if most <= top), 100.0)


def shade(use: float, top: float, time: str = "day") -> str:
    """The colour of a line that is used for that share of the time; one that was not used has its own."""
    return to_hex(SCALES[time](min(1.0, 100 * use / top))) if use > 0 else UNUSED[time]


def draw_lines(axes, lines):
    """Lines as wide as their bytes and as dark as their use."""
    top = top_of(lines["use"])
    most = 5.0 if len(lines) <= 8 else 3.5
    wide = 0.8 + most * np.sqrt(lines["bytes"] / max(lines["bytes"].max(), 1.0))
    order = np.argsort(lines["use"].to_numpy(), kind="stable")          # the busiest on top
    drawn = LineCollection(lines[["x", "y", "x1", "y1"]].to_numpy()[order].reshape(-1, 2, 2), linewidths=wide.to_numpy()[order],
                           cmap=SCALES["day"].with_extremes(bad=UNUSED["day"]), norm=Normalize(0, top),
                           array=np.ma.masked_equal(100 * lines["use"].to_numpy()[order], 0))
    axes.add_collection(drawn)
    return drawn


def name_hosts(axes, hosts) -> None:
    """The names of hosts, outside of them."""
    for host in hosts.itertuples():
        size = np.hypot(host.x, host.y) or 1.0
        side = "center" if abs(host.x) < 0.3 * size else "left" if host.x > 0 else "right"
        axes.annotate(host.name, (host.x, host.y), (9 * host.x / size, 11 * host.y / size), ha=side, va="center",
                      textcoords="offset points", fontsize=7)


def name_regions(axes, rows) -> None:
    for row in rows.itertuples():
        side = "center" if abs(row.x) < 0.3 * np.hypot(row.x, row.y) else "left" if row.x > 0 else "right"
        axes.annotate(row.name, (row.x, row.y), ha=side, va="center", fontsize=8.5, fontweight="bold", color=look.INK)


def name_busiest(axes, lines, most: int = 4) -> None:
    """Name and use of the busiest lines, in their middle; none where many more are as busy."""
    busiest = lines.nlargest(most, "use")
    if (lines["use"] >= 0.99 * busiest["use"].min()).sum() > most:
        return
    for line in busiest.itertuples():
        axes.annotate(f"{line.name}\n{100 * line.use:.2g} %, {label.quantity(line.bytes, 'B')}",
                      ((line.x + line.x1) / 2, (line.y + line.y1) / 2), ha="center", va="center", fontsize=6.3,
                      bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8})
