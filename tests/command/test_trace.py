"""dtsim trace: both timelines, read back, hold the seconds of every worker and the bytes of every message."""
import csv
import json
import subprocess
from collections import defaultdict

import h5py
import pytest

from conftest import SMALL, named

TRACED = SMALL.replace("stop =", 'trace = "messages", jitter = dt.exponential {}, collective = "star", stop =') \
    .replace('{ "localsgd", period = 4 }', 'dt.sweep { { "localsgd", period = 4 }, { "fedavg", fraction = 0.5 } }')


@pytest.fixture
def traced(folder):
    assert folder.run("run", folder.write(TRACED), "-o", "t.h5", "--quiet").returncode == 0
    return folder


def record(folder, number):
    with h5py.File(folder.path / "t.h5") as f:
        run = f[f"runs/{number:04d}"]
        names = ("workers", "messages", "spans", "links", "rounds")
        return {name: {k: v[()] for k, v in run[name].items()} for name in names}


def seconds_of(run):
    """(name, kind) -> seconds, as the table of workers has them."""
    w, found = run["workers"], {}
    for i, who in enumerate(named(w)):
        name = f"{who} ({w['host'][i].decode()})"
        found.update({(name, kind): w[f"{kind}_s"][i] for kind in ("compute", "wait", "send") if w[f"{kind}_s"][i] > 0})
    return found


@pytest.mark.parametrize("number", [0, 1])
def test_perfetto_has_the_seconds_of_every_worker(traced, number):
    done = traced.run("trace", "t.h5", "--run", number, "-o", "t.json")
    assert (done.returncode, done.stdout) == (0, "t.json\n"), done.stderr
    events, run = json.loads((traced.path / "t.json").read_text())["traceEvents"], record(traced, number)
    track = {e["tid"]: e["args"]["name"] for e in events if e["name"] == "thread_name"}
    total = defaultdict(float)
    for e in events:
        if e["ph"] == "X":
            total[track[e["tid"]], e["name"]] += e["dur"] / 1e6
    assert total.keys() == seconds_of(run).keys()
    for key, seconds in seconds_of(run).items():
        assert total[key] == pytest.approx(seconds, abs=1e-9 * len(run["spans"]["rank"]))


def test_perfetto_has_every_message_as_a_stretch_and_an_arrow(traced):
    traced.run("trace", "t.h5", "--run", 0, "-o", "t.json")
    events, m = json.loads((traced.path / "t.json").read_text())["traceEvents"], record(traced, 0)["messages"]
    for begin, end, group in (("b", "e", 2), ("s", "f", 1)):
        first = {e["id"]: e for e in events if e["ph"] == begin and e["pid"] == group}
        last = {e["id"]: e for e in events if e["ph"] == end and e["pid"] == group}
        assert len(first) == len(last) == len(m["from"])
        for i, (departed, arrived) in enumerate(zip(m["departed_s"], m["arrived_s"])):
            assert [first[i]["ts"], last[i]["ts"]] == pytest.approx([departed * 1e6, arrived * 1e6], abs=1e-3)
    assert sum(e["args"]["bytes"] for e in events if e["ph"] == "b") == m["bytes"].sum()
    assert sum(e["name"].startswith("round") for e in events) == len(record(traced, 0)["rounds"]["round"])


def test_every_event_is_one_that_perfetto_knows(traced):
    """Google's Trace Event Format: what each phase must have, and asynchronous ones come in pairs."""
    faulty = ("--set", 'faults={message_loss=0.2,timeout="1ms",crash=dt.exponential{mean="5ms"},recover="1ms",deadline="1ms"}')
    assert traced.run("run", "scenario.lua", "-o", "t.h5", "--quiet", "--fresh", *faulty).returncode == 0
    for number in (0, 1):
        assert traced.run("trace", "t.h5", "--run", number, "-o", "t.json").returncode == 0
        events = json.loads((traced.path / "t.json").read_text())["traceEvents"]
        need = {"M": {"args"}, "X": {"ts", "dur", "tid", "cat"}, "b": {"ts", "id", "cat"}, "e": {"ts", "id", "cat"},
                "s": {"ts", "id", "cat", "tid"}, "f": {"ts", "id", "cat", "tid"}, "C": {"ts", "args"}, "i": {"ts", "s"}}
        for e in events:
            assert need[e["ph"]] <= e.keys() and isinstance(e["name"], str) and isinstance(e["pid"], int)
            assert e.get("ts", 0) >= 0 and e.get("dur", 0) >= 0
        begun, ended = ({(e["cat"], e["id"], e["name"]): e["ts"] for e in events if e["ph"] == phase} for phase in "be")
        assert begun.keys() == ended.keys() and all(begun[key] <= ended[key] for key in begun) and begun


