"""Every allocation, write and system call of the command fails once: each ends in a message and no damaged file.
INJECT=all tries every call instead of a sample."""
import os
import subprocess

import pytest

from conftest import DTSIM, ROOT, SMALL

SAMPLE = {"memory": 30, "exhausted": 40, "write": 40, "name": 60}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("inject") / "inject.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", path, ROOT / "tests/inject/inject.c", "-ldl"], check=True)
    return path


def run(folder, library, kind, at, *words):
    env = {"LD_PRELOAD": str(library), "INJECT_KIND": kind, "INJECT_AT": str(at), "INJECT_COUNT": str(folder.path / "count")}
    return folder.run(*words, env=env, timeout=60)


def clean(folder):
    for name in os.listdir(folder.path):
        if name not in ("scenario.lua", "whole.h5", "count"):
            subprocess.run(["rm", "-rf", folder.path / name], check=True)


@pytest.mark.parametrize("kind", SAMPLE)
def test_whatever_fails_the_command_says_so_and_leaves_no_damaged_file(folder, library, kind):
    folder.write(SMALL)
    assert folder.run("run", "scenario.lua", "-o", "whole.h5").returncode == 0
    whole = folder.fingerprint("whole.h5")
    words = ["run", "scenario.lua", "-o", "out.h5", "-j", "1"]
    assert run(folder, library, kind, 0, *words).returncode == 0
    calls = int((folder.path / "count").read_text())
    step = 1 if os.environ.get("INJECT") == "all" else max(1, calls // SAMPLE[kind])
    refused = 0
    for at in range(1, calls + 1, step):
        clean(folder)
        done = run(folder, library, kind, at, *words)
        said = (done.stdout + done.stderr).strip()
        assert done.returncode in (0, 1, 2), (at, done.returncode, said)
        assert said, (at, "nothing was said")
        refused += done.returncode != 0
        if (folder.path / "out.h5").exists():
            told = folder.run("info", "out.h5")
            assert told.returncode == 0, (at, told.stderr)
            if done.returncode == 0:
                assert folder.fingerprint("out.h5") == whole, at
        assert not (folder.path / "out.h5.part").exists(), (at, said)
    assert refused > 0
    print(f"{kind}: {len(range(1, calls + 1, step))} of {calls} calls failed once, {refused} refused")
