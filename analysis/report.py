"""report.py - one page that shows a record file: dtsim report FILE [-o report.html]

The page holds everything it needs (data, program, plotly.js) and asks no network: it can be mailed, archived and
opened years later.  Its numbers are those of the figures; page/ holds its text, look and program."""
import html
import json
import math
import os
import re
import sys
from pathlib import Path

import numpy as np
from matplotlib.colors import to_hex

from . import RecordError, account, label, lanes, load, look, plotlyjs, prepare, sample
from .command import Parser
from .figures import Choice, ages, curve, differences, gantt, platform
from .progress import Progress
from .scene import Scene
from .who import those

PAGE = Path(__file__).parent / "page"
SCRIPTS = ("base", "summary", "table", "curves", "differences", "sweep", "timeline", "platform", "start")
RESULTS = ("loss", "accuracy", "time_s", "steps", "rounds", "bytes", "bytes_inside", "bytes_between", "joules")
TITLES = {"time_s": "time", "bytes_inside": "bytes inside sites", "bytes_between": "bytes between sites"}
LEARNT = ("loss", "accuracy")
COSTS = ("bytes", "joules")
POINTS = 24000      # of all curves of one pair of axes, about
CURVES = 400        # configurations with curves
SPANS = 30000       # of all timelines
MAPS = 40           # runs with a map
ACCOUNTS = 12       # configurations in words
EXPLAINED = 100000  # rows of messages and routes that are looked through for what to change first
LANES = 60          # workers in a timeline


