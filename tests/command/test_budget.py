"""Budgets of energy, and what is refused: the strategy budget by its scenario."""
import h5py
import pytest

from conftest import SMALL

BUDGET = SMALL.replace('{ "localsgd", period = 4 }', '{ "budget", period = PERIOD }').replace(
    "hosts = 4", 'hosts = 4, latency = "10ms", idle_watts = 10, busy_watts = 60, link_watts = 5').replace(
    "stop = { steps = 40 }", 'network = "CM02", compute = { seconds = 0.02 }, evaluate = { rounds = 1 }, stop = { joules = JOULES }')


@pytest.mark.parametrize("period", [0, 1, 8])
@pytest.mark.parametrize("joules", [60, 100, 333])
def test_joules_are_never_exceeded_where_costs_are_constant(folder, period, joules):
    folder.write(BUDGET.replace("PERIOD", str(period)).replace("JOULES", str(joules)))
    done = folder.run("run", "scenario.lua", "-o", "a.h5")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "a.h5") as f:
        run = f["runs/0000"]
        spent, overrun, steps = f["sweep/joules"][0], run["evaluations/overrun"][:], run["evaluations/local_steps"][:]
    most = 4 * 60 * 0.02 * 2 + 2 * 240 * 0.1        # a step more, and two rounds
    assert spent <= joules and overrun[-1] == 0 and spent > joules - most
    assert period == 0 or (steps[1:-2] == period).all() and steps[-2] <= period and steps[-1] == 0


def test_limits_that_are_no_budget_are_refused(folder):
    folder.write(BUDGET.replace("PERIOD", "0").replace("joules = JOULES", "rounds = 10"))
    for command in ("plan", "run"):
        done = folder.run(command, "scenario.lua")
        assert done.returncode == 2 and "stop: " in done.stderr and "seconds, bytes or joules" in done.stderr
