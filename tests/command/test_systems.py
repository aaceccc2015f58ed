"""Published systems: help says what each stands for, and a scenario that names one is resolved to that."""
import json
import re

import h5py
import pytest

from conftest import ROOT

NAMES = re.findall(r'^    name = "(\w+)"', (ROOT / "lua/dt/systems.lua").read_text(), re.M)


@pytest.mark.parametrize("name", NAMES)
def test_help_says_what_a_system_stands_for(folder, name):
    text = folder.run("help", name).stdout
    assert re.search(rf'^system {{ "{name}" }}: .*\.$', text, re.M) and "  source: " in text and "  leaves out: " in text
    strategy = re.search(r"^    strategy   = (.*),$", text, re.M)
    assert strategy and (strategy[1] != '"overlap"' or re.search(r"^    queue      = ", text, re.M))


def test_help_prints_every_key_of_a_system(folder):
    assert '    server_optimiser = { "sgd", lr = 1, momentum = 0.5 },' in folder.run("help", "slowmo").stdout.splitlines()


def test_help_finds_a_system_in_any_case_and_lists_all(folder):
    for word in ("ByteScheduler", "BYTESCHEDULER", "P3", "DDP"):
        assert f'system {{ "{word.lower()}" }}: ' in folder.run("help", word).stdout
    for words in (("list",), ("list", "system"), ("list", "systems"), ("help", "system"), ("help", "systems")):
        text = folder.run(*words).stdout
        assert all(f"\n  {name} " in text for name in NAMES), words
    assert 'did you mean "byteps"?' in folder.run("help", "bytesp").stderr


def test_who_searches_for_a_system_by_its_words_finds_it(folder):
    text = folder.run("list").stdout
    for word in ("PyTorch", "DistributedDataParallel", "Horovod", "BytePS", "ByteScheduler", "TicTac", "parameter server",
                 "ring all-reduce", "communication scheduling", "bucket"):
        assert word in text, word


SHARDS = {"collective": "shards", "servers": {"count": 4, "on": "workers", "replicas": 0}}
TEN_MIB = {"name": "bucket", "size": 10 * 2**20, "barrier": True, "credit": 0}
TABLE = {       # what the publications and the code of the systems say
    "ddp": {"queue": {"name": "bucket", "size": 25e6, "barrier": True, "credit": 0}, "collective": "ring"},
    "horovod": {"queue": {"name": "bucket", "size": 64e6, "barrier": True, "credit": 0}, "collective": "ring"},
    "horovod_fp16": {"queue": {"name": "bucket", "size": 64e6, "barrier": True, "credit": 0}, "collective": "ring",
                     "compress": "float16"},
    "byteps": {"queue": {"name": "priority", "piece": 4e6, "barrier": False, "credit": 0}, "collective": "shards",
               "servers": {"count": 4, "on": "own", "replicas": 0}},
    "bytescheduler": {"queue": {"name": "priority", "piece": 4e6, "barrier": False, "credit": 16e6}, **SHARDS},
    "bytescheduler_ring": {"queue": {"name": "priority", "piece": 32e6, "barrier": False, "credit": 64e6}, "collective": "ring"},
    "p3": {"queue": {"name": "priority", "piece": 200e3, "barrier": False, "credit": 0}, **SHARDS},
    "slowmo": {"strategy": "diloco", "collective": "ring"},
    "bagua_allreduce": {"queue": TEN_MIB, **SHARDS},
    "bagua_qsgd": {"queue": TEN_MIB, "compress": "quantize", **SHARDS},
    "bagua_1bit_adam": {"strategy": "onebit_adam", "compress": "sign", **SHARDS},
    "bagua_decen32": {"strategy": "gossip", "topology": "pairs"},
    "bagua_decen8": {"strategy": "gossip", "topology": "ring", "compress": "quantize"},
    "bagua_async": {"strategy": "async_average", "collective": "ring"},
    "tictac_baseline": {"queue": {"name": "random", "piece": 0, "barrier": False, "credit": 0}, **SHARDS},
    "tictac_tic": {"queue": {"name": "tic", "piece": 0, "barrier": False, "credit": 0}, **SHARDS},
    "tictac_tac": {"queue": {"name": "tac", "piece": 0, "bandwidth": 0, "barrier": False, "credit": 0}, **SHARDS},
    "bytescheduler_tuned": {"queue": {"name": "tuned", "piece_least": 5e5, "piece_most": 128e6, "credit_least": 5e5, "credit_most": 256e6,
                                      "trials": 15, "steps": 5, "barrier": False, "credit": 0}, **SHARDS},
    "mxnet": {"queue": {"name": "fifo", "piece": 0, "barrier": False, "credit": 0}, "collective": {"name": "kvstore", "bound": 1e6}},
    "bigdl": {"strategy": "sgd", "collective": "shuffle"},
    "drizzle": {"strategy": "sgd", "collective": {"name": "shuffle", "launch": 200e-6, "group": 10}},
    "mllib": {"strategy": "sgd", "collective": {"name": "driver", "depth": 2, "broadcast": "torrent", "launch": 200e-6}},
}
TINY = """-- What do systems stand for?
local dt = require "dt"
return dt.scenario {
  system = dt.sweep { %s },
  platform = { "lan", hosts = 4, servers = 4 },
  workers = 4,
  data = { "gaussian", rows = 200, test = 100, columns = 5, classes = 3 },
  model = { "mlp", widths = { 8 } },
  stop = { rounds = 3 },
  %s
}
"""


