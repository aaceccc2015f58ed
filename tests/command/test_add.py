"""--add keeps finished runs beside those of another scenario as one sweep: a column for every key that differs, numbers
that stay, both texts, claims over all of it."""
import itertools
import json
import os
import signal
import subprocess

import h5py
import numpy as np

from conftest import DTSIM, HANG, children
from test_kept import (BASE, PLAIN, TINY, add, bytes_of, column, grid, kill_in_the_midst, offers, ran, refused,
                       runs)


def columns(folder, path="a.h5"):
    with h5py.File(folder.path / path) as f:
        names = list(f["sweep"])
    return names[2:names.index("time_s")]


def test_every_key_that_differs_becomes_a_column(folder):
    folder.write(TINY)
    add(folder)
    add(folder, "--set", "strategy.period=2")
    assert columns(folder) == ["strategy.period"] and column(folder, "strategy.period") == [4, 2]
    add(folder, "--set", "strategy=sgd", "--set", "learn=false")
    assert column(folder, "strategy") == ["localsgd", "localsgd", "sgd"]
    assert np.array_equal(column(folder, "strategy.period"), [4, 2, np.nan], equal_nan=True)
    assert column(folder, "learn") == ["true", "true", "false"]
    add(folder, "--set", 'faults={patience=9}')
    assert column(folder, "faults")[:3] == ["-"] * 3 and '"patience":9' in column(folder, "faults")[3]
    add(folder, "--set", 'model={"mlp", widths={7}}')
    add(folder, "--set", 'model={"mlp", widths={7, 8}}')
    assert column(folder, "model") == ["softmax"] * 4 + ["mlp"] * 2
    assert column(folder, "model.widths") == ["-"] * 4 + ["[7]", "[7,8]"]
    add(folder, "--set", "platform.latency=5ms")
    with h5py.File(folder.path / "a.h5") as f:
        assert f["sweep/platform.latency"].attrs["unit"] in ("s", b"s") and f["sweep/platform.latency"][6] == 0.005
        cells = [tuple(f["sweep"][name][i] for name in columns(folder)) for i in range(7)]
        common = json.loads(f.attrs["config"])
    assert len({str(cell) for cell in cells}) == 7      # no two runs look alike
    assert "latency" not in common["platform"] and "strategy" not in common and common["workers"] == 4
    assert column(folder, "id") == list(range(7))


def test_what_a_swept_value_says_already_is_no_column(folder):
    folder.write(TINY.replace('{ "localsgd", period = 4 }', 'dt.sweep { { "localsgd", period = 4 }, { "localsgd", period = 2 } }'))
    add(folder)
    assert columns(folder) == ["strategy"]
    add(folder, "--set", "workers=3")
    assert "strategy.period" not in columns(folder) and "workers" in columns(folder)
    folder.write(TINY.replace("period = 4", "period = 2"))
    add(folder, "--set", "workers=2")
    names = dict(zip(column(folder, "workers"), column(folder, "strategy")))
    assert columns(folder)[0] == "strategy" and set(names) == {4, 3, 2}


def test_quantities_of_both_are_numbers_in_one_column(folder):
    folder.write(TINY.replace("hosts = 4", 'hosts = 4, latency = dt.sweep { "10ms", "20ms" }'))
    add(folder)
    folder.write(TINY.replace("hosts = 4", 'hosts = 4, latency = dt.sweep { "20ms", "30ms" }'))
    done = add(folder)
    assert ran(done) == 1 and column(folder, "platform.latency") == [0.01, 0.02, 0.03]
    with h5py.File(folder.path / "a.h5") as f:
        assert f["sweep/platform.latency"].attrs["unit"] in ("s", b"s")
    folder.write(TINY)          # a scenario that does not sweep it
    add(folder)
    assert column(folder, "platform.latency")[:3] == [0.01, 0.02, 0.03] and len(column(folder, "platform.latency")) == 4


def test_quantities_of_kept_runs_print_as_they_were_written(folder):
    folder.write(TINY.replace("hosts = 4", 'hosts = 4, bandwidth = dt.sweep { "10Mbps", "100kbps" }'))
    add(folder)
    folder.write(TINY.replace("hosts = 4", 'hosts = 4, latency = "2ms", bandwidth = dt.sweep { "1Gbps", "10Mbps" }'))
    table = [line.split() for line in add(folder).stdout.splitlines()]
    assert [row[0] for row in table[1:5]] == ["10Mbps", "100kbps", "1Gbps", "10Mbps"], table
    assert column(folder, "platform.bandwidth") == [1.25e6, 12500, 1.25e8, 1.25e6]
    assert table[0][1] == "latency" and table[3][1:3] == ["2.00", "ms"]


def test_runs_keep_their_numbers_and_new_ones_follow(folder):
    folder.write(BASE)
    add(folder)
    with h5py.File(folder.path / "a.h5") as f:
        before = {name: run.attrs["fingerprint"] for name, run in f["runs"].items()}
    folder.write(BASE.replace("{ 1, 2 }", "{ 4, 2 }"))
    add(folder)
    with h5py.File(folder.path / "a.h5") as f:
        after = {name: run.attrs["fingerprint"] for name, run in f["runs"].items()}
    assert before.items() <= after.items()
    assert column(folder, "id") == [0, 1, 2, 3, 4, 5]
    assert column(folder, "strategy.period") == [1, 1, 2, 2, 4, 4] and column(folder, "seed") == [1, 2] * 3


