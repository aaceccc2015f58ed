"""Columns of the evaluations from their declaration to claims and figures, and what ends a run."""
import h5py
import numpy as np
import pytest

from conftest import SMALL

HOOK = """on_evaluate = function(e) return { drift = e.step / 4, doubled = 2 * e.loss } end, stop ="""


def test_numbers_of_the_hook_are_columns_of_the_record_in_claims_and_end_a_run(folder):
    text = SMALL.replace("stop =", HOOK).replace("steps = 40", "steps = 40, drift = 6") + ""
    text = text.replace("strategy =", """claims = {
      ["to the end"] = function(r) return r:median "drift" == 6 and r[1]:time_to { drift = 4 } < r[1].time_s end,
      ["every value"] = function(r) return #r[1].evaluations.doubled == #r[1].evaluations.loss end,
    }, strategy =""")
    done = folder.run("run", folder.write(text), "-o", "a.h5")
    assert done.returncode == 0 and done.stdout.count("held") == 2, done.stdout + done.stderr
    with h5py.File(folder.path / "a.h5") as f:
        e = f["runs/0000/evaluations"]
        assert list(e)[-2:] == ["doubled", "drift"] and f["sweep/steps"][0] == 24
        assert np.array_equal(e["doubled"][:], 2 * e["loss"][:]) and np.array_equal(e["drift"][:], e["step"][:] / 4)
        assert e["drift"].attrs["label"] == "drift" and e["drift"].attrs["brief"]
    done = folder.run("plot", "a.h5", "--figure", "curve", "--y", "drift", "-o", "a.svg")
    assert done.returncode == 0 and "drift" in (folder.path / "a.svg").read_text(), done.stderr


@pytest.mark.parametrize("body, words", [
    ("if e.step > 0 then return { late = 1 } end", ["returned { late }, but nothing at the first evaluation", "same names"]),
    ("return e.step == 0 and { a = 1, b = 2 } or { a = 1 }", ["returned { a }, but { a, b } at the first", "0/0"]),
    ("return { loss = 1 }", ["every evaluation has a column loss already"]),
    ("return { ['a b'] = 1 }", ["cannot be the name of a column", "letters, digits and _"]),
    ("return { a = 'much' }", ["returned { a = much }: expected a number"]),
    ("return { a = 1 }, 'halt'", ["returned halt", "ends the run"]),
    ("return { 7, a = 1 }", ["returned a table with 7 without a name", "{ drift = 0.3 }"]),
    ("local t = {} for i = 1, 25 do t['a' .. i] = i end return t", ["returned more than 24 numbers"]),
])
def test_what_a_hook_may_not_return(folder, body, words):
    folder.write(SMALL.replace("stop =", f"on_evaluate = function(e) {body} end, stop ="))
    done = folder.run("run", "scenario.lua", "-o", "a.h5")
    assert done.returncode == 1 and "scenario.lua:9: on_evaluate:" in done.stderr, done.stderr
    for word in words:
        assert word in done.stderr


def test_a_hook_returns_numbers_and_ends_the_run(folder):
    folder.write(SMALL.replace("stop =", "on_evaluate = function(e) return { a = 0/0 }, e.step >= 8 and 'stop' end, stop ="))
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    with h5py.File(folder.path / "a.h5") as f:
        assert f["sweep/steps"][0] == 8 and np.isnan(f["runs/0000/evaluations/a"][:]).all()


@pytest.mark.parametrize("limit, words", [
    ("drift = 1", ["stop.drift: there is no such parameter, and no such column of the evaluations", "local_steps"]),
    ("consensus_distanse = 1", ['did you mean "consensus_distance"?']),
    ("local_step = 1", ['did you mean "local_steps"?']),
    ("accuracy = 90", ["stop.accuracy", "0 to 1"]),
    ("local_steps = '3s'", ["stop.local_steps", "number"]),
    ("joules = 3", ["stop.joules: the platform has no power figures"]),
])
def test_limits_that_cannot_be(folder, limit, words):
    folder.write(SMALL.replace("steps = 40", f"steps = 40, {limit}"))
    done = folder.run("plan", "scenario.lua")
    assert done.returncode == 2
    for word in words:
        assert word in done.stderr


def test_a_column_that_the_hook_does_not_bring_is_named_when_the_run_begins(folder):
    folder.write(SMALL.replace("stop =", HOOK).replace("steps = 40", "steps = 40, drif = 6"))
    for command in (["run", "-o", "a.h5"], ["plan"]):
        done = folder.run(command[0], "scenario.lua", *command[1:])
        assert done.returncode == 2 and 'stop.drif: ' in done.stderr and 'no column "drif"; did you mean "drift"?' in done.stderr


