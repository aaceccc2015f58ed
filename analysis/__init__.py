"""analysis - read the record files of dtsim: tables of all runs or of one, runs grouped by what was varied.

    record = analysis.load("results/tau.h5")
    record.evaluations                                  # of all runs, with the columns run, configuration and what was
                                                        # swept: sweep.KEY where the table has a column KEY itself
    record.runs[3].evaluations                          # of one
    for configuration in record.configurations:         # in the order of the sweep: what differs only in its seed
        for run in configuration.runs:
            print(configuration.label, run.swept["seed"], run.evaluations["loss"].min())

A table is a pandas DataFrame, empty where the file holds none; numbers are in the units of the file (seconds, bytes,
joules).  record.words.value("platform.bandwidth", 1.25e6) is that number as the scenario wrote it: "10Mbps".
"""
import copy
import itertools
import json
import math
import os
import re
import zlib
from dataclasses import dataclass
from functools import cached_property

import h5py
import numpy as np
import pandas

from .label import Words, compact, label_all, leaves

VERSION = 3     # of the file format; any other is refused
SEAL = 26       # bytes of the line that dtsim ends a file with
RESULTS = ("id", "status", "time_s", "steps", "rounds", "loss", "accuracy", "bytes", "joules")
OF_SITES = ("bytes_inside", "bytes_between")    # results of runs whose hosts are in several sites
COMPLETE = ("ok", "diverged")       # the statuses of runs whose tables can be trusted


class RecordError(Exception):
    """One sentence for the user: which file, and what is wrong with it."""


def text(value) -> str:
    """A text attribute or cell, which HDF5 may hand over as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def read_column(dataset) -> np.ndarray:
    """All cells of a dataset; texts become str in an array of objects."""
    if h5py.check_string_dtype(dataset.dtype) is None:
        return dataset[()]
    cells = dataset[()]
    if cells.dtype.kind == "S":     # of fixed length, most of them many times the same
        number, known = pandas.factorize(cells.astype(object))
        return np.array([text(cell) for cell in known], dtype=object)[number]
    return np.array([text(cell) for cell in cells], dtype=object)


def read_table(group) -> pandas.DataFrame:
    """The columns of a table, in the order of the file; all must have the same length."""
    try:
        table = {name: read_column(item) for name, item in group.items() if isinstance(item, h5py.Dataset)}
    except (OSError, RuntimeError):
        raise RecordError(f"{group.file.filename}: {group.name} cannot be read: the file is damaged") from None
    if len({len(column) for column in table.values()}) > 1:
        raise RecordError(f"{group.file.filename}: the columns of {group.name} differ in length: the file is damaged")
    return pandas.DataFrame(table)


def read_json(group) -> dict:
    """The attribute config of a group; an absent one is empty."""
    try:
        return json.loads(text(group.attrs.get("config", "{}")))
    except ValueError:
        raise RecordError(f"{group.file.filename}: the config of {group.name} is not JSON: "
                          "the file is damaged") from None


def plain(cell):
    """A cell as a Python value; None where the scenario gave this run no such key."""
    value = cell.item() if isinstance(cell, np.generic) else cell
    missing = value in ("", "-") or (isinstance(value, float) and math.isnan(value))
    return None if missing else value


def table_of_run(name: str):
    """The table of that name in a run, read when it is first asked for."""
    return cached_property(lambda run: run._table(name))


def table_of_all(name: str):
    """The tables of that name of all runs, one below the other."""
    return cached_property(lambda record: record._gather(name))


def joined_name(key: str, taken: set) -> str:
    """What a swept key is called in a table of all runs, which keeps its own columns (taken)."""
    return f"sweep.{key}" if key in taken else key


def repeated(value, count: int) -> np.ndarray:
    """A column of one value; NaN where there is none."""
    return np.full(count, math.nan if value is None else value, dtype=object if isinstance(value, str) else None)


def configured(config: dict, key: str):
    """The value of a key path of a run's configuration: of a choice its name; None if the run has no such key."""
    node = config
    for part in key.split("."):
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    if isinstance(node, dict):
        return node.get("name")
    if isinstance(node, list):
        return node[0] if len(node) == 1 and not isinstance(node[0], (dict, list)) else compact(node)
    return ("false", "true")[node] if isinstance(node, bool) else node