def test_stretches_of_a_track_do_not_overlap(traced):
    traced.run("trace", "t.h5", "--run", 0, "-o", "t.json")
    tracks = defaultdict(list)
    for e in json.loads((traced.path / "t.json").read_text())["traceEvents"]:
        if e["ph"] == "X":
            tracks[e["tid"]].append((round(e["ts"] * 1e3), round(e["ts"] * 1e3) + round(e["dur"] * 1e3)))
    for stretches in tracks.values():
        assert all(a[1] <= b[0] for a, b in zip(sorted(stretches), sorted(stretches)[1:]))


def area(points):
    """Bytes under a rate that holds until the next one: of one link, in the order of time."""
    return sum(rate * (after - time) for (time, rate), (after, _) in zip(points, points[1:]))


def test_counters_carry_the_bytes_of_the_links(traced):
    traced.run("trace", "t.h5", "--run", 0, "-o", "t.json")
    links, rates = record(traced, 0)["links"], defaultdict(list)
    for e in json.loads((traced.path / "t.json").read_text())["traceEvents"]:
        if e["ph"] == "C" and e["pid"] == 3:
            rates[e["name"]].append((e["ts"] / 1e6, e["args"]["B/s"]))
    assert len(rates) == len(links["name"])
    for name, size in zip(links["name"], links["bytes"]):
        assert area(rates[name.decode()]) == pytest.approx(size, rel=1e-2)     # nanoseconds of microseconds
        assert rates[name.decode()][-1][1] == 0


@pytest.mark.parametrize("number", [0, 1])
def test_pj_dump_has_the_seconds_of_every_worker(traced, number):
    done = traced.run("trace", "t.h5", "--run", number, "--paje", "-o", "t.paje")
    assert done.returncode == 0, done.stderr
    dumped = subprocess.run(["pj_dump", "t.paje"], cwd=traced.path, capture_output=True, text=True)
    assert dumped.returncode == 0 and not dumped.stderr, dumped.stderr
    run, total = record(traced, number), defaultdict(float)
    rows = list(csv.reader(dumped.stdout.splitlines(), skipinitialspace=True))
    for kind, name, _, start, end, _, _, value in (row for row in rows if row[0] == "State"):
        total[name, value] += float(end) - float(start)
    for key, seconds in seconds_of(run).items():
        assert total[key] == pytest.approx(seconds, abs=1e-6 * len(run["spans"]["rank"]))
    assert sum(row[0] == "Link" for row in rows) == len(run["messages"]["from"])
    assert {row[1] for row in rows if row[0] == "Variable"} == {name.decode() for name in run["links"]["name"]}


def test_spans_alone_make_a_timeline_without_messages(folder):
    assert folder.run("run", folder.write(TRACED), "-o", "t.h5", "--quiet", "--set", "trace=spans").returncode == 0
    assert folder.run("trace", "t.h5", "--run", 0, "--paje").stdout == "t-run0.paje\n"
    done = folder.run("trace", "t.h5", "--run", 0)
    assert done.stdout == "t-run0.json\n", done.stderr
    kinds = {e["ph"] for e in json.loads((folder.path / "t-run0.json").read_text())["traceEvents"]}
    assert "X" in kinds and not kinds & set("besf")


@pytest.mark.parametrize("words, sentence", [
    (("t.h5",), "expected --run N, from "),
    (("t.h5", "--run", "9"), "got 9"),
    (("t.h5", "--run", "1", "-o", "t.h5"), "expected another file than the result file"),
    (("t.h5", "--run", "1", "-o", "no/t.json"), "cannot be written"),
])
def test_what_cannot_be_drawn_is_said_in_a_sentence(traced, words, sentence):
    done = traced.run("trace", *words)
    assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr
    assert sorted(p.name for p in traced.path.iterdir()) == ["scenario.lua", "t.h5"]


def test_a_run_without_spans_is_refused(folder):
    assert folder.run("run", folder.write(SMALL), "-o", "t.h5", "--quiet").returncode == 0
    done = folder.run("trace", "t.h5")
    assert done.returncode == 2 and "trace = \"messages\"" in done.stderr
