"""What scenarios claim holds: those that take no longer than a few seconds in full, here; make claims runs all, for many seeds."""
import pytest

from conftest import ROOT

QUICK = ["adaptive_sync", "allreduce", "async_fl", "backup", "bagua", "budget", "bytescheduler", "coding",
         "collectives", "compression_wire", "draco", "draco_speed", "filters", "gaia", "hierarchical", "privacy",
         "ps", "qgm", "robust", "s2", "servers", "ssp", "systems"]


@pytest.mark.parametrize("name", QUICK)
def test_the_claims_of_a_scenario_hold(folder, name):
    done = folder.run("run", ROOT / f"scenarios/{name}.lua", "-o", "a.h5", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
