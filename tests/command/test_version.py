"""Result files of another version are refused by name, by every command that reads one, and nothing of them is lost."""
import re
import zlib

import h5py
import pytest

from analysis import VERSION
from conftest import SMALL

SAID = f"expected a result file of version {VERSION}, got version {VERSION - 1} (made by dtsim 0.0): run its scenario again"
SWEEP = SMALL.replace("steps = 40", "steps = 4")


def aged(path):
    """Give a file the former version, and its seal anew."""
    with h5py.File(path, "r+") as f:
        f.attrs["version"] = type(f.attrs["version"])(VERSION - 1)
        f.attrs["dtsim"] = "0.0"
    body = re.sub(rb"dtsim-seal crc32=.{8}\n$", b"", path.read_bytes())
    path.write_bytes(body + b"dtsim-seal crc32=%08x\n" % zlib.crc32(body))


@pytest.fixture
def old(folder):
    folder.write(SWEEP)
    assert folder.run("run", "scenario.lua", "-o", "new.h5", "--quiet").returncode == 0
    (folder.path / "old.h5").write_bytes((folder.path / "new.h5").read_bytes())
    aged(folder.path / "old.h5")
    return folder


def refused(folder, *words):
    before = (folder.path / "old.h5").read_bytes()
    done = folder.run(*words)
    assert done.returncode == 2 and f"old.h5: {SAID}" in done.stderr, (done.returncode, done.stdout, done.stderr)
    assert len(done.stderr.strip().splitlines()) == 1 and done.stdout == ""
    assert (folder.path / "old.h5").read_bytes() == before and not (folder.path / "old.h5.parts").exists()
    return done.stderr


@pytest.mark.parametrize("words", ["info old.h5", "diff old.h5 new.h5", "diff new.h5 old.h5", "merge old.h5 -o m.h5",
                                   "explain old.h5", "plot old.h5", "report old.h5", "trace old.h5 --run 0"])
def test_every_command_that_reads_a_file_names_its_version(old, words):
    refused(old, *words.split())


def test_finished_runs_of_another_version_are_not_written_over(old):
    for words in ((), ("--resume",), ("--add",), ("--shard", "1/1")):
        said = refused(old, "run", "scenario.lua", "-o", "old.h5", *words)
        assert said.rstrip().endswith("choose another file with -o, or give the former results up with --fresh")
    assert f"old.h5: {SAID}" in old.run("plan", "scenario.lua", "-o", "old.h5").stderr
    done = old.run("plan", "scenario.lua", "-o", "old.h5", "--fresh")
    assert done.returncode == 0 and "the results of another version in old.h5 will be given up" in done.stdout
    assert old.run("run", "scenario.lua", "-o", "old.h5", "--fresh").returncode == 0
    assert old.fingerprint("old.h5") == old.fingerprint("new.h5")


def test_nor_are_those_of_a_sweep_that_was_interrupted(folder):
    """Its finished runs stand beside the file, one in each part."""
    folder.write(SWEEP)
    part = folder.path / "old.h5.parts" / "0123456789abcdef.h5"
    part.parent.mkdir()
    assert folder.run("run", "scenario.lua", "-o", "other.h5", "--quiet").returncode == 0
    part.write_bytes((folder.path / "other.h5").read_bytes())
    aged(part)
    done = folder.run("run", "scenario.lua", "-o", "old.h5")
    assert done.returncode == 2 and f"{part.name}: {SAID}" in done.stderr and part.exists()
    assert not (folder.path / "old.h5").exists()
    assert folder.run("run", "scenario.lua", "-o", "old.h5", "--fresh").returncode == 0 and not part.exists()


def test_shards_are_not_merged_over_a_file_of_another_version(old):
    assert old.run("run", "scenario.lua", "-o", "part.h5", "--shard", "1/1").returncode == 0
    refused(old, "merge", "part.h5", "-o", "old.h5")
    assert old.run("merge", "part.h5", "-o", "old.h5", "--fresh").returncode == 0
