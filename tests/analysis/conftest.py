"""conftest.py - record files made by hand: a small one for exact numbers, a larger one like a real sweep."""
import json
import shutil
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

import analysis  # noqa: E402
from analysis import progress  # noqa: E402

EVALUATIONS = ("time_s", "step", "round", "epoch", "loss", "accuracy", "local_steps", "lr", "bytes",
               "consensus_distance", "updates")
WORKERS = ("role", "rank", "hand", "host", "site", "speed", "samples", "compute_s", "wait_s", "send_s", "off_s", "bytes_out", "bytes_in", "messages",
           "joules")
UNITS = {"time_s": "s", "bytes": "B", "joules": "J", "compute_s": "s", "wait_s": "s", "send_s": "s", "off_s": "s"}
AXES = {"time_s": ("simulated time", ""), "step": ("steps of a worker", ""), "bytes": ("bytes received, all messages", ""),
        "loss": ("loss", "low"), "accuracy": ("accuracy (%)", "high"), "local_steps": ("averaging period (steps)", ""),
        "consensus_distance": ("consensus distance", "low"), "joules": ("energy of all hosts and links", ""),
        "purity": ("purity of the groups (%)", "high")}
SOURCE = "-- How rarely may workers take the mean?\nlocal dt = require \"dt\"\n"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch, request):
    """On a slow machine no command says what goes on where a test looks at what it says; test_progress tests that it does."""
    if request.module.__name__ != "test_progress":
        monkeypatch.setattr(progress, "SILENT", {True: 1e9, False: 1e9})


def put_table(file, path: str, columns: dict, units: dict = UNITS) -> None:
    group = file.create_group(path, track_order=True)
    for name, cells in columns.items():
        texts = len(cells) > 0 and isinstance(cells[0], str)
        data = group.create_dataset(name, data=list(cells) if texts else np.asarray(cells))
        data.attrs["unit"], data.attrs["brief"] = units.get(name, "1"), "a column"
        if path.endswith("evaluations"):
            data.attrs["label"], data.attrs["better"] = AXES.get(name, (name, ""))


def full_evaluations(**known) -> dict:
    """A table of evaluations with NaN in the columns that are not given."""
    rows = len(known["time_s"])
    return {name: np.asarray(known.get(name, np.full(rows, np.nan)), float) for name in EVALUATIONS}


def named(numbers, rank: str = "rank", hands: bool = True) -> dict:
    """The columns that say who: 3 is worker 3, -1 is server 0, None nobody, (3, "courier") worker 3's courier."""
    front = "" if rank == "rank" else f"{rank}_"
    whole = [number if isinstance(number, tuple) else (number, "") for number in numbers]
    roles = ["" if n is None else "server" if n < 0 else "worker" for n, _ in whole]
    ranks = [0 if n is None else -1 - n if n < 0 else n for n, _ in whole]
    beside = {f"{front}hand": [hand for _, hand in whole]} if hands else {}
    return {f"{front}role": roles, rank: np.array(ranks), **beside}


def full_workers(compute, wait, send, off) -> dict:
    table = {name: np.zeros(len(compute)) for name in WORKERS}
    table.update(named(range(len(compute))), host=["h"] * len(compute), site=[""] * len(compute), compute_s=compute, wait_s=wait, send_s=send, off_s=off)
    return table


def write_record(path, runs: list, units: dict = {}, claims: dict = None, written: dict = None, **attributes) -> str:
    """runs: dicts with swept, and optionally evaluations, workers, status, reason, config, spans; written: key -> a text a
    run."""
    with h5py.File(path, "w") as file:
        head = {"format": "dtsim", "version": analysis.VERSION, "scenario": "tau", "source": SOURCE, "config": "{}",
                "fingerprint": "0123456789abcdef", **attributes}
        file.attrs.update({name: value for name, value in head.items() if value is not None})
        rows = [{"id": number, "status": run.get("status", "ok"), **run["swept"], **last_evaluations(run)}
                for number, run in enumerate(runs)]
        put_table(file, "sweep", {name: [row[name] for row in rows] for name in rows[0]}, {**UNITS, **units})
        if claims:
            put_table(file, "claims", claims)
        if written:
            put_table(file, "written", written)
        for number, run in enumerate(runs):
            group = file.create_group(f"runs/{number:04d}")
            group.attrs.update(config=json.dumps(run.get("config", {})), status=run.get("status", "ok"),
                               reason=run.get("reason", ""))
            if "spectral_gap" in run:
                group.attrs["spectral_gap"] = run["spectral_gap"]
            for table in ("evaluations", "workers", "energy", "spans", "rounds", "links", "routes", "messages", "staleness", "ages", "layers", "parts"):
                if table in run:
                    put_table(file, f"runs/{number:04d}/{table}", run[table])
    return str(path)


def last_evaluations(run: dict) -> dict:
    evaluations = run.get("evaluations", {})
    names = {"time_s": "time_s", "steps": "step", "rounds": "round", "loss": "loss", "accuracy": "accuracy",
             "bytes": "bytes"}
    last = {name: float(evaluations[column][-1]) if evaluations else np.nan for name, column in names.items()}
    return {**last, "joules": np.nan}


