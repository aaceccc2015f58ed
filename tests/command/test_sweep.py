"""A sweep leaves the same file whatever runs it: any -j, any number of threads, interrupted or not."""
import os
import signal
import subprocess

import h5py
import numpy as np
import pytest

from conftest import DTSIM, HANG, SMALL, children

SWEEP = SMALL.replace("period = 4", "period = dt.sweep { 1, 2, 5, 10 }").replace(
    "stop =", "jitter = dt.sweep { dt.constant { value = 1 }, dt.exponential { mean = 1 } },\n  seeds = 3,\n  stop =")


def run(folder, out, *words):
    done = folder.run("run", "scenario.lua", "-o", out, *words)
    assert done.returncode == 0, done.stderr + done.stdout
    return folder.fingerprint(out)


def test_jobs_and_threads_leave_equal_fingerprints(folder):
    folder.write(SWEEP)
    first = run(folder, "a.h5", "-j", 1, "--threads", 1)
    assert first == run(folder, "b.h5", "-j", 2) == run(folder, "c.h5", "-j", 3, "--threads", 2)
    assert folder.run("diff", "a.h5", "c.h5").returncode == 0
    with h5py.File(folder.path / "a.h5") as f:
        assert len(f["sweep/id"]) == 24 and len(f["runs"]) == 24
    assert sorted(os.listdir(folder.path)) == ["a.h5", "b.h5", "c.h5", "scenario.lua"]


def test_another_seed_leaves_another_fingerprint_and_diff_names_it(folder):
    folder.write(SMALL)
    first = run(folder, "a.h5")
    assert first != run(folder, "b.h5", "--set", "seed=2")
    done = folder.run("diff", "a.h5", "b.h5")
    assert done.returncode == 1 and done.stdout.strip()


def test_common_random_numbers(folder):
    """Changing the link leaves every initial weight and every batch as it was: the losses at equal steps are equal."""
    folder.write(SMALL)
    run(folder, "a.h5")
    run(folder, "b.h5", "--set", "platform.bandwidth=1Mbps", "--set", "collective=tree")
    with h5py.File(folder.path / "a.h5") as a, h5py.File(folder.path / "b.h5") as b:
        assert np.array_equal(a["runs/0000/evaluations/loss"][:], b["runs/0000/evaluations/loss"][:])
        assert not np.array_equal(a["runs/0000/evaluations/time_s"][:], b["runs/0000/evaluations/time_s"][:])


CHANGES = [["strategy.period=9"], ["platform.latency=5ms"], ["collective=tree"], ["compress=float16"],
           ["strategy.period=7", "collective=halving", "network=CM02", "platform.bandwidth=10Mbps"]]


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: " ".join(c))
def test_what_is_not_changed_draws_the_same_numbers(folder, change):
    """Delays of every worker and step, initial weights and the order of the data do not hang on tau, link or collective."""
    text = SMALL.replace("stop =", 'compute = { seconds = dt.exponential { mean = 1 } }, jitter = dt.lognormal { mean = 1, sigma = 0.3 },\n'
                         '  slowness = dt.uniform { low = 1, high = 3 }, evaluate = { steps = 1 },\n  stop =')
    folder.write(text)
    run(folder, "a.h5")
    run(folder, "b.h5", *[word for c in change for word in ("--set", c)])
    with h5py.File(folder.path / "a.h5") as a, h5py.File(folder.path / "b.h5") as b:
        runs = a["runs/0000"], b["runs/0000"]
        spent = [r["workers/compute_s"][:] for r in runs]       # the sum of 40 delays of each worker
        coded = 1e-6 if "compress=float16" in change else 0     # a step's packet is coded and decoded, some flops of its elements
        assert len(spent[0]) == 4 and len(set(spent[0])) == 4 and np.allclose(spent[0], spent[1], rtol=1e-9, atol=coded)
        losses = [dict(zip(r["evaluations/step"][:], r["evaluations/loss"][:])) for r in runs]
        assert losses[0][0] == losses[1][0]
        if not any(c.startswith(("strategy", "compress")) for c in change):     # the same batches move the same weights
            assert losses[0] == losses[1] and len(losses[0]) > 5
        assert a.attrs["fingerprint"] != b.attrs["fingerprint"]


