"""What the tests of the whole command share: the program, a folder of its own for each test, and a small scenario."""
import os
import pathlib
import subprocess

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DTSIM = str((ROOT / os.environ.get("DTSIM", "build/dtsim")).resolve())

COUNTS = pytest.StashKey()
HANG = 300      # seconds: whatever takes so long hangs; no test promises to take less on a busy machine
SMALL = """-- Does it work?
local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4 },
  workers = 4,
  data = { "gaussian", rows = 200, test = 100, columns = 5, classes = 3 },
  model = "softmax",
  strategy = { "localsgd", period = 4 },
  stop = { steps = 40 },
}
"""


def children(pid):
    """The processes that a process has started and not yet buried."""
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def named(table, rank="rank"):
    """Who each row of a table is, or whom its column names: "worker 3", "server 0"; "" for nobody."""
    front = "" if rank == "rank" else f"{rank}_"
    return np.array([f"{role.decode()} {number}" if role else "" for role, number in zip(table[f"{front}role"], table[rank])])


class Folder:
    """A folder in which the command is run, and what it leaves there."""

    def __init__(self, path):
        self.path = path

    def write(self, text, name="scenario.lua"):
        (self.path / name).write_text(text)
        return name

    def run(self, *words, env=None, timeout=HANG):
        return subprocess.run([DTSIM, *map(str, words)], cwd=self.path, capture_output=True, text=True,
                              timeout=timeout, env={**os.environ, **(env or {})})

    def fingerprint(self, name):
        import h5py
        with h5py.File(self.path / name, "r") as f:
            value = f.attrs["fingerprint"]
            return value.decode() if isinstance(value, bytes) else str(value)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture
def count(request):
    """Takes a sentence with a number in it, which is printed when all tests have run."""
    return request.config.stash.setdefault(COUNTS, []).append


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(COUNTS, []):
        terminalreporter.write_line(f"counted: {line}")


@pytest.fixture
def data():
    """The folder of real data sets; without it the test is skipped."""
    path = os.environ.get("DTSIM_DATA", "")
    if not path or not pathlib.Path(path).is_dir():
        pytest.skip("DTSIM_DATA names no folder of data sets")
    return path