@dataclass(frozen=True)
class Column:
    """What the file says of a column: its unit, its sentence, what an axis calls it, which way it gets better ("low", "high",
    "": not said)."""
    unit: str
    brief: str
    label: str
    better: str


def columns_of(group) -> dict:
    """Name -> Column, of a table."""
    return {name: Column(*(text(item.attrs.get(key, preset)) for key, preset in
                           (("unit", "1"), ("brief", ""), ("label", name.replace("_", " ")), ("better", ""))))
            for name, item in group.items() if isinstance(item, h5py.Dataset)}


class Run:
    """One run: what was asked (config, swept), how it ended (status, reason, final) and its tables."""

    def __init__(self, group, final: dict, swept: dict):
        self._group = group
        self.id = int(group.name.rsplit("/", 1)[1])
        self.config = read_json(group)
        self.status = text(group.attrs.get("status", final.get("status", "ok")))
        self.reason = text(group.attrs.get("reason", ""))
        self.final = final          # its row of the sweep's results, and its bytes within sites and between them
        self.swept = swept

    def __repr__(self) -> str:
        return f"Run({self.id}, {self.status}, {self.swept})"

    @property
    def complete(self) -> bool:
        return self.status in COMPLETE and ("evaluations" in self._group or "workers" in self._group)

    @cached_property
    def evaluations(self) -> pandas.DataFrame:
        """With the energy so far, where it is known."""
        evaluations, energy = self._table("evaluations"), self._table("energy")
        if len(energy) and "time_s" in evaluations:
            known = dict(zip(energy["time_s"], energy["joules"]))
            known.setdefault(self.final.get("time_s"), self.final.get("joules"))
            evaluations["joules"] = evaluations["time_s"].map(known).astype(float)
        return evaluations

    @cached_property
    def columns(self) -> dict:
        """Name -> Column, of the evaluations and of the energy that they know."""
        found = {name: column for table in ("energy", "evaluations") if table in self._group
                 for name, column in columns_of(self._group[table]).items()}
        if "joules" in self.evaluations:
            found.setdefault("joules", Column("J", "", "energy of all hosts and links", ""))
        return found

    workers = table_of_run("workers")
    staleness = table_of_run("staleness")
    ages = table_of_run("ages")             # where some updates were not computed on the newest model
    spans = table_of_run("spans")           # trace = "spans" or "messages"
    rounds = table_of_run("rounds")
    links = table_of_run("links")
    layers = table_of_run("layers")         # of a strategy that goes layer by layer; its parts are those that travel
    parts = table_of_run("parts")
    nodes = table_of_run("nodes")           # what the file of the graph calls the workers
    routes = table_of_run("routes")
    messages = table_of_run("messages")     # trace = "messages"

    @property
    def spectral_gap(self) -> float:
        """Of the mixing matrix, or of a period of matrices; NaN where nothing is mixed by a graph."""
        return float(self._group.attrs.get("spectral_gap", math.nan))

    def _table(self, name: str) -> pandas.DataFrame:
        return read_table(self._group[name]) if name in self._group else pandas.DataFrame()


@dataclass
class Configuration:
    """The runs that differ only in their seed."""
    label: str
    swept: dict     # key path -> value, without the seed; None where a run has no such key
    runs: list

    @property
    def shown(self) -> list:
        """The runs that have complete tables."""
        return [run for run in self.runs if run.complete]

    @property
    def diverged(self) -> int:
        return sum(run.status == "diverged" for run in self.runs)

    def value(self, key: str):
        """Of a swept key, or of any other key path of its configuration; None if it has none."""
        found = self.swept.get(key)
        return configured(self.runs[0].config, key) if found is None else found

    def by_seed(self) -> dict:
        """Seed -> the complete run that has it."""
        return {run.config.get("seed", run.swept.get("seed")): run for run in self.shown}