def test_a_sweep_killed_and_resumed_is_the_undisturbed_sweep(folder):
    slow = SWEEP.replace("steps = 40", "steps = 3000")
    folder.write(slow)
    whole = run(folder, "a.h5")
    words = [DTSIM, "run", "scenario.lua", "-o", "b.h5", "-j", "1"]
    process = subprocess.Popen(words, cwd=folder.path, stderr=subprocess.PIPE, text=True, start_new_session=True)
    for line in process.stderr:                 # after a few runs have been reported
        if line.startswith("[3/"):
            break
    process.kill()                              # its runs end with it
    process.wait()
    done = folder.run("run", "scenario.lua", "-o", "b.h5", "--resume")
    assert done.returncode == 0 and "[24/24]" in done.stderr
    assert "[1/24]" not in done.stderr and "[3/24]" not in done.stderr
    assert folder.fingerprint("b.h5") == whole


def test_ctrl_c_stops_tidily_and_says_how_to_go_on(folder):
    folder.write(SWEEP.replace("steps = 40", "steps = 2000000"))
    process = subprocess.Popen([DTSIM, "run", "scenario.lua", "-o", "b.h5"], cwd=folder.path, stderr=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, start_new_session=True)
    while not children(process.pid):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=HANG)
    assert process.returncode == 130 and "--resume" in err
    assert not (folder.path / "b.h5").exists()


def test_a_diverged_run_is_recorded_and_the_others_go_on(folder):
    folder.write(SMALL.replace("stop =", "optimiser = { \"sgd\", lr = dt.sweep { 0.1, 1e6 } },\n  stop =").replace(
        '"softmax"', '{ "mlp", widths = { 20, 20 } }'))
    done = folder.run("run", "scenario.lua", "-o", "a.h5")
    assert done.returncode == 1
    assert "diverged" in done.stdout and "1 of 2 runs failed" in done.stderr
    with h5py.File(folder.path / "a.h5") as f:
        status = [s.decode() if isinstance(s, bytes) else s for s in f["sweep/status"][:]]
        assert status == ["ok", "diverged"]


@pytest.mark.parametrize("strategy", ["sgd", "localsgd", "adacomm", "fedavg", "gossip"])
def test_equal_runs_leave_equal_bytes(folder, strategy):
    folder.write(SMALL.replace('{ "localsgd", period = 4 }', f'"{strategy}"').replace("stop =", 'trace = "spans", keep = "model",\n  stop ='))
    run(folder, "a.h5", "--threads", 1)
    run(folder, "b.h5", "--threads", 2)
    assert folder.run("diff", "a.h5", "b.h5").returncode == 0


def test_a_loss_of_0_is_no_limit_and_an_untold_one_no_result(folder):
    folder.write(SMALL.replace('"softmax"', '{ "svm", form = "hinge", lambda = 0 }').replace("classes = 3", "classes = 2, spread = 100"))
    run(folder, "a.h5", "--set", "optimiser.lr=1", "--set", "evaluate.steps=4")
    with h5py.File(folder.path / "a.h5") as f:
        assert f["sweep/steps"][0] == 40 and f["runs/0000/evaluations/loss"][-1] == 0


def test_evaluations_of_fedavg_show_the_schedule(folder):
    folder.write(SMALL.replace('{ "localsgd", period = 4 }', '"fedavg"').replace("stop =", 'schedule = { "inverse", steps = 5 },\n  stop ='))
    run(folder, "a.h5")
    with h5py.File(folder.path / "a.h5") as f:
        rate = f["runs/0000/evaluations/lr"][:]
        assert rate[0] == 0.1 and rate[-1] < 0.05


def test_time_of_every_worker_adds_up_to_the_horizon(folder):
    folder.write(SMALL)
    run(folder, "a.h5")
    with h5py.File(folder.path / "a.h5") as f:
        workers, horizon = f["runs/0000/workers"], f["sweep/time_s"][0]
        total = sum(workers[k][:] for k in ("compute_s", "wait_s", "send_s", "off_s"))
        assert np.allclose(total, horizon, rtol=1e-9)
        assert workers["bytes_out"][:].sum() == workers["bytes_in"][:].sum()


