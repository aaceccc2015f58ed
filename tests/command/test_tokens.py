"""Runs of a sweep share the cores: which of them uses how many, and when, changes no byte, and no core is lost with a run."""
import os
import pathlib
import signal
import subprocess
import time

import pytest
from conftest import DTSIM, HANG, SMALL, children

# Steps take so long that a thread that has a token is nearly always found with it.
LONG = (SMALL.replace("workers = 4,", "workers = 4, batch_size = 0,").replace("rows = 200", "rows = 20000")
        .replace('"softmax"', '{ "mlp", widths = { 64, 64 } }').replace("steps = 40", "steps = dt.sweep { 2e9, 3e9, 4e9 }"))


def until(condition):
    end = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < end, "it hangs"
        time.sleep(0.01)


def helpers(run):
    """Ticks of the processor that the threads of a run but its main one have used."""
    ticks = 0
    for task in pathlib.Path(f"/proc/{run}/task").glob("[0-9]*"):
        if task.name != str(run):
            try:
                ticks += sum(map(int, (task / "stat").read_text().rsplit(")", 1)[1].split()[11:13]))
            except OSError:
                pass                    # it has ended meanwhile
    return ticks


def test_any_share_of_the_cores_leaves_the_same_file(folder):
    folder.write(SMALL.replace('"softmax"', '{ "mlp", widths = { 16 } }')
                 .replace("period = 4 }", "period = dt.sweep { 1, 4 } }, seeds = 2").replace("steps = 40", "steps = dt.sweep { 4, 40 }"))
    prints = set()
    for jobs in 1, 2, 3:
        for threads in 1, 2, 4:
            done = folder.run("run", "scenario.lua", "-o", "a.h5", "-j", jobs, "--threads", threads, "--fresh", "--quiet")
            assert done.returncode == 0, done.stderr
            prints.add(folder.fingerprint("a.h5"))
    assert folder.run("run", "scenario.lua", "-o", "a.h5", "--fresh", "--quiet").returncode == 0
    assert prints == {folder.fingerprint("a.h5")}


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one core to share")
def test_the_cores_of_runs_that_are_killed_go_to_the_others(folder):
    """Two cores, three runs: the last one left has both, and the sweep finds all tokens when that is killed, too."""
    folder.write(LONG)
    cores = sorted(os.sched_getaffinity(0))[:2]
    process = subprocess.Popen([DTSIM, "run", "scenario.lua", "-o", "a.h5", "-j", "2"], cwd=folder.path, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: os.sched_setaffinity(0, cores))
    until(lambda: len(children(process.pid)) == 2)
    first, second = children(process.pid)
    os.kill(second, signal.SIGKILL)
    until(lambda: len(children(process.pid)) == 2 and second not in children(process.pid))
    third = next(run for run in children(process.pid) if run != first)
    time.sleep(0.3)
    assert max(helpers(first), helpers(third)) < 3      # each has one core: its other thread waits for a token
    os.kill(first, signal.SIGKILL)
    until(lambda: helpers(third) > 5)
    os.kill(third, signal.SIGKILL)
    out, err = process.communicate(timeout=HANG)
    assert process.returncode == 1 and "3 of 3 runs failed" in err and "fingerprint" in out
