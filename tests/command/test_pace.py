"""How long steps take: what is drawn, from which stream, and which worker gets which of the values that were measured."""
import h5py
import numpy as np
import pytest

from conftest import SMALL

QUIET = SMALL.replace('strategy = { "localsgd", period = 4 }', 'strategy = "sgd", trace = "spans", learn = false, '
                      'collective = "star"')


def run(folder, text, *words):
    done = folder.run("run", folder.write(text), "-o", "p.h5", "--quiet", "--fresh", *words)
    assert done.returncode == 0, done.stderr


def steps(folder, text, *words):
    """Seconds that each step of each worker took: [workers, steps]."""
    run(folder, text, *words)
    with h5py.File(folder.path / "p.h5") as f:
        spans = {name: column[()] for name, column in f["runs/0000/spans"].items()}
    own = spans["kind"] == b"compute"
    ranks = range(int(spans["rank"].max()) + 1)
    return np.array([(spans["end_s"] - spans["start_s"])[own & (spans["rank"] == r)] for r in ranks])


def paced(*parts):
    return QUIET.replace("workers = 4", ", ".join(("workers = 4", *parts)))


def test_jitter_and_seconds_are_drawn_from_streams_of_their_own(folder):
    jitter, seconds = "jitter = dt.exponential {}", "compute = { seconds = dt.exponential {} }"
    both = steps(folder, paced(jitter, seconds))
    alone = steps(folder, paced(seconds))
    factor = steps(folder, paced(jitter, "compute = { seconds = 1 }"))
    np.testing.assert_allclose(both, alone * factor, rtol=1e-6)
    assert abs(np.corrcoef(alone.ravel(), factor.ravel())[0, 1]) < 0.3        # 160 pairs: 4 standard errors


def starts(folder, text):
    """When the first worker has begun its steps."""
    run(folder, text)
    with h5py.File(folder.path / "p.h5") as f:
        spans = {name: column[()] for name, column in f["runs/0000/spans"].items()}
    own = (spans["kind"] == b"compute") & (spans["role"] == b"worker") & (spans["rank"] == 0)
    return np.sort(spans["start_s"][own])


def test_the_fastest_worker_is_not_slow_when_it_has_waited_for_the_slowest(folder):
    rule = 'strategy = "ps", sync = { "adaptive", window = 20, from = 0, to = 8 }, slowness = { 1, 2, 4, 8 }'
    begun = starts(folder, paced("compute = { seconds = 1 }").replace('strategy = "sgd"', rule).replace(', collective = "star"', "")
                   .replace("steps = 40", "seconds = 200"))
    assert np.diff(begun).max() < 8.1       # the slowest takes 8 s a step, and lets it begin one each time


# ---- slowness that persists --------------------------------------------------------------------