def test_without_learning_the_clock_and_the_wire_are_the_same(folder):
    folder.write(SMALL)
    run(folder, "a.h5")
    run(folder, "b.h5", "--set", "learn=false")
    with h5py.File(folder.path / "a.h5") as a, h5py.File(folder.path / "b.h5") as b:
        for column in ("time_s", "step", "bytes"):
            assert np.array_equal(a["runs/0000/evaluations"][column][:], b["runs/0000/evaluations"][column][:])
        assert a["runs/0000"].attrs["learnt"] == 1 and b["runs/0000"].attrs["learnt"] == 0
        assert np.isnan(b["runs/0000/evaluations/loss"][:]).all()


def test_a_table_of_layers_is_simulated_but_not_trained(folder):
    folder.write("layer,params,fwd_flops,bwd_flops,act_bytes\nconv,1000,1e6,2e6,64\nfc,24000,5e5,1e6,4\n", "layers.csv")
    folder.write(SMALL.replace('"softmax"', '{ "profile", path = "layers.csv" }'))
    run(folder, "a.h5", "--set", "collective=star", "--set", 'data={"blank", rows=400}')
    with h5py.File(folder.path / "a.h5") as f:
        assert f["sweep/bytes"][0] == 2 * 4 * 4 * 25000 * 10        # up and down, 4 workers, 10 means


def test_swept_quantities_are_numbers_with_the_unit_of_their_parameter(folder):
    sweeps = 'latency = dt.sweep { "10ms", 0.5 }, bandwidth = dt.sweep { "8Mbps", "1Gbps" }'
    text = SMALL.replace("hosts = 4", f"hosts = 4, {sweeps}")
    folder.write(text.replace("period = 4", "period = dt.sweep { 2, 4 }"))
    run(folder, "a.h5")
    with h5py.File(folder.path / "a.h5") as f:
        columns = {name: (list(f["sweep"][name]), str(f["sweep"][name].attrs["unit"]))
                   for name in ("platform.latency", "platform.bandwidth", "strategy.period")}
    assert columns["platform.latency"] == ([0.01] * 4 + [0.5] * 4, "s")
    assert columns["platform.bandwidth"] == ([1e6, 1e6, 1.25e8, 1.25e8] * 2, "B/s")
    assert columns["strategy.period"] == ([2, 4] * 4, "1")


def test_factors_have_no_unit_and_times_and_energies_their_own(folder):
    folder.write(SMALL.replace("stop =", """slowness = dt.zip { 1, 2 }, jitter = dt.exponential { mean = dt.zip { 1, 2 } },
      compute = { seconds = dt.uniform { low = 0, high = dt.zip { "2ms", "3ms" } } },
      faults = { crash = dt.zip { "1h", "2h" }, battery = dt.zip { "1kJ", "2kJ" } }, stop =""").replace(
        "hosts = 4", "hosts = 4, busy_watts = 10"))
    run(folder, "a.h5")
    with h5py.File(folder.path / "a.h5") as f:
        units = {name: str(column.attrs["unit"]) for name, column in f["sweep"].items() if "." in name or name == "slowness"}
    assert units == {"slowness": "1", "jitter.mean": "1", "compute.seconds.high": "s", "faults.crash": "s",
                     "faults.battery": "J"}


def test_a_swept_quantity_that_some_runs_do_not_have_is_missing_there(folder):
    platforms = 'dt.sweep { { "lan", hosts = 4, latency = dt.sweep { "1ms", "2ms" } }, "wan" }'
    folder.write(SMALL.replace('{ "lan", hosts = 4 }', platforms))
    run(folder, "a.h5")
    with h5py.File(folder.path / "a.h5") as f:
        assert np.array_equal(f["sweep/platform.latency"], [0.001, 0.002, np.nan], equal_nan=True)
        assert [name.decode() for name in f["sweep/platform"]] == ["lan", "lan", "wan"]


def test_words_among_swept_quantities_leave_a_column_of_texts(folder):
    folder.write(SMALL.replace('stop =', 'jitter = dt.sweep { 1, dt.exponential {} }, stop ='))
    run(folder, "a.h5")
    with h5py.File(folder.path / "a.h5") as f:
        assert [cell.decode() for cell in f["sweep/jitter"]] == ["1", "exponential"]
