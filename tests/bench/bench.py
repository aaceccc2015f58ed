"""bench.py - how fast is dtsim?  Every row is a ratio of two things measured in turn in this run, median of several
pairs.  Usage: bench.py BUILD [ROW...]; prints a table and writes results/bench.json.  Not a test: nothing fails."""
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv[1]).resolve()
DTSIM = BUILD / "dtsim"
FOLDER = pathlib.Path(tempfile.mkdtemp())
PAIRS = 3

FEDAVG = """local dt = require "dt"
return dt.scenario {{
  platform = {{ "lan", hosts = {clients} }}, workers = {clients},
  data = {{ "idx", path = "{folder}" }}, model = {model}, optimiser = {{ "sgd", rate = 0.05 }},
  batch = {batch}, strategy = {{ "fedavg", fraction = {fraction}, epochs = {epochs} }},
  stop = {{ rounds = {rounds} }}, mark = {{ rounds = 1, rows = 128 }},
}}"""
SERVER = """local dt = require "dt"
return dt.scenario {{
  platform = {{ {platform} }}, data = {{ "blank", rows = {clients}, columns = 99 }}, split = "contiguous",
  model = "softmax", learn = false, batch = 0, compute = {{ seconds = 0 }},
  strategy = {{ "fedavg", fraction = {fraction} }}, stop = {{ rounds = {rounds} }}, mark = {{ rounds = 1000000 }},
}}"""
STRAGGLERS = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 16, speed = "1Gf" }, workers = 16, data = { "glyphs", rows = 8000, test = 100 },
  model = { "mlp", widths = { 200, 200 } }, batch = 32, jitter = dt.exponential { mean = 1 },
  strategy = { "localsgd", period = 10 }, stop = { steps = 600 }, mark = { rounds = 1000 },
}"""
SWEEP = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4 }, workers = 4, data = { "glyphs", rows = 2000, test = 200 },
  model = { "mlp", widths = { 100 } }, strategy = { "localsgd", period = dt.sweep { 1, 2, 4, 8 } },
  stop = { steps = 300 }, seeds = 8,
}"""
POPULATION = """local dt = require "dt"
return dt.scenario {
  platform = { "mobile", phones = 100000 }, data = { "gaussian", rows = 200000, test = 1000, columns = 64 },
  model = "softmax", batch = 10, strategy = { "fedavg", fraction = 0.001 }, stop = { rounds = 100 },
}"""


def images():
    """A folder of MNIST's four files, of MNIST's size: ten random prototypes, noisy; what both sides read."""
    import numpy as np
    draw = np.random.default_rng(1)
    prototype = draw.integers(0, 200, (10, 784), dtype=np.uint8)
    for part, rows in ("train", 60000), ("t10k", 10000):
        label = draw.integers(0, 10, rows, dtype=np.uint8)
        pixels = prototype[label] + draw.integers(0, 56, (rows, 784), dtype=np.uint8)
        for kind, magic, sizes, body in ("images-idx3", 2051, (rows, 28, 28), pixels), ("labels-idx1", 2049, (rows,), label):
            header = np.array((magic, *sizes), dtype=">u4").tobytes()
            (FOLDER / f"{part}-{kind}-ubyte").write_bytes(header + body.tobytes())
    return FOLDER


def scenario(text):
    path = FOLDER / "scenario.lua"
    path.write_text(text)
    return path


