"""dtsim explain: the parts of the critical path are the run's time, whatever is run; the ideal saves what it cost."""
import math
import random
import sys

import h5py
import pytest

import golden
from conftest import ROOT, SMALL

sys.path.insert(0, str(ROOT))
from analysis import blame, load                # noqa: E402
from analysis.course import Course              # noqa: E402
from analysis.explain import by_kind            # noqa: E402
from analysis.whatif import lua                 # noqa: E402


def add_up(path):
    """Of every run: the parts follow on one another from 0 to the end, and nothing remains unexplained."""
    with load(path) as record:
        for run in record.runs:
            assert run.status == "ok", run.reason
            end, parts = run.final["time_s"], blame.Path(Course(run)).whole()
            assert parts[0].start == 0 and parts[-1].end == end
            assert all(a.end == b.start and a.start < a.end for a, b in zip(parts, parts[1:]))
            assert abs(math.fsum(p.end - p.start for p in parts) - end) <= 1e-9 * end
            known = {"compute", "latency", "bandwidth", "sharing", "window", "overhead"}
            if any(name in str(run.config["collective"]) for name in ("driver", "shuffle")):      # tasks are launched one by one
                known |= {"pause"}
            rest = list(parts)
            if "gaia" in str(run.config["strategy"]):        # a site that waits for another's clock until all ends hears no more
                idle = [i for i, part in enumerate(parts) if part.kind == "idle"]
                assert len(idle) <= 1 and all(parts[i].whose.serves for i in idle)
                assert all(len({part.pair for part in parts[i + 1:]}) == 1 for i in idle)      # then its values, the last message
                rest = [part for part in parts if part.kind != "idle"]
            assert set(by_kind(rest)) <= known, (run.config, by_kind(parts))
        return len(record.runs)


def test_parts_add_up_for_every_member_that_has_a_say_in_time(folder):
    rooms = ("strategy", "collective", "topology", "compress", "platform", "distribution")
    runs = [run for name, run in golden.everything().items() if name.split("/")[0] in rooms and "-" not in name]
    done = folder.run("run", golden.written(folder, runs), "--set", "trace=messages", "-o", "m.h5", "--quiet")
    assert done.returncode == 0 and add_up(folder.path / "m.h5") == len(runs) > 30, done.stderr


def test_parts_add_up_for_every_strategy_with_every_collective(folder):
    text = SMALL.replace('strategy = { "localsgd", period = 4 }', """trace = "messages", jitter = dt.exponential {},
      strategy = dt.sweep { "sgd", { "localsgd", period = 3 }, { "adacomm", period = 4, interval = "1ms" }, "gossip",
        { "fedavg", fraction = 0.5 } }, collective = dt.sweep { "star", "tree", "ring", "halving" }""")
    assert folder.run("run", folder.write(text), "-o", "a.h5", "--quiet").returncode == 0
    assert add_up(folder.path / "a.h5") == 20


LAYERED = SMALL.replace('strategy = { "localsgd", period = 4 }', """trace = "messages", jitter = dt.exponential {},
  strategy = "overlap", queue = dt.sweep { "fifo", { "priority", piece = 200 }, { "random", piece = 200, overhead = "1ms" },
    { "priority", piece = 100, credit = 300, overhead = "1ms" } }""").replace('"softmax"', '{ "mlp", widths = { 8, 4 } }')


@pytest.mark.parametrize("how", ['collective = dt.sweep { "star", "tree", "ring", "halving" }',
                                 'collective = "shards", servers = { count = 3, on = "workers" }'])
def test_parts_add_up_where_hands_send_while_their_workers_compute(folder, how):
    """No worker sleeps and nothing is idle: a wait is for a hand, whose turn had come after another, or after a backward pass."""
    text = LAYERED.replace("stop =", f"{how}, stop =")
    done = folder.run("run", folder.write(text), "-o", "a.h5", "--quiet", "--set", "platform.bandwidth=20000")
    assert done.returncode == 0, done.stderr
    assert add_up(folder.path / "a.h5") in (4, 16)
    with load(folder.path / "a.h5") as record:
        for run in record.runs:
            path = blame.Path(Course(run))
            waited = blame.waits(path)
            own = run.workers[run.workers["hand"] == ""]["wait_s"].sum()
            assert math.fsum(waited.values()) == pytest.approx(own)
            assert not {kind for kind, _ in waited} & {"idle", "pause", "off"}


FAULTY = SMALL.replace('strategy = { "localsgd", period = 4 }', """
  trace = "messages", compute = { seconds = dt.exponential {} },
  strategy = dt.sweep { "sgd", { "localsgd", period = 3 }, { "adacomm", period = 4, interval = "9s" }, "gossip",
    { "fedavg", fraction = 0.5, overselect = 1.5, deadline = "9s" } }""").replace("steps = 40", "seconds = 60")


