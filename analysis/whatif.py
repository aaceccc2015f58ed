"""whatif.py - what would each ideal thing save?  Every run is done again with one thing ideal at a time.

A run of the scenario says how far it came; then its configuration is run to that same step with "ideal" set, and
nothing learnt if that changes no time.  The first of these runs has nothing ideal and must take the time that is
known: else the comparison is refused."""
import json
import math
import os
import re
import statistics
import subprocess
import tempfile
from itertools import combinations
from pathlib import Path

from . import RecordError, load
from .label import quantity
from .layout import lay, ruler, share

IDEAL = {"jitter": "no jitter: every step takes its mean", "slowness": "equal hosts, of the mean speed",
         "latency": "no latency", "bandwidth": "endless bandwidth", "window": "no TCP window",
         "server": "a server that costs nothing"}
PATHS = ("path", "test", "test_path")       # the parameters that name files
PAIRS = 5           # the best of them are shown
MATTERS = 0.01      # of the time: only what saves more than this alone is tried in pairs


def program() -> str:
    """dtsim itself, which names itself to the analysis it starts."""
    return os.environ.get("DTSIM", "dtsim")


def run_dtsim(*words) -> None:
    try:
        done = subprocess.run([program(), *map(str, words)], capture_output=True, text=True)
    except OSError as error:
        raise RecordError(f"{program()} cannot be started: {error.strerror}; set DTSIM to the program") from None
    if done.returncode not in (0, 1):       # 1: a claim broke or a run failed, which the record tells
        why = done.stderr.strip().removeprefix("dtsim: ")
        raise RecordError(why or f"{words[1]}: dtsim ended with {done.returncode}")


# ---- a configuration as a scenario -----------------------------------------------------------------