def configurations(folder, systems, more=""):
    """{ what was swept: every value in effect }, of a run each."""
    folder.write(TINY % (", ".join(f'"{one}"' for one in systems), more))
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--quiet", "--fresh")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "a.h5") as f:
        common = json.loads(f.attrs["config"])
        return common, {name.decode(): json.loads(run.attrs["config"])
                        for name, run in zip(f["sweep/system"], f["runs"].values())}


def called(choice):
    return choice if isinstance(choice, str) else choice["name"]


def test_a_system_is_resolved_to_what_it_is_published_as(folder):
    assert set(NAMES) == set(TABLE)
    common, found = configurations(folder, NAMES)
    assert "collective" not in common and "name" not in common.get("queue", {})
    for name, wanted in TABLE.items():
        config = found[name]
        strategy = called(config["strategy"])
        assert config["system"] == name and strategy == wanted.get("strategy", "overlap")
        if strategy == "overlap":
            assert {"overhead": 0, **wanted["queue"]} == config["queue"]
        for key in {"collective", "topology"} & set(wanted):
            assert wanted[key] in (config[key], called(config[key]))
        assert config["compress"]["name"] == wanted.get("compress", "none")
        assert config["servers"] == wanted.get("servers", {"count": 1, "on": "own", "replicas": 0})


def test_what_the_scenario_says_itself_goes_before(folder):
    _, found = configurations(folder, ["P3", "bytescheduler"], 'queue = { credit = "1MB" }, servers = { count = 2 }')
    for name, piece in (("P3", 200e3), ("bytescheduler", 4e6)):
        assert found[name]["system"] == name.lower() and found[name]["servers"] == {"count": 2, "on": "workers", "replicas": 0}
        assert found[name]["queue"] == {"name": "priority", "piece": piece, "credit": 1e6, "overhead": 0, "barrier": False}
    done = folder.run("run", "scenario.lua", "-o", "b.h5", "--set", "system=DDP", "--set", "queue=fifo", "--set", "servers.count=1")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "b.h5") as f:
        config = json.loads(f["runs/0000"].attrs["config"])
    assert (config["queue"]["name"], config["collective"], config["system"]) == ("fifo", "ring", "ddp")


def test_a_system_that_is_not_known_is_refused_at_its_line(folder):
    folder.write(TINY % ('"ddp", "bytescheduller"', ""))
    done = folder.run("plan", "scenario.lua")
    assert done.returncode == 2 and "scenario.lua:4: system: expected one of ddp, horovod" in done.stderr
    done = folder.run("plan", "scenario.lua", "--set", "system=nobody")
    assert done.returncode == 2 and '--set system=nobody: system: expected one of' in done.stderr


def test_runs_of_systems_can_be_kept_beside_those_of_others(folder):
    folder.write(TINY % ('"ddp", "p3"', ""))
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    assert folder.run("run", "scenario.lua", "-o", "a.h5", "--add", "--set", "system=byteps").returncode == 0
    with h5py.File(folder.path / "a.h5") as f:
        assert list(f["sweep/system"]) == [b"ddp", b"p3", b"byteps"]