def seconds(*words):
    start = time.perf_counter()
    subprocess.run([str(w) for w in words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def processor_seconds(*words):
    """Of all threads, system calls included: what one thread takes, however busy the machine is besides."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds(*words)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def dtsim(text, *words, clock=seconds):
    return clock(DTSIM, "run", scenario(text), "-o", FOLDER / "out.h5", "--fresh", *words)


def number(*words):
    return float(subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True).stdout.split()[0])


def pairs(ours, theirs):
    """Medians of both, and of their ratio theirs / ours pair by pair."""
    runs = [(ours(), theirs()) for _ in range(PAIRS)]
    return (statistics.median(a for a, _ in runs), statistics.median(b for _, b in runs),
            statistics.median(b / a for a, b in runs))


def against_torch(model, lua, clients, fraction, batch, epochs, rounds):
    python = os.environ.get("PYTHON", "/usr/bin/python3")
    if subprocess.run([python, "-c", "import torch"], capture_output=True).returncode != 0:
        return None
    text = FEDAVG.format(folder=images(), model=lua, clients=clients, fraction=fraction, batch=batch, epochs=epochs,
                         rounds=rounds)
    loop = [python, ROOT / "tests/bench/torch_fedavg.py", FOLDER, model, clients, fraction, batch, epochs, rounds]
    return pairs(lambda: dtsim(text, "--threads", 1, clock=processor_seconds), lambda: number(*loop))


def peak(model, batch, flops, steps):
    """Share of sgemm's rate that the gradients of one worker reach, by the time the tasks took; read by h5py."""
    import h5py
    text = FEDAVG.format(folder=images(), model=model, clients=10, fraction=0.1, batch=batch, epochs=1, rounds=1)

    def rate():
        dtsim(text, "--threads", 1, "--set", f"stop.rounds={steps}", "--set", "mark.rounds=1000000")
        with h5py.File(FOLDER / "out.h5") as f:
            return flops * 6000 * steps / f["runs/0000/host"].attrs["tasks_s"]
    runs = [(rate(), number(BUILD / "bench/gemm")) for _ in range(PAIRS)]
    return (statistics.median(a for a, _ in runs), statistics.median(b for _, b in runs),
            statistics.median(a / b for a, b in runs))


def messages(clients, rounds):
    xml = FOLDER / "platform.xml"
    xml.write_text(subprocess.run([DTSIM, "platform", "lan", "--set", f"hosts={clients}"], check=True,
                                  capture_output=True, text=True).stdout)
    text = SERVER.format(platform=f'"lan", hosts = {clients}', clients=clients, fraction=1, rounds=rounds)
    bare = [BUILD / "bench/bare", xml, clients, rounds, 4000, "--cfg=contexts/stack-size:256", "--log=root.thres:critical"]
    theirs, ours, ratio = pairs(lambda: seconds(*bare), lambda: dtsim(text))
    return ours, theirs, ratio


def alone(text, *words):
    runs = [dtsim(text, *words) for _ in range(PAIRS)]
    return statistics.median(runs), None, None


MLP, CNN = '{ "mlp", widths = { 200, 200 } }', '"cnn"'
ROWS = {   # name: (what is compared, how it is measured, what the ratio is, target)
    "train-small": ("2NN, B = 10, against torch", lambda: against_torch("mlp", MLP, 100, 0.1, 10, 1, 30), "times faster", ">= 6"),
    "train-32": ("2NN, B = 32, against torch", lambda: against_torch("mlp", MLP, 100, 0.1, 32, 1, 60), "times faster", ">= 5"),
    "train-linear": ("softmax, 1 000 clients, against torch",
                     lambda: against_torch("softmax", '"softmax"', 1000, 0.01, 10, 1, 100), "times faster", ">= 5"),
    "train-cnn": ("CNN, B = 10, against torch", lambda: against_torch("cnn", CNN, 100, 0.01, 10, 1, 3), "times faster", ">= 1.5"),
    "train-cnn-50": ("CNN, B = 50, against torch", lambda: against_torch("cnn", CNN, 100, 0.01, 50, 1, 3), "times faster", ">= 1.5"),
    "peak-2nn": ("2NN, B = 32, against sgemm", lambda: peak(MLP, 32, 6 * 198800, 20), "of its rate", ">= 0.5"),
    "peak-cnn": ("CNN, B = 50, against sgemm", lambda: peak(CNN, 50, 3 * 24.6e6, 1), "of its rate", ">= 0.4"),
    "cores": ("16 stragglers, 1 thread against 2", lambda: pairs(lambda: dtsim(STRAGGLERS, "--threads", 2),
              lambda: dtsim(STRAGGLERS, "--threads", 1)), "times faster", ">= 1.8"),
    "sweep": ("32 runs, -j 1 against -j 2", lambda: pairs(lambda: dtsim(SWEEP, "-j", 2), lambda: dtsim(SWEEP, "-j", 1)),
              "times faster", ">= 1.9"),
    "messages-100": ("server and 100 clients, bare SimGrid", lambda: messages(100, 1000), "of its time", "<= 1.2"),
    "messages-1000": ("server and 1 000 clients, bare SimGrid", lambda: messages(1000, 20), "of its time", "<= 1.4"),
    "rounds-1k": ("1 023 clients, 20 rounds", lambda: alone(SERVER.format(platform='"lan", hosts = 1023', clients=1023,
                  fraction=1, rounds=20)), "", "< 0.4 s"),
    "rounds-16k": ("16 383 clients, 2 rounds", lambda: alone(SERVER.format(platform='"lan", hosts = 16383', clients=16383,
                   fraction=1, rounds=2)), "", "< 4 s"),
    "population": ("100 000 phones, 100 a round", lambda: alone(POPULATION), "", "< 20 s"),
}


def quantity(value):
    if value is None:
        return "-"
    return f"{value / 1e9:.1f} Gflop/s" if value > 1e6 else f"{value:.2f} s" if value >= 0.1 else f"{1e3 * value:.0f} ms"


def machine():
    with open("/proc/cpuinfo") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), platform.machine())
    version = subprocess.run([DTSIM, "--version"], capture_output=True, text=True).stdout.strip()
    return f"{model}, {os.cpu_count()} cores; {version}; {platform.platform()}"


def main():
    wanted, table = sys.argv[2:] or list(ROWS), []
    print(machine())
    for name in wanted:
        what, measure, kind, target = ROWS[name]
        result = measure()
        row = {"row": name, "what": what, "target": target}
        if result is None:
            line = "torch is not installed"
        else:
            ours, theirs, ratio = result
            row.update(ours=ours, theirs=theirs, ratio=ratio)
            line = f"{quantity(ours):>14} {quantity(theirs):>14}  " + (f"{ratio:.2f} {kind}" if ratio else "")
        print(f"{name:14} {what:40} {line:50} (aim {target})", flush=True)
        table.append(row)
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results/bench.json").write_text(json.dumps({"machine": machine(), "rows": table}, indent=1) + "\n")


if __name__ == "__main__":
    main()
