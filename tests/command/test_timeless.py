"""Runs that learn the same share one training: for every strategy that says so, and for what else is recorded of numbers, the file
of a run that replays a training is that of the run by itself, to the bit."""
import collections
import re

import h5py
import pytest

import golden
from conftest import Folder

LAN = {"name": "lan", "hosts": 6, "bandwidth": "3MBps", "latency": "1ms", "speed": "2Mf"}
Run = collections.namedtuple("Run", "fingerprint status trained gradients")
# The same model on other machines, with other delays, exchanges and queues.
TIMES = [{}, {"platform": LAN, "jitter": {"name": "shifted_exponential", "shift": 0.2, "mean": 3}, "collective": "halving", "queue": "fifo"},
         {"platform": {**LAN, "bandwidth": "200kBps"}, "jitter": {"name": "constant", "value": 1}, "collective": "star", "queue": "priority"}]
SHARE = {"d2", "diloco", "fedavg", "fedavg-adam", "fednova", "gossip", "isolated", "localsgd", "onebit_adam", "overlap", "ps",
         "ps-servers", "qgm", "scaffold", "sgd", "tracking"}
# Whatever else of the numbers is recorded, or decides how long a run goes on.
MORE = {
    "keep": {"keep": "model"},
    "epochs": {"evaluate": {"epochs": 0.7}, "stop": {"epochs": 3}, "schedule": {"name": "cosine", "epochs": 3}, "strategy": {"name": "localsgd", "period": 3}},
    "loss": {"stop": {"loss": 0.86, "rounds": 48}},
    "each": {"evaluate": {"rounds": 4, "each": True, "rows": 50}, "strategy": "gossip"},
    "each alone": {"evaluate": {"steps": 5, "each": True}, "strategy": "isolated"},
    "one way": {"strategy": "gossip", "topology": "onepeer", "keep": "model"},
    "one way tracking": {"strategy": "tracking", "topology": "onepeer", "optimiser": {"name": "sgd", "lr": 0.1}, "stop": {"rounds": 23}},
    "own": {"split": {"name": "dirichlet", "alpha": 0.5, "own": 0.2}, "strategy": {"name": "fedavg", "fraction": 0.6}},
    "steps": {"batch_size": 0, "accumulate": 1, "stop": {"steps": 9}, "project": {"name": "l1", "lam": 0.01}},
    "momentum": {"optimiser": {"name": "adam", "lr": 0.05, "clip_norm": 0.1}, "strategy": {"name": "localsgd", "period": 2}},
    "privacy": {"privacy": {"name": "central", "clip_norm": 0.5, "noise_multiplier": 0.4}, "strategy": {"name": "fedavg", "fraction": 0.6}},
    "adaptive": {"privacy": {"name": "adaptive_clip", "noise_multiplier": 0.4}, "strategy": {"name": "fedavg", "fraction": 0.6}},
    "secure": {"secure_aggregation": {"threshold": 0.67}, "strategy": {"name": "fedavg", "fraction": 0.6}},
    "outer": {"server_optimiser": {"name": "adam", "lr": 0.05}, "strategy": {"name": "fedavg", "fraction": 1}},
}
ALL = ("localsgd", "overlap", "gossip", "fedavg")
CACHED, SIGNIFICANT = {"name": "topk", "ratio": 0.3, "cache_keys": True}, {"name": "significant", "threshold": 0.3}
DGC = {"name": "dgc", "ratio": 0.1, "warmup": 3}
PACKETS = [("topk", ALL), ("quantize", ALL[:1]), ("powersgd", ALL[:2]), (CACHED, ALL), (SIGNIFICANT, ALL), (DGC, ALL[1:3]),
           ({"name": "randomskip", "keep": 0.4}, ALL[:1])]
LOSSY = {f"{strategy} {compress}": {"strategy": strategy, "compress": compress, "collective": "ring", "queue": "fifo"}
         for compress, strategies in PACKETS for strategy in strategies}
LOSSY["twice"] = {"compress": {"name": "topk", "twice": True}, "collective": "ring", "queue": "whole"}
LOSSY["ps"] = {"strategy": "ps", "compress": {"name": "significant", "threshold": 0.3}, "servers": {"count": 1}}
LOSSY["kkt"] = {"strategy": "sgd", "compress": {"name": "kkt", "lam": 0.1, "delta": 0.02}, "collective": "ring", "queue": "whole"}


def both(tmp, cases, times):
    """{ case: [(one that shares, the same one by itself)] } of the runs of each case at these times: fingerprint, who trained, samples
    whose gradients were computed, status.  Cases whose keys the base lacks are sweeps of their own."""
    out, sweeps = {}, {}
    base = set(re.findall(r"^  (\w+) +=", (golden.GOLDEN / "base.lua").read_text(), re.M))
    for name, case in cases.items():
        sweeps.setdefault(tuple(sorted(case.keys() - base)), {})[name] = case
    for some in sweeps.values():
        runs = [{**time, **case} for case in some.values() for time in times]
        shared, alone = swept(tmp, runs, "shared.h5"), swept(tmp, runs, "alone.h5", "--separate")
        for k, name in enumerate(some):
            at = slice(k * len(times), (k + 1) * len(times))
            out[name] = list(zip(shared[at], alone[at]))
    return out