def test_a_column_of_the_strategy_ends_a_run(folder):
    """AdaComm's period falls from 8 to 1."""
    folder.write(SMALL.replace('{ "localsgd", period = 4 }', '{ "adacomm", period = 8, interval = "20ms" }')
                 .replace("steps = 40", "steps = 4000, local_steps = 1").replace("stop", "evaluate = { rounds = 1 }, stop"))
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    with h5py.File(folder.path / "a.h5") as f:
        period = f["runs/0000/evaluations/local_steps"][:]
        assert period[-1] == 1 and (period[1:-1] > 1).all() and len(period) > 3


def spent(folder, stop, *words):
    """Joules at the end, rounds, and joules at every evaluation, of which there is one a round."""
    folder.write(SMALL.replace("hosts = 4", "hosts = 4, busy_watts = 100, idle_watts = 50, link_watts = 5")
                 .replace("steps = 40", stop).replace("stop", 'jitter = dt.exponential {}, evaluate = { rounds = 1 }, stop'))
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--fresh", *words)
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "a.h5") as f:
        return f["sweep/joules"][0], f["sweep/rounds"][0], f["runs/0000/energy/joules"][:]


@pytest.mark.parametrize("strategy", ["{ 'localsgd', period = 4 }", "gossip", "ps", "{ 'fedavg', fraction = 0.5 }"])
def test_energy_ends_a_run_with_the_round_that_reaches_it(folder, strategy):
    """Nobody begins a round too many: the energy is that of a run which six rounds end."""
    choice = ("--set", f"strategy={strategy}")
    whole, _, _ = spent(folder, "rounds = 6", *choice)
    _, _, known = spent(folder, "rounds = 9", *choice)
    assert known[6] > known[5] > 0
    middle = known[5] + 0.6 * (known[6] - known[5])
    joules, rounds, _ = spent(folder, f"rounds = 60, joules = {middle!r}", *choice)
    assert rounds == 6 and joules == pytest.approx(whole, rel=1e-9)


def test_flops_end_a_run_and_mark_every_round(folder):
    folder.write(SMALL.replace("steps = 40", "flops = 1e6"))
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    with h5py.File(folder.path / "a.h5") as f:
        assert list(f["runs/0000/evaluations/round"][:]) == list(range(int(f["sweep/rounds"][0]) + 1))


def test_functions_are_not_set_from_the_command_line(folder):
    folder.write(SMALL)
    for key in ("on_evaluate=3", "claims={}"):
        done = folder.run("run", "scenario.lua", "--set", key)
        assert done.returncode == 2 and f"functions stand in the scenario's file alone: expected another key, got --set {key}" in done.stderr


OWN = """-- Whom does a common model serve?
local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4 }, workers = 4,
  data = { "gaussian", rows = 400, test = 100, columns = 5, classes = 3 },
  model = "softmax", split = { "dirichlet", alpha = 0.3, own = 0.25 },
  strategy = dt.sweep { "sgd", "isolated", "gossip", { "fedavg", fraction = 0.5 }, "ps" },
  evaluate = { each = true, rounds = 10 }, stop = { rounds = 40 },
  claims = { ["alone they suit their own better"] = function(r)
    return r:where { strategy = "isolated" }:median "own_accuracy" > r:where { strategy = "sgd" }:median "own_accuracy" and
      r:where { strategy = "isolated" }:median "accuracy" < 0.6 and #r[1]:table("scores").rank == 20 end },
}
"""


