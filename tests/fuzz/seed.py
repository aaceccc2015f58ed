"""Small valid inputs for every harness, from which libFuzzer starts.  Usage: seed.py FOLDER."""
import gzip
import pathlib
import struct
import sys

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from analysis import VERSION  # noqa: E402

IDX = struct.pack(">IIII", 2051, 3, 2, 2) + bytes(range(12))
LABELS = struct.pack(">II", 2049, 3) + bytes([0, 1, 2])
SVM = b"1 1:0.5 3:-2\n-1 2:1e3 # why\n\n1 1:1\n-1 4:7\n2 3:1\n"
CSV = b"a,b,who,y\n1,2,x,0\n3,?,y,1\n4,5,\"x\",0\n,1,z,1\n2,2,x,0\n"
EDGES = b"# ring\nfrom to\n" + b"".join(b"%d %d\n" % (i, (i + 1) % 12) for i in range(12)) + b"0,5,0.5\n"
COUNTS = b"\xef\xbb\xbf12 12\n" + b"".join(b'"%d.0","%d" {}\n' % (i + 1, (i + 1) % 12 + 1) for i in range(12))
GRAPHML = (b"<?xml version='1.0'?><!DOCTYPE graphml [<!ENTITY e 'x'>]>\n<graphml><key id='k'/><graph edgedefault='directed'>"
           + b"".join(b"<node id='n%d'><data key='k'>&e;</data><port name='p'/></node>" % i for i in range(12))
           + b"".join(b"<edge source='n%d' target='n%d' directed='false'/>" % (i, (i + 1) % 12) for i in range(12)) + b"</graph></graphml>")
HEAD = 'local dt = require "dt"\nreturn dt.scenario {\n  platform = "lan", workers = 4,\n  data = { "gaussian", rows = 64 },\n'
FOOT = '  model = "softmax", stop = { steps = 4 }, strategy = "sgd",\n'
SCENARIOS = [
    HEAD + FOOT + "}",
    HEAD + FOOT + "  batch_size = dt.sweep { 1, 2 }, seed = dt.zip { 1, 2 }, seeds = 2,\n  jitter = dt.exponential {} }",
    HEAD + FOOT + '  compress = { "topk", ratio = 2 }, claims = { ["it is so"] = function(r) return true end },\n'
    "  on_evaluate = function(m) return m.loss > 10 and 'stop' end }",
    HEAD + '  --[==[ a comment ]==] model = { ["name"] = "x\\n" }, stopp = { "1ms" }, }',
    "local t = {} t.t = t\n" + HEAD + "x = t }", "error { path = 'data', message = 'no' }", "for k in pairs { a = 1 } do local x = nil .. k end",
    'local dt = require "dt" local m = setmetatable({}, { __index = function(t, k) return k end })\nreturn dt.scenario(m)',
]
SETS = ["batch_size=8", "strategy.period=dt.sweep { 1, 2 }", "data.rows='x'", "platform.latency=1ms", "a.b.c={}", "=", "x", "model={'mlp',widths={3}}"]
UNITS = ["25Gbps", "40ms", "3Gf", "5MB", "1e3 kJ", "-0", "inf", "0x1p4 h", "7"]


def record(path, dtype="f8", rows=5):
    """A file like dtsim's own, without a seal: that is what HDF5's programs leave."""
    with h5py.File(path, "w", libver="earliest") as f:
        f.attrs.update(format="dtsim", version=np.int64(VERSION), fingerprint="0123456789abcdef", config="{}")
        f.create_dataset("sweep/id", data=np.arange(rows))
        f.create_dataset("sweep/status", data=np.array([b"ok"] * rows))
        f.create_dataset("sweep/loss", data=np.arange(rows, dtype=dtype), chunks=(2,), compression="gzip", shuffle=True)
        f.create_group("claims")
        f.create_dataset("runs/0000/model", data=np.ones(3, "f4"))


def samples(path, **how):
    with h5py.File(path, "w", libver="earliest") as f:
        f.create_dataset("train_images", data=np.arange(12.).reshape(3, 4), **how)
        f.create_dataset("train_labels", data=np.array([0, 1, 1]))
        f.create_dataset("test_images", data=np.ones((2, 4)))
        f.create_dataset("test_labels", data=np.array([1, 0]))


def clients(path):
    """A federated set of images with channels last and one-hot labels."""
    with h5py.File(path, "w", libver="earliest") as f:
        for name in "ab":
            f.create_dataset(f"examples/{name}/train_images", data=np.arange(24.).reshape(2, 2, 2, 3))
            f.create_dataset(f"examples/{name}/train_labels", data=np.eye(2))


def main(folder):
    def put(name, *inputs):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for i, data in enumerate(inputs):
            (folder / name / f"{i}").write_bytes(data.encode() if isinstance(data, str) else data)

    put("idx", *(struct.pack("<H", len(l)) + l + i for l, i in [(LABELS, IDX), (gzip.compress(LABELS), gzip.compress(IDX))]))
    put("libsvm", SVM, gzip.compress(SVM))
    put("csv", *(bytes([a, b]) + t for a in (4, 20, 0, 5) for b in (0, 3, 4) for t in (CSV, CSV.replace(b",", b";"), gzip.compress(CSV))))
    put("traces", b"\x02w0,w1,w2\n1,2,3\n3,,5\n", b"\x03who,job,s\na,1,3\nb,1,4\nc,2,5\n", b"\x070,8\n1,16\n3,8\n",
        b"\x08job,t_s,s\n1,0,2\n2,1,3\n", b"\x00" + gzip.compress(b"s\n1\n2\n"))
    put("edges", EDGES, gzip.compress(EDGES), COUNTS, GRAPHML)
    put("unit", *UNITS)
    put("scenario", *SCENARIOS)
    put("set", *SETS)
    put("record")
    put("hdf5")
    record(folder / "record/0")
    record(folder / "record/1", "f4", 200)
    samples(folder / "hdf5/0")
    clients(folder / "hdf5/2")
    samples(folder / "hdf5/1", chunks=(1, 4), compression="gzip")


main(pathlib.Path(sys.argv[1]))