def swept(tmp, runs, out, *options):
    folder = Folder(tmp)
    return carried_out(folder, golden.written(folder, runs), out, *options)


def carried_out(folder, scenario, out, *options):
    done = folder.run("run", scenario, "-o", out, "--fresh", "--quiet", *options)
    assert done.returncode in (0, 1), done.stderr
    with h5py.File(folder.path / out) as f:
        group = [f["runs"][run] for run in sorted(f["runs"])]
        return [Run(run.attrs["fingerprint"], run.attrs["status"], run["host"].attrs.get("trained", ""), run["host"].attrs["gradients"])
                for run in group]


def check(name, pairs, shares):
    for shared, alone in pairs:
        assert alone.gradients > 0 and not alone.trained, name
        assert shared[:2] == alone[:2], f"a run of {name} that shares a training is not the run by itself"
        assert (shared.gradients == 0) == bool(shared.trained), name
    computed = sum(shared.gradients > 0 for shared, _ in pairs)
    assert computed == (1 if shares else len(pairs)), f"{computed} of {len(pairs)} runs of {name} computed gradients"


def test_timings_of_every_strategy_are_those_of_runs_by_themselves(tmp_path):
    cases = {file.stem: golden.changes("strategy", file.stem) for file in sorted((golden.GOLDEN / "strategy").glob("*.json"))}
    for name, pairs in both(tmp_path, cases, TIMES[::2]).items():
        check(name, pairs, name in SHARE)


def test_all_that_is_recorded_of_numbers_comes_from_the_training(tmp_path):
    for name, pairs in both(tmp_path, MORE, TIMES[:2]).items():
        check(name, pairs, True)


def test_lossy_packets_are_those_of_the_training(tmp_path):
    """Where exchanges and queues cut packets, those are a part of what is learnt."""
    for name, pairs in both(tmp_path, LOSSY, TIMES[:2]).items():
        check(name, pairs, True)


# Six runs that are two trainings.
TWO = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4, bandwidth = dt.sweep { "1MBps", "100kBps", "30kBps" } },
  workers = 4,
  data = { "glyphs", rows = 200, test = 60 },
  model = { "mlp", widths = { 6 } },
  strategy = { "localsgd", period = 2 },
  optimiser = { "sgd", lr = %s },
  stop = { steps = 16 },
  trace = "messages", keep = "model",
  seeds = 2,
  %s
}
"""


def shared_and_alone(folder, text):
    scenario = folder.write(text)
    shared, alone = carried_out(folder, scenario, "shared.h5"), carried_out(folder, scenario, "alone.h5", "--separate")
    assert [run[:2] for run in shared] == [run[:2] for run in alone]
    return shared


def test_a_hook_sees_the_numbers_of_the_training_at_its_own_time(folder):
    shared = shared_and_alone(folder, TWO % (0.1, "on_evaluate = function(e) return { much = e.loss * e.time_s } end"))
    assert sum(run.gradients > 0 for run in shared) == 2


def test_where_a_hook_ends_runs_at_different_evaluations_they_are_those_of_runs_by_themselves(folder):
    """A run that goes on after the training has ended, or has another model at its end, computes its own gradients."""
    shared = shared_and_alone(folder, TWO % (0.1, "on_evaluate = function(e) if e.time_s > 0.4 then return 'stop' end end"))
    assert 2 < sum(run.gradients > 0 for run in shared) <= 6


def test_a_training_that_diverges_does_so_in_every_run_at_its_own_time(folder):
    linear = TWO.replace('"glyphs", rows = 200, test = 60', '"linear", rows = 200').replace('{ "mlp", widths = { 6 } }', '"linear"')
    shared = shared_and_alone(folder, linear % (1e6, ""))
    assert {run.status for run in shared} == {"diverged"} and sum(run.gradients > 0 for run in shared) == 2
    with h5py.File(folder.path / "shared.h5") as f:
        assert len({run.attrs["reason"] for run in f["runs"].values()}) == 3


@pytest.mark.parametrize("what", ["stop = { seconds = 1 }", "evaluate = { seconds = 0.1 }", "evaluate = { bytes = 3000 }", "strategy = 'adacomm'",
                                  "strategy = { 'fedavg', deadline = 100 }", "strategy = { 'fedavg', overselect = 1.5 }", "learn = false",
                                  "faults = { crash = dt.exponential { mean = 9 } }", "strategy = 'gossip', stop = { loss = 0.5, steps = 9 }",
                                  "strategy = 'overlap', evaluate = { epochs = 1 }", "strategy = 'ps', sync = 'async'",
                                  "collective = 'shards', servers = { on = 'workers', count = dt.sweep { 1, 2 } }",
                                  "compress = 'blocks'", "compress = 'topk', collective = 'hierarchical'", "workers = dt.sweep { 2, 3, 4 }"])
def test_what_depends_on_time_is_learnt_by_each_run(folder, what):
    text = TWO.replace('"1MBps", "100kBps", "30kBps"', '"1MBps"' if "workers" in what else '"1MBps", "30kBps"').replace('keep = "model",', "")
    for key in re.findall(r"(\w+) = (?:[{']|false|dt)", what):
        text = re.sub(rf"\n  {key} = .*", "", text)
    done = folder.run("plan", folder.write(text % (0.1, what)))
    assert done.returncode == 0 and "timing" not in done.stdout, done.stdout + done.stderr
