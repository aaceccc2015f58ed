"""Runs of small changes to one scenario, tests/golden/base.lua, and what the program made of each.  tests/README.md says
how the recorded numbers are renewed."""
import ctypes
import fnmatch
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import zlib

import h5py
import numpy as np

from conftest import DTSIM, ROOT

GOLDEN = ROOT / "tests/golden"
TABLES = {"path": ("evaluations", ("time_s", "step", "round", "bytes", "local_steps", "updates")),
          "workers": ("workers", ("rank", "samples", "compute_s", "wait_s", "send_s", "off_s", "bytes_out", "bytes_in",
                                  "messages")),
          "losses": ("evaluations", ("loss", "consensus_distance"))}


def members(folder, room):
    """The names that the registry of a room has."""
    found = re.findall(r"^  (\w+) ", folder.run("list", room).stdout, re.M)
    assert found, f"dtsim list {room} says nothing"
    return found


def variants(room, names):
    """The files of a room's members, by name without .json: NAME, and NAME-ANYTHING for another way to set the same one."""
    found = sorted(file.stem for file in (GOLDEN / room).glob("*.json"))
    missing = [f"{room}/{name}.json" for name in names if name not in found]
    assert not missing, f"tests/golden lacks {', '.join(missing)}, as {{ \"set\": {{ \"{room}\": \"NAME\" }} }}"
    return [name for name in found if name.split("-")[0] in names]


def changes(room, name):
    """The keys that tests/golden/ROOM/NAME.json sets."""
    return json.loads((GOLDEN / room / f"{name}.json").read_text())["set"]


def refuses(room, name, other):
    """Does ROOM/NAME refuse the company of the member OTHER?  ROOM/NAME.json says so, with * and ?, and the tests of the room hold it."""
    patterns = json.loads((GOLDEN / room / f"{name}.json").read_text()).get("refuses", [])
    return any(fnmatch.fnmatchcase(other, pattern) for pattern in patterns)


def everything():
    """{ ROOM/NAME: the keys that it sets }, of every file."""
    files = sorted(GOLDEN.glob("*/*.json"))
    return {f"{file.parent.name}/{file.stem}": changes(file.parent.name, file.stem) for file in files}


def renewed(name):
    """Is this run (ROOM/NAME) to be recorded anew?  GOLDEN=renew:ROOM/NAME says so, with * and ?, GOLDEN=renew:all of all."""
    word, _, pattern = os.environ.get("GOLDEN", "").partition(":")
    return word == "renew" and (pattern == "all" or fnmatch.fnmatchcase(name, pattern))


def lua(value):
    """The value as Lua; the first item of a table is called "name" in JSON, as in a result file."""
    if isinstance(value, dict):
        first = [lua(value["name"])] if "name" in value else []
        return "{ %s }" % ", ".join(first + [f"{key} = {lua(v)}" for key, v in value.items() if key != "name"])
    if isinstance(value, list):
        return "{ %s }" % ", ".join(map(lua, value))
    return json.dumps(value)


def cells(table, column):
    """A column; one that is not there knows no number, and of ranks one number tells servers from workers: server i has -1 - i."""
    if column not in table:
        return np.full(len(next(iter(table.values()))), np.nan)
    own = table[column][:]
    return np.where(table["role"][:] == b"server", -1 - own, own) if column == "rank" else own


def crc(table, columns):
    """Eight digits that differ where a bit of these columns does."""
    return f"{zlib.crc32(b''.join(np.ascontiguousarray(cells(table, c)).tobytes() for c in columns)):08x}"


def outcome(run):
    """What the group of one run says."""
    if run.attrs["status"] != "ok":
        return {"status": str(run.attrs["status"])}
    out = {key: float(run.attrs[key]) for key in ("time_s", "bytes", "steps", "rounds", "loss")}
    out["evaluations"] = len(run["evaluations/loss"])
    out["late"] = float(run.attrs.get("late_updates", 0))
    out["faults"] = len(run["faults/what"]) if "faults" in run else 0
    out.update((name, crc(run[table], columns)) for name, (table, columns) in TABLES.items())
    return out


def written(folder, runs):
    """The scenario of these runs, in the folder; what it is called."""
    for file in ("base.lua", "runs.lua"):
        shutil.copy(GOLDEN / file, folder.path)
    if not (folder.path / "files").exists():
        shutil.copytree(GOLDEN / "files", folder.path / "files")
    folder.write("return {\n%s}\n" % "".join(f"  {lua(run)},\n" for run in runs), "set.lua")
    return "runs.lua"


def sweep(folder, runs):
    done = folder.run("run", written(folder, runs.values()), "-o", "golden.h5", "--fresh", "--quiet")
    if done.returncode not in (0, 1):
        refused = [name for name, run in runs.items() if folder.run("plan", written(folder, [run])).returncode != 0]
        raise AssertionError(f"{refused or 'all together'}: {done.stderr}")
    with h5py.File(folder.path / "golden.h5") as f:
        assert len(f["runs"]) == len(runs), "two of the runs are one and the same"
        return dict(zip(runs, (outcome(f["runs"][name]) for name in sorted(f["runs"]))))


def outcomes(folder, runs):
    """What came out, of { name: the keys in which this run differs from the base }.  Runs with keys that the base lacks, such as
    faults, are sweeps of their own: a scenario has such a key or does not."""
    base, out, groups = set(re.findall(r"^  (\w+) +=", (GOLDEN / "base.lua").read_text(), re.M)), {}, {}
    for name, run in runs.items():
        groups.setdefault(tuple(sorted(run.keys() - base)), {})[name] = run
    for key in sorted(groups):
        out.update(sweep(folder, groups[key]))
    return out


def arithmetic(folder):
    """What the last digits of the losses of a sweep depend on: OpenBLAS with the kernels that it has chosen, the width of the
    vector registers that the loops of base/wide.h choose by, the compiler, and the C library."""
    linked = subprocess.run(["ldd", DTSIM], capture_output=True, text=True).stdout
    blas = ctypes.CDLL(re.search(r"=> (\S*openblas\S*)", linked)[1])
    blas.openblas_get_config.restype = ctypes.c_char_p
    words = blas.openblas_get_config().decode().split()
    kernels = [word for word in words[2:] if not re.match("NO_|DYNAMIC|USE|MAX", word)]
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    wide = next((flag for flag in ("avx512f", "avx2", "asimd") if flag in flags), "narrow")
    with h5py.File(folder.path / "golden.h5") as f:
        compiler = str(f["host"].attrs["compiler"])
    return ", ".join([" ".join(words[:2] + kernels), f"{platform.machine()} {wide}", f"compiler {compiler}",
                      " ".join(platform.libc_ver())])