def measured(workers, count, seed):
    """Times of workers of which each is slow or fast for long: [workers, count]."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.03, (workers, count))
    for k in range(1, count):
        noise[:, k] += 0.95 * noise[:, k - 1]
    return np.round(np.exp(noise) * np.linspace(1, 2, workers)[:, None] ** 2, 6)


def lag(series):
    return np.corrcoef(series[:-1], series[1:])[0, 1]


FORMS = {
    "columns": lambda t: ("w0,w1,w2,w3\n" + "".join(",".join(map(str, row)) + "\n" for row in t.T), ""),
    "columns without names": lambda t: ("".join(",".join(map(str, row)) + "\n" for row in t.T), ""),
    "named columns": lambda t: ("i,c,d,a,b\n" + "".join(f"{i},{r[2]},{r[3]},{r[0]},{r[1]}\n" for i, r in enumerate(t.T)),
                                ', column = { "a", "b", "c", "d" }'),
    "rows": lambda t: ("".join(",".join(map(str, row)) + "\n" for row in t), ', own = "row"'),
    "long": lambda t: ("iteration,worker,s\n" + "".join(f"{k},{r},{t[r, k]}\n" for k in range(t.shape[1]) for r in range(4)),
                       ', worker = "worker"'),
}


@pytest.mark.parametrize("form", FORMS)
def test_own_values_keep_who_is_slow_and_for_how_long(folder, form):
    times = measured(4, 40, 1)
    text, words = FORMS[form](times)
    folder.write(text, "t.csv")
    seconds = f'compute = {{ seconds = dt.trace {{ path = "t.csv", normalise = false, order = "%s"{words} }} }}'
    own = steps(folder, paced(seconds % "own"))
    np.testing.assert_allclose(own, times, rtol=1e-5)
    assert abs(lag(own.max(axis=0)) - lag(times.max(axis=0))) < 1e-3
    assert abs(own.max(axis=0).mean() / times.max(axis=0).mean() - 1) < 1e-5


def test_values_that_are_drawn_anew_lose_both(folder):
    """What order = "own" is for: the mean of the slowest and its correlation differ by far more than chance."""
    times = measured(4, 400, 1)
    folder.write("s\n" + "".join(f"{x}\n" for x in times.ravel()), "t.csv")
    text = paced('compute = { seconds = dt.trace { path = "t.csv", normalise = false } }').replace("steps = 40", "steps = 400")
    slowest, pooled = times.max(axis=0), steps(folder, text).max(axis=0)
    assert lag(slowest) > 0.5 > abs(lag(pooled))                    # of 400: a standard error of 0.05
    assert slowest.mean() - pooled.mean() > 5 * pooled.std() / 20


def test_jitter_of_own_values_is_scaled_by_the_mean_of_all(folder):
    folder.write("a,b,c,d\n1,2,3,10\n2,4,3,10\n", "t.csv")
    jitter = steps(folder, paced('jitter = dt.trace { path = "t.csv", order = "own" }', "compute = { seconds = 1 }"))
    mean = (3 + 6 + 6 + 20) / 8
    np.testing.assert_allclose(jitter[:, :2], np.array([[1, 2], [2, 4], [3, 3], [10, 10]]) / mean, rtol=1e-5)


def test_without_jitter_every_worker_takes_its_own_mean(folder):
    folder.write("a,b,c,d\n1,2,3,10\n2,4,3,10\n", "t.csv")
    own = 'compute = { seconds = dt.trace { path = "t.csv", order = "own", normalise = false } }'
    np.testing.assert_allclose(steps(folder, paced(own, "ideal = { jitter = true }")),
                               np.array([[1.5], [3], [3], [10]]) * np.ones(40), rtol=1e-5)


@pytest.mark.parametrize("order, wanted", [("own", [1.5, 3, 3, 10]), ("sequence", [10, 10, 10, 10])])
def test_speed_takes_the_mean_of_own_values_or_a_row_a_worker(folder, order, wanted):
    folder.write("a,b,c,d\n1,2,3,10\n2,4,3,10\n", "t.csv")
    speed = f'slowness = dt.trace {{ path = "t.csv", order = "{order}", normalise = false }}'
    np.testing.assert_allclose(steps(folder, paced(speed, "compute = { seconds = 1 }"))[:, 0], wanted, rtol=1e-5)


def test_a_column_of_one_value_a_worker_is_its_speed(folder):
    folder.write("4\n1\n2\n1\n", "t.csv")
    for order in ("own", "sequence"):
        speed = f'slowness = dt.trace {{ path = "t.csv", order = "{order}", normalise = false }}'
        np.testing.assert_allclose(steps(folder, paced(speed, "compute = { seconds = 1 }"))[:, 0], [4, 1, 2, 1], rtol=1e-5)


@pytest.mark.parametrize("job", [1, 2, 3, 4])
def test_a_measured_job_is_played_as_it_was(folder, data, job):
    import pandas as pd
    table = pd.read_csv(f"{data}/compute/pai_minibatch_time.csv").query("job == @job")
    wanted = [table[table.worker == w].batch_time_norm.to_numpy()[:200] for w in range(10)]
    text = paced('compute = { seconds = dt.trace { path = "compute/pai_minibatch_time.csv", column = "batch_time_norm", '
                 f'where = "job={job}", order = "own", worker = "worker", normalise = false }} }}')
    text = text.replace("hosts = 4", "hosts = 10").replace("workers = 4", "workers = 10").replace("steps = 40", "steps = 200")
    np.testing.assert_allclose(steps(folder, text), wanted, rtol=1e-4)


# ---- a value for each worker -------------------------------------------------------------------

@pytest.mark.parametrize("key", ["slowness", "jitter", "compute.seconds"])
def test_a_list_gives_each_worker_its_value(folder, key):
    text = paced("compute = { seconds = 1 }")
    wanted = np.array([[4], [1], [2], [1]]) * np.ones(40)
    np.testing.assert_allclose(steps(folder, text, "--set", f"{key}={{4,1,2,1}}"), wanted, rtol=1e-5)
    np.testing.assert_allclose(steps(folder, text, "--set", f"{key}=dt.each{{4,1,2,1}}"), wanted, rtol=1e-5)


def test_a_list_may_hold_quantities_and_sweeps(folder):
    text = paced('compute = { seconds = { "400ms", 1, "0.2 s", dt.sweep { 1, "2s" } } }')
    np.testing.assert_allclose(steps(folder, text)[:, 0], [0.4, 1, 0.2, 1], rtol=1e-5)
    with h5py.File(folder.path / "p.h5") as f:
        np.testing.assert_allclose(f["sweep/time_s"], [40, 80], rtol=1e-2)


def test_a_list_of_times_to_crash_is_for_each_worker(folder):
    run(folder, paced('faults = { crash = { "2s", "1h", "5s", "1h" }, deadline = "1s" }', "compute = { seconds = 1 }"))
    with h5py.File(folder.path / "p.h5") as f:
        events = {name: column[()] for name, column in f["runs/0000/faults"].items()}
    crashes = events["what"] == b"crash"
    assert dict(zip(events["rank"][crashes].tolist(), events["time_s"][crashes].tolist())) == {0: 2, 2: 5}


def test_lists_are_swept(folder):
    done = folder.run("run", folder.write(paced("slowness = dt.sweep { 1, { 4, 1, 1, 1 }, { 1, 1, 1, 2 } }",
                                                "compute = { seconds = 1 }")), "-o", "p.h5")
    assert done.returncode == 0 and "[4,1,1,1]" in done.stdout and "[1,1,1,2]" in done.stdout, done.stderr
    with h5py.File(folder.path / "p.h5") as f:
        np.testing.assert_allclose(f["sweep/time_s"], [40, 160, 80], rtol=1e-2)


WRONG = [
    ("slowness={4,1}", "slowness: expected one value for each worker, 4 in all, got 2"),
    ("jitter={4,1,1,1,1}", "jitter: expected one value for each worker, 4 in all, got 5"),
    ("compute.seconds={1}", "compute.seconds: expected one value for each worker, 4 in all, got 1"),
    ("faults={crash={1,2}}", "faults.crash: expected one value for each worker, 4 in all, got 2"),
    ("workers=dt.sweep{4,3}", "slowness: expected one value for each worker, 3 in all, got 4"),
    ('slowness={4,1,1,"fast"}', 'slowness.values: expected a quantity in s, got "fast"'),
    ("slowness={4,1,1,-1}", "slowness.values: expected a number of at least 0 s, got -1"),
    ("jitter={dt.exponential{},1,1,1}", "jitter.values: expected a list of numbers, got ["),
    ("jitter={dt.exponential{},1,1,1}", "expected a list of numbers, got"),
    ("slowness={true,1,1,1}", "expected a list of numbers, got"),
    ('jitter={"trace",path="t.csv",order="own"}', "jitter.column: t.csv has 5 columns and the run has 4 workers"),
    ('jitter={"trace",path="t.csv",order="own",column={"a","b","c"}}', "jitter.column: t.csv gives 3 columns and the run"),
    ('jitter={"trace",path="t.csv",order="own",own="row"}', "jitter.order: t.csv gives 2 rows and the run has 4 workers"),
    ('jitter={"trace",path="t.csv",order="own",worker="a"}', "jitter.worker: t.csv gives 2 workers and the run has 4"),
    ('jitter={"trace",path="t.csv",order="own",worker="x"}', 'jitter.worker: t.csv has no column "x"'),
    ('jitter={"trace",path="gone.csv"}', "jitter.path: gone.csv is not there"),
    ('jitter={"trace",path="long.csv",order="own"}', "jitter.column: long.csv gives 2 columns and the run has 4 workers"),
    ('jitter={"trace",path="long.csv",order="own",column="s"}', "jitter.order: long.csv has 6 rows of one value and the run has 4"),
    ('jitter={"trace",path="long.csv",order="own",worker="w"}', 'jitter.path: long.csv, line 5: expected a label in column "w"'),
]


@pytest.mark.parametrize("change, sentence", WRONG, ids=[change for change, _ in WRONG])
def test_what_is_not_there_for_every_worker_is_refused_before_anything_runs(folder, change, sentence):
    folder.write("a,b,c,d,e\n1,2,3,4,5\n6,7,8,9,10\n", "t.csv")
    folder.write("w,s\n0,1\n1,2\n2,2\n,4\n3,4\n0,2\n", "long.csv")
    scenario = folder.write(paced("slowness = { 4, 1, 1, 1 }"))
    for command in (["plan"], ["run", "-o", "p.h5"]):
        done = folder.run(*command, scenario, "--set", change, env={"DTSIM_DATA": ""})
        assert done.returncode == 2 and sentence in done.stderr, done.stderr
        assert done.stdout == "" and not (folder.path / "p.h5").exists()
    if "workers" not in change:
        free = folder.write(paced("slowness = 1").replace("workers = 4,", ""))   # the platform's four hosts
        done = folder.run("plan", free, "--set", change, env={"DTSIM_DATA": ""})
        assert done.returncode == 2 and sentence in done.stderr, done.stderr


def test_a_first_line_that_counts_is_read_as_values_and_said_to_be(folder):
    folder.write("1,2,3,4\n1.5,2.5,3.5,4.5\n", "t.csv")
    folder.write("1,2,3,5\n1.5,2.5,3.5,4.5\n", "other.csv")
    for name, said in [("t.csv", 1), ("other.csv", 0)]:
        scenario = folder.write(paced(f'slowness = dt.trace {{ path = "{name}", order = "own" }}'))
        for command in (["plan"], ["run", "-o", "p.h5", "--quiet", "--fresh"]):
            done = folder.run(*command, scenario)
            assert done.returncode == 0, done.stderr
            assert done.stderr.count("slowness.path: the first line of t.csv is 1, 2 and so on") == said, done.stderr


def test_of_more_rows_than_workers_the_first_are_taken_where_the_scenario_says_rows(folder):
    folder.write("4\n1\n2\n1\n7\n", "t.csv")
    speed = 'slowness = dt.trace { path = "t.csv", order = "own", own = "row", normalise = false }'
    np.testing.assert_allclose(steps(folder, paced(speed, "compute = { seconds = 1 }"))[:, 0], [4, 1, 2, 1], rtol=1e-5)


def test_a_list_survives_what_if(folder):
    folder.write("a,b,c,d\n1,2,3,10\n2,4,3,10\n", "t.csv")
    folder.write(paced("slowness = { 4, 1, 1, 1 }", 'jitter = dt.trace { path = "t.csv", order = "own", '
                       'column = { "d", "c", "b", "a" } }', "compute = { seconds = 1 }"))
    done = folder.run("explain", "scenario.lua", "--what-if")
    assert done.returncode == 0 and "equal hosts" in done.stdout, done.stderr


def test_every_distribution_has_its_function_in_lua(folder):
    names = [line.split()[0] for line in folder.run("list", "distribution").stdout.splitlines()[1:]]
    assert len(names) >= 10
    calls = "\n".join(f'assert(dt.{name} {{}}[1] == "{name}")' for name in names)
    done = folder.run("plan", folder.write(SMALL.replace("return", f"{calls}\nreturn")))
    assert done.returncode == 0, done.stderr


def test_measured_amounts_that_are_divided_by_their_mean_are_told_of(folder):
    folder.write("s\n0.02\n0.04\n", "steps.csv")
    trace = '{ "trace", path = "steps.csv" %s }'
    folder.write(SMALL.replace("workers = 4", f"workers = 4, compute = {{ seconds = {trace % ''} }}"))
    for command in ("plan", "run"):
        told = folder.run(command, "scenario.lua").stderr
        assert "compute.seconds: the values of steps.csv are divided by their mean, 0.03" in told and "normalise = false" in told
    for text in (f"compute = {{ seconds = {trace % ', normalise = false'} }}", f"jitter = {trace % ''}"):
        folder.write(SMALL.replace("workers = 4", f"workers = 4, {text}"))
        assert "divided by" not in folder.run("plan", "scenario.lua").stderr


def test_a_trace_with_other_separators_or_decimals_is_refused(folder):
    folder.write(SMALL.replace("workers = 4", 'workers = 4, compute = { seconds = { "trace", path = "steps.csv" } }'))
    for text in ("worker0;worker1\n7,52;3,25\n", "seconds\n7,52\n", "a,b\n1,2\n1,2,3\n"):
        folder.write(text, "steps.csv")
        done = folder.run("plan", "scenario.lua")
        assert done.returncode == 2 and "as many as the first line has" in done.stderr, done.stderr
    folder.write("a,b\n1,2,\n3,4,\n", "steps.csv")       # a comma at the end of every line is a habit of some programs
    assert folder.run("plan", "scenario.lua").returncode == 0


# ---- workers that break off --------------------------------------------------------------------

TAKEN_UP = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4, latency = "1us", bandwidth = "1Tbps" }, network = "CM02", workers = 3,
  data = { "blank", rows = 300, columns = 5, classes = 3 }, learn = false, model = "softmax", stop = { rounds = 8 },
  compute = { seconds = { "trace", path = "t.csv", order = "own", own = "column", normalise = false } },
  KEYS
}
"""