def explained(path):
    """Kind -> seconds on the critical paths of all runs, whose parts follow on one another and fill the time."""
    total = dict.fromkeys(blame.KINDS, 0.0)
    with load(path) as record:
        for run in record.runs:
            end, parts = run.final["time_s"], blame.Path(Course(run)).whole()
            assert parts[0].start == 0 and parts[-1].end == end, run.swept
            assert all(a.end == b.start and a.start < a.end for a, b in zip(parts, parts[1:])), run.swept
            for kind, seconds in by_kind(parts).items():
                total[kind] += seconds
    return total


def test_parts_add_up_where_hosts_crash_and_messages_are_lost(folder):
    """And little of the time has no cause."""
    text = FAULTY.replace("stop =", """seeds = 4, collective = dt.sweep { "star", "tree", "ring", "halving" },
      faults = { crash = dt.exponential { mean = 20 }, recover = dt.exponential { mean = 5 }, deadline = "2s",
        message_loss = 0.05 }, stop =""")
    assert folder.run("run", folder.write(text), "-o", "f.h5", "--quiet").returncode == 0
    total = explained(folder.path / "f.h5")
    assert total["off"] > 0 and total["loss"] > 0 and total["idle"] < 0.02 * sum(total.values()), total


def test_what_is_sent_again_is_blamed_on_the_loss_alone(folder):
    text = FAULTY.replace("stop =", 'faults = { message_loss = 0.3, timeout = "10s" }, stop =')
    assert folder.run("run", folder.write(text), "-o", "f.h5", "--quiet").returncode == 0
    total = explained(folder.path / "f.h5")
    assert total["loss"] > 50 and total["sharing"] < 0.01, total
    assert "was lost on its way, and sent again" in folder.run("explain", "f.h5").stdout


def test_a_server_that_waits_for_a_device_that_is_gone_blames_the_device(folder):
    crashes = 'faults = { crash = dt.exponential { mean = 5 }, recover = 2, deadline = "9s" }'
    text = FAULTY.replace("stop =", f"{crashes}, stop =")
    done = folder.run("run", folder.write(text), "-o", "f.h5", "--quiet", "--set", 'strategy={"fedavg",fraction=0.5}')
    assert done.returncode == 0, done.stderr
    total = explained(folder.path / "f.h5")
    assert total["off"] > 1 and total["idle"] < 0.1, total


def random_scenario(draw):
    workers = draw.randint(1, 9)
    lan = (f'{{ "lan", hosts = {draw.randint(1, workers)}, latency = "{draw.choice([0, 1, 50])}ms", '
           f'bandwidth = "{draw.choice([1, 100])}Mbps", speed = "1Mf" }}')
    platform = draw.choice([lan, '{ "wan", regions = 3 }', '"mobile"'])
    jitter = draw.choice(["dt.exponential {}", "dt.pareto { shape = 1 }", "1", "dt.bimodal {}"])
    strategy = draw.choice(['"sgd"', '{ "localsgd", period = 3 }', '"gossip"', '{ "fedavg", fraction = 0.7 }'])
    return f"""local dt = require "dt"
return dt.scenario {{
  platform = {platform}, workers = {workers}, trace = "messages", network = "{draw.choice(["LV08", "CM02"])}",
  data = {{ "gaussian", rows = 120, test = 20, columns = {draw.choice([3, 300])} }}, model = "softmax",
  jitter = {jitter}, slowness = dt.uniform {{ low = 1, high = 3 }}, strategy = {strategy},
  collective = "{draw.choice(["star", "tree", "ring", "halving"])}", compress = "{draw.choice(["none", "topk"])}",
  stop = {{ steps = {draw.randint(1, 15)} }}, batch_size = {draw.choice([0, 5])}, seed = {draw.randint(1, 99)} }}"""


@pytest.mark.parametrize("seed", range(12))
def test_parts_add_up_for_random_scenarios(folder, seed):
    done = folder.run("run", folder.write(random_scenario(random.Random(seed))), "-o", "r.h5", "--quiet")
    assert done.returncode == 0 and add_up(folder.path / "r.h5") == 1, done.stderr


# ---- what is printed -------------------------------------------------------------------------------------

def test_a_slow_worker_is_blamed(folder):
    text = SMALL.replace("stop =", 'trace = "messages", batch_size = 0, split = { "quantity", power = 2 }, stop =')
    assert folder.run("run", folder.write(text), "-o", "s.h5", "--set", "platform.speed=10kf").returncode == 0
    with h5py.File(folder.path / "s.h5") as f:
        samples = list(f["runs/0000/workers/samples"])
    done = folder.run("explain", "s.h5")
    assert done.returncode == 0, done.stderr
    after = done.stdout.split("Workers, by what")[1].splitlines()
    assert after[2].split()[:2] == ["worker", str(samples.index(max(samples)))]
    assert "total" in done.stdout and "100.0 %" in done.stdout and "Rounds:" in done.stdout


