"""Whatever stops a sweep or one of its runs, what is finished is kept, the same command does the rest, and the file in
the end is that of an undisturbed sweep."""
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import time

import h5py
import pytest

from conftest import DTSIM, HANG, SMALL, children

SWEEP = SMALL.replace("period = 4", "period = dt.sweep { 1, 2, 5, 10 }").replace("stop =", "seeds = 2,\n  stop =")
LONG = SMALL.replace("steps = 40", "steps = 5000").replace("stop =", "seeds = 3,\n  stop =")
ENDLESS = SMALL.replace("steps = 40", "steps = dt.sweep { 40, 2000000000 }")


def sweep(folder, out, *words):
    done = folder.run("run", "scenario.lua", "-o", out, *words)
    assert done.returncode == 0, done.stderr + done.stdout
    return folder.fingerprint(out)


def start(folder, *words, **more):
    return subprocess.Popen([DTSIM, "run", "scenario.lua", *map(str, words)], cwd=folder.path, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def until(what):
    end = time.monotonic() + HANG
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


def status(folder, name):
    with h5py.File(folder.path / name) as f:
        return [s.decode() for s in f["sweep/status"][:]]


# ---- one run fails, the others go on -----------------------------------------------------------


def test_a_run_that_takes_too_long_is_recorded_and_the_others_are_kept(folder):
    """The others are finished before there is a limit: on a busy machine any run may take longer than one."""
    folder.write(ENDLESS.replace(", 2000000000", ""))
    sweep(folder, "a.h5")
    folder.write(ENDLESS)
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--timeout", "500ms", "--quiet")
    assert done.returncode == 1 and status(folder, "a.h5") == ["ok", "timeout"]
    assert done.stderr == ("dtsim: 1 of 2 runs failed:\n  run 1 (stop.steps = 2000000000): timeout: it took longer than "
                           "the 500 ms of --timeout\n")
    with h5py.File(folder.path / "a.h5") as f:
        assert "--timeout" in f["runs/0001"].attrs["reason"]


LARGE = SMALL.replace('"softmax"', '{ "mlp", widths = dt.sweep { { 10 }, { 4000, 4000 } } }')


def test_a_run_that_takes_too_much_memory_is_recorded_and_the_others_go_on(folder):
    folder.write(LARGE)
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--memory", "100MB", "--quiet")
    assert done.returncode == 1 and status(folder, "a.h5") == ["ok", "memory"]
    assert "it used more memory than the 100 MB of --memory" in done.stderr


@pytest.mark.parametrize("seeds", [1, 2])
def test_the_samples_of_a_run_count_as_its_memory_whether_it_shares_them_or_not(folder, seeds):
    many = "rows = 400000, test = 100, columns = 100"        # 160 MB
    folder.write(SMALL.replace("rows = 200, test = 100, columns = 5", many).replace("workers = 4,", f"workers = 4, data_seed = 1, seeds = {seeds}, evaluate = {{ steps = 1 }},")
                 .replace("steps = 40", "steps = 100000"))
    folder.run("run", "scenario.lua", "-o", "a.h5", "--memory", "150MB", "--quiet")
    assert status(folder, "a.h5") == ["memory"] * seeds


def test_a_run_for_which_there_is_no_memory_says_so(folder):
    folder.write(LARGE.replace("4000, 4000", "9000, 9000"))
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    process = start(folder, "-o", "a.h5", "--quiet", preexec_fn=limit)
    _, err = process.communicate(timeout=HANG)
    assert process.returncode == 1 and status(folder, "a.h5") == ["ok", "memory"]
    assert re.search(r"memory: no memory left: \d{9} bytes were asked for", err)


def handled(pid, how, number):
    """Does the process catch (how "Cgt") or ignore ("Ign") the signal?"""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:     # it has ended
        return False
    return int(re.search(rf"Sig{how}:\s*(\w+)", status)[1], 16) >> number - 1 & 1


def begun(process):
    """The process of a run that simulates: it leaves interrupts to the sweep, and SimGrid has its own handlers."""
    found = []

    def simulating():
        found.extend(pid for pid in children(process.pid)
                     if handled(pid, "Ign", signal.SIGINT) and handled(pid, "Cgt", signal.SIGSEGV))
        return found
    until(simulating)
    return found[0]


@pytest.mark.parametrize("how", ["KILL", "SEGV", "BUS", "FPE", "ILL", "ABRT", "TERM"])
def test_a_run_that_dies_of_a_signal_is_recorded_and_run_again(folder, how):
    folder.write(LONG)
    whole = sweep(folder, "whole.h5")
    process = start(folder, "-o", "a.h5", "-j", 2)
    number = signal.Signals["SIG" + how]
    os.kill(begun(process), number)
    out, err = process.communicate(timeout=HANG)
    died = f"crashed: the process died: {signal.strsignal(number)}"
    assert process.returncode == 1 and "1 of 3 runs failed" in err and died in err
    assert sorted(status(folder, "a.h5")) == ["crashed"] + ["ok"] * 2
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--resume")
    assert done.returncode == 0 and "2 of 3 runs are finished already" in done.stderr
    assert folder.fingerprint("a.h5") == whole


def test_an_interrupt_of_a_run_alone_is_not_its_end(folder):
    folder.write(LONG)
    process = start(folder, "-o", "a.h5", "-j", 2)
    os.kill(begun(process), signal.SIGINT)
    _, err = process.communicate(timeout=HANG)
    assert (process.returncode, status(folder, "a.h5")) == (0, ["ok"] * 3), err


def test_a_run_whose_file_is_too_large_fails_alone(folder):
    folder.write(SMALL.replace("stop =", 'trace = dt.sweep { "none", "spans" },\n  stop =').replace("40", "20000"))
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400000, 400000))
    process = start(folder, "-o", "a.h5", "--quiet", "--set", "evaluate.steps=10000", preexec_fn=limit)
    _, err = process.communicate(timeout=HANG)
    assert process.returncode == 1 and status(folder, "a.h5") == ["ok", "input/output"]
    assert "File too large" in err
    assert folder.run("run", "scenario.lua", "-o", "a.h5", "--set", "evaluate.steps=10000").returncode == 0


