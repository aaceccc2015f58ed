"""Shards run anywhere become the file of the whole sweep."""
import os
import shutil

import h5py
import pytest

from conftest import SMALL

SWEEP = SMALL.replace("period = 4", "period = dt.sweep { 1, 2, 5, 10 }").replace("stop =", """seeds = 2,
  claims = {
    ["a longer period takes less time"] = function(results)
      return results:where { ["strategy.period"] = 10 }:median "time_s"
           < results:where { ["strategy.period"] = 1 }:median "time_s"
    end,
    ["there are nine"] = function(results) return #results == 9 end,
  },
  stop =""")


@pytest.fixture
def shards(folder):
    """Of a sweep of 8 runs, three shards and the whole; one claim holds."""
    folder.write(SWEEP)
    assert folder.run("run", "scenario.lua", "-o", "whole.h5", "-j", 2).returncode == 1
    for i in (1, 2, 3):
        done = folder.run("run", "scenario.lua", "--shard", f"{i}/3", "-o", f"part{i}.h5")
        assert done.returncode == 0 and "held" not in done.stdout, done.stderr
    return ["part2.h5", "part3.h5", "part1.h5"]


def bare_bytes(path):
    """The bytes of a file in which all that depends on the real clock is 0, without the seal."""
    def blank(name, group):
        if "host" in name.split("/"):
            for key, value in group.attrs.items():
                if not isinstance(value, str):
                    group.attrs.modify(key, value * 0)
    with h5py.File(path, "r+") as f:
        f.visititems(blank)
    return path.read_bytes()


def test_merged_shards_are_the_whole_byte_for_byte(folder, shards):
    done = folder.run("merge", *shards, "-o", "merged.h5")
    assert done.returncode == 1 and "held  : a longer period" in done.stdout and "BROKEN: there are nine" in done.stdout
    assert folder.fingerprint("merged.h5") == folder.fingerprint("whole.h5")
    assert folder.run("diff", "merged.h5", "whole.h5").returncode == 0
    assert bare_bytes(folder.path / "merged.h5") == bare_bytes(folder.path / "whole.h5")
    assert sorted(os.listdir(folder.path)) == sorted(["merged.h5", "whole.h5", "scenario.lua", *shards])


def test_a_merged_sweep_needs_no_run(folder, shards):
    folder.run("merge", *shards, "-o", "merged.h5")
    done = folder.run("run", "scenario.lua", "-o", "merged.h5")
    assert "8 of 8 runs are finished already" in done.stderr
    assert folder.fingerprint("merged.h5") == folder.fingerprint("whole.h5")


def test_values_from_the_command_line_are_merged_too(folder):
    folder.write(SWEEP)
    words = ("--set", "stop.steps=20", "--set", "workers=3")
    folder.run("run", "scenario.lua", "-o", "whole.h5", *words)
    for i in (1, 2):
        assert folder.run("run", "scenario.lua", "--shard", f"{i}/2", *words).returncode == 0
    folder.run("merge", "results/scenario.1of2.h5", "results/scenario.2of2.h5", "-o", "merged.h5")
    assert folder.fingerprint("merged.h5") == folder.fingerprint("whole.h5")


def test_a_run_that_failed_in_a_shard_is_merged_as_failed(folder):
    """What does not fail is run without a limit: on a busy machine it might take longer, too."""
    folder.write(SMALL.replace("steps = 40", "steps = dt.sweep { 40 }"))
    assert folder.run("run", "scenario.lua", "-o", "whole.h5").returncode == 0
    folder.write(SMALL.replace("steps = 40", "steps = dt.sweep { 40, 2000000000 }"))
    assert folder.run("run", "scenario.lua", "-o", "whole.h5", "--timeout", "0.5s").returncode == 1
    assert folder.run("run", "scenario.lua", "--shard", "1/2", "-o", "part1.h5").returncode == 0
    assert folder.run("run", "scenario.lua", "--shard", "2/2", "-o", "part2.h5", "--timeout", "0.5s").returncode == 1
    done = folder.run("merge", "part1.h5", "part2.h5", "-o", "merged.h5")
    assert done.returncode == 1 and "run 1 (stop.steps = 2000000000): timeout" in done.stderr
    assert folder.fingerprint("merged.h5") == folder.fingerprint("whole.h5")


def refused(folder, *words):
    before = sorted(os.listdir(folder.path))
    done = folder.run("merge", *words, env={"DTSIM_UNSEALED": "1"})       # some are changed by h5py
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert sorted(os.listdir(folder.path)) == before
    return done.stderr


def change(folder, name, group, attribute, value):
    copy = "changed-" + name
    shutil.copy(folder.path / name, folder.path / copy)
    with h5py.File(folder.path / copy, "r+") as f:
        f[group].attrs[attribute] = value
    return copy


def test_what_does_not_belong_together_is_refused_by_name(folder, shards):
    two, three, one = shards
    assert "run 1 (strategy.period = 1, seed = 2) is in none of the files: shard 2/3 was not given, and 2 more" in \
        refused(folder, one, three, "-o", "m.h5")
    assert "run 1 (strategy.period = 1, seed = 2) is in part2.h5 and in part2.h5" in \
        refused(folder, *shards, two, "-o", "m.h5")
    assert "whole.h5 is not a shard" in refused(folder, one, "whole.h5", "-o", "m.h5")
    assert "part1.h5: it is one of the shards" in refused(folder, *shards, "-o", one)
    other = change(folder, three, "/", "dtsim", "9.9")
    assert "part1.h5 and changed-part3.h5 are not of one sweep: they differ in the version of dtsim (0.1 and 9.9)" in \
        refused(folder, one, two, other, "-o", "m.h5")
    other = change(folder, three, "/", "source", "-- another question")
    assert "they differ in the text of the scenario" in refused(folder, one, two, other, "-o", "m.h5")
    other = change(folder, three, "/shard", "of", 4)
    assert "they differ in the number of shards (3 and 4)" in refused(folder, one, two, other, "-o", "m.h5")
    other = change(folder, three, "/runs/0002/host", "key", "0123456789abcdef")
    assert "run 2 (strategy.period = 2, seed = 1) was made in changed-part3.h5 with other data" in \
        refused(folder, one, two, other, "-o", "m.h5")
    assert "is not written over" in refused(folder, *shards, "-o", "scenario.lua")
    assert "-o" in refused(folder, *shards)


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "1/", "a/b", "1/3x", "-1/3"])
def test_a_shard_is_one_of_some(folder, shard):
    folder.write(SWEEP)
    done = folder.run("run", "scenario.lua", "--shard", shard)
    assert done.returncode == 2 and "I/N" in done.stderr


def test_there_are_no_more_shards_than_runs(folder):
    folder.write(SWEEP)
    done = folder.run("run", "scenario.lua", "--shard", "3/9")
    assert done.returncode == 2 and "no more than 8 runs" in done.stderr
