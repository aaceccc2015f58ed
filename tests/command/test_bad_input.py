"""Bad input gets one clear sentence - where, what, what is allowed - exit status 2, and leaves nothing behind."""
import os
import re

import h5py
import numpy as np
import pytest

from conftest import SMALL

CASES = [  # what replaces what in the small scenario, and what the message must say
    ("period = 4", "perod = 4", ["scenario.lua:8", "strategy.perod", 'did you mean "period"']),
    ("stop =", "stopp =", ["scenario.lua:9", "stopp", 'did you mean "stop"']),
    ("period = 4", 'period = "four"', ["scenario.lua:8", "strategy.period", "four"]),
    ("period = 4", "period = 2.5", ["strategy.period", "2.5", "whole number"]),
    ("period = 4", "period = 0", ["strategy.period", "0", "at least 1|1 to"]),
    ("period = 4", "period = true", ["strategy.period", "true", "number"]),
    ('"localsgd"', '"localsdg"', ["strategy", "localsdg", 'did you mean "localsgd"']),
    ('"lan"', '"lam"', ["platform", "lam", 'did you mean "lan"']),
    ('{ "lan", hosts = 4 }', '"nowhere.xml"', ["platform", "nowhere.xml"]),
    ("hosts = 4", "hots = 4", ["platform.hots", 'did you mean "hosts"']),
    ("hosts = 4", "hosts = -1", ["platform.hosts", "-1"]),
    ("hosts = 4", 'bandwidth = "10 parsecs"', ["platform.bandwidth", "10 parsecs", "Gbps"]),
    ("columns = 5", "columns = 0", ["data.columns", "0"]),
    ('data = { "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }', 'data = { "idx", path = "no_such_set" }',
     ["data", "no_such_set", "DTSIM_DATA"]),
    ('data = { "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }', 'data = { "csv", path = "gone.csv" }',
     ["data", "gone.csv"]),
    ("steps = 40", "stepps = 40", ["stop.stepps", 'did you mean "steps"']),
    ("steps = 40", "loss = 0.1", ["stop", "steps, rounds, epochs, seconds"]),
    ('  model = "softmax",\n', "", ["model", "missing"]),
    ("  platform = { \"lan\", hosts = 4 },\n", "", ["platform", "expected the machines"]),
    ("workers = 4", "workers = { 4 }", ["workers", "number"]),
    ("workers = 4", "workers = 4, compress = { \"topk\", ratio = 2 }", ["compress.ratio", "2", "to 1"]),
    ("workers = 4", "workers = 4, seeds = 0", ["seeds", "0"]),
    ("return dt.scenario {", "return dt.scenario {{", ["scenario.lua:"]),
    ("return dt.scenario {", "local x = nil + 1\nreturn dt.scenario {", ["scenario.lua:3"]),
    ("return dt.scenario {", "return {", ["scenario"]),
    ("workers = 4", 'workers = 4, jitter = "20ms"', ["scenario.lua:5: jitter", 'without a unit, got "20ms"', "compute.seconds"]),
    ("workers = 4", 'workers = 4, jitter = dt.exponential { mean = "50ms" }', ["scenario.lua:5: jitter.mean", 'got "50ms"']),
    ("workers = 4", 'workers = 4, slowness = { "4s", 1, 1, 1 }', ["scenario.lua:5: slowness", 'got "4s"']),
    ("steps = 40", "steps = 40, accuracy = 97", ["stop.accuracy", "97", "0 to 1"]),
    ("workers = 4", "workers = 4, learn = False", ["scenario.lua:5", '"False" has no value; did you mean "false"']),
    ("workers = 4", "workers = 4, batch_size = None", ["scenario.lua:5", '"None" has no value']),
    ("workers = 4", "workers = 4, batch_size = 0, accumulate = 4", ["accumulate", "whole shard", "expected batch_size above 0"]),
    ("workers = 4", "workers = four", ["scenario.lua:5", '"four" has no value: nothing of that name is defined']),
    ("workers = 4", "workers = function() end", ["workers", "function"]),
    ("workers = 4", "workers = 4, evaluate = { 5 }", ["evaluate", "expected key = value, got 5 without a key"]),
    ("workers = 4", 'workers = 4, evaluate = "often"', ["evaluate", "often", "table"]),
    ("workers = 4", "workers = 4, compute = { 0.7 }", ["compute", "expected key = value, got 0.7 without a key"]),
    ("workers = 4", 'workers = 4, network = "LV08|CM02"', ["network", "LV08|CM02"]),
    ("workers = 4", 'workers = 4, aggregate = "median"',
     ["scenario.lua:5: aggregate", '"median"', 'the collective "ring" adds up partial sums', 'collective = "star"', "fedavg"]),
    ("workers = 4", 'workers = 4, aggregate = "median", collective = "tree"', ["aggregate", '"tree" adds up partial sums']),
    ("workers = 4", 'workers = 4, aggregate = { "geometric", passes = 3 }', ["aggregate", '"geometric"', 'the collective "ring"']),
    ("workers = 4", 'workers = 4, aggregate = { "trimmed" }', ["aggregate", '"trimmed"', 'the collective "ring"']),
    ("workers = 4", 'workers = 4, aggregate = { "krum", byzantine = 0 }', ["aggregate", '"krum"', 'the collective "ring"']),
    ("workers = 4", 'workers = 4, aggregate = { "krum" }, collective = "star"',
     ["aggregate", '"krum": expected at least 5 vectors with these parameters, got 4']),
    ('{ "localsgd", period = 4 }', '"gossip", compress = { "topk", twice = true }',
     ["compress.twice", 'no worker or server of "gossip" sums packets']),
    ("workers = 4", 'workers = 4, compress = { "significant", twice = true }', ["compress.twice", '"significant" vary in size']),
    ("workers = 4", 'workers = 4, compress = { "topk", twice = true, cache_keys = true }', ["compress.twice", "without cache_keys"]),
    ("workers = 4", 'workers = 4, compress = { "sign", cache_keys = true }', ["compress.cache_keys", '"sign" hold no positions']),
    ("workers = 4", 'workers = 4, compress = { "randomk", cache_keys = true }', ["compress.cache_keys", "with these parameters hold"]),
    ('{ "localsgd", period = 4 }', '"ps", aggregate = { "krum", byzantine = 0 }, servers = { count = 2, on = "workers" }',
     ["aggregate", '"krum" compares whole vectors', "2 servers", '"median"']),
    ('{ "localsgd", period = 4 }', '"ps", aggregate = "geometric", servers = { count = 2, on = "workers" }',
     ["aggregate", '"geometric" compares whole vectors']),
    ('{ "localsgd", period = 4 }', '"gossip", aggregate = "median"', ["aggregate", '"gossip" has no such place']),
    ("workers = 4", "workers = 4, schedule = { epochs = { 0, 5 }, factor = { 0.1, 1, 2 } }",
     ["scenario.lua:5: schedule", "got 3 factors for 2 points"]),
    ("workers = 4", 'workers = 4, schedule = { "cosine", epochs = 3, by = "rounds" }', ["schedule.by", "write at ="]),
]


