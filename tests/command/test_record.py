"""What a traced run leaves: messages, routes and links whose bytes are the workers' bytes, and ages of updates."""
import h5py
import numpy as np
import pytest

from conftest import SMALL, named

TRACED = """-- What is heard of a run?
local dt = require "dt"
return dt.scenario {
  platform = { "wan", regions = 2 }, workers = 4, trace = "messages",
  data = { "gaussian", rows = 200, test = 100, columns = 5, classes = 3 },
  model = "softmax", jitter = dt.exponential {}, stop = { steps = 12 },
  strategy = dt.sweep { { "localsgd", period = 4 }, { "fedavg", fraction = 0.5 }, "gossip", "sgd" },
  collective = "star",
}
"""


@pytest.fixture
def runs(folder):
    done = folder.run("run", folder.write(TRACED), "-o", "t.h5", "--quiet")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "t.h5") as f:
        yield [{name: {k: v[()] for k, v in table.items()} for name, table in run.items() if name != "host"}
               for run in f["runs"].values()]


def test_bytes_of_messages_are_the_workers_bytes(runs):
    for run in runs:
        m, w = run["messages"], run["workers"]
        for who, out, came in zip(named(w), w["bytes_out"], w["bytes_in"]):
            assert m["bytes"][named(m, "to") == who].sum() == came
            assert m["bytes"][named(m, "from") == who].sum() == out
        assert len(m["from"]) == w["messages"].sum() > 0


def test_links_carry_the_bytes_of_the_routes_that_cross_them(runs):
    for run in runs:
        m, r = run["messages"], run["routes"]
        carried = dict.fromkeys(run["links"]["name"], 0)
        for a, b, links, size in zip(named(r, "from"), named(r, "to"), r["links"], r["bytes"]):
            assert size == m["bytes"][(named(m, "from") == a) & (named(m, "to") == b)].sum() > 0
            for name in links.split(b" "):
                carried[name] += size
        assert list(carried.values()) == list(run["links"]["bytes"])


def test_a_message_is_posted_then_departs_then_arrives_then_is_taken(runs):
    for run in runs:
        m, r = run["messages"], run["routes"]
        assert (m["posted_s"] <= m["departed_s"]).all() and (m["departed_s"] < m["arrived_s"]).all()
        taken = m["taken_s"][~np.isnan(m["taken_s"])]
        assert (m["arrived_s"] <= m["taken_s"])[~np.isnan(m["taken_s"])].all() and (np.diff(taken) >= 0).all()
        latency = {(a, b): s for a, b, s in zip(named(r, "from"), named(r, "to"), r["latency_s"])}
        floor = np.array([latency[pair] for pair in zip(named(m, "from"), named(m, "to"))])
        assert (m["arrived_s"] - m["departed_s"] >= floor * (1 - 1e-6)).all()


def test_every_round_has_its_end(runs):
    for run in runs:
        rounds = run["rounds"]
        assert list(rounds["round"]) == list(range(1, len(rounds["round"]) + 1))
        assert (np.diff(rounds["time_s"]) >= 0).all()
        assert rounds["round"][-1] == run["evaluations"]["round"][-1]


def test_rounds_in_step_merge_fresh_updates(runs):
    merged = [dict(zip(run["staleness"]["age"], run["staleness"]["updates"])) for run in runs]
    assert merged[0] == {0: 4 * 3} and merged[3] == {0: 4 * 12}       # every worker, in every round
    assert set(merged[1]) == set(merged[2]) == {0}


STALE = """-- How does the age of updates change?
local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 6, latency = "1us" }, workers = 6,
  data = { "gaussian", rows = 60, test = 10, columns = 5, classes = 3 },
  model = "softmax", compute = { seconds = { "exponential", mean = 1 } }, stop = { steps = 300 },
  strategy = "ps", sync = dt.sweep { "bsp", { "ssp", staleness = 2 }, "async" },
}
"""


def test_ages_over_time_are_the_ages_of_the_histogram(folder):
    assert folder.run("run", folder.write(STALE), "-o", "s.h5", "--quiet").returncode == 0
    with h5py.File(folder.path / "s.h5") as f:
        bsp, ssp, free = ({name: {k: v[()] for k, v in run[name].items()} for name in ("staleness", "ages", "evaluations") if name in run}
                          for run in f["runs"].values())
    assert "ages" not in bsp and list(bsp["staleness"]["age"]) == [0]
    for run in (ssp, free):
        ages, whole = run["ages"], run["staleness"]
        assert 20 < len(ages["start_s"]) <= 128
        assert len({*(ages["end_s"] - ages["start_s"])}) == 1 and (np.diff(ages["start_s"]) > 0).all()
        assert ages["start_s"][-1] <= run["evaluations"]["time_s"][-1]
        assert ages["updates"].sum() == whole["updates"].sum() == 6 * 300
        np.testing.assert_allclose((ages["updates"] * ages["mean_age"]).sum(), (whole["updates"] * whole["age"]).sum())
        assert (ages["least_age"].min(), ages["most_age"].max()) == (whole["age"].min(), whole["age"].max())
        assert ((ages["least_age"] <= ages["mean_age"]) & (ages["mean_age"] <= ages["most_age"])).all()
    assert abs(np.average(free["ages"]["mean_age"][5:], weights=free["ages"]["updates"][5:]) - 5) < 0.1   # each other worker's, once