def test_a_sweep_has_a_line_a_configuration_and_a_run_its_own_page(folder):
    text = SMALL.replace("period = 4", "period = dt.sweep { 2, 8 }")
    text = text.replace("stop =", 'trace = "messages", seeds = 2, stop =')
    assert folder.run("run", folder.write(text), "-o", "s.h5", "--quiet").returncode == 0
    whole = folder.run("explain", "s.h5").stdout
    assert whole.startswith("Does it work?") and "period 2" in whole and "period 8" in whole
    assert "Run 3 of" in folder.run("explain", "s.h5", "--run", 3).stdout
    every = folder.run("explain", "s.h5", "--run", 0, "--rounds").stdout.split("Rounds:")[1]
    assert len(every.strip().splitlines()) == 1 + 20


@pytest.mark.parametrize("words, sentence", [
    (("s.h5",), "its messages were not recorded: run the scenario again with trace = \"messages\""),
    (("s.h5", "--run", "7"), "got 7"),
    (("none.h5",), "there is no such file"),
    (("scenario.lua",), "expected --what-if with it"),
    (("s.h5", "--set", "seed=2"), "--set: expected --what-if and a scenario with it"),
    (("scenario.lua", "--what-if", "--set", "batch_siez=2"), "batch_size"),
])
def test_what_cannot_be_explained_is_said_in_a_sentence(folder, words, sentence):
    assert folder.run("run", folder.write(SMALL), "-o", "s.h5", "--quiet").returncode == 0
    done = folder.run("explain", *words)
    assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr
    assert sorted(p.name for p in folder.path.iterdir()) == ["s.h5", "scenario.lua"]


# ---- what if -----------------------------------------------------------------------------------------------

WHAT_IF = """-- What costs time?
local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4, bandwidth = "10Mbps", latency = "5ms", speed = "1Mf" }, network = "CM02",
  workers = 4, data = { "gaussian", rows = 200, test = 100, columns = 20, classes = 3 }, batch_size = 10,
  model = "softmax", strategy = dt.sweep { "sgd", { "adacomm", period = 4, interval = "500ms" } }, collective = "star",
  jitter = dt.exponential {}, stop = { seconds = 2 },
}
"""


def test_what_if_says_what_each_ideal_thing_saves(folder):
    done = folder.run("explain", folder.write(WHAT_IF), "--what-if")
    assert done.returncode == 0, done.stderr
    for words in ("sgd:", "adacomm:", "no latency", "no jitter", "endless bandwidth", "equal hosts", "a server"):
        assert words in done.stdout
    assert sorted(p.name for p in folder.path.iterdir()) == ["scenario.lua"]


def test_a_free_server_saves_what_the_path_says_it_cost(folder):
    """On a star every message is the server's: without it the computing is left."""
    scenario = folder.write(WHAT_IF)
    folder.run("run", scenario, "-o", "w.h5", "--quiet", "--set", "strategy=sgd", "--set", "trace=messages")
    with load(folder.path / "w.h5") as record:
        path = by_kind(blame.Path(Course(record.runs[0])).whole())
    done = folder.run("explain", "w.h5", "--what-if")
    line = next(line for line in done.stdout.splitlines() if line.strip().startswith("a server that costs nothing"))
    time, saves = (float(word) for word in line.split()[5:8:2])     # "a server that costs nothing  1.2 s  0.8 s"
    assert abs(time - path["compute"]) < 2e-4 and abs(saves - sum(path.values()) + path["compute"]) < 2e-4


def test_what_if_does_a_platform_file_and_one_run_again(folder):
    (folder.path / "plat").mkdir()
    xml = folder.run("platform", "lan", "--set", "hosts=3").stdout
    (folder.path / "plat/net.xml").write_text(xml)
    text = SMALL.replace('{ "lan", hosts = 4 }', '"net.xml"').replace("workers = 4", "workers = 3")
    folder.write(text.replace("stop", "seeds = 2, stop"), "plat/s.lua")
    done = folder.run("explain", "plat/s.lua", "--what-if", "--run", 1)
    assert done.returncode == 0 and "as it is" in done.stdout and "medians" not in done.stdout, done.stderr


def test_a_configuration_in_lua_is_what_it_was():
    assert lua({"name": "lan", "hosts": 4, "deep": {"seconds": 0.5}, "on": True, "list": [1, 2]}) == \
        '{ "lan", ["hosts"] = 4, ["deep"] = { ["seconds"] = 0.5 }, ["on"] = true, ["list"] = { 1, 2 } }'
    assert lua('a "b"\\') == '"a \\"b\\"\\\\"'
