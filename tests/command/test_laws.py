"""What must not change, or must change exactly, when the machines of a whole training do."""
import re

import h5py
import numpy as np
import pytest

SCENARIO = """-- What changes when the machines do?
local dt = require "dt"
return dt.scenario {{
  platform = "machines.xml", workers = 8, batch_size = 16, network = "{network}",
  data = {{ "gaussian", rows = 400, test = 100, columns = 20, classes = 4 }},
  model = "softmax", strategy = {strategy}, collective = "{collective}",
  stop = {{ rounds = 12 }}, evaluate = {{ rounds = 3 }},
}}
"""
STRATEGIES = ['"sgd"', '{ "localsgd", period = 3 }', '{ "fedavg", fraction = 0.5 }', '"gossip"']


def machines(folder, *words):
    done = folder.run("platform", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def evaluations(folder, xml, **choice):
    folder.write(xml, "machines.xml")
    folder.write(SCENARIO.format(**{"network": "LV08", "collective": "ring", **choice}))
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--fresh")
    assert done.returncode == 0, done.stdout + done.stderr
    with h5py.File(folder.path / "a.h5") as f:
        return {k: f["runs/0000/evaluations"][k][:] for k in ("time_s", "loss", "bytes")}


def scaled(xml, attribute, unit, factor):
    """The platform with every such quantity times that factor."""
    pattern = rf'\b{attribute}="([0-9.e+-]+){unit}"'
    assert re.search(pattern, xml), (attribute, xml[:500])
    return re.sub(pattern, lambda m: f'{attribute}="{float(m[1]) * factor!r}{unit}"', xml)


@pytest.mark.parametrize("network", ["LV08", "CM02"])
@pytest.mark.parametrize("platform", [["wan"], ["mobile"], ["lan", "--set", "server_bandwidth=1Gbps"]])
def test_machines_and_networks_twice_as_fast_take_half_the_time_and_learn_the_same(folder, platform, network):
    slow = machines(folder, *platform)
    fast = scaled(scaled(scaled(slow, "speed", "f", 2), "bandwidth", "Bps", 2), "latency", "s", 0.5)
    for strategy in STRATEGIES:
        a, b = (evaluations(folder, xml, strategy=strategy, network=network) for xml in (slow, fast))
        assert a["time_s"][-1] > 0
        np.testing.assert_allclose(2 * b["time_s"], a["time_s"], rtol=1e-12)
        np.testing.assert_array_equal(b["loss"], a["loss"])
        np.testing.assert_array_equal(b["bytes"], a["bytes"])


@pytest.mark.parametrize("collective", ["ring", "tree", "star", "halving"])
def test_on_equal_machines_it_does_not_matter_who_works_where(folder, collective):
    one = machines(folder, "lan", "--set", "hosts=8")
    place = [5, 2, 7, 0, 4, 1, 6, 3]
    other = re.sub(r'\bhost-(\d+)', lambda m: f"host-{place[int(m[1])]}", one)
    for strategy in STRATEGIES:
        a, b = (evaluations(folder, xml, strategy=strategy, collective=collective) for xml in (one, other))
        np.testing.assert_allclose(b["time_s"], a["time_s"], rtol=1e-12)
        np.testing.assert_array_equal(b["loss"], a["loss"])