@pytest.mark.parametrize("keys, times, seconds", [
    # One of three is left behind in every step: the first in odd steps, the second in even ones.
    ('strategy = "ps", sync = { "backup", spare = 1, late = "leave" }', [(10, 1, 1), (1, 10, 1)], 8),
    ('strategy = "coded", code = { "none", stragglers = 1 }', [(10, 1, 1), (1, 10, 1)], 8),
    # The first is slow once, and a copy takes the second that follows that of the others.
    ('strategy = { "speculative", share = 0.5 }', [(10, 1, 1)] + 30 * [(1, 1, 1)], 9),
])
def test_who_breaks_off_takes_the_next_time_in_the_next_step(folder, keys, times, seconds):
    folder.write("".join("%g,%g,%g\n" % row for row in times), "t.csv")
    run(folder, TAKEN_UP.replace("KEYS", keys))
    with h5py.File(folder.path / "p.h5") as f:
        assert f["runs/0000/evaluations/time_s"][-1] == pytest.approx(seconds, rel=1e-3)


@pytest.mark.parametrize("strategy", ["ps", "coded", "speculative"])
def test_load_slows_down_whatever_a_worker_computes(folder, strategy):
    folder.write("1,1,1\n", "t.csv")
    run(folder, TAKEN_UP.replace("KEYS", f'strategy = "{strategy}", load = 0.5'))
    with h5py.File(folder.path / "p.h5") as f:
        assert f["runs/0000/evaluations/time_s"][-1] == pytest.approx(16, rel=1e-3)
