"""A sweep opens every file that its scenario names once, for the check, the key and all of its runs together."""
import collections
import gzip
import struct
import subprocess

import h5py
import numpy as np
import pytest

from conftest import ROOT

SCENARIO = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4 }, workers = 4, data = %s, model = %s, strategy = %s, stop = { steps = 8 }, seeds = 3%s,
}
"""
GAUSSIAN = '{ "gaussian", rows = 80 }'
TABLE = "a,b,class\n" + "".join(f"{i % 7},{i % 5},{i % 2}\n" for i in range(60))
SPARSE = "".join(f"{i % 2} 1:{i % 7} 3:{i % 5}\n" for i in range(60))


def idx(folder, packed):
    images = np.random.default_rng(3).integers(0, 256, (40, 2, 3), dtype=np.uint8)
    names = []
    for part in "train", "t10k":
        for name, content in (("images-idx3", struct.pack(">BBBBIII", 0, 0, 8, 3, *images.shape) + images.tobytes()),
                              ("labels-idx1", struct.pack(">BBBBI", 0, 0, 8, 1, 40) + bytes([3, 5] * 20))):
            names.append(f"{part}-{name}-ubyte" + (".gz" if packed else ""))
            (folder.path / names[-1]).write_bytes(gzip.compress(content) if packed else content)
    return names


def text(folder, **files):
    """Each text under its name, and gzipped if that begins with z."""
    for name, content in files.items():
        (folder.path / name).write_bytes(gzip.compress(content.encode()) if name[0] == "z" else content.encode())
    return list(files)


def arrays(folder, groups):
    with h5py.File(folder.path / "set.h5", "w") as file:
        if groups:
            for client in range(4):
                file[f"examples/c{client}/x"] = np.full((9, 4), float(client), "f4")
                file[f"examples/c{client}/y"] = np.arange(9) % 2
        else:
            for part in "train", "test":
                file[f"{part}_images"] = np.random.default_rng(1).normal(size=(60, 4))
                file[f"{part}_labels"] = np.arange(60) % 3
    return ["set.h5"]


# what writes the files and returns their names; the data, the model, the strategy and what else the scenario says
READERS = {
    "idx": (lambda f: idx(f, False), '{ "idx", path = "." }', '"softmax"', '"sgd"', ""),
    "idx gz": (lambda f: idx(f, True), '{ "idx", path = "." }', '"softmax"', '"sgd"', ""),
    "csv": (lambda f: text(f, train=TABLE, ztest=TABLE), '{ "csv", path = "train", test = "ztest" }', '"softmax"', '"sgd"', ""),
    "csv by seed": (lambda f: text(f, train=TABLE), '{ "csv", path = "train" }', '"softmax"', '"sgd"', ""),
    "libsvm": (lambda f: text(f, ztrain=SPARSE), '{ "libsvm", path = "ztrain" }', '"softmax"', '"sgd"', ""),
    "hdf5": (lambda f: arrays(f, False), '{ "hdf5", path = "set.h5" }', '"softmax"', '"sgd"', ""),
    "hdf5 by client": (lambda f: arrays(f, True), '{ "hdf5", path = "set.h5", x = "x", y = "y", test_x = "", test_y = "" }',
                       '"softmax"', '"sgd"', ', split = "natural"'),
    "jitter": (lambda f: text(f, ztrace="s\n1\n2\n"), GAUSSIAN, '"softmax"', '"sgd"', ', jitter = dt.trace { path = "ztrace" }'),
    "topology": (lambda f: text(f, graph="0 1\n1 2\n2 3\n"), GAUSSIAN, '"softmax"', '"gossip"',
                 ', topology = { "file", path = "graph" }'),
    "profile": (lambda f: text(f, **{"layers.csv": "layer,params,fwd_flops,bwd_flops,act_bytes\nfc,400,2e6,4e6,4\n"}), GAUSSIAN,
                '{ "profile", path = "layers.csv" }', '"sgd"', ""),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("opens") / "opens.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", path, ROOT / "tests/inject/opens.c", "-ldl"], check=True)
    return path


@pytest.mark.parametrize("reader", READERS)
def test_a_sweep_opens_every_file_of_its_scenario_once(folder, library, reader):
    make, *choices = READERS[reader]
    names = make(folder)
    folder.write(SCENARIO % tuple(choices))
    env = {"LD_PRELOAD": str(library), "OPENS": str(folder.path / "opens")}
    done = folder.run("run", "scenario.lua", "-o", "r.h5", env=env)
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "r.h5") as file:
        assert len(file["runs"]) == 3
    opens = collections.Counter((folder.path / "opens").read_text().replace("./", "").splitlines())
    assert opens["scenario.lua"] > 0, "the counter counts nothing"
    assert {name: opens[name] for name in names} == dict.fromkeys(names, 1)
