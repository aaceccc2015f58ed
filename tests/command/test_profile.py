"""--profile, and the groups host of the record: where the real seconds went."""
import re

import h5py
import pytest

from conftest import SMALL

ACTIVITIES = ["building", "engine", "arithmetic", "waiting", "evaluation", "recording"]


def spent(group):
    return {name: group.attrs[f"{name}_s"] for name in ACTIVITIES}


@pytest.mark.parametrize("threads", [1, 2])
def test_a_runs_seconds_add_up_and_the_sweeps_are_their_sum(folder, threads):
    folder.write(SMALL.replace("stop =", "seeds = 3, stop ="))
    assert folder.run("run", "scenario.lua", "-o", "out.h5", "--threads", threads).returncode == 0
    with h5py.File(folder.path / "out.h5") as f:
        runs = [f[f"runs/{i:04}/host"] for i in range(3)]
        for host in runs:
            assert all(s >= 0 for s in spent(host).values())
            assert sum(spent(host).values()) == pytest.approx(host.attrs["real_s"], abs=1e-9)
            assert min(spent(host)[a] for a in ("building", "engine", "evaluation", "recording")) > 0
            assert host.attrs["peak_bytes"] > 1e6
        for name in ACTIVITIES:
            assert f["host"].attrs[f"{name}_s"] == pytest.approx(sum(spent(h)[name] for h in runs))
        assert f["host"].attrs["planning_s"] > 0


def test_profile_prints_a_row_a_run_and_changes_nothing(folder):
    folder.write(SMALL.replace("stop =", "seeds = 2, stop ="))
    plain = folder.run("run", "scenario.lua", "-o", "plain.h5")
    told = folder.run("run", "scenario.lua", "-o", "told.h5", "--profile")
    assert "where the real time" not in plain.stdout
    head, *rows = told.stdout[told.stdout.index("      run"):].splitlines()
    assert re.findall(r"\w+", head)[1:7] == ACTIVITIES
    assert [row.split()[0] for row in rows[:4]] == ["0", "1", "all", "share"]
    shares = [float(s) for s in re.findall(r"([\d.]+) %", rows[3])]
    assert len(shares) == 6 and sum(shares) == pytest.approx(100, abs=0.4)
    assert folder.fingerprint("plain.h5") == folder.fingerprint("told.h5")


def test_a_run_that_failed_has_its_seconds_too(folder):
    folder.write(SMALL.replace('model = "softmax"', 'model = "linear", optimiser = { "sgd", lr = 1e6 }')
                 .replace('"gaussian", rows = 200, test = 100, columns = 5, classes = 3', '"linear", rows = 200, columns = 5'))
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--profile")
    assert done.returncode == 1 and "where the real time" in done.stdout
    with h5py.File(folder.path / "out.h5") as f:
        assert f["runs/0000"].attrs["status"] == "diverged"
        assert f["runs/0000/host"].attrs["engine_s"] > 0
