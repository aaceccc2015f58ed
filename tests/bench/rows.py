"""rows.py - what make bench measures: programs in turn, or whole programs, from their start to their end.
A row gives { figure: value }: ratio, with ours and theirs, or seconds, cpu (of the processor) and peak (memory of the largest process).
BUILD is the folder with the program and with those of tests/bench, DEBIAN13 the tree that make check-debian13 makes."""
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build")).resolve()
DTSIM = BUILD / "dtsim"
DEBIAN13 = pathlib.Path(os.environ.get("DEBIAN13", "/var/tmp/dtsim-debian13"))
FOLDER = pathlib.Path(tempfile.mkdtemp())
PAIRS = 3

FEDAVG = """local dt = require "dt"
return dt.scenario {{
  platform = {{ "lan", hosts = {clients} }}, workers = {clients},
  data = {{ "idx", path = "{folder}" }}, model = {model}, optimiser = {{ "sgd", lr = 0.05 }},
  batch_size = {batch}, strategy = {{ "fedavg", fraction = {fraction}, local_epochs = {epochs} }},
  stop = {{ rounds = {rounds} }}, evaluate = {{ rounds = 1, rows = 128 }},
}}"""
SERVER = """local dt = require "dt"
return dt.scenario {{
  platform = {{ {platform} }}, data = {{ "blank", rows = {clients}, columns = 99 }}, split = "contiguous",
  model = "softmax", learn = false, batch_size = 0, compute = {{ seconds = 0 }},
  strategy = {{ "fedavg", fraction = {fraction} }}, stop = {{ rounds = {rounds} }}, evaluate = {{ rounds = 1000000 }},
}}"""
SERVERS = """local dt = require "dt"
return dt.scenario {{
  platform = {{ "lan", hosts = {clients}, servers = {servers} }}, servers = {{ count = {servers} }},
  data = {{ "blank", rows = {clients}, columns = 99 }}, split = "contiguous", model = "softmax", learn = false, batch_size = 0,
  compute = {{ seconds = 0 }}, strategy = "ps", stop = {{ rounds = {rounds} }}, evaluate = {{ rounds = 1000000 }},
}}"""
WAITING = """local dt = require "dt"
return dt.scenario {{
  platform = {{ "lan", hosts = 1000 }}, data = {{ "blank", rows = 1000, columns = 99 }}, split = "contiguous", model = "softmax", learn = false,
  batch_size = 0, compute = {{ seconds = dt.exponential {{ mean = 0.1 }} }}, strategy = "ps", sync = {sync}, stop = {{ rounds = 20 }},
  evaluate = {{ rounds = 1000000 }},
}}"""
STRAGGLERS = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 16, speed = "1Gf" }, workers = 16, data = { "glyphs", rows = 8000, test = 100 },
  model = { "mlp", widths = { 200, 200 } }, batch_size = 32, jitter = dt.exponential { mean = 1 },
  strategy = { "localsgd", period = 10 }, stop = { steps = 600 }, evaluate = { rounds = 1000 },
}"""
SWEEP = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4 }, workers = 4, data = { "glyphs", rows = 2000, test = 200 },
  model = { "mlp", widths = { 100 } }, strategy = { "localsgd", period = dt.sweep { 1, 2, 4, 8 } },
  stop = { steps = 300 }, seeds = 8,
}"""
ONCE = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 8, latency = dt.sweep { "1ms", "10ms", "100ms" }, bandwidth = dt.sweep { "100Mbps", "1Gbps", "10Gbps" } },
  workers = 8, data = { "glyphs", rows = 8000, test = 1000 }, model = { "mlp", widths = { 200, 200 } }, batch_size = 32,
  strategy = { "localsgd", period = 10 }, stop = { steps = 600 },
}"""
POPULATION = """local dt = require "dt"
return dt.scenario {
  platform = { "mobile", phones = 100000 }, data = { "gaussian", rows = 200000, test = 1000, columns = 64 },
  model = "softmax", batch_size = 10, strategy = { "fedavg", fraction = 0.001 }, stop = { rounds = 100 },
}"""
BUFFERED = """local dt = require "dt"
return dt.scenario {
  platform = { "mobile", phones = 100000 }, data = { "gaussian", rows = 200000, test = 1000, columns = 64 },
  model = "softmax", batch_size = 10, strategy = { "fedbuff", fraction = 0.001, buffer = 10 }, stop = { rounds = 1000 },
  evaluate = { rounds = 10 },
}"""
PHONES = """local dt = require "dt"
return dt.scenario {
  platform = { "mobile", phones = 50000 }, data = "synthetic", split = "natural", model = "softmax", batch_size = 10,
  strategy = { "fedavg", fraction = 0.002 }, stop = { rounds = 20 }, evaluate = { rounds = 10, rows = 20000 },
}"""
MILLION = """local dt = require "dt"
return dt.scenario {
  platform = { "mobile", phones = 1000000, watts = 0 }, data = { "blank", rows = 1000000, columns = 64 }, split = "contiguous",
  model = "softmax", learn = false, batch_size = 10, strategy = { "fedavg", fraction = 0.0001 }, stop = { rounds = 100 },
  evaluate = { rounds = 1000000 },
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


class Missing(Exception):
    """What a row needs is not installed here."""


def scenario(text, folder=FOLDER):
    path = folder / "scenario.lua"
    path.write_text(text)
    return path


def use(words, **more):
    """Run a program to its end: real seconds, those of the processor, and the most memory one process held."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen([str(w) for w in words], stdout=said, stderr=said, **more)
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if program.returncode != 0:
            raise RuntimeError(f"{words[0]} ended with {program.returncode}: {said.read().decode().strip()[-300:]}")
    return {"seconds": time.perf_counter() - start, "cpu": usage.ru_utime + usage.ru_stime,
            "peak": 1024 * usage.ru_maxrss}


def dtsim(text, *words, figure="seconds"):
    return use([DTSIM, "run", scenario(text), "-o", FOLDER / "out.h5", "--fresh", *words])[figure]


def number(*words):
    return float(subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True).stdout.split()[0])


def pairs(ours, theirs, ratio=lambda a, b: b / a):
    """Medians of both, and of their ratio pair by pair."""
    runs = [(ours(), theirs()) for _ in range(PAIRS)]
    return {"ours": statistics.median(a for a, _ in runs), "theirs": statistics.median(b for _, b in runs),
            "ratio": statistics.median(ratio(a, b) for a, b in runs)}


def against_torch(model, lua, clients, fraction, batch, epochs, rounds):
    python = os.environ.get("PYTHON", "/usr/bin/python3")
    if subprocess.run([python, "-c", "import torch"], capture_output=True).returncode != 0:
        raise Missing("torch is not installed")
    text = FEDAVG.format(folder=images(), model=lua, clients=clients, fraction=fraction, batch=batch, epochs=epochs,
                         rounds=rounds)
    loop = [python, ROOT / "tests/bench/torch_fedavg.py", FOLDER, model, clients, fraction, batch, epochs, rounds]
    return pairs(lambda: dtsim(text, "--threads", 1, figure="cpu"), lambda: number(*loop))


def peak(model, batch, flops, steps):
    """Share of sgemm's rate that the gradients of one worker reach, by the time the tasks took; read by h5py."""
    import h5py
    text = FEDAVG.format(folder=images(), model=model, clients=10, fraction=0.1, batch=batch, epochs=1, rounds=1)

    def rate():
        dtsim(text, "--threads", 1, "--set", f"stop.rounds={steps}", "--set", "evaluate.rounds=1000000")
        with h5py.File(FOLDER / "out.h5") as f:
            return flops * 6000 * steps / f["runs/0000/host"].attrs["tasks_s"]
    return pairs(rate, sgemm, lambda a, b: a / b)


def processor_flags():
    with open("/proc/cpuinfo") as f:
        return set(next((line for line in f if line.startswith("flags")), "").split())


def sgemm():
    """The rate of large products: that of the fastest kernels of OpenBLAS that this processor has, whichever it takes by itself."""
    kinds = [{}] + ([{"OPENBLAS_CORETYPE": "SkylakeX"}] if "avx512f" in processor_flags() else [])
    return max(float(subprocess.run([BUILD / "bench/gemm"], check=True, capture_output=True, text=True,
                                    env={**os.environ, **kind}).stdout) for kind in kinds)


def by_products(batch, rounds):
    """FedAvg with the 2NN as a whole: the time of its products at the rate of large ones, by that of the program; and what its own
    products take where they lie, without anything else (products.c)."""
    text = FEDAVG.format(folder=images(), model=MLP, clients=100, fraction=0.1, batch=batch, epochs=1, rounds=rounds)
    sizes = [784, 200, 200, 10]
    weights = sum(a * b for a, b in zip(sizes, sizes[1:]))
    trained, judged = 6000 * rounds, 10128 * (rounds + 1)       # samples: ten clients of 600; 10 000 of the test, 128 of the loss
    flops = trained * (6 * weights - 2 * sizes[0] * sizes[1]) + judged * 2 * weights    # the images need no gradient
    alone = []

    def large():
        said = subprocess.run([str(w) for w in (BUILD / "bench/products", batch, *sizes)], check=True, capture_output=True, text=True)
        sample, evaluated = map(float, said.stdout.split())
        alone.append(trained * sample + judged * evaluated)
        return flops / sgemm()
    result = pairs(lambda: dtsim(text, "--threads", 1, figure="cpu"), large)
    return {**result, "products": statistics.median(alone)}


def messages(clients, rounds, servers=1):
    """A model of 4 000 bytes: from one server and back, or a piece of it to each of several and back."""
    xml = FOLDER / "platform.xml"
    xml.write_text(subprocess.run([DTSIM, "platform", "lan", "--set", f"hosts={clients}", "--set", f"servers={servers}"],
                                  check=True, capture_output=True, text=True).stdout)
    text = SERVER.format(platform=f'"lan", hosts = {clients}', clients=clients, fraction=1, rounds=rounds)
    if servers > 1:
        text = SERVERS.format(clients=clients, servers=servers, rounds=rounds)
    bare = [BUILD / "bench/bare", xml, clients, rounds, 4000 // servers, servers, "--cfg=contexts/stack-size:256",
            "--log=root.thres:critical"]
    return pairs(lambda: dtsim(text, figure="cpu"), lambda: use(bare)["cpu"], lambda a, b: a / b)


def on_two_cores(text):
    """Real seconds by those of the processor, on two cores: 0.5 if both are always at work."""
    runs = [use(["taskset", "-c", "0,1", DTSIM, "run", scenario(text), "-o", FOLDER / "out.h5", "--fresh"])
            for _ in range(PAIRS)]
    return {"ours": statistics.median(r["seconds"] for r in runs), "theirs": statistics.median(r["cpu"] for r in runs),
            "ratio": statistics.median(r["seconds"] / r["cpu"] for r in runs)}


ROWS_OF_NOTHING = """local dt = require "dt"
return dt.scenario {{
  platform = {{ "lan", hosts = 2 }}, workers = 2, data = {{ "blank", rows = 2, columns = 4 }}, model = "softmax", learn = false,
  strategy = "sgd", stop = {{ steps = 3 }}, seeds = {seeds},
}}"""
TEN = """local dt = require "dt"
return dt.scenario {{
  platform = {{ "lan", hosts = 10 }}, workers = 10, data = {{ "idx", path = "{folder}" }}, model = "softmax", strategy = "sgd",
  stop = {{ steps = {steps} }}, evaluate = {{ rounds = 1000 }}, seeds = 10,
}}"""


def ten_runs(steps):
    """Ten runs of MNIST, the real one where DTSIM_DATA has it."""
    real = pathlib.Path(os.environ.get("DTSIM_DATA", "")) / "mnist"
    return TEN.format(folder=real if real.is_dir() and "DTSIM_DATA" in os.environ else images(), steps=steps)


def family(pid):
    yield pid
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        for child in f.read().split():
            yield from family(child)


def proportional(text, jobs):
    """The proportional set size of a program and its processes together, in which shared pages count once: the median over the
    time in which so many runs are under way, since a sum over processes is wrong while one of them ends."""
    program = subprocess.Popen([str(w) for w in (DTSIM, "run", scenario(text), "-o", FOLDER / "out.h5", "--fresh", "-j", jobs)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sizes = []
    while program.poll() is None:
        time.sleep(0.02)
        try:
            size, all_of_them = 0, list(family(program.pid))
            for pid in all_of_them:
                with open(f"/proc/{pid}/smaps_rollup") as f:
                    size += sum(1024 * int(line.split()[1]) for line in f if line.startswith("Pss:"))
            if len(all_of_them) == jobs + 1:
                sizes.append(size)
        except OSError:
            continue                    # one of them has just ended
    if program.returncode != 0:
        raise RuntimeError(f"dtsim ended with {program.returncode}")
    return statistics.median(sizes)


def shared_memory():
    """Proportional set size in MB at -j 1 and at -j 2; seconds are none of this row."""
    one, two = ([proportional(ten_runs(60), jobs) for _ in range(PAIRS)] for jobs in (1, 2))
    ours, theirs = statistics.median(two), statistics.median(one)
    return {"ours": ours, "theirs": theirs, "ratio": ours / theirs}


def whole(text, times=PAIRS):
    """The program from its start to its end, the median by real time."""
    words = [DTSIM, "run", scenario(text), "-o", FOLDER / "out.h5", "--fresh"]
    return sorted((use(words) for _ in range(times)), key=lambda run: run["seconds"])[times // 2]


def report(name):
    """A page of what a scenario of the folder scenarios leaves: the command from its start to its end, and the page's bytes."""
    use([DTSIM, "run", ROOT / "scenarios" / f"{name}.lua", "-o", FOLDER / "out.h5", "--fresh"])
    words = [DTSIM, "report", FOLDER / "out.h5", "-o", FOLDER / "out.html"]
    return {**sorted((use(words) for _ in range(PAIRS)), key=lambda run: run["seconds"])[PAIRS // 2],
            "page": (FOLDER / "out.html").stat().st_size}


def whole_on_4(text, times=1):
    program = DEBIAN13 / "src/build/dtsim"
    if not program.exists() or os.geteuid() != 0:
        raise Missing("there is no Debian 13 tree, or no right to enter it" + f" ({DEBIAN13})")
    work = pathlib.Path(tempfile.mkdtemp(dir=DEBIAN13 / "tmp"))
    scenario(text, work)
    inside = pathlib.Path("/tmp") / work.name
    words = ["chroot", DEBIAN13, "/src/build/dtsim", "run", inside / "scenario.lua", "-o", inside / "out.h5", "--fresh"]
    try:
        runs = [use(words, env={**os.environ, "DTSIM_HOME": "/src"}) for _ in range(times)]
    finally:
        shutil.rmtree(work)
    return sorted(runs, key=lambda run: run["seconds"])[times // 2]


def plans():
    """How far off is dtsim plan?  Of all files of scenarios/, the worst ratio of real time or memory."""
    from planned import worst
    found = worst(DTSIM, say=lambda line: print("  " + line, flush=True))
    ratio, ours, theirs = max(found["real"], found["run"])
    return {"ours": ours, "theirs": theirs, "ratio": ratio, **{f"worst_{key}": value[0] for key, value in found.items()}}


LAYERS = """
local dt = require "dt"
return dt.scenario {{ platform = {{ "lan", hosts = 16, speed = "8Tf", bandwidth = "10Gbps", latency = "10us" }}, network = "CM02",
  workers = 16, data = {{ "blank", rows = 51200 }}, learn = false, model = {{ "profile", path = "vgg16" }}, batch_size = 32,
  strategy = "overlap", queue = {{ "priority", piece = "{piece}", credit = "16MB", overhead = "50us" }},
  collective = "{collective}", detail = "messages", stop = {{ rounds = {rounds} }} }}
"""


def layers(piece, collective, count=6):
    return LAYERS.format(piece=piece, collective=collective, rounds=count)


def messages_of(record, path):
    """The messages of a traced run as lines "SECONDS FROM TO BYTES", in the order of their departure; when the last arrives."""
    import h5py
    with h5py.File(record) as f:
        sent = {name: column[()] for name, column in f["runs/0000/messages"].items()}
        workers = {name: f["runs/0000/workers"][name][()] for name in ("role", "rank", "host")}
    host = {(role, rank): name.decode() for role, rank, name in zip(*workers.values())}
    with open(path, "w") as lines:
        for i in sent["departed_s"].argsort(kind="stable"):
            ends = [host[sent[f"{end}_role"][i], sent[end][i]] for end in ("from", "to")]
            lines.write(f"{sent['departed_s'][i]:.17g} {ends[0]} {ends[1]} {sent['bytes'][i]:.0f}\n")
    return max(sent["arrived_s"])


def replay(text, *platform):
    """The words of SimGrid alone with the messages of a run on that platform, once it has been seen to end at the same time."""
    xml, lines = FOLDER / "platform.xml", FOLDER / "messages.txt"
    xml.write_text(subprocess.run([DTSIM, "platform", *platform], check=True, capture_output=True, text=True).stdout)
    dtsim(text, "--set", "trace=messages")
    last = messages_of(FOLDER / "out.h5", lines)
    bare = [BUILD / "bench/replay", xml, lines, "--cfg=contexts/stack-size:256", "--log=root.thres:critical",
            "--cfg=network/model:CM02", "--cfg=host/model:compound", "--cfg=network/crosstraffic:0", "--cfg=network/optim:Full"]
    said = subprocess.run([str(word) for word in bare], check=True, capture_output=True, text=True).stdout
    if abs(float(said.split()[1]) - last) > 1e-9 * last:
        raise RuntimeError(f"the last message arrives at {last:.12g} s, in SimGrid alone at {said.split()[1]} s")
    return bare


LAN16 = ("lan", "--set", "hosts=16", "--set", "speed=8Tf", "--set", "bandwidth=10Gbps", "--set", "latency=10us")


def replayed(piece, collective, count):
    """The processor's seconds of steps in layers, by those of SimGrid alone with the same messages."""
    text = layers(piece, collective, count)
    bare = replay(text, *LAN16)
    return pairs(lambda: dtsim(text, figure="cpu"), lambda: number(*bare), lambda a, b: a / b)


FOLD = """
local dt = require "dt"
return dt.scenario {{ platform = {platform}, workers = 4096, network = "{network}", learn = false,
  data = {{ "blank", rows = 131072 }}, model = {{ "profile", path = "resnet50" }}, strategy = "sgd", collective = "{collective}",
  detail = "folded", stop = {{ steps = {steps} }}, evaluate = {{ steps = 1000000 }} }}
"""
GPUS = """
local dt = require "dt"
return dt.scenario {{ platform = {{ "gpus", each = 8 }}, workers = 64, network = "CM02", data = {{ "blank", rows = 65536 }}, learn = false,
  model = {{ "profile", path = "resnet50" }}, strategy = "overlap", queue = {{ "bucket", size = "25MB" }}, collective = "ring",
  detail = "{detail}", stop = {{ steps = 6 }} }}
"""


def step_of(collective, machines='{ "lan", hosts = 4096 }', more=10, network="CM02"):
    """One more step of 4096 workers, whose exchange is reckoned at once: the start of the run is left out."""
    def run(steps):
        return whole(FOLD.format(collective=collective, steps=steps, platform=machines, network=network), 1)
    both = [(run(1), run(1 + more)) for _ in range(PAIRS)]
    took = {figure: statistics.median((b[figure] - a[figure]) / more for a, b in both) for figure in ("seconds", "cpu")}
    return {**took, "peak": max(b["peak"] for _, b in both)}


def rounds(clients, count):
    return SERVER.format(platform=f'"lan", hosts = {clients}', clients=clients, fraction=1, rounds=count)


def class_of(students):
    """Answers of so many students to lab 02, graded from nothing."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=FOLDER))
    for i in range(students):
        (folder / f"student_{i}.lua").write_text(f'return {{ student = "Student {i}", a = {i} }}')
    return use(["env", "-C", folder, DTSIM, "lab", "02", "--grade", ".", "-o", "grades.csv"])


MLP, CNN = '{ "mlp", widths = { 200, 200 } }', '"cnn"'
ROWS = {   # name: (what is compared, how it is measured, what the ratio is, [(figure, relation, limit)])
    "train-small": ("2NN, B = 10, against torch",
                    lambda: against_torch("mlp", MLP, 100, 0.1, 10, 1, 30), "times faster", [("ratio", ">=", 6)]),
    "train-32": ("2NN, B = 32, against torch",
                 lambda: against_torch("mlp", MLP, 100, 0.1, 32, 1, 60), "times faster", [("ratio", ">=", 5)]),
    "train-linear": ("softmax, 1 000 clients, against torch",
                     lambda: against_torch("softmax", '"softmax"', 1000, 0.01, 10, 1, 100), "times faster",
                     [("ratio", ">=", 5), ("ours", "<", 1)]),
    "train-cnn-10": ("CNN, B = 10, against torch",
                     lambda: against_torch("cnn", CNN, 100, 0.01, 10, 1, 3), "times faster", [("ratio", ">=", 3)]),
    "train-cnn-50": ("CNN, B = 50, against torch",
                     lambda: against_torch("cnn", CNN, 100, 0.01, 50, 1, 3), "times faster", [("ratio", ">=", 1.5)]),
    "peak-2nn": ("2NN, B = 32, against sgemm",
                 lambda: peak(MLP, 32, 6 * 198800, 20), "of its rate", [("ratio", ">=", 0.5)]),
    "peak-cnn": ("CNN, B = 50, against sgemm",
                 lambda: peak(CNN, 50, 3 * 24.6e6, 1), "of its rate", [("ratio", ">=", 0.8)]),
    "products-10": ("2NN, B = 10, its products at sgemm's rate", lambda: by_products(10, 30), "of the program's time", [("ratio", ">=", 0.6)]),
    "products-32": ("the same, B = 32", lambda: by_products(32, 60), "of the program's time", [("ratio", ">=", 0.75)]),
    "cores": ("16 stragglers, 1 thread against 2", lambda: pairs(lambda: dtsim(STRAGGLERS, "--threads", 2),
              lambda: dtsim(STRAGGLERS, "--threads", 1)), "times faster", [("ratio", ">=", 1.8)]),
    "sweep": ("32 runs, -j 1 against -j 2", lambda: pairs(lambda: dtsim(SWEEP, "-j", 2), lambda: dtsim(SWEEP, "-j", 1, "--threads", 1)),
              "times faster", [("ratio", ">=", 1.9)]),
    "train-once": ("one training and 8 timings, against 9 trainings", lambda: pairs(
        lambda: dtsim(ONCE, figure="cpu"), lambda: dtsim(ONCE, "--separate", figure="cpu")), "times faster", [("ratio", ">=", 7)]),
    "messages-100": ("server and 100 clients, bare SimGrid", lambda: messages(100, 1000), "of its time",
                     [("ratio", "<=", 1.2)]),
    "messages-1000": ("server and 1 000 clients, bare SimGrid", lambda: messages(1000, 20), "of its time",
                      [("ratio", "<=", 1.4)]),
    "messages-8x1000": ("8 servers and 1 000 workers, bare SimGrid", lambda: messages(1000, 5, 8), "of its time",
                        [("ratio", "<=", 1.4)]),
    "pushes-async": ("1 000 asynchronous workers, 20 000 pushes, bsp", lambda: pairs(
        lambda: dtsim(WAITING.format(sync='"async"'), figure="cpu"), lambda: dtsim(WAITING.format(sync='"bsp"'), figure="cpu"), lambda a, b: a / b),
        "of its time", [("ratio", "<=", 1.5)]),
    "pushes-ssp": ("the same with a bound of 3 iterations", lambda: pairs(
        lambda: dtsim(WAITING.format(sync='{ "ssp", staleness = 3 }'), figure="cpu"), lambda: dtsim(WAITING.format(sync='"bsp"'), figure="cpu"),
        lambda a, b: a / b), "of its time", [("ratio", "<=", 1.5)]),
    "servers-10k": ("8 servers and 10 000 workers, 5 rounds", lambda: whole(SERVERS.format(clients=10000, servers=8, rounds=5), 1),
                    "", []),
    "servers-10k-4": ("the same on SimGrid 4.0", lambda: whole_on_4(SERVERS.format(clients=10000, servers=8, rounds=5)), "",
                      [("seconds", "<", 120), ("peak", "<", 2e9)]),
    "layers-4mb": ("VGG16 in 4 MB pieces, 16 workers and a server, 6 steps", lambda: whole(layers("4MB", "star")), "",
                   [("seconds", "<", 2)]),
    "layers-4mb-ring": ("the same by ring all-reduce", lambda: whole(layers("4MB", "ring")), "", [("seconds", "<", 4.5)]),
    "layers-200kb": ("in 200 kB pieces", lambda: whole(layers("200kB", "star"), 1), "", [("seconds", "<", 16)]),
    "layers-4mb-bare": ("the first, 60 steps, SimGrid with its messages", lambda: replayed("4MB", "star", 60), "of its time",
                        [("ratio", "<=", 1.3)]),
    "layers-ring-bare": ("by ring, 6 steps, SimGrid with its messages", lambda: replayed("4MB", "ring", 6), "of its time",
                         [("ratio", "<=", 1.3)]),
    "layers-200kb-bare": ("in 200 kB pieces, 1 step, likewise", lambda: replayed("200kB", "star", 1), "of its time",
                          [("ratio", "<=", 1.3)]),
    "fold-ring-4096": ("a step of 4096 workers, ring, at once", lambda: step_of("ring"), "", [("cpu", "<", 1)]),
    "fold-ring-4096-lv08": ("the ring with cross-traffic, pieces that differ", lambda: step_of("ring", network="LV08"), "", [("cpu", "<", 1)]),
    "fold-halving-4096": ("a step of 4096 workers, halving, at once", lambda: step_of("halving"), "", [("cpu", "<", 1)]),
    "fold-tree-4096": ("a step of 4096 workers, tree, at once", lambda: step_of("tree"), "", [("cpu", "<", 1)]),
    "fold-hierarchical-4096": ("a step of 4096 workers, hierarchical, at once", lambda: step_of("hierarchical", '{ "gpus", each = 64 }'), "", [("cpu", "<", 1)]),
    "gpus-ring-64": ("ResNet-50 in 25 MB buckets, ring of 64 GPUs, 6 steps", lambda: whole(GPUS.format(detail="messages")), "",
                     [("cpu", "<", 5)]),
    "fold-gpus-ring-64": ("the same at once", lambda: whole(GPUS.format(detail="folded")), "", [("cpu", "<", 0.5)]),
    "rounds-1k": ("1 023 clients, 20 rounds", lambda: whole(rounds(1023, 20)), "", [("seconds", "<", 0.4)]),
    "rounds-16k": ("16 383 clients, 2 rounds", lambda: whole(rounds(16383, 2)), "",
                   [("seconds", "<", 4)]),
    "rounds-16k-4": ("the same on SimGrid 4.0", lambda: whole_on_4(rounds(16383, 2), PAIRS), "", [("seconds", "<", 2)]),
    "rounds-131k": ("131 072 clients, 1 round", lambda: whole(rounds(131072, 1), 1), "", []),
    "rounds-131k-4": ("131 072, 20 rounds, on SimGrid 4.0", lambda: whole_on_4(rounds(131072, 20)), "",
                      [("seconds", "<", 180), ("peak", "<", 4e9)]),
    "population": ("100 000 phones, 100 a round", lambda: whole(POPULATION), "",
                   [("seconds", "<", 20), ("peak", "<", 1e9)]),
    "buffered": ("100 000 phones, 100 at a time, FedBuff", lambda: whole(BUFFERED, 1), "", [("peak", "<", 1e9)]),
    "phones": ("50 000 phones of synthetic, 100 a round", lambda: whole(PHONES, 1), "", [("peak", "<", 1e9)]),
    "million": ("1 000 000 phones, timing only", lambda: whole(MILLION, 1), "", [("peak", "<", 4e9)]),
    "tokens": ("a short run beside a long one, 2 cores", lambda: on_two_cores(
        FEDAVG.format(folder=images(), model=MLP, clients=100, fraction=0.1, batch=10, epochs=1, rounds="dt.sweep { 5, 60 }")),
               "of the processor's time", [("ratio", "<=", 0.6)]),
    "reading": ("ten one-step runs of MNIST", lambda: whole(ten_runs(1)), "", [("seconds", "<", 1)]),
    "shared-memory": ("proportional set size at -j 2, at -j 1", shared_memory, "times as much", [("ratio", "<=", 1.1)]),
    "plan": ("planned over measured, every file of scenarios/", plans, "times off, at worst", [("ratio", "<=", 2)]),
    "plan-50k": ("plan of 50 000 phones, 100 a round", lambda: sorted((use([DTSIM, "plan", scenario(PHONES)]) for _ in range(PAIRS)),
                 key=lambda run: run["seconds"])[PAIRS // 2], "", [("seconds", "<", 2)]),
    "report-fleet": ("a page of 50 000 phones", lambda: report("phones"), "", [("seconds", "<", 10), ("page", "<", 5e6)]),
    "report-regions": ("a page of five data centres", lambda: report("datacentres"), "", [("seconds", "<", 10), ("page", "<", 5e6)]),
    "class-20": ("20 students graded in lab 02", lambda: class_of(20), "", [("seconds", "<", 60)]),
}