class Record:
    """A whole file.  Tables are read when they are first asked for; close() when done."""

    def __init__(self, file):
        self._file = file
        attributes = file.attrs
        self.path = file.filename
        self.name = text(attributes.get("scenario", ""))
        self.source = text(attributes.get("source", ""))
        self.fingerprint = text(attributes.get("fingerprint", ""))
        self.version = text(attributes.get("dtsim", ""))
        self.config = read_json(file)
        self.sweep = read_table(file["sweep"])
        self.units = {name: text(file["sweep"][name].attrs.get("unit", "1")) for name in self.sweep}
        self.words = self._words()
        self.runs = self._runs()
        self.configurations = self._configurations()

    evaluations = table_of_all("evaluations")
    workers = table_of_all("workers")
    staleness = table_of_all("staleness")
    ages = table_of_all("ages")
    spans = table_of_all("spans")
    rounds = table_of_all("rounds")
    links = table_of_all("links")
    routes = table_of_all("routes")
    messages = table_of_all("messages")

    @cached_property
    def columns(self) -> dict:
        """Name -> Column, of the evaluations of all runs."""
        found = {}
        for run in self.runs:
            for name, column in run.columns.items():
                found.setdefault(name, column)
        return found

    def close(self) -> None:
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def keys(self) -> list:
        """The swept key paths other than the seed."""
        return [name for name in self.sweep if name not in RESULTS and name != "seed"]

    @property
    def question(self) -> str:
        """The first sentence of the scenario's first comment, which asks its question; else its name."""
        lines = itertools.takewhile(lambda line: not line or line.startswith("--"), map(str.strip, self.source.splitlines()))
        said = [line.strip("-[] ") for line in lines]
        begun = itertools.dropwhile(lambda line: not line, said)
        comment = " ".join(itertools.takewhile(bool, begun))
        return re.split(r"(?<=[?!])\s+|(?<=\.)(?<! al\.)(?<!vs\.)\s+(?=[^a-z])", comment, maxsplit=1)[0] or self.name

    @cached_property
    def axes(self) -> list:
        """The keys that runs can be ordered by: the swept ones, and where a choice or a table was swept, what changes in it."""
        values = {}
        for run in self.runs:
            for path, value in leaves(run.config).items():
                values.setdefault(path.removesuffix(".name"), set()).add(compact(value))
        return [*self.keys, *(path for path in values if len(values[path]) > 1 and path not in (*self.keys, "seed"))]

    def only(self, runs: list):
        """The record of some of its runs; the file is shared."""
        some = copy.copy(self)
        for name in [name for name in vars(self) if isinstance(getattr(type(self), name, None), cached_property)]:
            del some.__dict__[name]
        some.runs = runs
        some.sweep = self.sweep[self.sweep["id"].isin([run.id for run in runs])].reset_index(drop=True)
        some.configurations = some._configurations()
        return some

    @cached_property
    def claims(self) -> pandas.DataFrame:
        return read_table(self._file["claims"]) if "claims" in self._file else pandas.DataFrame()

    @cached_property
    def host(self) -> dict:
        """What made the file: versions, jobs, real seconds."""
        attributes = self._file["host"].attrs if "host" in self._file else {}
        return {name: plain(text(value) if isinstance(value, (bytes, str)) else value)
                for name, value in attributes.items()}

    def _words(self) -> Words:
        """How the scenario wrote the swept values: the table written has a row for each of the sweep's."""
        table, written = read_table(self._file["written"]) if "written" in self._file else {}, {}
        for key in table:
            if key in self.sweep and len(table) == len(self.sweep):
                first_wins = reversed(list(zip(self.sweep[key], table[key])))
                written[key] = {number: said for number, said in first_wins if said}
        swept = [name for name in self.sweep if name not in RESULTS]
        return Words({name: [plain(cell) for cell in self.sweep[name]] for name in swept}, self.units, written)

    def _gather(self, name: str) -> pandas.DataFrame:
        labels = {run.id: c.label for c in self.configurations for run in c.runs}
        found = [(run, table) for run in self.runs if len(table := getattr(run, name))]
        taken = {"run", "configuration"}.union(*(table.columns for _, table in found))
        tables = []
        for run, table in found:
            head = {"run": run.id, "configuration": labels[run.id],
                    **{joined_name(key, taken): value for key, value in run.swept.items()}}
            tables.append({**{key: repeated(value, len(table)) for key, value in head.items()}, **table})
        columns = dict.fromkeys(column for table in tables for column in table)
        return pandas.DataFrame({column: np.concatenate([table.get(column, repeated(None, len(table["run"])))
                                                         for table in tables]) for column in columns})

    def _runs(self) -> list:
        groups = {int(name): group for name, group in self._file["runs"].items() if name.isdigit()}
        runs = []
        for row, number in enumerate(self.sweep.get("id", [])):
            if int(number) not in groups:
                raise RecordError(f"{self.path}: run {int(number)} of the sweep is not in the file: it is damaged")
            cells = {name: plain(column[row]) for name, column in self.sweep.items()}
            final = {name: cell for name, cell in cells.items() if name in RESULTS}
            swept = {name: cell for name, cell in cells.items() if name not in RESULTS}
            final.update({name: float(groups[int(number)].attrs[name]) for name in OF_SITES if name in groups[int(number)].attrs})
            runs.append(Run(groups[int(number)], final, swept))
        return runs

    def _configurations(self) -> list:
        groups = {}
        for run in self.runs:
            groups.setdefault(tuple(run.swept[key] for key in self.keys), []).append(run)
        parts = [part for runs in groups.values() for part in split_unequal(runs)]
        sweeps = [{key: runs[0].swept[key] for key in self.keys} for runs in parts]
        labels = label_all(sweeps, [runs[0].config for runs in parts], self.words, self.name)
        return [Configuration(*item) for item in zip(labels, sweeps, parts)]