def test_models_are_judged_by_each_workers_own_samples(folder):
    done = folder.run("run", folder.write(OWN), "-o", "a.h5", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    with h5py.File(folder.path / "a.h5") as f:
        for name, run in f["runs"].items():
            e, s = run["evaluations"], run["scores"]
            assert 400 * 0.73 <= run["workers/samples"][:].sum() <= 400 * 0.77
            assert len(s["rank"]) == 4 * len(e["loss"])
            assert ("accuracy_each" in e) == (name == "0002"), "gossip alone is judged by a mean of models that differ"
            if name == "0002":
                assert e["accuracy_each"][0] == e["accuracy"][0] and e["loss_each"][0] == e["loss"][0], "they begin alike"
                assert (e["loss_each"][1:] > e["loss"][1:]).all(), "the loss is convex: Jensen's inequality"
            own = s["own_accuracy"][:].reshape(-1, 4)
            assert np.allclose(own.mean(axis=1), e["own_accuracy"], atol=1e-12) and np.array_equal(own.min(axis=1), e["own_least"])
            for column, of_workers in (("own_p10", np.quantile(own, 0.1, axis=1)), ("own_median", np.median(own, axis=1)),
                                       ("own_p90", np.quantile(own, 0.9, axis=1)), ("own_deviation", own.std(axis=1)),
                                       ("own_fairness", own.sum(axis=1) ** 2 / (4 * (own ** 2).sum(axis=1)))):
                assert np.allclose(e[column], of_workers, atol=1e-12), column
            assert np.allclose(s["own_loss"][:].reshape(-1, 4).mean(axis=1), e["own_loss"], atol=1e-12)
            assert np.allclose(s["loss"][:].reshape(-1, 4).mean(axis=1), e["loss"], atol=1e-12)
            apart = np.ptp(s["loss"][-4:]) > 0
            assert apart == (name == "0001"), "isolated workers alone have models of their own"
        sgd, ps = f["runs/0000/evaluations"], f["runs/0004/evaluations"]
        assert np.allclose(sgd["own_loss"], ps["own_loss"], rtol=1e-5)
        epoch = f["runs/0000/evaluations/epoch"][-1]
    assert epoch == pytest.approx(40 * (15 + 3 * 32) / 300, rel=0.1)        # of what is trained on


def test_targets_that_are_numbers_have_no_accuracy_of_their_own(folder):
    folder.write(OWN.replace('"gaussian", rows = 400, test = 100, columns = 5, classes = 3', '"linear", rows = 400, columns = 5')
                 .replace('"softmax"', '"linear"').replace('{ "dirichlet", alpha = 0.3, own = 0.25 }', '{ "iid", own = 0.25 }')
                 .split("  claims")[0] + "}\n")
    assert folder.run("run", "scenario.lua", "-o", "a.h5", "--quiet", "--set", "strategy=isolated").returncode == 0
    with h5py.File(folder.path / "a.h5") as f:
        e = f["runs/0000/evaluations"]
        assert np.isfinite(e["own_loss"]).all()
        assert all(np.isnan(e[name]).all() for name in e if name.startswith("own_") and name != "own_loss")


def test_own_scores_do_not_depend_on_threads_and_end_a_run(folder):
    folder.write(OWN.replace("rounds = 40", "rounds = 400, own_accuracy = 0.7"))
    found = []
    for threads in (1, 3):
        folder.run("run", "scenario.lua", "-o", "a.h5", "--fresh", "--threads", threads, "--set", "strategy=isolated", "--quiet")
        with h5py.File(folder.path / "a.h5") as f:
            found.append(f["runs/0000/evaluations/own_accuracy"][:].tolist())
    assert found[0] == found[1] and found[0][-1] >= 0.7 and max(found[0][:-1]) < 0.7 and len(found[0]) < 30


def test_with_natural_the_test_samples_of_its_devices_are_a_workers_own(folder):
    folder.write(OWN.replace('"gaussian", rows = 400, test = 100, columns = 5, classes = 3', '"synthetic"')
                 .replace('{ "dirichlet", alpha = 0.3, own = 0.25 }', '"natural"').replace("sweep {", "sweep { 'localsgd',"))
    folder.run("run", "scenario.lua", "-o", "a.h5", "--quiet", "--set", "strategy=localsgd")
    with h5py.File(folder.path / "a.h5") as f:
        e = f["runs/0000/evaluations"]
        assert 0 <= e["own_least"][-1] <= e["own_accuracy"][-1] <= 1 and e["own_accuracy"][-1] > e["own_accuracy"][0]


def test_nobody_is_judged_by_samples_that_are_not_there(folder):
    folder.write(SMALL.replace("steps = 40", "steps = 40, own_accuracy = 0.5"))
    done = folder.run("plan", "scenario.lua")
    assert done.returncode == 2 and "stop.own_accuracy: no worker has samples of its own" in done.stderr and "split.own" in done.stderr
    folder.write(SMALL)
    assert folder.run("run", "scenario.lua", "-o", "a.h5", "--quiet").returncode == 0
    with h5py.File(folder.path / "a.h5") as f:
        assert "own_loss" not in f["runs/0000/evaluations"] and "scores" not in f["runs/0000"]


def test_a_claim_can_ask_for_the_model_that_a_run_has_kept(folder):
    claim = 'claims = { ["18 parameters"] = function(r) return #r[1].model == 18 and r[1].model[1] ~= 0 end },'
    folder.write(SMALL.replace("stop =", claim + ' keep = "model", stop ='))
    assert "held  : 18 parameters" in folder.run("run", "scenario.lua", "-o", "a.h5").stdout
    folder.write(SMALL.replace("stop =", claim + " stop ="))
    done = folder.run("run", "scenario.lua", "-o", "b.h5")
    assert 'run 0 has kept no model: expected keep = "model" in the scenario' in done.stdout + done.stderr


def test_scores_of_each_beside_their_mean_end_a_run_where_they_are_asked_for(folder):
    folder.write(SMALL.replace("steps = 40", "steps = 40, accuracy_each = 0.01"))

    def runs(strategy, each):
        return folder.run("run", "scenario.lua", "-o", f"{strategy}.h5", "--set", f"strategy={strategy}", "--set", f"evaluate.each={each}")
    done = runs("gossip", "false")
    assert done.returncode == 2 and "stop.accuracy_each: the workers' models are evaluated only if" in done.stderr
    done = runs("sgd", "true")
    assert done.returncode == 2 and "stop.accuracy_each: the mean of models that differ is not what \"sgd\" evaluates" in done.stderr
    done = runs("gossip", "true")
    assert done.returncode == 0, done.stderr
