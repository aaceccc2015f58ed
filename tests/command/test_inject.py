"""Every allocation, write and system call of the command fails once: each ends in a message and no damaged file.
INJECT=all tries every call instead of a sample."""
import concurrent.futures
import functools
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

from conftest import DTSIM, HANG, ROOT, SMALL, Folder, children

SAMPLE = {"memory": 30, "exhausted": 40, "library": 60, "starving": 60, "write": 40, "name": 60}
DISK = {"broken": 20, "short": 8, "dying": 20}      # HDF5's own writes, of the runs and of what gathers them

# Two runs; its file is put together twice, as the claim is judged from one.
CLAIMED = SMALL.replace("stop =", 'seeds = 2,\n  claims = { ["it ends"] = function() return true end },\n  stop =')

WORDS = ["run", "scenario.lua", "-o", "out.h5", "-j", "1"]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("inject") / "inject.so"
    source = ROOT / "tests/inject/inject.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-fexceptions", "-o", path, source, "-ldl"], check=True)
    return path


def injected(folder, library, kind, at):
    return {"LD_PRELOAD": str(library), "INJECT_KIND": kind, "INJECT_AT": str(at),
            "INJECT_COUNT": str(folder.path / "count")}


def run(folder, library, kind, at, *words):
    return folder.run(*words, env=injected(folder, library, kind, at), timeout=HANG)


def each(folder, library, kind, sample, check, words=WORDS):
    """Fail one call of the command after another, each in a folder like this one, and check(folder, which, what it came
    to, fingerprint of the file that it should have written)."""
    before = os.listdir(folder.path)
    assert run(folder, library, kind, 0, *words).returncode == 0
    whole = folder.fingerprint("out.h5")
    calls = int((folder.path / "count").read_text())
    tried = range(1, calls + 1, 1 if os.environ.get("INJECT") == "all" else max(1, calls // sample))

    wrong = []

    def fail(at):
        alone = Folder(folder.path / str(at))
        alone.path.mkdir()
        for name in before:
            shutil.copy(folder.path / name, alone.path)
        done = run(alone, library, kind, at, *words)
        try:
            check(alone, at, done, whole)
        except AssertionError as error:
            wrong.append(error)
        shutil.rmtree(alone.path)
        return done.returncode

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        codes = list(pool.map(fail, tried))
    refused = len(tried) - codes.count(0)
    print(f"{kind}: {len(tried)} of {calls} calls failed once, {refused} refused")
    assert not wrong, f"{len(wrong)} of them are wrong; the first: {wrong[0]}"
    assert refused > 0 or kind == "short"


def check(folder, at, done, whole):
    said = (done.stdout + done.stderr).strip()
    starved = done.returncode == 3 and re.fullmatch("dtsim: .*memory.*", done.stderr.splitlines()[-1])
    assert starved or done.returncode in (0, 1, 2), (at, done.returncode, said)
    assert said and len(re.findall("^dtsim: ", done.stderr, re.M)) <= 1 and "HDF5-DIAG" not in said, (at, said)
    assert not (folder.path / "out.h5.part").exists(), (at, said)
    if (folder.path / "out.h5").exists():
        told = folder.run("info", "out.h5")
        assert told.returncode == 0, (at, told.stderr)
        if done.returncode == 0:
            assert folder.fingerprint("out.h5") == whole, at
    else:
        assert done.returncode != 0, (at, said)


@pytest.mark.parametrize("kind", SAMPLE)
def test_whatever_fails_the_command_says_so_and_leaves_no_damaged_file(folder, library, kind):
    folder.write(SMALL)
    each(folder, library, kind, SAMPLE[kind], check)


def check_merge(folder, at, done, whole):
    check(folder, at, done, whole)
    for name in ("a.h5", "b.h5"):
        assert (folder.path / name).read_bytes() == (folder.path.parent / name).read_bytes(), (at, name)


@pytest.mark.parametrize("kind", SAMPLE)
def test_merging_says_what_failed_and_leaves_no_damaged_file(folder, library, kind):
    folder.write(CLAIMED)
    for name, shard in (("a.h5", "1/2"), ("b.h5", "2/2")):
        assert folder.run("run", "scenario.lua", "--shard", shard, "-o", name).returncode == 0
    each(folder, library, kind, SAMPLE[kind] // 2, check_merge, ["merge", "a.h5", "b.h5", "-o", "out.h5"])


def check_disk(kind, folder, at, done, whole):
    check(folder, at, done, whole)
    failed = [line for line in done.stderr.splitlines() if "cannot be written" in line or "died" in line]
    assert len(failed) == (done.returncode != 0), (at, done.stderr)
    if done.returncode == 2:
        kept = len(list(folder.path.glob(f"out.h5.parts/{16 * '?'}.h5")))
        rest = f"; {kept} of 2 runs are kept, the same command with --resume does the rest"
        assert failed[0].endswith(rest), (at, failed)
        assert kept == 2 or kind == "dying", (at, failed)
    again = folder.run(*WORDS)
    assert again.returncode == 0 and folder.fingerprint("out.h5") == whole, (at, again.stderr)


@pytest.mark.parametrize("kind", DISK)
def test_a_disk_that_fails_under_hdf5_costs_one_sentence_and_the_same_command_does_the_rest(folder, library, kind):
    folder.write(CLAIMED)
    each(folder, library, kind, DISK[kind], functools.partial(check_disk, kind))


GATHERING = {
    "Ctrl-C": (130, "interrupted while out.h5 was put together; all 2 runs are kept, the same command does the rest"),
    "kill": (2, "out.h5 cannot be written: the process writing it died (Killed); 2 of 2 runs are kept"),
}


@pytest.mark.parametrize("how", GATHERING)
def test_gathering_that_is_stopped_ends_whole_and_the_same_command_does_the_rest(folder, library, how):
    folder.write(CLAIMED)
    assert run(folder, library, "hanging", 0, *WORDS).returncode == 0
    at = int((folder.path / "count").read_text()) - 20
    (folder.path / "out.h5").unlink()
    process = subprocess.Popen([DTSIM, *WORDS], cwd=folder.path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               text=True, start_new_session=True,
                               env={**os.environ, **injected(folder, library, "hanging", at)})
    until = time.monotonic() + HANG
    while not (children(process.pid) and (folder.path / "out.h5.part").exists()) and time.monotonic() < until:
        time.sleep(0.01)
    (gathering,) = children(process.pid)
    if how == "kill":
        os.kill(gathering, signal.SIGKILL)
    else:
        os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=HANG)[1]
    assert (process.returncode, GATHERING[how][1] in said) == (GATHERING[how][0], True), said
    again = folder.run(*WORDS)
    assert again.returncode == 0 and "2 of 2 runs are finished already" in again.stderr
    assert sorted(os.listdir(folder.path)) == ["count", "out.h5", "scenario.lua"]