def number(value):
    """A number as the page holds it: six digits, None for what is not finite."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")


def numbers(values) -> list:
    return [number(value) for value in np.asarray(values, float)]


def column_of(name: str, title: str, unit: str, factor: float, **more) -> dict:
    return {"name": name, "title": title, "unit": unit, "factor": factor, **more}


def results_of(record) -> list:
    """The results that some run has a number for."""
    columns = []
    for name in RESULTS:
        values = prepare.finite([[run.final[name] for run in record.runs if run.final.get(name) is not None]])
        if len(values):
            factor, unit = label.column_unit(name, float(np.abs(values).max()))
            columns.append(column_of(name, TITLES.get(name, name), unit, factor))
    return columns


def keys_of(record) -> list:
    """The swept keys, the seed last."""
    keys = []
    for name in record.keys + (["seed"] if "seed" in record.sweep else []):
        values = {run.swept[name] for run in record.runs if run.swept[name] is not None}
        amounts = [abs(value) for value in values if prepare.is_number(value)]
        factor, unit = label.scaled_unit(record.units.get(name, "1"), max(amounts, default=0.0))
        keys.append(column_of(name, name, unit, factor, values=len(values), text=len(amounts) < len(values),
                              said=said_of(record, name, values)))
    return keys


def said_of(record, name: str, values: set) -> list:
    """The numbers of a key as the scenario wrote them, where it did so with units; or where four digits do not tell them
    apart: [number, text]."""
    words = record.words
    if not words.written.get(name) and words.digits[name] <= 4:
        return []
    return [[value, words.value(name, value)] for value in sorted(v for v in values if prepare.is_number(v))]


def run_rows(record) -> list:
    place = {run.id: i for i, c in enumerate(record.configurations) for run in c.runs}
    return [{"id": run.id, "status": run.status, "reason": run.reason, "complete": run.complete,
             "configuration": place[run.id],
             **{name: None if prepare.is_number(value) and not math.isfinite(value) else value
                for name, value in run.swept.items()},
             **{name: number(run.final.get(name)) for name in RESULTS}} for run in record.runs]


def configurations_of(scene, results: list) -> list:
    rows = []
    for c in scene.record.configurations:
        style = scene.look.of(c.label)
        medians = {column["name"]: number(prepare.final_spread(c, column["name"])[0]) for column in results}
        lost = len(c.runs) - len(c.shown)
        rows.append({"label": c.label, "title": look.label_of(c) + (f" ({lost} failed)" if lost else ""),
                     "colour": style.colour, "dash": style.dash, "band": style.band, "runs": len(c.runs),
                     "diverged": c.diverged > 0,
                     "medians": medians})
    return rows


def axes_of(scene) -> tuple:
    """The columns of the evaluations that the curves can have across, and up: what is learnt and what else changes; where nothing
    is learnt, first what the runs cost."""
    columns = scene.record.columns
    across = [name for name in label.ACROSS if prepare.has(scene.record, name)]
    learnt = [name for name in columns if name in LEARNT and prepare.has(scene.record, name)]
    costs = [name for name in COSTS if not learnt and "time_s" in across and followed(scene.record, name)]
    others = [name for name in columns if name not in (*label.ACROSS, *LEARNT) and prepare.varies(scene.record, name)]
    up = [*learnt, *costs, *others]
    return ([axis_of(scene, name) for name in across], [axis_of(scene, name) for name in up]) if across and up else ([], [])


def axis_of(scene, name: str) -> dict:
    known = prepare.finite([run.evaluations[name] for c in scene.shown for run in c.shown if name in run.evaluations])
    factor, unit = label.column_unit(name, float(known.max()) if len(known) else 0.0)
    return column_of(name, scene.record.columns[name].label.split(" (")[0], unit, factor)


def followed(record, name: str) -> bool:
    """Some run knows a changing column at more than its two ends."""
    return prepare.varies(record, name) and any(
        len(prepare.curve(run, "time_s", name)[0]) > 2 for c in record.configurations for run in c.shown)


def band_row(place: int, band) -> dict:
    """A band as the page has it; without its edges where it has one seed."""
    edges = {"low": numbers(band["low"]), "high": numbers(band["high"])} if band["seeds"].iloc[0] > 1 else {}
    return {"configuration": place, "x": numbers(band["x"]), "median": numbers(band["median"]), **edges}


def bands_of(scene, across: list, up: list) -> dict:
    """"x y" -> a band for each configuration."""
    places = {c.label: i for i, c in enumerate(scene.record.configurations) if i < CURVES}
    points = max(60, min(240, POINTS // max(1, len(scene.shown))))
    bands = {}
    for x in across:
        for y in up:
            if x["name"] == y["name"]:
                continue
            found = []
            frame = scene.bands(x["name"], y["name"], points)
            for name, band in frame[frame["configuration"].isin(places)].groupby("configuration", sort=False):
                found.append(band_row(places[name], band))
            if found:
                bands[f"{x['name']} {y['name']}"] = found
    return bands


def ages_of(scene) -> tuple:
    """(the column of the ages of merged updates, its bands over time), as axes_of and bands_of have those of the evaluations; both
    are empty where no update was stale."""
    if ages.missing(scene, Choice()):
        return [], {}
    places = {c.label: i for i, c in enumerate(scene.record.configurations) if i < CURVES}
    frame = ages.data(scene, Choice())
    frame = frame[(frame["quantity"] == "mean_age") & frame["configuration"].isin(places)]
    rows = [band_row(places[name], band) for name, band in frame.groupby("configuration", sort=False)]
    return [column_of("mean_age", "mean age of updates", "", 1.0)], {"time_s mean_age": rows}


def statistic(scene) -> str:
    """What the curves are, and how many are left out."""
    if not scene.shown:
        return ""
    count = len(scene.record.configurations)
    left_out = f"; the first {CURVES} of {count} configurations" if count > CURVES else ""
    return curve.statistic(scene).capitalize() + left_out + "."


def logarithmic(scene, across: list, up: list) -> list:
    """The columns that a logarithmic axis serves: values over a decade, ends that would be lost beside others."""
    names = [column["name"] for column in up if scene.record.columns[column["name"]].better == "low"]
    found = [name for name in names if prepare.wants_log(prepare.finite([scene.bands("time_s", name)["median"]]))]
    for column in across:
        ends = scene.bands(column["name"], up[0]["name"])["end"]
        if len(ends) and 0 < 20 * ends.min() < ends.max():
            found.append(column["name"])
    return found


def differences_of(scene) -> dict:
    if not scene.shown or differences.missing(scene, Choice(against=scene.shown[0].label)):
        return {"rows": [], "note": ""}
    places = {c.label: i for i, c in enumerate(scene.record.configurations)}
    rows = [{**row, "configuration": places[row["configuration"]],
             **{name: number(row[name]) for name in ("mean", "low", "high", "baseline")}}
            for row in differences.data(scene, Choice()).to_dict("records")]
    base = differences.baseline(scene, Choice()).label
    return {"rows": rows, "note": f"Mean differences from “{base}” over the seeds that both have, with 95 % t "
            "intervals, each by itself. A hollow point is not told apart from 0: its interval holds it."}


def by_turns(scene) -> list:
    """The complete runs, the first of every configuration before the second of any."""
    runs = [(turn, place, run) for place, c in enumerate(scene.shown) for turn, run in enumerate(c.shown)]
    return [run for _, _, run in sorted(runs, key=lambda item: item[:2])]


def lanes_of(spans, in_turn: bool) -> dict:
    """The lanes of a timeline from top to bottom, and the lane of every span.  in_turn: who begins first stands on top."""
    rows = gantt.lanes_of(spans)
    if in_turn:
        begin = dict(zip(reversed(those(spans)), reversed(spans["start_s"].tolist())))
        rows.sort(key=lambda lane: (not lane.program.serves, min(begin[who] for who in lane.members)))
    place = lanes.place(rows)
    return {"lanes": [str(lane) for lane in rows], "lane": [place[who] for who in those(spans)]}


def spans_of(scene, say) -> tuple:
    """(run id -> its spans, what is left out), as far as SPANS allow; of a fleet those of some workers."""
    found, left = {}, SPANS
    runs = [run for run in by_turns(scene) if len(run.spans)]
    for run in runs:
        say(f"the timeline of run {run.id}")
        shown = sample.narrowed(run, LANES)
        if len(shown.spans) > left:
            continue
        left -= len(shown.spans)
        end, some = float(run.spans["end_s"].max()), shown is not run
        spans = gantt.within(shown, 0.0, end)
        first = end if some else float(gantt.window(run, Choice())[1])
        factor, unit = label.time_unit(first)
        found[run.id] = {**lanes_of(spans, some), "part": spans["part"].tolist(),
                         "start": numbers(spans["start_s"]), "end": numbers(spans["end_s"]),
                         "first": first, "factor": factor, "unit": unit, "note": sample.words(run, LANES)}
    lost = len(runs) - len(found)
    return found, f"{lost} more runs have spans: dtsim plot --figure gantt --run ID draws them" if lost else ""


def maps_of(scene, say) -> tuple:
    """(run id -> the rows of its map, the end of the scale of use, the limits of both axes, what is left out of it; what is
    left out of all)."""
    found = {}
    runs = [run for run in by_turns(scene) if len(run.links) and len(run.routes)]
    for run in runs[:MAPS]:
        say(f"the map of run {run.id}")
        frame = platform.data(scene, Choice(run=run.id))
        top = platform.top_of(frame["use"])
        rows = [map_row(row, top) for row in frame.to_dict("records")]
        serving = platform.serving(run)
        for row in rows:
            row["serves"] = row["kind"] == "host" and row["name"] in serving
        found[run.id] = {"rows": rows, "top": top,
                         "limits": [numbers(pair) for pair in platform.window(frame)], "note": platform.left_out(run), "pairs": account.between(run)}
    lost = len(runs) - len(found)
    return found, f"{lost} more runs have one: dtsim plot --figure platform --run ID draws it." if lost else ""


def map_row(row: dict, top: float) -> dict:
    """A row of the map; top: the end of the scale of use in %."""
    held = {"kind": row["kind"], "name": row["name"], "words": "", **{name: number(row[name]) for name in ("x", "y", "x1", "y1")}}
    if row["kind"] in ("host", "link") and row["bytes"] == row["bytes"]:
        held.update(words=label.quantity(row["bytes"], "B"), bytes=number(row["bytes"]))
    if row["kind"] == "link":
        held.update(use=number(100 * row["use"]), **{time: platform.shade(row["use"], top, time) for time in platform.SCALES})
        held["words"] += f", {held['use']:.3g} % of {label.quantity(row['bandwidth'], 'B/s')}" if row["use"] > 0 else ", not used"
    return held


def accounts_of(scene, say) -> dict:
    """The first configurations in words, and how many more there are."""
    shown = scene.record.configurations[:ACCOUNTS]
    left = len(scene.shown) - sum(bool(c.shown) for c in shown)
    rows = [{**row, "shares": [[account.PARTS[part], look.SHADES[part], number(share)] for part, share in row["shares"].items()]}
            for row in account.of_all(shown, EXPLAINED, say)]
    return {"rows": rows, "fastest": account.fastest(scene.shown), "more": left}


def counts_of(record) -> str:
    """How many runs there are, and how they ended."""
    ends = {}
    for run in record.runs:
        ends[run.status] = ends.get(run.status, 0) + 1
    runs, configurations = len(record.runs), len(record.configurations)
    words = ", ".join(f"{count} {status}" for status, count in ends.items())
    return f"{runs} run{'s' * (runs != 1)} of {configurations} configuration{'s' * (configurations != 1)}: {words}."


def versions_of(record) -> list:
    host = record.host
    known = [("file", record.path), ("fingerprint", record.fingerprint), ("dtsim", record.version),
             ("SimGrid", host.get("simgrid")), ("compiler", host.get("compiler")),
             ("real time of the sweep", label.quantity(host["real_s"], "s") if host.get("real_s") else None)]
    return [[name, str(value)] for name, value in known if value]


def claims_of(record) -> list:
    return [{"text": row["text"], "held": bool(row["held"]), "reason": row.get("reason", "")}
            for row in record.claims.to_dict("records")]


def content(record, say=lambda words: None) -> dict:
    """All that the page shows; say is told what goes on."""
    say("curves")
    scene = Scene(record)
    results, keys, (across, up) = results_of(record), keys_of(record), axes_of(scene)
    age, age_bands = ages_of(scene) if across else ([], {})
    spans, spans_note = spans_of(scene, say)
    maps, maps_note = maps_of(scene, say)
    columns = [column_of("id", "run", "", 1), column_of("status", "status", "", 1, text=True), *keys, *results]
    if any(run.reason for run in record.runs):
        columns.append(column_of("reason", "reason", "", 1, text=True))
    return {"question": record.question, "scenario": record.name, "file": Path(record.path).name,
            "fingerprint": record.fingerprint, "source": record.source, "config": record.config,
            "versions": versions_of(record), "claims": claims_of(record), "accounts": accounts_of(scene, say), "counts": counts_of(record),
            "configurations": configurations_of(scene, results), "keys": keys, "results": results, "columns": columns,
            "runs": run_rows(record), "horizontals": across, "verticals": up + age, "bands": {**bands_of(scene, across, up), **age_bands},
            "logarithmic": logarithmic(scene, across, up), "differences": differences_of(scene),
            "statistic": statistic(scene),
            "spans": spans, "spansNote": spans_note, "maps": maps, "mapsNote": maps_note,
            "scales": {time: [to_hex(scale(at)) for at in np.linspace(0, 1, 9)] for time, scale in platform.SCALES.items()}}


def page(record, program: str, say=lambda words: None) -> str:
    """The whole page, which program draws; nothing of the file can end the element it stands in."""
    held = content(record, say)
    held["versions"].append(["plotly.js", plotlyjs.version(program)])
    held = json.dumps(held, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    parts = {"title": html.escape(record.question), "style": (PAGE / "page.css").read_text(encoding="utf-8"),
             "data": held, "plotly": program,
             "script": "\n".join((PAGE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)}
    template = (PAGE / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


def write(path: Path, text: str) -> None:
    """Whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RecordError(f"{path}: cannot be written: {error.strerror}") from None


def main(words=None) -> int:
    parser = Parser(prog="dtsim report", description="One page that shows a record file, offline.")
    parser.add_argument("file", metavar="FILE", help="result file of a sweep, such as results/tau.h5")
    parser.add_argument("-o", dest="out", metavar="PAGE", help="the page's file (FILE with the ending html)")
    chosen = parser.parse_args(sys.argv[1:] if words is None else words)
    out = Path(chosen.out) if chosen.out else Path(chosen.file).with_suffix(".html")
    try:
        if out.resolve() == Path(chosen.file).resolve():
            raise RecordError(f"-o {out}: expected another file than the result file")
        with Progress("dtsim report") as progress:
            progress.show(f"reading {chosen.file}")
            program, remark = plotlyjs.script()
            with load(chosen.file) as record:
                write(out, page(record, program, progress.show))
    except RecordError as error:
        print(f"dtsim report: {error}", file=sys.stderr)
        return 2
    if remark:
        print(f"dtsim report: {remark}", file=sys.stderr)
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