def split_unequal(runs: list) -> list:
    """Two choices of one name look equal in the swept column: where a seed repeats, tell runs apart by config."""
    seeds = [run.swept.get("seed") for run in runs]
    if len(set(seeds)) == len(seeds):
        return [runs]
    groups = {}
    for run in runs:
        config = {key: value for key, value in run.config.items() if key != "seed"}
        groups.setdefault(json.dumps(config, sort_keys=True), []).append(run)
    return list(groups.values())


def check_seal(path) -> None:
    """The line behind HDF5's end holds the CRC-32 of all before it; a file changed by other programs has none."""
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - SEAL))
        found = re.fullmatch(rb"dtsim-seal crc32=([0-9a-f]{8})\n", file.read())
        if found is None or "DTSIM_UNSEALED" in os.environ:
            return
        file.seek(0)
        crc, left = 0, os.path.getsize(path) - SEAL
        while left > 0:
            block = file.read(min(left, 1 << 20))
            crc, left = zlib.crc32(block, crc), left - len(block)
    if crc != int(found[1], 16):
        raise RecordError(f"{path} is damaged: its checksum is not that of its contents")


def load(path) -> Record:
    """Open a record file.  Errors: RecordError, one sentence."""
    try:
        check_seal(path)
        file = h5py.File(path, "r")
    except FileNotFoundError:
        raise RecordError(f"{path}: there is no such file; dtsim run SCENARIO.lua makes one") from None
    except OSError as error:
        reason = "not an HDF5 file, or a damaged one" if error.errno is None else os.strerror(error.errno)
        raise RecordError(f"{path}: {reason}") from None
    try:
        check_format(file)
        return Record(file)
    except (KeyError, OSError, RuntimeError):
        file.close()
        raise RecordError(f"{path}: its groups cannot be read: the file is damaged") from None
    except RecordError:
        file.close()
        raise


def check_format(file) -> None:
    """Refuse what is not a sweep written by dtsim, or is of another version."""
    path = file.filename
    if text(file.attrs.get("format", "")) != "dtsim":
        raise RecordError(f"{path}: not a record of dtsim (its attribute format is not \"dtsim\")")
    version = int(file.attrs.get("version", 0))
    if version != VERSION:
        made = f" (made by dtsim {text(file.attrs['dtsim'])})" if "dtsim" in file.attrs else ""
        cure = "a newer dtsim reads it" if version > VERSION else "run its scenario again"
        raise RecordError(f"{path}: expected a result file of version {VERSION}, got version {version}{made}: {cure}")
    if "sweep" not in file or "runs" not in file:
        raise RecordError(f"{path}: expected the result file of a sweep, got a file without one, such as the part of a single run")
