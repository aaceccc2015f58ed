"""Runs of a sweep that differ in time alone share one training: whatever happens to the sweep, the file is that of runs which compute
everything themselves, and the gradients are those of the distinct trainings."""
import os
import shutil
import signal
import subprocess
import time

import h5py
import pytest

from conftest import DTSIM, HANG, SMALL, Folder
from test_survival import begun

# 2 periods learn differently; 3 latencies x 2 jitters take other times.
SWEEP = (SMALL.replace("hosts = 4", 'hosts = 4, latency = dt.sweep { "1ms", "10ms", "100ms" }').replace("period = 4", "period = dt.sweep { 2, 4 }")
         .replace("stop =", "jitter = dt.sweep { 1, dt.exponential { mean = 1 } },\n  stop ="))
RUNS, TRAININGS = 12, 2
# One training, and timings that take long enough to be interrupted.
LONG = (SMALL.replace("hosts = 4", 'hosts = 4, latency = dt.sweep { "1ms", "2ms", "3ms", "4ms" }').replace("period = 4", "period = 1")
        .replace("steps = 40", "steps = 800"))


def sweep(folder, out, *words):
    done = folder.run("run", "scenario.lua", "-o", out, *words)
    assert done.returncode == 0, done.stderr + done.stdout
    return folder.fingerprint(out)


def start(folder, *words):
    return subprocess.Popen([DTSIM, "run", "scenario.lua", *map(str, words)], cwd=folder.path, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def until(what):
    end = time.monotonic() + HANG
    while not (found := what()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.002)
    return found


def hosts(folder, name):
    """The groups host of all runs, by number."""
    with h5py.File(folder.path / name) as f:
        return [dict(run["host"].attrs) if "host" in run else {} for run in f["runs"].values()]


def computed(folder, name):
    return sum(host.get("gradients", 0) for host in hosts(folder, name))


def tapes(folder, end="tape"):
    return list(folder.path.glob(f"*.parts/*.{end}"))


def apart(text, tmp_path_factory):
    """Fingerprint and gradients of a sweep whose runs compute everything themselves."""
    folder = Folder(tmp_path_factory.mktemp("separate"))
    folder.write(text)
    return sweep(folder, "a.h5", "--separate", "--quiet"), computed(folder, "a.h5")


@pytest.fixture(scope="module")
def separate(tmp_path_factory):
    return apart(SWEEP, tmp_path_factory)


@pytest.fixture(scope="module")
def long_separate(tmp_path_factory):
    return apart(LONG, tmp_path_factory)


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_file_is_that_of_separate_runs_and_the_gradients_are_counted(folder, separate, jobs):
    folder.write(SWEEP)
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "-j", jobs)
    print_, gradients = separate
    assert done.returncode == 0 and folder.fingerprint("a.h5") == print_
    assert computed(folder, "a.h5") == gradients * TRAININGS / RUNS
    assert f"2 trainings, 10 timings: gradients of {computed(folder, 'a.h5'):.0f} samples were computed\n" in done.stdout
    by_key = {host["key"]: host for host in hosts(folder, "a.h5")}
    assert all((host["gradients"] == 0) == ("trained" in host) for host in by_key.values())
    assert all(by_key[host["trained"]]["gradients"] > 0 for host in by_key.values() if "trained" in host)
    assert len(folder.run("info", "a.h5").stdout.split("id\ttrained_by\n")[1].splitlines()) == RUNS - TRAININGS
    with h5py.File(folder.path / "a.h5") as f:
        assert f["host"].attrs["trainings"] == TRAININGS and f["host"].attrs["gradients"] == computed(folder, "a.h5")
    assert not (folder.path / "a.h5.parts").exists()


def test_shards_share_what_each_has(folder, separate):
    folder.write(SWEEP)
    for shard in 1, 2:
        sweep(folder, f"{shard}.h5", "--shard", f"{shard}/2", "--quiet")
        assert computed(folder, f"{shard}.h5") == separate[1] * TRAININGS / RUNS
    merged = folder.run("merge", "1.h5", "2.h5", "-o", "a.h5")
    assert merged.returncode == 0 and folder.fingerprint("a.h5") == separate[0]
    assert "4 trainings, 8 timings" in merged.stdout        # each shard has trained


