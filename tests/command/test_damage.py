"""A damaged result file is refused with a reason by every command that reads one: status 2, one sentence, no crash."""
import random

import pytest

from conftest import SMALL


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    from conftest import Folder
    folder = Folder(tmp_path_factory.mktemp("damage"))
    folder.write(SMALL)
    assert folder.run("run", "scenario.lua", "-o", "whole.h5", "--set", "stop.steps=4").returncode == 0
    return folder, (folder.path / "whole.h5").read_bytes()


def refused(folder, *words):
    done = folder.run(*words)
    assert done.returncode == 2 and "damaged.h5" in done.stderr, (done.returncode, done.stderr)
    assert len(done.stderr.strip().splitlines()) == 1 and done.stdout == "", done.stderr


def test_a_file_that_ends_early_is_refused(record):
    folder, whole = record
    for length in [0, 1, 7, 8, 9, 95, 96, 97, *range(200, len(whole) - 26, len(whole) // 40), len(whole) - 27]:
        (folder.path / "damaged.h5").write_bytes(whole[:length])
        refused(folder, "info", "damaged.h5")
        refused(folder, "diff", "whole.h5", "damaged.h5")


def test_changed_bytes_are_refused(record):
    folder, whole = record
    draw = random.Random(1)
    for _ in range(20):
        bytes_ = bytearray(whole)
        bytes_[draw.randrange(len(whole) - 26)] ^= 1 << draw.randrange(8)
        (folder.path / "damaged.h5").write_bytes(bytes_)
        refused(folder, "info", "damaged.h5")


def test_changed_bytes_without_a_seal_are_refused_before_hdf5_sees_them(record):
    """HDF5 itself crashes on some of these."""
    folder, whole = record
    draw = random.Random(1)
    for _ in range(60):
        bytes_ = bytearray(whole[:-26])
        for _ in range(20):
            bytes_[draw.randrange(len(bytes_))] ^= 1 << draw.randrange(8)
        (folder.path / "damaged.h5").write_bytes(bytes_)
        refused(folder, "info", "damaged.h5")


READERS = [("info",), ("diff", "whole.h5"), ("merge", "-o", "m.h5"), ("plot",), ("report",), ("explain",),
           ("trace", "--run", "0")]


@pytest.mark.parametrize("words", READERS, ids=[words[0] for words in READERS])
def test_every_command_refuses_a_damaged_file(record, words):
    folder, whole = record
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 4
    for bytes_ in (b"", whole[:len(whole) // 2], whole[:-27], bytes(changed), bytes(5000)):
        (folder.path / "damaged.h5").write_bytes(bytes_)
        refused(folder, *words[:1], "damaged.h5", *words[1:])
    assert not list(folder.path.glob("damaged.[!h]*")) and not (folder.path / "m.h5").exists()


def test_a_damaged_part_is_done_again_by_resume(folder):
    folder.write(SMALL.replace("period = 4", "period = dt.sweep { 1, 2, 4 }"))
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    (folder.path / "b.h5.parts").mkdir()
    whole = (folder.path / "a.h5").read_bytes()
    for i, bytes_ in enumerate([b"", whole[:3000], bytes(5000)]):
        (folder.path / "b.h5.parts" / f"{i:04d}.h5").write_bytes(bytes_)
    assert folder.run("run", "scenario.lua", "-o", "b.h5", "--resume").returncode == 0
    assert folder.fingerprint("a.h5") == folder.fingerprint("b.h5")