def test_each_trace_records_no_more_than_it_says(folder):
    path = folder.write(TRACED)
    for trace, tables in (("none", set()), ("spans", {"spans", "rounds", "routes", "links"})):
        assert folder.run("run", path, "-o", "t.h5", "--quiet", "--fresh", "--set", f"trace={trace}").returncode == 0
        with h5py.File(folder.path / "t.h5") as f:
            assert {"spans", "rounds", "routes", "links", "messages"} & set(f["runs/0000"]) == tables


def test_many_pairs_have_a_route_each(folder):
    text = TRACED.replace("workers = 4", "workers = 12").replace('"gossip", "sgd"', '"gossip"')
    text = text.replace('dt.sweep { { "localsgd", period = 4 }, { "fedavg", fraction = 0.5 }, "gossip" }', '"gossip"')
    path = folder.write(text.replace("collective", 'topology = "complete", collective'))
    assert folder.run("run", path, "-o", "t.h5", "--quiet").returncode == 0
    with h5py.File(folder.path / "t.h5") as f:
        routes = f["runs/0000/routes"]
        pairs = list(zip(routes["from"][:], routes["to"][:]))
        assert pairs == [(a, b) for a in range(12) for b in range(12) if a != b]
        assert routes["bytes"][:].sum() == f["runs/0000/messages/bytes"][:].sum()


def test_being_traced_changes_nothing(folder):
    path, rows = folder.write(TRACED), []
    for trace in ("none", "spans", "messages"):
        folder.run("run", path, "-o", "t.h5", "--quiet", "--fresh", "--set", f"trace={trace}")
        with h5py.File(folder.path / "t.h5") as f:
            rows.append([list(f["sweep"][name][:]) for name in ("time_s", "steps", "loss", "bytes")])
    assert rows[0] == rows[1] == rows[2]


@pytest.mark.parametrize("collective", ["star", "tree", "ring", "halving"])
@pytest.mark.parametrize("strategy", ["sgd", "localsgd", "adacomm", "fedavg", "gossip"])
def test_an_evaluation_is_of_the_first_to_have_the_model_and_the_run_ends_with_the_last(folder, strategy, collective):
    """What FORMAT.md says of the two times, of a run of one round."""
    folder.write(SMALL.replace('{ "localsgd", period = 4 }', f'"{strategy}", collective = "{collective}", trace = "messages"')
                 .replace("steps = 40", "rounds = 1"))
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--fresh")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "out.h5") as file:
        run = file["runs/0000"]
        evaluation, end = run["evaluations/time_s"][-1], file["sweep/time_s"][0]
        assert run.attrs["time_s"] == end
        assert evaluation == run["rounds/time_s"][-1] <= end
        assert run["evaluations/bytes"][-1] <= file["sweep/bytes"][0] == run["messages/bytes"][:].sum()
        assert end == run["spans/end_s"][:].max() == np.nanmax(run["messages/taken_s"][:])
        if collective == "star" or strategy in ("fedavg", "gossip"):
            assert evaluation == end


def test_the_last_evaluation_is_the_end_unless_others_still_receive(folder):
    """Equal with a server, with gossip, and with a star where all links are alike."""
    folder.write(SMALL)

    def after_the_last_evaluation(platform, strategy, collective):
        words = (f"platform={platform}", f"strategy={strategy}", f"collective={collective}")
        done = folder.run("run", "scenario.lua", "-o", "m.h5", "--fresh", *(w for word in words for w in ("--set", word)))
        assert done.returncode == 0, done.stderr
        with h5py.File(folder.path / "m.h5") as f:
            return f["sweep/time_s"][0] - f["runs/0000/evaluations/time_s"][-1]

    lan, phones = '{"lan",hosts=4}', '{"mobile",phones=4}'
    for equal in ((lan, "sgd", "star"), (lan, "gossip", "ring"), (phones, "gossip", "ring"),
                  (lan, "fedavg", "star"), (phones, "fedavg", "star")):
        assert after_the_last_evaluation(*equal) == 0, equal
    for later in ((phones, "sgd", "star"), (lan, "sgd", "ring"), (phones, "sgd", "ring")):
        assert after_the_last_evaluation(*later) > 0, later


def test_evaluations_say_what_they_are_as_help_does(folder):
    """A column is declared once: the file has the unit, the sentence and the direction that dtsim help evaluations prints."""
    assert folder.run("run", folder.write(TRACED), "-o", "t.h5", "--quiet").returncode == 0
    help_text, seen = folder.run("help", "evaluations").stdout, set()
    with h5py.File(folder.path / "t.h5") as f:
        for run in f["runs"].values():
            for name, column in run["evaluations"].items():
                better = f"; better: {column.attrs['better']}" if column.attrs["better"] else ""
                assert f"  {name:20} {column.attrs['brief']} ({column.attrs['unit']}{better})\n" in help_text
                assert column.attrs["label"]
                seen.add(name)
        assert [("local_steps" in run["evaluations"]) for run in f["runs"].values()] == [True, False, True, True]
    assert {"loss", "accuracy", "local_steps", "consensus_distance"} <= seen
