"""Exchanges at once and message by message leave the same record."""
import h5py
import numpy as np
import pytest

RING = """local dt = require "dt"
return dt.scenario { platform = { "lan", topology = "fat_tree", hosts = 36, bandwidth = "1MBps", latency = "20us", speed = "1Mf" },
  workers = 33, data = { "gaussian", rows = 480, test = 30, columns = 37, classes = 3 }, model = "softmax", batch_size = 8,
  strategy = "sgd", collective = "ring", compress = "sign", network = "CM02", window = "64kB", evaluate = { bytes = 5000 },
  stop = { bytes = 20000 } }"""


@pytest.mark.parametrize("seed", [207, 1])
def test_bytes_that_arrive_at_the_instant_of_an_evaluation_count(folder, seed):
    scenario, found = folder.write(RING), {}
    for detail in "messages", "folded", "auto":
        assert folder.run("run", scenario, "--set", f"detail={detail}", "--set", f"seed={seed}", "-o", f"{detail}.h5",
                          "--quiet").returncode == 0
        with h5py.File(folder.path / f"{detail}.h5") as f:
            found[detail] = {name: f["runs/0000/evaluations"][name][:] for name in ("bytes", "time_s", "loss")}
    for detail in "folded", "auto":
        for name, column in found["messages"].items():
            assert np.allclose(found[detail][name], column, rtol=1e-9, atol=0), (detail, name)
