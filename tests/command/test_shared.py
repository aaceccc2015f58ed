"""Runs that share their samples, and runs that make them when they use them, leave what they would leave by themselves."""
import h5py
import pytest

TABLE = "a,b,class\n" + "".join(f"{i % 7},{i % 5},{i % 2}\n" for i in range(60))
SCENARIO = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 20 }, data = %s, model = "softmax", strategy = %s, batch_size = 5,
  stop = { rounds = 6 }, keep = "model", %s
}
"""
FEDAVG = '{ "fedavg", fraction = 0.5 }'


def models(folder, *words):
    """The model that each run of the sweep has left, by its seed."""
    done = folder.run("run", "scenario.lua", "-o", "r.h5", "--fresh", "--quiet", *words)
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "r.h5") as file:
        return [run["model"][()].tobytes() for run in file["runs"].values()]


def evaluations(folder):
    with h5py.File(folder.path / "r.h5") as file:
        return {name: column[()].tobytes() for name, column in file["runs/0000/evaluations"].items()}


@pytest.mark.parametrize("data", ['{ "gaussian", rows = 400 }', '{ "csv", path = "set.csv", test = "set.csv" }', '{ "csv", path = "set.csv" }'])
def test_a_run_that_shares_its_samples_leaves_the_same(folder, data):
    (folder.path / "set.csv").write_text(TABLE)
    folder.write(SCENARIO % (data, '"sgd"', "workers = 4, data_seed = 3, seeds = 3,"))
    together = models(folder)
    assert len(set(together)) == 3
    assert together == [model for seed in (1, 2, 3) for model in models(folder, "--set", "seeds=1", "--set", f"seed={seed}")]
    assert together == models(folder, "-j", 1)


def test_a_file_with_a_fault_gives_its_reason_in_every_run(folder):
    (folder.path / "set.csv").write_text(TABLE + "1,x,1\n")
    folder.write(SCENARIO % ('{ "csv", path = "set.csv", test = "set.csv" }', '"sgd"', "workers = 4, seeds = 3,"))
    done = folder.run("run", "scenario.lua", "-o", "r.h5")
    assert done.returncode == 2
    assert done.stderr.count("data.path: ") == 1 and 'line 62 (row 61), column "b": expected a number, got "x"' in done.stderr


@pytest.mark.parametrize("more", ["", ", iid = true", ", max_samples = 60"])
def test_samples_that_are_made_when_they_are_used_are_those_that_are_kept(folder, more):
    """With evaluate.rows the samples of a client are made when it takes part; without it all are in memory."""
    folder.write(SCENARIO % ('{ "synthetic"%s }' % more, FEDAVG, 'workers = 20, split = "natural", evaluate = { rounds = 3 },'))
    kept = models(folder)
    whole = evaluations(folder)
    assert models(folder, "--set", "evaluate.rows=4000000000") == kept
    assert evaluations(folder) == whole
    assert models(folder, "--set", "evaluate.rows=30", "--threads", 2) == kept


@pytest.mark.parametrize("meanwhile, failed", [('os.rename("new.csv", "set.csv")', 0), ('os.remove("set.csv")', 0),
                                               ('io.open("set.csv", "a"):write("1,2,1\\n"):close()', 2)])
def test_all_runs_of_a_sweep_are_of_the_data_that_it_began_with(folder, meanwhile, failed):
    """A file that is replaced or removed while the sweep runs is read as it was, and one that is changed is refused."""
    (folder.path / "set.csv").write_text(TABLE)
    (folder.path / "new.csv").write_text(TABLE.replace("0", "9"))
    hook = "on_evaluate = function(e) if done == nil then done = true; %s end end,"
    words = "-o", "r.h5", "--fresh", "--quiet", "-j", 1, "--unsafe"
    losses = []
    for change in "", 'if io.open("new.csv") then %s; os.remove("new.csv") end' % meanwhile:
        folder.write("local done\n" + SCENARIO % ('{ "csv", path = "set.csv" }', '"sgd"', "workers = 4, seeds = 3, " + hook % change))
        done = folder.run("run", "scenario.lua", *words)
        with h5py.File(folder.path / "r.h5") as file:
            losses.append([run["model"][()].tobytes() for run in file["runs"].values() if "model" in run])
    assert done.stderr.count("data.path: set.csv changed since the sweep began") == failed, done.stderr
    assert losses[1] == losses[0][:3 - failed]
