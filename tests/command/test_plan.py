"""What plan says before anything runs is what run does: the same refusals, in the same words, and the same counts."""
import re
import resource
import subprocess

import h5py
import pytest

from conftest import DTSIM, SMALL

SEVEN = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 7 }, data = { "blank", rows = 70, columns = 9 }, learn = false,
  model = { "profile", path = "alexnet" }, system = "byteps", servers = { count = 5 }, workers = 4, stop = { steps = 2 },
}
"""
ISLANDS = """<?xml version='1.0'?><!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1"><zone id="z" routing="Full">
<host id="a" speed="1Gf"/><host id="b" speed="1Gf"/><host id="c" speed="1Gf"/><host id="d" speed="1Gf"/>
<link id="l" bandwidth="1GBps" latency="1ms"/><route src="a" dst="b"><link_ctn id="l"/></route></zone></platform>
"""
TABLE = "x,y,phone\n" + "".join(f"{x * x},{x % 2},{'abc'[x % 3]}\n" for x in range(12))
FILES = {
    "phones.csv": TABLE, "late.csv": TABLE + "7,1,a\n8,wrong,a\n", "gap.csv": TABLE + "7,1\n", "nan.csv": TABLE + "nan,1,a\n",
    "late.svm": "1 1:0.5\n-1 2:0.5\n1 2:oops\n", "factors.csv": "1\n2\nlots\n", "islands.xml": ISLANDS,
    "half.xml": ISLANDS[:300], "edges.txt": "0 1\n1 2\n2 9\n", "layers.csv": "name,params\nfc,ten\n", "states.csv": "0,1\nx,2\n",
    "broken.h5": "no HDF5", "train-images-idx3-ubyte": "short", "train-labels-idx1-ubyte": "short",
    "t10k-images-idx3-ubyte": "short", "t10k-labels-idx1-ubyte": "short",
}
DATA = '{ "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }'
LAN = '{ "lan", hosts = 4 }'
PERIOD = '{ "localsgd", period = 4 }'


def keyed(text):
    return "workers = 4", f"workers = 4, {text}"


BAD = {
    "a system that needs more hosts": (SMALL, SEVEN),
    "a column that no hook adds": ("stop = { steps = 40 },", "stop = { rouns = 3, steps = 40 }, on_evaluate = function(m) m.wit = 1 end,"),
    "a late row of a CSV": (DATA, '{ "csv", path = "late.csv", column = "y" }'),
    "a short row of a CSV": (DATA, '{ "csv", path = "gap.csv", column = "y" }'),
    "no number in a CSV": (DATA, '{ "csv", path = "nan.csv", column = "y" }'),
    "no such column": (DATA, '{ "csv", path = "phones.csv", column = "z" }'),
    "a late row of libsvm": (DATA, '{ "libsvm", path = "late.svm" }'),
    "no HDF5": (DATA, '{ "hdf5", path = "broken.h5" }'),
    "no MNIST": (DATA, '{ "idx", path = "." }'),
    "no such file of factors": keyed('jitter = dt.trace { path = "gone.csv" }'),
    "no number among the factors": keyed('jitter = dt.trace { path = "factors.csv" }'),
    "no number among the seconds": keyed('compute = { seconds = dt.trace { path = "factors.csv" } }'),
    "factors below 0": keyed("slowness = dt.uniform { low = -2, high = -1 }"),
    "a list for other workers": keyed("slowness = dt.each { 1, 2, 3 }"),
    "no such host for the server": keyed('server = "nohost"'),
    "more servers than hosts": (PERIOD, '"ps", servers = { count = 9 }'),
    "no host of that name": keyed('strategy = "sgd", workers = { count = 4, on = "gpu*" }'),
    "no such site": (PERIOD, '{ "gaia" }, sites = "region", servers = { on = "sites" }'),
    "a model for numbers": ('"softmax"', '"linear"'),
    "a model for images": ('"softmax"', '"cnn"'),
    "a profile that is not there": ('"softmax"', '{ "profile", path = "gone.csv" }'),
    "a damaged profile": ('"softmax"', '{ "profile", path = "layers.csv" }'),
    "samples that are only counted": (DATA, '{ "blank", rows = 200, columns = 5 }'),
    "fewer samples than workers": ("workers = 4", "workers = 500"),
    "no owners": keyed('split = "natural"'),
    "fewer owners than workers": (DATA, '{ "csv", path = "phones.csv", column = "y", owner = "phone", holdout = 0 }, split = "natural"'),
    "no such link": keyed('faults = { links = { { "nolink", on = { "steps", { 0, 1 }, { 1, 0 } } } } }'),
    "a damaged profile of links": keyed('faults = { links = { { "*", bandwidth = { "trace", path = "states.csv" } } } }'),
    "an availability that is not there": keyed('faults = { availability = { "trace", path = "gone.csv" } }'),
    "a graph of other workers": (PERIOD, '"gossip", topology = { "file", path = "edges.txt" }'),
    "a graph that is not there": (PERIOD, '"gossip", topology = { "file", path = "gone.txt" }'),
    "a degree that cannot be": (PERIOD, '"gossip", topology = { "random_regular", degree = 7 }'),
    "more traitors than vectors": keyed('collective = "star", aggregate = { "krum", byzantine = 2 }'),
    "no mean to expect": keyed("ideal = { jitter = true }, jitter = dt.pareto { alpha = 0.9, scale = 1 }"),
    "a platform that is not there": (LAN, '"gone.xml"'),
    "half a platform": (LAN, '"half.xml"'),
    "islands without a route": (LAN, '"islands.xml"'),
}


def spoken(done):
    """What it says, without progress and warnings."""
    return [line for line in done.stderr.splitlines() if line.startswith("dtsim: ") and not line.startswith("dtsim: warning: ")]


@pytest.mark.parametrize("case", BAD)
def test_plan_refuses_what_run_refuses_in_the_same_words(folder, case):
    old, new = BAD[case]
    for name, text in FILES.items():
        folder.write(text, name)
    assert old in SMALL
    folder.write(SMALL.replace(old, new, 1))
    planned, ran = folder.run("plan", "scenario.lua"), folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet")
    assert ran.returncode == planned.returncode == 2, (planned.stderr, ran.stderr)
    assert spoken(planned) == spoken(ran) and len(spoken(ran)) == 1, (planned.stderr, ran.stderr)
    assert not (folder.path / "out.h5").exists()


def test_plan_refuses_memory_that_cannot_be_had_as_run_does(folder):
    def little():
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    folder.write(SMALL.replace('"softmax"', '{ "mlp", widths = { 30000, 30000 } }'))
    done = [subprocess.run([DTSIM, command, "scenario.lua"], cwd=folder.path, capture_output=True, text=True, preexec_fn=little)
            for command in ("plan", "run")]
    said = [re.sub(r"[\d.]+ GB are left", "some are left", spoken(d)[0]) for d in done]
    assert [d.returncode for d in done] == [2, 2] and said[0] == said[1] and "models of 900" in said[0], said


def test_a_run_of_several_that_is_refused_is_named_and_the_others_are_planned(folder):
    folder.write(SMALL.replace("workers = 4", "workers = dt.sweep { 4, 500 }"))
    planned = folder.run("plan", "scenario.lua")
    assert planned.returncode == 1 and re.search(r"^ +1 +refused", planned.stdout, re.M), planned.stdout
    assert "dtsim: warning: workers: " in planned.stderr and "(run 1)" in planned.stderr
    assert folder.run("run", "scenario.lua", "-o", "out.h5").returncode == 1


def test_a_training_that_fails_is_announced(folder):
    folder.write(SMALL.replace(DATA, '{ "linear", rows = 200 }').replace('"softmax"', '"linear", optimiser = { "sgd", lr = 50 }'))
    planned = folder.run("plan", "scenario.lua")
    assert planned.returncode == 1 and "run 0 fails after" in planned.stderr and "smaller learning rate" in planned.stderr


def planned_table(stdout):
    """The rows of the runs: Gflop, real time, memory, bytes sent."""
    return [re.split(r"  +", line.strip()) for line in stdout.splitlines() if re.match(r" +\d+  ", line)]


def size(text):
    number, unit = text.split()
    return float(number) * {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]


COUNTED = {
    "steps": ({}, "stop = { steps = 40 }"),
    "rounds": ({}, "stop = { rounds = 7 }"),
    "epochs": ({}, "stop = { epochs = 3 }"),
    "simulated seconds": ({}, "stop = { seconds = 0.02 }"),
    "bytes": ({}, "stop = { bytes = 20000 }"),
    "a server": ({PERIOD: '{ "fedavg", fraction = 0.5 }'}, "stop = { rounds = 6 }"),
    "parameter servers": ({PERIOD: '"ps"'}, "stop = { steps = 9 }"),
    "gossip": ({PERIOD: '"gossip"'}, "stop = { steps = 9 }"),
    "time alone": ({PERIOD: '"sgd", learn = false'}, "stop = { steps = 9 }"),
    "sizes that depend on what is sent": ({PERIOD: '"sgd", compress = { "significant" }'}, "stop = { steps = 30 }"),
}


@pytest.mark.parametrize("case", COUNTED)
def test_the_bytes_that_are_planned_are_those_that_are_sent(folder, case):
    changes, stop = COUNTED[case]
    text = SMALL.replace("stop = { steps = 40 }", stop)
    for old, new in changes.items():
        text = text.replace(old, new)
    folder.write(text)
    planned = folder.run("plan", "scenario.lua")
    assert planned.returncode == 0, planned.stderr
    assert folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet").returncode == 0
    with h5py.File(folder.path / "out.h5") as f:
        sent = f["run_0000"].attrs["bytes"] if "run_0000" in f else next(iter(f["runs"].values())).attrs["bytes"]
    assert size(planned_table(planned.stdout)[0][4]) == pytest.approx(sent, rel=0.005)


def test_runs_that_differ_in_their_seed_share_an_answer(folder):
    folder.write(SMALL.replace("workers = 4", "workers = 4, seeds = 3"))
    rows = planned_table(folder.run("plan", "scenario.lua").stdout)
    assert len(rows) == 3 and rows[0][1:5] == rows[1][1:5] == rows[2][1:5]


def test_limits_that_may_come_earlier_are_planned_as_at_most(folder):
    folder.write(SMALL.replace("stop = { steps = 40 }", "stop = { accuracy = 1, steps = 4000000 }"))
    planned = folder.run("plan", "scenario.lua")
    assert "real time: at most" in planned.stdout and planned_table(planned.stdout)[0][1].startswith("<")


def test_plan_prints_nothing_of_what_a_hook_prints(folder):
    folder.write(SMALL.replace("stop =", 'on_evaluate = function(m) print("hello") end, stop ='))
    assert "hello" not in folder.run("plan", "scenario.lua").stdout


def test_a_long_plan_is_not_silent(folder):
    folder.write(SMALL.replace("workers = 4", "workers = 4, seeds = 1, batch_size = dt.sweep { " + ", ".join(map(str, range(1, 481))) + " }"))
    assert "building and trying run" in folder.run("plan", "scenario.lua").stderr


def test_the_time_of_a_hook_is_planned_as_not_known(folder):
    folder.write(SMALL.replace("stop = {", "on_evaluate = function() end, stop = {").replace("steps = 40", "steps = 4000000"))
    planned = folder.run("plan", "scenario.lua")
    assert "real time: about " in planned.stdout and "on_evaluate: its own time is not known" in planned.stdout
    assert "arithmetic: at most" in planned.stdout


def test_a_hook_that_sleeps_is_planned_as_such(folder):
    folder.write(SMALL.replace("stop = {", 'on_evaluate = function() os.execute("sleep 200") end, stop = {'))
    planned = folder.run("plan", "scenario.lua", "--unsafe")
    assert "on_evaluate was still in its call" in planned.stderr, planned.stderr


def test_a_run_that_needs_more_than_it_may_hold_is_announced(folder):
    folder.write(SMALL)
    assert "of --memory" in folder.run("plan", "scenario.lua", "--memory", "1MB").stderr
    assert "of --memory" not in folder.run("plan", "scenario.lua", "--memory", "10GB").stderr