def training(period: float, seed: int, end: float = 600.0, floor: float = 0.05, accuracy: bool = True,
             delay: float = 1.0) -> dict:
    """Tables that look like local SGD with that period, or like an adaptive one for period 0."""
    rng = np.random.default_rng([seed, int(10 * period)])
    time = np.arange(0.0, end, 4.0) * rng.uniform(0.99, 1.01)
    tau = np.full(len(time), period) if period else np.maximum(1, np.ceil(20 * np.exp(-time / 0.22 / end)))
    pace = 1 / (1 + 4 * delay / tau)                            # steps a second
    step = np.concatenate([[0], np.cumsum(pace[:-1] * np.diff(time))]).round()
    limit = floor * (1 + 0.12 * (tau - 1))
    loss = limit + (2.3 - limit) * np.exp(-step / 40) * np.exp(rng.normal(0, 0.05, len(time)).cumsum() * 0.15)
    loss *= np.exp(rng.normal(0, 0.05, len(time)))
    evaluations = full_evaluations(time_s=time, step=step, loss=loss, local_steps=tau, epoch=step / 10,
                       bytes=np.concatenate([[0], np.cumsum(np.diff(step) / tau[:-1])]) * 8 * 2e5,
                       accuracy=0.985 - 0.2 * loss if accuracy else np.full(len(time), np.nan))
    share = float(np.mean(pace))
    part = np.outer([share * 0.75, share * 0.19, 0.0, 0.0], rng.uniform(0.95, 1.05, 8)) * end
    part[2] = end - part[0] - part[1]
    return {"evaluations": evaluations, "workers": full_workers(part[0], part[1], part[2], part[3])}


def realistic(path, seeds: int = 3, **more) -> str:
    """Four configurations: three fixed periods and an adaptive one, which has no period."""
    choices = [("sgd", 1.0), ("localsgd", 5.0), ("localsgd", 20.0), ("adacomm", 0.0)]
    runs = [{"swept": {"strategy": name, "strategy.period": period if name == "localsgd" else np.nan, "seed": seed},
             "config": {"strategy": {"name": name, "period": period}, "seed": seed}, **training(period, seed, **more)}
            for name, period in choices for seed in range(seeds)]
    return write_record(path, runs)


@pytest.fixture(scope="session")
def realistic_file(tmp_path_factory) -> str:
    return realistic(tmp_path_factory.mktemp("sweep") / "tau.h5")


@pytest.fixture
def sweep_file(realistic_file, tmp_path) -> str:
    """A copy for one test, which may write beside it."""
    return str(shutil.copy(realistic_file, tmp_path / "tau.h5"))


def full_runs(seeds: int = 2) -> list:
    """Gossip on rings of 2 and 4 workers, with two rates, and every table that a run can have."""
    runs = []
    for workers in (2, 4):
        for rate in (0.1, 0.5):
            for seed in range(seeds):
                tables = training(1.0, seed, end=60.0, floor=rate)
                tables["evaluations"]["consensus_distance"] = np.full(len(tables["evaluations"]["time_s"]), workers * rate)
                tables["workers"] = full_workers(*np.full((4, workers), 15.0))
                tables["workers"].update(host=[f"host-{rank}" for rank in range(workers)], samples=np.full(workers, 10))
                runs.append({"swept": {"workers": workers, "rate": rate, "seed": seed}, **tables, **traced(workers),
                             "spectral_gap": 1.0 / workers, "config": {"seed": seed}})
    return runs


def traced(workers: int) -> dict:
    """Spans of two rounds and a star of links: each host has a link up and one down."""
    ranks = np.repeat(np.arange(workers), 4)
    start = np.tile([0.0, 10.0, 30.0, 40.0], workers)
    spans = {**named(ranks.tolist()), "kind": ["compute", "send"] * (2 * workers), "start_s": start,
             "end_s": start + np.tile([10.0, 5.0], 2 * workers), **named([None] * len(ranks), "peer"),
             "bytes": np.zeros(len(ranks))}
    names = [f"host-{rank}{way}" for rank in range(workers) for way in ("-up", "-down")]
    links = {"name": names, "bandwidth": np.full(len(names), 1e3), "latency": np.full(len(names), 1e-3),
             "bytes": np.arange(len(names)) * 1e3}
    pairs = [(a, (a + 1) % workers) for a in range(workers)]
    routes = {**named([a for a, _ in pairs], "from", False), **named([b for _, b in pairs], "to", False), "latency_s": np.full(len(pairs), 2e-3),
              "bandwidth": np.full(len(pairs), 1e3), "links": [f"host-{a}-up host-{b}-down" for a, b in pairs],
              "bytes": np.full(len(pairs), 1e3)}
    return {"spans": spans, "links": links, "routes": routes, "staleness": {"age": [0, 1, 3], "updates": [6, 3, 1]},
            "ages": {"start_s": [0.0, 32.0], "end_s": [32.0, 64.0], "updates": [4, 6], "mean_age": [0.25, 5 / 6], "least_age": [0, 0], "most_age": [1, 3]}}


