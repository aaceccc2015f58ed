"""What a strategy cannot live with is refused before anything runs, at the key at fault; isolated workers through the program."""
import h5py
import pytest

SCENARIO = """local dt = require "dt"
return dt.scenario {{
  platform = {{ "lan", hosts = 4 }}, workers = 4, data = {{ "gaussian", rows = 200, test = 50 }}, model = "softmax",
  strategy = "isolated", {more}
}}
"""


@pytest.mark.parametrize("more, key, wanted", [
    ("stop = { bytes = 1e6 }", "stop.bytes", "isolated workers send nothing"),
    ("stop = { steps = 9 }, evaluate = { bytes = 1e3 }", "evaluate.bytes", "isolated workers send nothing"),
    ("stop = { rounds = 6 }, faults = { stragglers = { count = 1 } }", "faults.stragglers.delay", "an isolated worker that stays away"),
    ("stop = { steps = 9 }, keep = \"model\"", "keep", "isolated workers have no common model"),
])
@pytest.mark.parametrize("command", ["plan", "run"])
def test_what_does_not_fit_is_refused_at_its_key(folder, command, more, key, wanted):
    file = folder.write(SCENARIO.format(more=more), "x.lua")
    done = folder.run(command, file)
    assert done.returncode == 2
    assert f"{key}: {wanted}" in done.stderr and "expected" in done.stderr
    assert not (folder.path / "results").exists()


@pytest.mark.parametrize("strategy", ["sgd", "localsgd", "diloco"])
def test_a_single_worker_that_sends_nothing_is_not_given_bytes_alone(folder, strategy):
    text = SCENARIO.replace("hosts = 4", "hosts = 1").replace("workers = 4", "workers = 1").replace("isolated", strategy)
    done = folder.run("run", folder.write(text.format(more="stop = { bytes = 1 }"), "x.lua"), timeout=60)
    assert done.returncode == 2 and "stop.bytes: a single worker" in done.stderr and "expected" in done.stderr
    file = folder.write(text.format(more="stop = { bytes = 1, steps = 3 }"), "x.lua")
    assert folder.run("run", file, "-o", "x.h5").returncode == 0


def test_isolated_workers_under_faults_send_nothing_and_end(folder):
    faults = 'faults = { crash = dt.exponential { mean = 2 }, recover = 1, deadline = "500ms" }'
    file = folder.write(SCENARIO.format(more='compute = { seconds = "100ms" }, stop = { seconds = 10 }, ' + faults), "x.lua")
    assert folder.run("run", file, "-o", "x.h5").returncode == 0
    with h5py.File(folder.path / "x.h5") as f:
        evaluations = next(iter(f["runs"].values()))["evaluations"]
        assert evaluations["bytes"][-1] == 0 and 10 <= evaluations["time_s"][-1] < 10.2
        assert 40 < evaluations["step"][-1] < 95