@pytest.mark.parametrize("old, new, parts", CASES, ids=[new[:40] or old[:40] for old, new, _ in CASES])
def test_one_clear_sentence_and_exit_status_2(folder, old, new, parts):
    assert old in SMALL
    folder.write(SMALL.replace(old, new, 1))
    for command in ("run", "plan"):
        done = folder.run(command, "scenario.lua", env={"DTSIM_DATA": ""})
        assert done.returncode == 2, done.stderr
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1, done.stderr
        for part in parts:
            assert any(p in lines[0] for p in part.split("|")), (part, lines[0])
    assert sorted(os.listdir(folder.path)) == ["scenario.lua"]


LATE = [  # what only building a run can tell: run says the same as for the above, and leaves nothing
    ("workers = 4", "workers = 4, jitter = dt.uniform { low = 2, high = 1 }", ["scenario.lua:5: jitter.high", "1"]),
    ("workers = 4", 'workers = 4, jitter = dt.trace { path = "gone.csv" }', ["scenario.lua:5: jitter.path", "gone.csv"]),
    ("workers = 4", 'workers = 4, server = "nohost"', ["scenario.lua:5: server", "nohost"]),
    ('"softmax"', '"linear"', ["scenario.lua:7: model", "linear", "3 classes"]),
    ('"softmax"', '"cnn"', ["scenario.lua:7: model", "images"]),
    ("workers = 4", "workers = 500", ["scenario.lua:5: workers", "500", "200"]),
    ("workers = 4", 'workers = 4, split = "natural"', ["scenario.lua:5: split"]),
    ('data = { "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }',
     'split = "natural", data = { "csv", path = "phones.csv", column = "y", owner = "phone", holdout = 0 }',
     ["scenario.lua:5: workers", "at most 3 workers", "got 4"]),
]