def test_the_same_commands_leave_the_same_file(folder):
    steps = [[], ["--set", "workers=3"], ["--set", "strategy=sgd"], [], ["--set", "workers=3"]]
    for out, way in (("a.h5", ["-j", 1]), ("b.h5", ["-j", 2, "--threads", 2])):
        folder.write(PLAIN)
        for words in steps:
            add(folder, *words, *way, out=out)
    assert folder.run("diff", "a.h5", "b.h5").returncode == 0


def test_in_any_order_the_same_runs_come_together(folder):
    folder.write(PLAIN)
    orders = itertools.permutations([[], ["--set", "workers=3"], ["--set", "strategy=sgd"]])
    found = set()
    for i, order in enumerate(orders):
        for words in order:
            add(folder, *words, out=f"{i}.h5")
        with h5py.File(folder.path / f"{i}.h5") as f:
            found.add(tuple(sorted(str(run.attrs["fingerprint"]) for run in f["runs"].values())))
    assert len(found) == 1 and len(found.pop()) == 10


def test_both_scenarios_can_be_found_in_the_file(folder):
    folder.write(TINY)
    add(folder)
    add(folder, "--set", "workers=3")
    other = TINY.replace("Does it work?", "And with two?")
    folder.write(other, "other.lua")
    assert folder.run("run", "other.lua", "-o", "a.h5", "--add", "--set", "workers=2", "--set", "batch_size=8").returncode == 0
    with h5py.File(folder.path / "a.h5") as f:
        assert (f.attrs["source"], f.attrs["scenario"], f.attrs["set"]) == (other, "other", "workers=2\nbatch_size=8\n")
        added = [(g.attrs["scenario"], g.attrs["source"], g.attrs["set"], list(g["id"])) for g in f["added"].values()]
    assert added == [("scenario", TINY, "", [0]), ("scenario", TINY, "workers=3\n", [1])]


def test_claims_see_every_run_of_both(folder):
    folder.write(TINY)
    add(folder)
    folder.write(TINY.replace("stop =", """claims = {
      ["1 both"] = function(r) return #r == 2 and r[1].set.workers == 4 and r[2].set.workers == 3 end,
      ["2 found"] = function(r) return r:where { workers = 4 }[1].id == 0 and r:where { workers = 3 }[1].id == 1 end,
      ["3 config"] = function(r) return r[1].config.strategy.period == 4 and r[1].config.strategy[1] == "localsgd" end,
      ["4 evaluations"] = function(r) return #r[1].evaluations.loss == #r[2].evaluations.loss and r[1].seed == 1 end,
      ["5 truth"] = function(r) return r[1].set.learn == true and r[2].set.learn == false end,
    }, stop ="""))
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--add", "--set", "workers=3", "--set", "learn=false")
    assert done.returncode == 0 and done.stdout.count("held") == 5, done.stdout
    assert "1 run of a.h5 that is not in this scenario is kept; its claims are judged over all runs" in done.stderr


def test_equal_runs_are_kept_once(folder):
    folder.write(TINY.replace("period = 4", "period = dt.sweep { 4, 4, 2 }"))
    add(folder)
    folder.write(TINY.replace("period = 4", "period = dt.sweep { 2, 8 }"))
    add(folder)
    assert sorted(column(folder, "strategy.period")) == [2, 4, 8]


def test_the_file_can_be_looked_at_like_any_other(folder):
    folder.write(BASE)
    add(folder)
    add(folder, "--set", "strategy=sgd", "--set", "compress={'topk', ratio=0.5}")
    for words in (["info", "a.h5"], ["plot", "a.h5", "--list"], ["report", "a.h5", "-o", "a.html"], ["diff", "a.h5", "a.h5"]):
        done = folder.run(*words)
        assert done.returncode == 0, (words, done.stderr)
    # And it grows by a plain command, as long as nothing would be lost.
    assert offers(refused(folder))


def test_a_kill_in_the_midst_of_adding_leaves_the_file_and_the_same_command_does_the_rest(folder):
    folder.write(PLAIN)
    add(folder)
    add(folder, out="b.h5")
    long = ["--set", "stop.steps=1500"]
    add(folder, *long, out="b.h5")
    before = bytes_of(folder)
    kill_in_the_midst(folder, "--add", *long)
    assert bytes_of(folder) == before
    done = add(folder, *long)
    assert 0 < ran(done) < 4 and folder.run("diff", "a.h5", "b.h5").returncode == 0
    assert sorted(os.listdir(folder.path)) == ["a.h5", "b.h5", "scenario.lua"]


def test_an_interrupt_counts_what_is_kept(folder):
    folder.write(PLAIN)
    add(folder)
    process = subprocess.Popen([DTSIM, "run", "scenario.lua", "-o", "a.h5", "--add", "--set", "stop.steps=2000000000"],
                               cwd=folder.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not children(process.pid):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=HANG)
    assert process.returncode == 130 and "4 of 8 runs are kept" in err and runs(folder) == grid()