def test_runs_that_are_added_are_those_of_a_separate_sweep(folder):
    few = SWEEP.replace('"1ms", "10ms", "100ms"', '"1ms", "10ms"')
    for out, words in ("a.h5", ()), ("b.h5", ("--separate",)):
        folder.write(few)
        sweep(folder, out, "--quiet", *words)
        folder.write(SWEEP)
        sweep(folder, out, "--quiet", "--add", *words)
    assert folder.fingerprint("a.h5") == folder.fingerprint("b.h5")
    assert computed(folder, "a.h5") == computed(folder, "b.h5") / RUNS * 2 * TRAININGS      # each part trains once


def test_a_sweep_that_was_killed_uses_the_tape_that_is_there(folder, long_separate):
    folder.write(LONG)
    process = start(folder, "-o", "a.h5", "-j", 1, "--quiet")
    until(lambda: tapes(folder))
    process.kill()
    process.wait()
    assert len(tapes(folder)) == 1
    stale = folder.path / "a.h5.parts" / ("0" * 16 + "-" + "1" * 16 + ".tape")
    stale.write_text("of another training")
    assert sweep(folder, "a.h5", "--quiet") == long_separate[0] and computed(folder, "a.h5") == long_separate[1] / 4
    assert not (folder.path / "a.h5.parts").exists()


def test_for_a_tape_that_is_damaged_one_run_trains_anew(folder, long_separate):
    folder.write(LONG)
    process = start(folder, "-o", "a.h5", "-j", 1, "--quiet")
    tape = until(lambda: tapes(folder))[0]
    process.kill()
    process.wait()
    tape.write_bytes(tape.read_bytes()[:-8])
    assert sweep(folder, "a.h5", "--quiet") == long_separate[0] and computed(folder, "a.h5") == long_separate[1] / 2      # twice
    assert not (folder.path / "a.h5.parts").exists()


def test_where_the_training_is_killed_the_next_run_trains(folder, long_separate):
    folder.write(LONG)
    process = start(folder, "-o", "a.h5", "-j", 2)
    os.kill(begun(process), signal.SIGKILL)
    out, err = process.communicate(timeout=HANG)
    assert process.returncode == 1 and "1 of 4 runs failed" in err
    assert not (folder.path / "a.h5.parts").exists()
    assert sweep(folder, "a.h5", "--quiet") == long_separate[0]


def test_a_training_that_takes_too_long_is_one_for_each(folder):
    folder.write(LONG.replace("steps = 800", "steps = 2000000000").replace(', "3ms", "4ms"', ""))
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--timeout", "300ms", "--quiet")
    assert done.returncode == 1 and "2 of 2 runs failed" in done.stderr and not (folder.path / "a.h5.parts").exists()


def test_without_room_for_a_tape_every_run_computes_for_itself(folder, long_separate):
    folder.write(LONG)
    process = start(folder, "-o", "a.h5", "--quiet")
    tape = until(lambda: tapes(folder))[0]
    process.kill()
    process.wait()
    shutil.rmtree(folder.path / "a.h5.parts")
    tape.with_name(tape.name + ".part").mkdir(parents=True)         # nothing can be written there
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "-j", 2)
    assert done.returncode == 0 and "timing" not in done.stdout
    assert "run 0 has left no tape, so that the runs that share its training compute it themselves\n" in done.stderr
    assert folder.fingerprint("a.h5") == long_separate[0]


def test_a_training_that_diverges_does_so_for_all_each_at_its_own_time(folder):
    folder.write(SWEEP.replace('"softmax"', '{ "mlp", widths = { 5 } }, optimiser = { "sgd", lr = 1e6 }').replace("dt.sweep { 2, 4 }", "2"))
    prints = []
    for words in (), ("--separate",):
        done = folder.run("run", "scenario.lua", "-o", "a.h5", "--fresh", "--quiet", *words)
        assert done.returncode == 1, done.stderr
        with h5py.File(folder.path / "a.h5") as f:
            assert set(f["sweep/status"].asstr()[:]) == {"diverged"} and len(set(f["sweep/time_s"][:])) > TRAININGS
        prints.append(folder.fingerprint("a.h5"))
    assert prints[0] == prints[1]


def test_plan_counts_trainings_and_timings(folder):
    folder.write(SWEEP)
    shared, apart = folder.run("plan", "scenario.lua"), folder.run("plan", "scenario.lua", "--separate")
    assert "2 trainings, 10 timings: runs whose models learn the same share one training (--separate: none do)\n" in shared.stdout
    assert "timings" not in apart.stdout
    gigaflops = [float(done.stdout.split("arithmetic: about ")[1].split()[0]) for done in (shared, apart)]
    assert gigaflops[0] == pytest.approx(gigaflops[1] * TRAININGS / RUNS, rel=0.01)