@pytest.mark.parametrize("old, new, parts", LATE, ids=[new[:40] for _, new, _ in LATE])
def test_what_shows_when_a_run_is_built_is_said_as_clearly(folder, old, new, parts):
    rows = [f"{x * x},{x % 2},{'abc'[x % 3]}\n" for x in range(12)]
    folder.write("x,y,phone\n" + "".join(rows), "phones.csv")
    folder.write(SMALL.replace(old, new, 1))
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet")
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    for part in parts:
        assert part in done.stderr, (part, done.stderr)
    assert sorted(os.listdir(folder.path)) == ["phones.csv", "scenario.lua"]


def test_one_run_that_cannot_begin_does_not_stop_the_others(folder):
    import h5py
    folder.write(SMALL.replace("workers = 4", "workers = dt.sweep { 4, 500 }"))
    done = folder.run("run", "scenario.lua", "-o", "out.h5")
    assert done.returncode == 1 and "run 1 (workers = 500): invalid: workers: expected at most 200 workers, one for each training sample, got 500" in done.stderr
    with h5py.File(folder.path / "out.h5") as f:
        assert list(f["sweep/status"][:]) == [b"ok", b"invalid"]
        assert np.isnan(f["sweep/loss"][1]) and f["runs/0001"].attrs["where"] == "workers"


def test_a_missing_scenario_is_named(folder):
    done = folder.run("run", "gone.lua")
    assert done.returncode == 2 and "gone.lua" in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_an_output_that_cannot_be_written_is_named_and_nothing_runs(folder):
    folder.write(SMALL)
    (folder.path / "file").write_text("in the way")
    for out in ("file/x/out.h5", "/proc/nowhere/out.h5"):
        done = folder.run("run", "scenario.lua", "-o", out)
        assert done.returncode == 2, done.stderr
        assert out.split("/")[1 if out[0] == "/" else 0] in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert sorted(os.listdir(folder.path)) == ["file", "scenario.lua"]


def test_an_output_that_is_a_folder_is_refused(folder):
    folder.write(SMALL)
    (folder.path / "out.h5").mkdir()
    for out in ("out.h5", "out.h5/", "", "/dev/full"):
        done = folder.run("run", "scenario.lua", "-o", out)
        assert done.returncode == 2 and "expected a file, got" in done.stderr and done.stdout == ""
    assert sorted(os.listdir(folder.path)) == ["out.h5", "scenario.lua"]


@pytest.mark.parametrize("words, part", [
    (["rum", "x.lua"], 'did you mean "run"?'), (["run"], "one scenario"), (["run", "x.lua", "--sett", "a=1"], "--set"),
    (["run", "x.lua", "-j", "0"], '-j: expected a whole number from 1 to 4096, got "0"'),
    (["run", "x.lua", "-j"], "-j: expected JOBS, got nothing"), (["help", "adacom"], "adacomm"),
    (["list", "modell"], "model"), (["info", "nothing.h5"], "nothing.h5"), (["platform", "lann"], "lan"),
    (["platform", "lan", "--set", "hosts=-3"], "hosts"), (["diff", "a.h5"], "two result files"),
])
def test_a_wrong_command_line_is_explained(folder, words, part):
    done = folder.run(*words)
    assert done.returncode == 2
    assert part in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_a_broken_platform_file_fails_the_run_with_its_reason(folder):
    folder.write("<platform", "broken.xml")
    folder.write(SMALL.replace('{ "lan", hosts = 4 }', '"broken.xml"'))
    done = folder.run("run", "scenario.lua", "-o", "out.h5")
    assert done.returncode == 2 and "scenario.lua:4: platform: " in done.stderr and "broken.xml" in done.stderr