# ---- the sweep is stopped ----------------------------------------------------------------------


def test_ctrl_c_says_what_is_done_and_a_second_one_is_no_harm(folder):
    folder.write(ENDLESS)
    process = start(folder, "-o", "a.h5", "-j", 2, start_new_session=True)
    until(lambda: any(p.name.endswith(".h5") for p in folder.path.glob("a.h5.parts/*")))
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=HANG)
    assert process.returncode == 130
    assert "1 of 2 runs are kept, the same command with --resume does the rest" in err
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--resume", "--timeout", "0.3s")
    assert done.returncode == 1 and "1 of 2 runs are finished already" in done.stderr
    assert sorted(os.listdir(folder.path)) == ["a.h5", "scenario.lua"]


def test_ctrl_c_while_claims_are_judged_keeps_every_run(folder):
    folder.write(SWEEP.replace("stop =", """claims = { ["never judged"] = function()
    io.open("judging", "w"):close()
    while true do end
  end },
  stop ="""))
    process = start(folder, "-o", "a.h5", "--unsafe")
    until(lambda: (folder.path / "judging").exists())
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=HANG)
    assert process.returncode == 130 and "all 8 runs are kept" in err and not (folder.path / "a.h5").exists()
    folder.write(SWEEP)
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--resume")
    assert done.returncode == 0 and "8 of 8 runs are finished already" in done.stderr


@pytest.mark.parametrize("how", ["SEGV", "BUS", "ABRT"])
def test_a_sweep_whose_own_process_crashes_says_so_and_the_same_command_does_the_rest(folder, how):
    folder.write(LONG)
    whole = sweep(folder, "whole.h5")
    process = start(folder, "-o", "a.h5", "-j", 1, "--quiet")
    until(lambda: list(folder.path.glob(f"a.h5.parts/{16 * '?'}.h5")))
    process.send_signal(signal.Signals["SIG" + how])
    out, err = process.communicate(timeout=HANG)
    assert (process.returncode, out) == (3, "")
    assert err == f"dtsim: a library crashed (SIG{how}), perhaps for want of memory; what is finished is kept\n"
    assert sweep(folder, "a.h5", "--resume") == whole


