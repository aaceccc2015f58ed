"""Files as other programs write them are read, or refused in a sentence that says how to read them; what was guessed is
said once, whatever the number of runs."""
import gzip
import struct

import h5py
import numpy as np
import pytest

SCENARIO = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4%s }, workers = 4, %s, split = %s, model = %s, batch_size = 5,
  strategy = %s, stop = { rounds = 4 }, evaluate = { rounds = 2 }%s,
}
"""
GAUSSIAN = 'data = { "gaussian", rows = 80 }'


def scenario(folder, data=GAUSSIAN, split='"iid"', model='"softmax"', strategy='"sgd"', more="", platform=""):
    folder.write(SCENARIO % (platform, data, split, model, strategy, more))


def good(folder, *words):
    done = folder.run("run", "scenario.lua", "--fresh", "--quiet", "-o", "r.h5", *words)
    assert done.returncode == 0, done.stderr
    return done.stderr


def refused(folder, *words):
    done = folder.run("run", "scenario.lua", "-o", "no.h5", *words)
    planned = folder.run("plan", "scenario.lua", *words)
    assert done.returncode == 2 and planned.returncode == 2, done.stderr + planned.stderr
    assert not (folder.path / "no.h5").exists()
    return done.stderr


def model_size(folder):
    """The parameters of the recorded model."""
    with h5py.File(folder.path / "r.h5", "r") as f:
        return f["runs/0000/model"].size


# ---- IDX ------------------------------------------------------------------------------------------

def idx(folder, prefix, labels, test="test"):
    """Two sets of as many 2 x 3 images as there are labels."""
    images = np.random.default_rng(3).integers(0, 256, (len(labels), 2, 3), dtype=np.uint8)
    for part in "train", test:
        for name, data in (("images-idx3", struct.pack(">BBBBIII", 0, 0, 8, 3, *images.shape) + images.tobytes()),
                           ("labels-idx1", struct.pack(">BBBBI", 0, 0, 8, 1, len(labels)) + bytes(labels))):
            (folder.path / f"{prefix}{part}-{name}-ubyte.gz").write_bytes(gzip.compress(data))


def test_letters_have_26_classes_and_not_27(folder):
    scenario(folder, 'data = { "idx", path = "." }', more=', keep = "model"')
    idx(folder, "emnist-letters-", list(range(1, 27)) * 2)
    assert good(folder) == good(folder, "--set", "data.prefix=letters")
    assert model_size(folder) == 26 * (6 + 1)


def test_one_of_several_sets_is_asked_for(folder):
    scenario(folder, 'data = { "idx", path = "." }', more=', keep = "model"')
    idx(folder, "emnist-letters-", list(range(1, 27)) * 2)
    idx(folder, "", [3, 8] * 10, test="t10k")
    said = refused(folder)
    assert 'data.prefix: . holds 2 sets, whose names begin with "", "emnist-letters"' in said
    good(folder, "--set", 'data.prefix=""', "--set", "model=logistic")
    assert model_size(folder) == 6 + 1


# ---- HDF5 -----------------------------------------------------------------------------------------

def federated(folder, name, clients=4):
    """The client of number i has 2 i + 2 rows; they stand in the file in descending order."""
    with h5py.File(folder.path / name, "w") as f:
        for i in reversed(range(clients)):
            f[f"examples/f{i:04d}/label"] = np.array([i % 2, 1 - i % 2] * (i + 1))
            f[f"examples/f{i:04d}/pixels"] = np.full((2 * i + 2, 8, 8), float(i), "f4")


def test_a_federated_file_is_split_by_its_clients(folder):
    federated(folder, "train.h5")
    federated(folder, "test.h5", 2)
    scenario(folder, 'data = { "hdf5", path = "train.h5", x = "pixels", y = "label" }', split='"natural"')
    assert "data.test_path: train.h5 holds clients of the training set alone" in good(folder, "--set", "batch_size=0")
    with h5py.File(folder.path / "r.h5", "r") as f:
        assert list(f["runs/0000/workers/samples"][:]) == [2, 4, 6, 8]
    assert good(folder, "--set", "data.test_path=test.h5") == ""
    said = refused(folder, "--set", "data.x=image")
    assert 'data.x: train.h5 holds no dataset "examples/f0000/image"; its group "examples/f0000" holds "label", "pixels"' in said


@pytest.mark.parametrize("swept", ["seed=dt.sweep { 1, 2, 3 }", "batch_size=dt.sweep { 4, 5 }"])
def test_channels_that_were_found_last_are_said_once(folder, swept):
    with h5py.File(folder.path / "x.h5", "w") as f:
        f["train_images"] = np.random.default_rng(1).integers(0, 256, (20, 8, 6, 3), dtype=np.uint8)
        f["train_labels"] = np.arange(20) % 2 == 0
    scenario(folder, 'data = { "hdf5", path = "x.h5", test_x = "", scale = 1 / 255 }', model='{ "cnn" }')
    said = good(folder, "--set", swept)
    assert said.count("dtsim: warning") == 1 and 'data.channels: a row of "train_images" in x.h5 is 8 x 6 x 3' in said
    assert "warning" not in good(folder, "--set", swept, "--set", "data.channels=last")


@pytest.mark.parametrize("model", ["svm", "logistic", "softmax"])
def test_signs_truths_and_one_hot_rows_are_the_same_labels(folder, model):
    r = np.random.default_rng(2)
    truth = r.random(40) < 0.5
    with h5py.File(folder.path / "x.h5", "w") as f:
        f["train_images"] = r.random((40, 3)) + truth[:, None]
        f["truth"], f["sign"], f["hot"] = truth, 2 * truth - 1, np.stack([~truth, truth], 1).astype("f4")
    scenario(folder, 'data = { "hdf5", path = "x.h5", test_x = "" }', model=f'"{model}"')
    losses = []
    for y in "truth", "sign", "hot":
        good(folder, "--set", f"data.y={y}")
        with h5py.File(folder.path / "r.h5", "r") as f:
            losses.append(f["sweep/loss"][0])
    assert losses[0] == losses[1] == losses[2]


# ---- graphs ---------------------------------------------------------------------------------------

GRAPHML = """<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected">
%s</graph></graphml>
"""


def gap(folder):
    with h5py.File(folder.path / "r.h5", "r") as f:
        return float(f["runs/0000"].attrs["spectral_gap"])


def graphml(folder, nodes, edges):
    folder.write(GRAPHML % "".join([f'<node id="{n}"/>\n' for n in nodes] +
                                   [f'<edge source="{a}" target="{b}"/>\n' for a, b in edges]), "graph.graphml")


def test_a_list_from_1_and_graphml_give_the_same_ring(folder):
    scenario(folder, strategy='"gossip", topology = { "file", path = "ring.txt" }', more=", seeds = 3")
    folder.write("1 2\n2 3\n3 4\n4 1\n", "ring.txt")
    said = good(folder)
    assert said.count("dtsim: warning") == 1 and "topology.path: ring.txt counts its 4 workers from 1" in said
    assert gap(folder) == pytest.approx(2 / 3)
    assert good(folder, "--set", "topology.first=1") == ""
    graphml(folder, "abcd", ["ab", "bc", "cd", "da"])
    assert good(folder, "--set", "topology.path=graph.graphml") == ""
    assert gap(folder) == pytest.approx(2 / 3)


def test_a_graph_that_does_not_fit_is_refused_at_its_key_by_run_and_plan(folder):
    scenario(folder, strategy='"gossip", topology = { "file", path = "graph.graphml" }')
    graphml(folder, range(5), [(0, 1), (1, 2), (2, 3), (3, 4)])
    assert "topology.path: graph.graphml: expected 4 nodes, one for each worker, got 5" in refused(folder)
    folder.write("<graphml><graph>\n<node id='0'/>\n", "graph.graphml")
    assert "topology.path: graph.graphml, line 3 is not well-formed XML" in refused(folder)
    folder.write("0 1\n1 2\n2 3\n3 4\n", "graph.graphml")
    assert "topology.path: graph.graphml, line 4 names worker 4" in refused(folder)


# ---- units ----------------------------------------------------------------------------------------

def test_one_rate_in_four_spellings_gives_one_time(folder):
    scenario(folder, platform=', bandwidth = dt.sweep { "12.5MBps", "100Mbit/s", "12.5 MB/s", "0.1Gb/s" }')
    good(folder)
    with h5py.File(folder.path / "r.h5", "r") as f:
        assert len(set(f["sweep/time_s"][:])) == 1
    said = refused(folder, "--set", "platform.bandwidth=100mbps")
    assert "Mbps" in said and "MiB/s" in said