def test_a_corrupt_data_file_is_refused(folder):
    folder.write("1 1:0.5 2:oops\n", "bad.svm")
    folder.write(SMALL.replace('"gaussian", rows = 200, test = 100, columns = 5, classes = 3', '"libsvm", path = "bad.svm"'))
    done = folder.run("run", "scenario.lua", "-o", "out.h5")
    assert done.returncode == 2
    assert re.search(r"scenario\.lua:6: data.*bad\.svm.*1", done.stderr)


def test_a_foreign_file_is_refused_by_info_and_diff(folder):
    folder.write("this is no HDF5 file", "x.h5")
    for words in (["info", "x.h5"], ["diff", "x.h5", "x.h5"]):
        done = folder.run(*words)
        assert done.returncode == 2 and "x.h5" in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_a_split_that_leaves_workers_empty_says_so_in_plan_and_run_and_counts_them(folder):
    folder.write(SMALL.replace("workers = 4", 'workers = 20, split = { "dirichlet", alpha = 0.01 }, seeds = 3'))
    sentence = 'dtsim: warning: split: "dirichlet" left workers without a sample'
    assert folder.run("plan", "scenario.lua").stderr.count(sentence) == 1
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet")
    assert done.returncode == 0 and done.stderr.count(sentence) == 1
    with h5py.File(folder.path / "out.h5") as f:
        for run in f["runs"].values():
            assert 0 < run.attrs["empty_workers"] <= np.sum(run["workers/samples"][:] == 1)
    assert "may leave workers without samples" in folder.run("help", "dirichlet").stdout
    assert "may leave workers without samples" not in folder.run("help", "iid").stdout


def test_plan_finds_that_natural_has_too_few_devices(folder):
    folder.write(SMALL.replace("data = {", 'split = "natural", data = { "csv", path = "phones.csv", owner = "phone" }, --'))
    folder.write("x,phone,y\n" + "".join(f"{x * x},{x % 3},{x % 2}\n" for x in range(30)), "phones.csv")
    done = folder.run("plan", "scenario.lua")
    assert done.returncode == 2 and "scenario.lua:5: workers" in done.stderr and "at most 3 workers" in done.stderr, done.stderr


def test_plan_counts_the_workers_of_a_platform_for_natural(folder):
    folder.write(SMALL.replace("workers = 4,", "").replace("data = {", 'split = "natural", data = { "csv", path = "phones.csv", owner = "phone" }, --'))
    folder.write("x,phone,y\n" + "".join(f"{x * x},{x % 3},{x % 2}\n" for x in range(30)), "phones.csv")
    done = folder.run("plan", "scenario.lua")
    assert done.returncode == 2 and "at most 3 workers" in done.stderr and "got 4" in done.stderr, done.stderr


def test_workers_that_share_a_host_are_told_of(folder):
    folder.write(SMALL.replace("workers = 4", "workers = 6"))
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet")
    assert "warning: workers: 6 workers share 4 hosts" in done.stderr and done.returncode == 0


def test_krum_needs_enough_workers_in_every_site_of_gaia(folder):
    wan = '{ "wan", regions = 2, hosts = 3, each = true }, sites = "region", servers = { on = "sites" }, aggregate = "krum"'
    folder.write(SMALL.replace('{ "lan", hosts = 4 }', wan).replace('{ "localsgd", period = 4 }', '"gaia"').replace("workers = 4", "workers = 6"))
    done = folder.run("run", "scenario.lua", "--quiet")
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert '"krum": expected at least 5 vectors with these parameters, got 3' in done.stderr