def fleet(workers: int, seconds: float = 1e4) -> dict:
    """The run of a fleet that all took part in, one after the other: worker i computes and sends for 1 + i seconds in all.  Each
    has a link up and down, and a server gives and takes."""
    rank, share = np.arange(workers), seconds / workers
    busy, names = 1.0 + rank, [f"phone-{i}" for i in range(workers)]
    table = full_workers(busy * 0.75, np.zeros(workers), busy * 0.25, np.zeros(workers))
    table.update(host=names, bytes_in=np.full(workers, 4.0), bytes_out=np.full(workers, 6.0), samples=np.full(workers, 10))
    table = {name: [*column, {"role": "server", "host": "server", "hand": "", "site": ""}.get(name, 0)] for name, column in table.items()}
    table["bytes_in"][-1], table["bytes_out"][-1] = 6.0 * workers, 4.0 * workers
    start = np.repeat(rank * share, 2) + np.tile([0.0, 0.5 * share], workers)
    spans = {**named(np.repeat(rank, 2).tolist()), "kind": ["compute", "send"] * workers, "start_s": start, "end_s": start + 0.5 * share,
             **named([None, -1] * workers, "peer"), "bytes": np.zeros(2 * workers)}
    links = {"name": [f"{name}-{way}" for name in [*names, "server"] for way in ("up", "down")], "bandwidth": np.full(2 * workers + 2, 1e3),
             "latency": np.full(2 * workers + 2, 1e-3), "bytes": np.array([6.0, 4.0] * workers + [4.0 * workers, 6.0 * workers])}
    there, back = rank.tolist(), [-1] * workers
    routes = {**named(there + back, "from", False), **named(back + there, "to", False), "latency_s": np.full(2 * workers, 2e-3),
              "bandwidth": np.full(2 * workers, 1e3), "links": [f"{name}-up server-down" for name in names] + [f"server-up {name}-down" for name in names],
              "bytes": np.array([6.0] * workers + [4.0] * workers), "capacity": np.full(2 * workers, 1e3)}
    messages = {**named(there, "from"), **named(back, "to"), "posted_s": start[1::2], "departed_s": start[1::2], "arrived_s": start[1::2] + 0.5 * share,
                "taken_s": start[1::2] + 0.5 * share, "bytes": np.full(workers, 6.0)}
    evaluations = full_evaluations(time_s=[0.0, seconds], step=[0, 1], round=[0, 1], epoch=[0.0, 1.0], bytes=[0.0, 10.0 * workers])
    return {"swept": {"seed": 1}, "evaluations": evaluations, "workers": table, "spans": spans, "links": links, "routes": routes,
            "messages": messages, "rounds": {"round": [1], "time_s": [seconds]}, "config": {"workers": 2 * workers, "seed": 1}}


def five_regions(hosts: int, named_sites: bool = True) -> dict:
    """A ring of so many hosts in each of five regions for 100 s; each link carries 1 kB in one direction but those between regions,
    which carry 2 kB; all could carry 1 kB a second."""
    where = ["Virginia", "Ireland", "Tokyo", "Oregon", "Frankfurt"]
    count, site = 5 * hosts, np.repeat(where, hosts).tolist()
    table = full_workers(*np.full((4, count), 25.0))
    table.update(host=[f"host-{i}" for i in range(count)], site=site if named_sites else [""] * count, bytes_out=np.full(count, 1e3),
                 bytes_in=np.full(count, 1e3), samples=np.full(count, 20))
    long, paths = [], []
    for a in range(count):
        b = (a + 1) % count
        one, other = sorted((site[a], site[b]), key=where.index)
        between = [f"{one}-{other}_{'UP' if site[a] == one else 'DOWN'}"] if one != other else []
        long += between
        paths.append(" ".join([f"host-{a}-up", *between, f"host-{b}-down"]))
    names = long + [f"host-{i}-{way}" for i in range(count) for way in ("up", "down")]
    links = {"name": names, "bandwidth": np.full(len(names), 1e3), "latency": np.full(len(names), 1e-3),
             "bytes": np.array([2e3] * len(long) + [1e3] * (2 * count))}
    to = [(a + 1) % count for a in range(count)]
    routes = {**named(range(count), "from", False), **named(to, "to", False), "latency_s": np.full(count, 2e-3), "links": paths,
              "bandwidth": np.full(count, 1e3), "bytes": np.full(count, 1e3), "capacity": np.full(count, 1e3)}
    evaluations = full_evaluations(time_s=[0.0, 100.0], step=[0, 20], round=[0, 20], epoch=[0.0, 2.0], bytes=[0.0, 1e3 * count])
    config = {"workers": count, "platform": {"name": "wan", "regions": 5}, "seed": 1}
    return {"swept": {"seed": 1}, "evaluations": evaluations, "workers": table, "links": links, "routes": routes, "config": config}


@pytest.fixture
def full_file(tmp_path) -> str:
    return write_record(tmp_path / "full.h5", full_runs())


@pytest.fixture
def toy_file(tmp_path) -> str:
    """A run that goes layer by layer."""
    from layered import Toy
    return write_record(tmp_path / "toy.h5", [Toy().run()])