def test_a_removed_folder_stops_the_sweep_with_a_sentence(folder):
    folder.write(SWEEP.replace("steps = 40", "steps = 1000"))
    whole = sweep(folder, "whole.h5")
    process = start(folder, "-o", "results/a.h5", "-j", 1, "--quiet")
    until(lambda: len(list(folder.path.glob("results/a.h5.parts/*.h5"))) > 1)
    shutil.rmtree(folder.path / "results", ignore_errors=True)
    shutil.rmtree(folder.path / "results", ignore_errors=True)
    _, err = process.communicate(timeout=HANG)
    assert process.returncode == 2 and len(err.strip().splitlines()) == 1, err
    assert "results/a.h5.parts was removed" in err and "0 of 8 runs are kept" in err and "--resume" in err
    assert sweep(folder, "results/a.h5", "--resume") == whole


@pytest.fixture
def disk(folder):
    """A disk of 500 kB in the folder."""
    path = folder.path / "disk"
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(path)], capture_output=True)
    if done.returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield path
    subprocess.run(["umount", str(path)], check=True)


@pytest.mark.parametrize("left", [20, 40, 100, 200, 320])
def test_a_full_disk_stops_the_sweep_and_what_is_finished_is_kept(folder, disk, left):
    """kB left on the disk: it fills up when the first part, a later one, or the whole file is written."""
    folder.write(SWEEP.replace("steps = 40", "steps = 400").replace("stop =", "evaluate = { steps = 1 },\n  stop ="))
    whole = sweep(folder, "whole.h5")
    (disk / "ballast").write_bytes(b"x" * 1024 * (500 - left))
    done = folder.run("run", "scenario.lua", "-o", "disk/a.h5", "-j", 1, "--quiet")
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "No space left on device" in done.stderr and not (disk / "a.h5").exists()
    kept = len(list(disk.glob("a.h5.parts/*.h5")))
    (disk / "ballast").unlink()
    subprocess.run(["mount", "-o", "remount,size=2m", str(disk)], check=True)
    done = folder.run("run", "scenario.lua", "-o", "disk/a.h5", "--resume")
    assert done.returncode == 0 and folder.fingerprint("disk/a.h5") == whole
    assert kept == 0 or f"{kept} of 8 runs are finished already" in done.stderr
    assert os.listdir(disk) == ["a.h5"]


# ---- what is written where ---------------------------------------------------------------------


def test_two_sweeps_do_not_share_a_file_and_a_lock_left_behind_is_harmless(folder):
    folder.write(ENDLESS)
    process = start(folder, "-o", "a.h5")
    until(lambda: any(p.name.endswith(".h5") for p in folder.path.glob("a.h5.parts/*")))
    done = folder.run("run", "scenario.lua", "-o", "a.h5")
    assert done.returncode == 2 and "another dtsim is at work" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    process.kill()
    process.communicate()
    assert (folder.path / "a.h5.parts/lock").exists()
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--timeout", "0.3s")
    assert done.returncode == 1 and "1 of 2 runs are finished already" in done.stderr


def test_a_file_that_is_no_record_is_not_written_over(folder):
    folder.write(SMALL)
    for words in ([], ["--fresh"]):
        done = folder.run("run", "scenario.lua", "-o", "scenario.lua", *words)
        assert done.returncode == 2 and "scenario.lua is not an HDF5 file; it is not written over" in done.stderr
    assert (folder.path / "scenario.lua").read_text() == SMALL and os.listdir(folder.path) == ["scenario.lua"]


def test_a_reader_who_leaves_does_no_harm(folder):
    folder.write(SWEEP)
    whole = sweep(folder, "whole.h5")
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run([DTSIM, "run", "scenario.lua", "-o", "a.h5", "--quiet"], cwd=folder.path, stdout=write,
                             stderr=subprocess.PIPE, timeout=HANG, restore_signals=True)
    os.close(write)
    assert process.returncode == -signal.SIGPIPE and folder.fingerprint("a.h5") == whole
    assert sorted(os.listdir(folder.path)) == ["a.h5", "scenario.lua", "whole.h5"]


