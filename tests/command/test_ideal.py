"""What is made ideal costs nothing, and changes nothing else: every random draw stays what it was."""
import h5py
import numpy as np
import pytest

from conftest import SMALL

KINDS = ("none", "jitter", "slowness", "latency", "bandwidth", "server")
SCENARIO = """-- What does each of these cost?
local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4, bandwidth = "1Mbps", latency = "2ms", speed = "1Mf" }, network = "CM02",
  workers = 4, trace = "messages",
  data = { "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }, batch_size = 10,
  slowness = dt.uniform { low = 1, high = 3 }, jitter = dt.exponential {},
  model = "softmax", strategy = { "localsgd", period = 2 }, collective = "star", stop = { steps = 20 },
  ideal = { jitter = dt.zip { false, true, false, false, false, false },
            slowness = dt.zip { false, false, true, false, false, false },
            latency = dt.zip { false, false, false, true, false, false },
            bandwidth = dt.zip { false, false, false, false, true, false },
            server = dt.zip { false, false, false, false, false, true } },
}
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    from conftest import Folder
    folder = Folder(tmp_path_factory.mktemp("ideal"))
    done = folder.run("run", folder.write(SCENARIO), "-o", "i.h5", "--quiet")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "i.h5") as f:
        tables = [{name: {k: v[()] for k, v in table.items()} for name, table in run.items() if name != "host"}
                  for run in f["runs"].values()]
        yield dict(zip(KINDS, tables)), dict(zip(KINDS, f["sweep/time_s"][:]))


def compute(run, rank):
    s = run["spans"]
    mine = (s["rank"] == rank) & (s["kind"] == b"compute")
    return (s["end_s"] - s["start_s"])[mine]


def test_what_is_learnt_does_not_change(runs):
    for kind in KINDS:
        assert (runs[0][kind]["evaluations"]["loss"] == runs[0]["none"]["evaluations"]["loss"]).all()
        assert (runs[0][kind]["messages"]["bytes"].sum() == runs[0]["none"]["messages"]["bytes"].sum())


def test_draws_of_times_do_not_change(runs):
    for kind in ("latency", "bandwidth", "server"):
        for rank in range(4):
            np.testing.assert_allclose(compute(runs[0][kind], rank), compute(runs[0]["none"], rank), rtol=1e-9)
    ratio = [compute(runs[0]["slowness"], rank) / compute(runs[0]["none"], rank) for rank in range(4)]
    for rank in range(4):
        np.testing.assert_allclose(ratio[rank], ratio[rank][0], rtol=1e-9)     # each worker by a factor of its own


def test_equal_hosts_have_the_mean_speed(runs):
    speed = {kind: runs[0][kind]["workers"]["speed"][:4] for kind in KINDS}
    np.testing.assert_allclose(speed["slowness"], speed["none"].mean(), rtol=1e-12)
    assert speed["none"].std() > 0


def test_without_jitter_every_step_takes_the_mean(runs):
    for rank in range(4):
        steps = compute(runs[0]["jitter"], rank)
        np.testing.assert_allclose(steps, steps[0], rtol=1e-9)
        assert compute(runs[0]["none"], rank).std() > 0


def flights(run, which):
    m = run["messages"]
    return (m["arrived_s"] - m["departed_s"])[which(m)]


def test_ideal_links_have_no_latency_or_no_bound(runs):
    """Without a bound of the links a message takes its latency, and its bytes a window at a time."""
    every = lambda m: m["bytes"] > 0
    held = 4e-3 + runs[0]["bandwidth"]["messages"]["bytes"] / (4194304 / 8e-3)
    np.testing.assert_allclose(flights(runs[0]["bandwidth"], every), held, rtol=1e-6)
    assert (runs[0]["latency"]["routes"]["latency_s"] == 0).all()
    assert flights(runs[0]["latency"], every).min() < 4e-3 < flights(runs[0]["none"], every).min()


def test_a_free_server_is_reached_at_once(runs):
    assert (flights(runs[0]["server"], lambda m: (m["from_role"] == b"server") | (m["to_role"] == b"server")) == 0).all()


def test_each_of_them_saves_time(runs):
    assert all(runs[1][kind] < runs[1]["none"] for kind in KINDS[1:])


def test_a_distribution_without_mean_cannot_be_steady(folder):
    words = "jitter = dt.pareto { shape = 1 }, ideal = { jitter = true }, stop"
    done = folder.run("run", folder.write(SMALL.replace("stop", words)), "-o", "i.h5")
    assert done.returncode == 2 and "ideal.jitter" in done.stderr and "with a mean" in done.stderr
    assert sorted(p.name for p in folder.path.iterdir()) == ["scenario.lua"]
