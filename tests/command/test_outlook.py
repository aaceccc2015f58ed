"""What a run will ask of the machine is said, or refused, before it begins."""
import resource
import subprocess

import pytest

from conftest import DTSIM, SMALL

CROWD = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4 }, workers = %d, data = { "blank", rows = %d, columns = 9 }, split = "contiguous",
  model = "softmax", learn = false, strategy = { "fedavg", fraction = %g }, stop = { rounds = %d },
}
"""


def crowd(workers, fraction=1, rounds=20):
    return CROWD % (workers, workers, fraction, rounds)


def test_plan_counts_those_who_take_part_not_the_population(folder):
    folder.write(crowd(100000, fraction=0.001))
    assert "at most 4 hosts and 101 actors at a time" in folder.run("plan", "scenario.lua").stdout
    folder.write(SMALL)
    assert "at most 4 hosts and 4 actors at a time" in folder.run("plan", "scenario.lua").stdout


def test_a_run_that_would_take_hours_is_announced(folder):
    folder.write(crowd(1000000, rounds=100))
    told = folder.run("plan", "scenario.lua")
    assert told.returncode == 0 and "dtsim: warning: 1000001 actors" in told.stderr
    assert "real time a round, and 100 rounds" in told.stderr
    folder.write(crowd(1000000, fraction=0.0001, rounds=100))
    assert "of real time" not in folder.run("plan", "scenario.lua").stderr


def test_actors_that_do_not_fit_into_memory_are_refused_before_anything_runs(folder):
    def little():
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    folder.write(crowd(1000000))
    done = subprocess.run([DTSIM, "run", "scenario.lua", "-o", "out.h5"], cwd=folder.path, capture_output=True, text=True,
                          preexec_fn=little)
    assert done.returncode == 2
    assert "scenario.lua:3: workers: 1000001 actors at a time on 4 hosts need about 13.0 GB of memory, and 2.15 GB are left" \
        in done.stderr
    assert not (folder.path / "out.h5").exists()


def test_models_that_do_not_fit_into_memory_are_refused(folder):
    folder.write(SMALL.replace('"softmax"', '{ "mlp", widths = { 30000, 30000 } }'))
    done = subprocess.run(f"ulimit -v 3000000; exec {DTSIM} run scenario.lua -o out.h5", shell=True, cwd=folder.path,
                          capture_output=True, text=True)
    assert done.returncode == 2 and "4 models of 900" in done.stderr and "need about 14.4 GB of memory" in done.stderr


def test_mappings_beyond_the_systems_limit_are_refused(folder):
    folder.write(crowd(4000))
    (folder.path / "limit").write_text("5000\n")
    mount = "mount --bind limit /proc/sys/vm/max_map_count"
    if subprocess.run(["unshare", "-m", "sh", "-c", mount], cwd=folder.path, capture_output=True).returncode != 0:
        pytest.skip("no right to show the program another limit")
    done = subprocess.run(["unshare", "-m", "sh", "-c", f"{mount} && exec {DTSIM} run scenario.lua -o out.h5"],
                          cwd=folder.path, capture_output=True, text=True)
    assert done.returncode == 2 and "vm.max_map_count=17004" in done.stderr