# ---- finished runs are not run again -----------------------------------------------------------


def host(folder, name, run):
    with h5py.File(folder.path / name) as f:
        return f[f"runs/{run:04d}/host"].attrs["real_s"]


def test_a_finished_sweep_runs_nothing_again(folder):
    folder.write(SWEEP)
    first = sweep(folder, "a.h5")
    spent = [host(folder, "a.h5", i) for i in range(8)]
    for words in ([], ["--resume"]):
        done = folder.run("run", "scenario.lua", "-o", "a.h5", *words)
        assert done.returncode == 0 and done.stderr == "dtsim: 8 of 8 runs are finished already and not run again\n"
        assert folder.fingerprint("a.h5") == first and [host(folder, "a.h5", i) for i in range(8)] == spent
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--fresh")
    assert done.returncode == 0 and "already" not in done.stderr and "[8/8]" in done.stderr
    assert folder.fingerprint("a.h5") == first and [host(folder, "a.h5", i) for i in range(8)] != spent


def test_an_extended_sweep_runs_only_what_is_new(folder):
    folder.write(SWEEP)
    sweep(folder, "a.h5")
    folder.write(SWEEP.replace("{ 1, 2, 5, 10 }", "{ 3, 1, 2, 5, 10 }").replace("seeds = 2", "seeds = 3"))
    done = folder.run("run", "scenario.lua", "-o", "a.h5")
    assert done.returncode == 0 and "8 of 15 runs are finished already" in done.stderr
    assert folder.fingerprint("a.h5") == sweep(folder, "whole.h5")
    assert folder.run("diff", "a.h5", "whole.h5").returncode == 0


def test_a_diverged_run_is_a_result_and_not_run_again(folder):
    folder.write(SMALL.replace("stop =", 'optimiser = { "sgd", lr = dt.sweep { 0.1, 1e6 } },\n  stop =').replace(
        '"softmax"', '{ "mlp", widths = { 20, 20 } }'))
    for said in ("[2/2]", "2 of 2 runs are finished already"):
        done = folder.run("run", "scenario.lua", "-o", "a.h5")
        assert done.returncode == 1 and said in done.stderr and "run 1 (optimiser.lr = 1000000): diverged" in done.stderr


def test_values_that_repeat_are_run_once(folder):
    folder.write(SMALL.replace("period = 4", "period = dt.sweep { 4, 4, 8 }"))
    sweep(folder, "a.h5")
    with h5py.File(folder.path / "a.h5") as f:
        first, second = f["runs/0000"], f["runs/0001"]
        assert first.attrs["fingerprint"] == second.attrs["fingerprint"] != f["runs/0002"].attrs["fingerprint"]
        assert first["host"].attrs["real_s"] == second["host"].attrs["real_s"]


def test_other_contents_of_a_file_are_another_run(folder):
    rows = "".join(f"{i % 7},{i % 5},{i % 2}\n" for i in range(60))
    folder.write("a,b,label\n" + rows, "set.csv")
    folder.write(SMALL.replace('"gaussian", rows = 200, test = 100, columns = 5, classes = 3', '"csv", path = "set.csv"'))
    first = sweep(folder, "a.h5")
    folder.write("a,b,label\n" + rows.replace("6,", "9,"), "set.csv")
    done = folder.run("run", "scenario.lua", "-o", "a.h5")
    assert done.returncode == 0 and "already" not in done.stderr and folder.fingerprint("a.h5") != first


def test_another_hook_is_another_run(folder):
    folder.write(SMALL.replace("stop =", "on_evaluate = function(evaluation) end,\n  stop ="))
    sweep(folder, "a.h5")
    folder.write(SMALL.replace("stop =", 'on_evaluate = function(e) if e.step > 8 then return "stop" end end,\n  stop ='))
    sweep(folder, "a.h5")
    with h5py.File(folder.path / "a.h5") as f:
        assert f["sweep/steps"][0] == 12