def lua(value) -> str:
    """A value of a configuration in Lua; { name = "lan", ... } is { "lan", ... }."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)        # a text in Lua has the same quotes and escapes
    if isinstance(value, list):
        return "{ " + ", ".join(map(lua, value)) + " }"
    items = [lua(value["name"])] if "name" in value else []
    items += [f"[{lua(key)}] = {lua(item)}" for key, item in value.items() if key != "name"]
    return "{ " + ", ".join(items) + " }"


def placed(value, folder: Path, key: str = ""):
    """The same with absolute paths for the files that lie beside the scenario, which is written anew elsewhere."""
    if isinstance(value, dict):
        xml = value["name"] if "hash" in value else None       # a platform from a SimGrid file
        return placed(xml, folder, "path") if xml else {k: placed(item, folder, k) for k, item in value.items()}
    if isinstance(value, list):
        return [placed(item, folder) for item in value]
    beside = key in PATHS and isinstance(value, str) and (folder / value).exists()
    return str((folder / value).absolute()) if beside else value


def again(config: dict, steps: float, ideals: list, learn: bool, folder: Path) -> str:
    """A scenario: this configuration to that step, once for each set of ideal things."""
    wanted = {key: placed(value, folder) for key, value in config.items()
              if key not in ("ideal", "stop", "learn", "trace", "keep")}
    given = config.get("ideal", {})
    columns = {name: [name in ideal or given.get(name, False) for ideal in ideals] for name in IDEAL}
    marks = ", ".join(f"{name} = dt.zip {{ {', '.join(map(lua, column))} }}" for name, column in columns.items())
    rows = [f"  [{lua(key)}] = {lua(value)}," for key, value in wanted.items()]
    return "\n".join(["local dt = require \"dt\"", "return dt.scenario {", *rows, f"  learn = {lua(learn)},",
                      f"  stop = {{ steps = {lua(steps)} }},", f"  ideal = {{ {marks} }},", "}"]) + "\n"


def times(run, ideals: list, learn: bool, folder: Path) -> list:
    """Simulated seconds of the run with each set of ideal things; NaN where it failed."""
    with tempfile.TemporaryDirectory(prefix="dtsim-") as place:
        scenario, out = Path(place, "again.lua"), Path(place, "again.h5")
        scenario.write_text(again(run.config, run.final["steps"], ideals, learn, folder))
        run_dtsim("run", scenario, "-o", out, "--quiet")
        with load(out) as record:
            return [r.final["time_s"] if r.status == "ok" else float("nan") for r in record.runs]


# ---- what is saved ------------------------------------------------------------------------------------

def possible(runs: list) -> list:
    """The ideal things that these runs can have."""
    serves = any("server" in list(run.workers["role"]) for run in runs)
    return [(name,) for name in IDEAL if name != "server" or serves]


class Twin:
    """A run that is done again with ideal things; known: what it takes as it is, and with each set of ideals."""

    def __init__(self, run, folder: Path, ideals: list):
        self.run, self.folder = run, folder
        for self.learn in (False, True):        # unless its time depends on what is learnt, nothing need be
            self.known = self.found([(), *ideals])
            if abs(self.known[()] - run.final["time_s"]) <= 1e-9 * run.final["time_s"]:
                return
        raise RecordError(f"run {run.id} takes another time when it is done again to step {run.final['steps']:g}: what "
                          "its ideal twins take cannot be compared")

    def found(self, ideals: list) -> dict:
        return dict(zip(ideals, times(self.run, ideals, self.learn, self.folder)))


def savings(runs: list, folder: Path) -> list:
    """For each run: ideal things, alone and in pairs -> seconds that it takes with them; () -> as it is."""
    alone = possible(runs)
    twins = [Twin(run, folder, alone) for run in runs]
    base = statistics.median(twin.known[()] for twin in twins)
    saved = {names[0]: statistics.median(twin.known[()] - twin.known[names] for twin in twins) for names in alone}
    matters = [name for name in saved if saved[name] > MATTERS * base]
    if "window" in matters and "bandwidth" not in matters:      # behind a window a wider link alone saves nothing
        matters.append("bandwidth")
    pairs = list(combinations(sorted(matters, key=list(IDEAL).index), 2))
    return [{**twin.known, **(twin.found(pairs) if pairs else {})} for twin in twins]


def words_of(names: tuple) -> str:
    """Two things by the first words of each."""
    return IDEAL[names[0]] if len(names) == 1 else " and ".join(re.split("[:,]", IDEAL[name])[0] for name in names)


def table(label: str, found: list) -> list:
    """Lines for the runs of one configuration: medians over them."""
    base = statistics.median(f[()] for f in found)
    saved = {names: statistics.median(f[()] - f[names] for f in found) for names in found[0] if names}
    seconds, rows = ruler(base), [["with", "time", "saves", ""]]
    ranked = sorted(saved, key=lambda names: (len(names), -saved[names]))
    singles = sum(len(names) == 1 for names in ranked)
    for names in ranked[:singles + PAIRS]:
        time = statistics.median(f[names] for f in found)
        rows.append([words_of(names), *([seconds(time), seconds(saved[names]), percent(saved[names], base)]
                                        if math.isfinite(time) else ["cannot be", "", ""])])
    head = f"{label}: {quantity(base, 's')} as it is" + (f" (medians over {len(found)} runs)" if len(found) > 1 else "")
    return [head, *lay(rows, "lrrr"), ""]


def percent(part: float, whole: float) -> str:
    return share(part, whole) if part >= 0 else f"-{share(-part, whole)}"


def examine(record, number, folder: Path, say) -> list:
    lines = ["What would be saved?  The same steps with the same random numbers, with one thing ideal, or two.", ""]
    for configuration in record.configurations:
        runs = [run for run in configuration.runs if run.status == "ok" and number in (None, run.id)]
        if runs:
            say(f"doing {configuration.label} again")
            lines += table(configuration.label, savings(runs, folder))
    if len(lines) == 2:
        raise RecordError(f"{record.path}: expected {'a run that ended well' if number is None else f'run {number}'} to do again, got none")
    return lines + ["What is saved can be less than the time that a thing takes on the critical path: without it the",
                    "run waits for whatever would have come next.  Two things together can save more than both alone."]


def answer(path: str, number, sets: list, say) -> list:
    """Lines for a scenario, which is run first, or for a record; say is told what goes on."""
    if not path.endswith(".lua"):
        with load(path) as record:
            return examine(record, number, Path("."), say)
    with tempfile.TemporaryDirectory(prefix="dtsim-") as place:
        out = Path(place, "as-it-is.h5")
        say(f"running {path} as it is")
        run_dtsim("run", path, "-o", out, "--quiet", *(word for pair in sets for word in ("--set", pair)))
        with load(out) as record:
            return examine(record, number, Path(path).parent, say)
