"""AdaComm against synchronous SGD: four workers, ten Gaussian classes, a step of 0.7 s + Exp(0.3 s), a mean of 4 s.
Configuration A has batches of 4; in B, of 2, the noise of the gradients decides."""
import h5py
import numpy as np

from conftest import ROOT

STRATEGIES = {"sync": '"sgd"', "five": '{"localsgd",period=5}', "twenty": '{"localsgd",period=20}',
              "hundred": '{"localsgd",period=100}', "ada": '{"adacomm",period=20}'}


def runs_of(folder, strategies, *words, seeds=10):
    """The evaluations of every run, by the strategies named in the table above."""
    sweep = ",".join(STRATEGIES[name] for name in strategies)
    words = [f"strategy=dt.sweep{{{sweep}}}", f"seeds={seeds}", 'trace="none"', "data.test=0", *words]
    done = folder.run("run", ROOT / "scenarios/tau.lua", "-o", "a.h5", "--fresh", *(w for word in words for w in ("--set", word)))
    assert done.returncode in (0, 1), done.stdout + done.stderr      # 1: the scenario's own claims are about A
    runs = {name: [] for name in strategies}
    with h5py.File(folder.path / "a.h5") as f:
        assert {bytes(s) for s in f["sweep/status"][:]} == {b"ok"}
        assert len(f["sweep/id"]) == seeds * len(strategies)
        for i, kind in enumerate(f["sweep/strategy"].asstr()):       # the last key of a sweep, the seed, runs fastest
            name = strategies[i // seeds]
            assert kind.split()[0] in STRATEGIES[name]
            runs[name].append({k: f[f"runs/{i:04d}/evaluations"][k][:] for k in ("time_s", "round", "loss", "local_steps")})
    return runs


def reach(runs, loss, what="time_s"):
    """The median over runs of the time (or the means taken) until the training loss is this low."""
    hits = [(r, np.flatnonzero(r["loss"] <= loss)) for r in runs]
    return np.median([r[what][hit[0]] if len(hit) else np.inf for r, hit in hits])


def loss_at(runs, second):
    return np.mean([r["loss"][r["time_s"] <= second][-1] for r in runs])


def mean_loss(runs, since):
    return np.mean([r["loss"][r["time_s"] >= since].mean() for r in runs])


def final_loss(runs):
    return np.median([r["loss"][-1] for r in runs])


def period_falls_to_one(run):
    tau = run["local_steps"][1:]
    return tau[-1] == 1 and np.all(np.diff(tau) <= 0)


def test_a_half_the_time_to_the_target_and_the_same_end(folder):
    runs = runs_of(folder, ["sync", "five", "twenty", "ada"])
    ada = reach(runs["ada"], 0.70)
    assert ada <= 0.5 * reach(runs["sync"], 0.70)
    assert ada <= min(reach(runs[fixed], 0.70) for fixed in ("five", "twenty"))
    assert final_loss(runs["ada"]) <= 1.05 * final_loss(runs["sync"])
    assert all(period_falls_to_one(r) for r in runs["ada"])


def gain(folder, alpha):
    """How many times sooner AdaComm reaches 0.70 where a mean costs alpha times the mean step of 1 s: four messages
    one after the other, over two links each."""
    runs = runs_of(folder, ["sync", "ada"], f"platform.latency={alpha / 8}", "evaluate.seconds=0", "evaluate.rounds=1",
                   "stop.loss=0.70")
    return reach(runs["sync"], 0.70) / reach(runs["ada"], 0.70)


def test_the_gain_goes_with_the_price_of_a_mean(folder):
    dear, fair, cheap = (gain(folder, alpha) for alpha in (4, 1, 0.25))
    assert dear >= 2
    assert dear > fair > cheap
    assert 0.75 <= cheap <= 1.25


def test_b_local_steps_lead_first_and_end_worse_and_adacomm_has_both(folder):
    """With batches of 2 AdaComm saves means rather than time.  A local step takes a quarter of the time of a
    synchronous one, but 2.5 times as many of them are needed.  The median time to losses between 1.0 and 0.70 is about
    0.7 of synchronous SGD's; medians of ten seeds scatter from 0.36 to 1.14 over data sets, sampling and first weights,
    and few are below 0.5.  So no half is asked of the time here."""
    runs = runs_of(folder, ["sync", "twenty", "ada"], "batch_size=2", "stop.seconds=1500")
    sync, local, ada = runs.values()
    assert loss_at(local, 30) < loss_at(sync, 30)
    assert mean_loss(local, 1200) > mean_loss(sync, 1200)
    assert min(r["loss"].min() for r in local) > np.median([r["loss"].min() for r in sync])
    for loss in (0.80, 0.70):
        assert reach(ada, loss) < reach(sync, loss)
        assert reach(ada, loss, "round") <= 0.5 * reach(sync, loss, "round")
    assert mean_loss(ada, 1200) <= 1.05 * mean_loss(sync, 1200)
    assert all(period_falls_to_one(r) for r in ada)


def test_the_longer_the_period_the_higher_the_floor(folder):
    runs = runs_of(folder, ["sync", "twenty", "hundred"], "optimiser.lr=1", "stop.seconds=8000", "evaluate.seconds=100",
                   seeds=3)
    one, twenty, hundred = ([r["loss"][r["time_s"] >= 6000].mean() for r in some] for some in runs.values())
    assert max(one) < min(twenty) and max(twenty) < min(hundred)
