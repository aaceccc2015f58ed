"""Rounds of clients that end before any client is done: they end by a limit or with a reason, and never go on for ever."""
import h5py
import pytest

SHORT = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 7, bandwidth = "100Mbps", latency = "1ms" }, workers = 7,
  data = { "gaussian", rows = 70, test = 20, columns = 6, classes = 3 }, model = "softmax", batch_size = 8,
  compute = { seconds = 0.1 }, strategy = { "%s", fraction = 0.5, deadline = 0.01 }, %s
}
"""


@pytest.mark.parametrize("strategy", ["fedavg", "fednova", "scaffold"])
def test_a_run_whose_updates_are_all_late_ends_with_a_reason(folder, strategy):
    text = SHORT % (strategy, "stop = { steps = 5 }, faults = { patience = 30 }")
    done = folder.run("run", folder.write(text), "-o", "out.h5", "--fresh", timeout=60)
    assert done.returncode == 1
    assert "no update of a client counted" in done.stderr and "faults.patience = 30 s" in done.stderr
    assert 30 <= h5py.File(folder.path / "out.h5")["sweep/time_s"][0] < 31


def test_a_server_without_free_clients_waits_for_one_and_not_beyond_the_end(folder):
    done = folder.run("run", folder.write(SHORT % ("fedavg", "stop = { seconds = 5 }")), "-o", "out.h5", "--fresh", timeout=60)
    assert done.returncode == 0, done.stderr
    assert 5 <= h5py.File(folder.path / "out.h5")["sweep/time_s"][0] < 5.2
    done = folder.run("run", folder.write(SHORT % ("fedavg", "stop = { seconds = 0.05 }")), "-o", "out.h5", "--fresh", timeout=60)
    assert abs(h5py.File(folder.path / "out.h5")["sweep/time_s"][0] - 0.05) < 1e-6


def test_a_straggler_for_ever_is_named_where_the_others_wait_for_it(folder):
    text = (SHORT % ("fedavg", "stop = { rounds = 5 }, faults = { stragglers = { count = 1 }, patience = 10 }")).replace(
        '{ "fedavg", fraction = 0.5, deadline = 0.01 }', '"sgd"')
    done = folder.run("run", folder.write(text), "-o", "out.h5", "--fresh", timeout=60)
    assert done.returncode == 1
    assert "faults.stragglers" in done.stderr and "its host to come back" not in done.stderr


CODED = """
local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 7, bandwidth = "100Mbps", latency = "1ms" }, workers = 6,
  data = { "gaussian", rows = 60, test = 20, columns = 6, classes = 3 }, model = "softmax", batch_size = 0,
  compute = { seconds = 0.1 }, strategy = "coded", code = %s, stop = { rounds = 5 },
  faults = { stragglers = { count = %d }, patience = 30 },
}
"""


@pytest.mark.parametrize("code, bears", [('{ "cyclic", stragglers = 2 }', 2), ('{ "fractional", stragglers = 1 }', 1),
                                         ('{ "fourier", byzantine = 1 }', 1)])
def test_a_code_bears_workers_that_stay_away_or_says_that_it_cannot(folder, code, bears):
    done = folder.run("run", folder.write(CODED % (code, bears)), "-o", "out.h5", "--fresh", timeout=60)
    assert done.returncode == 0, done.stderr
    assert h5py.File(folder.path / "out.h5")["sweep/time_s"][0] < 5
    done = folder.run("run", folder.write(CODED % (code, 5)), "-o", "out.h5", "--fresh", timeout=60)
    assert done.returncode == 1 and "undecodable" in done.stderr and "stay away" in done.stderr, done.stderr
    assert h5py.File(folder.path / "out.h5")["sweep/time_s"][0] < 5
