"""Servers that fail, from the scenario to the record."""
import h5py
import numpy as np
import pytest

STORE = """local dt = require "dt"
return dt.scenario {
  platform   = { "lan", hosts = 4, servers = 3, bandwidth = "1MBps", latency = "20us", speed = "1Mf" },
  workers    = 4,
  data       = { "gaussian", rows = 240, columns = 6, classes = 3 },
  model      = "softmax",
  strategy   = "ps",
  batch_size = 8,
  servers    = { count = 3, %s },
  faults     = { %s patience = "10s" },
  stop       = { rounds = 100 },
}
"""
OFTEN = 'servers = { crash = dt.exponential { mean = "50ms" }, recover = "5ms", notice = "1ms" },'


def run(folder, keys, faults, *words):
    done = folder.run("run", folder.write(STORE % (keys, faults)), "-o", "out.h5", "--fresh", *words)
    assert done.returncode == 0, done.stderr + done.stdout
    return h5py.File(folder.path / "out.h5")


def table(f, name):
    return {key: column[:] for key, column in f["runs/0000/" + name].items()}


def test_failures_are_recorded_and_what_they_cost(folder):
    f = run(folder, "checkpoint = { rounds = 5 }", OFTEN)
    faults, ranges = table(f, "faults"), table(f, "durability")
    assert set(faults["role"]) == {b"server"} and set(faults["what"]) == {b"crash", b"recover"}
    assert set(ranges["what"]) == {b"checkpoint", b"lost", b"restored"}
    restored, lost = ranges["what"] == b"restored", ranges["what"] == b"lost"
    for row in np.flatnonzero(~lost):       # the initial values are known to all: reading them takes nothing but the notice
        same = ranges["range"][:row] == ranges["range"][row]
        written = not restored[row] or np.any(ranges["what"][:row][same] == b"checkpoint")
        assert ranges["bytes"][row] == (4 * 7 if written else 0)
        assert not restored[row] or (ranges["seconds"][row] > 0.005) == bool(written)
    assert 0 < ranges["pushes"].sum() <= 4 * 5 * lost.sum() and np.all(ranges["pushes"][~lost] == 0)
    again = folder.fingerprint("out.h5")
    run(folder, "checkpoint = { rounds = 5 }", OFTEN, "--threads", "3")
    assert folder.fingerprint("out.h5") == again


def test_copies_take_over(folder):
    ranges = table(run(folder, "replicas = 2", OFTEN), "durability")
    took = ranges["what"] == b"takeover"
    assert took.sum() > 3 and np.all(ranges["seconds"][took] >= 0.001 - 1e-9)
    assert (ranges["what"] == b"copied").sum() > 3


def test_a_run_whose_range_is_gone_says_so(folder):
    done = folder.run("run", folder.write(STORE % ("replicas = 1", 'servers = { crash = dt.exponential { mean = "50ms" } },')), "-o", "out.h5")
    assert done.returncode == 1
    assert "have failed for good" in done.stdout + done.stderr


@pytest.mark.parametrize("keys, faults, said", [
    ("replicas = 3", "", "servers.replicas: expected less than servers.count"),
    ("checkpoint = {}", "", "servers.checkpoint: expected rounds or seconds"),
    ("checkpoint = { every = 3 }", "", "servers.checkpoint.every"),
    ("checkpoint = 3", "", "servers.checkpoint: expected"),
    ("", 'servers = { recover = "1s" },', "faults.servers.crash: expected a time to failure"),
    ("", 'servers = { "crash", crash = 3 },', "faults.servers: expected { crash"),
    ("", 'servers = { crash = "3kg" },', "faults.servers.crash"),
])
def test_what_has_no_meaning_is_refused(folder, keys, faults, said):
    done = folder.run("plan", folder.write(STORE % (keys, faults)))
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("strategy, said", [
    ("fedavg", 'the servers of "fedavg" do not fail, since what such a server keeps beside the model'),
    ("sgd", 'the servers of "sgd" do not fail: expected a strategy with parameter servers'),
    ("gaia", '"gaia" has servers in every site'),
])
def test_servers_of_other_strategies_do_not_fail(folder, strategy, said):
    text = (STORE % ("", OFTEN)).replace('"ps"', f'"{strategy}"').replace("count = 3,", "count = 1,")
    if strategy == "gaia":
        text = text.replace('platform   = { "lan", hosts = 4, servers = 3, bandwidth = "1MBps", latency = "20us", speed = "1Mf" }',
                            'platform = { "wan", regions = 2 }, sites = "region"').replace("count = 1", 'count = 1, on = "sites"')
    done = folder.run("plan", folder.write(text))
    assert done.returncode == 2
    assert "faults.servers: " in done.stderr and said in done.stderr, done.stderr
