"""What every member did is what it does: simulated times, bytes and steps to the last digit, losses within a
tolerance (their last digits depend on the processor's arithmetic).  `GOLDEN=renew` writes the file anew; the commit
says why."""
import json
import os
import re

import h5py

from conftest import ROOT

GOLDEN = ROOT / "tests/golden/golden.json"


def test_every_strategy_collective_compressor_and_split_has_a_golden_run(folder):
    used = {room: set(re.findall(r"^  (\w+) ", folder.run("list", room).stdout, re.M))
            for room in ("strategy", "collective", "compress", "split")}
    assert folder.run("run", ROOT / "tests/golden/members.lua", "-o", "golden.h5").returncode == 0
    with h5py.File(folder.path / "golden.h5") as f:
        common, runs = json.loads(f.attrs["config"]), [json.loads(r.attrs["config"]) for r in f["runs"].values()]
    for room, members in used.items():
        chosen = [{**common, **run}[room] for run in runs]
        assert members <= {c if isinstance(c, str) else c["name"] for c in chosen}, room


def test_golden_runs(folder):
    done = folder.run("run", ROOT / "tests/golden/members.lua", "-o", "golden.h5")
    assert done.returncode == 0, done.stderr + done.stdout
    with h5py.File(folder.path / "golden.h5") as f:
        now = [{k: float(f["sweep"][k][i]) for k in ("time_s", "steps", "rounds", "bytes", "loss")}
               for i in range(len(f["sweep/id"]))]
    if os.environ.get("GOLDEN") == "renew":
        GOLDEN.write_text(json.dumps(now, indent=1) + "\n")
    known = json.loads(GOLDEN.read_text())
    assert len(now) == len(known) >= 12
    for i, (a, b) in enumerate(zip(now, known)):
        for key in ("time_s", "steps", "rounds", "bytes"):
            assert a[key] == b[key], (i, key, a[key], b[key])
        assert abs(a["loss"] - b["loss"]) <= 1e-3 * max(1, abs(b["loss"])), (i, a["loss"], b["loss"])
