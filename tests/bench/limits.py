"""limits.py - what this machine cannot do better, for every row: { row: (what it is, its value from the row's result) }.
A limit is in the unit of the row's headline: of a ratio, the ratio that a program would reach that did nothing else; of seconds, what
the same takes without dtsim.  None: nothing bounds the row that is worth measuring."""
import os
import statistics
import subprocess

import rows
from rows import BUILD, DTSIM, FOLDER, PAIRS, Missing, ROOT, use

IMAGES, JUDGED = 600, 10128     # samples of a client; of an evaluation: the test set, and 128 for the loss


def median_of(run, figure="seconds"):
    return statistics.median(run()[figure] for _ in range(PAIRS))


def at_sgemm(flops_a_sample, clients, epochs, count, forward):
    """Times faster than torch, if the products went at the rate of large ones and nothing else took time."""
    def times(result):
        flops = IMAGES * clients * epochs * count * flops_a_sample + JUDGED * (count + 1) * forward
        return result["theirs"] / (flops / rows.sgemm())
    return times


def bare(clients, count, size, servers=1):
    """SimGrid alone, with its own mailboxes: the whole program."""
    def seconds(result):
        xml = FOLDER / "platform.xml"
        words = [DTSIM, "platform", "lan", "--set", f"hosts={clients}", "--set", f"servers={servers}"]
        xml.write_text(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
        program = [BUILD / "bench/bare", xml, clients, count, size, servers, "--cfg=contexts/stack-size:256", "--log=root.thres:critical"]
        return use(program)["seconds"]
    return seconds


def one_step_of(members):
    """A message from a server to each member and back, by SimGrid alone; without its start."""
    return lambda result: (bare(members, 11, 4000)(result) - bare(members, 1, 4000)(result)) / 10


def loading(phones):
    """SimGrid reads the platform, and simulates nothing."""
    def seconds(result):
        xml, nothing = FOLDER / "platform.xml", FOLDER / "nothing.txt"
        nothing.write_text("")
        with open(xml, "w") as out:
            subprocess.run([DTSIM, "platform", "mobile", "--set", f"phones={phones}"], check=True, stdout=out)
        found = use([BUILD / "bench/replay", xml, nothing, "--log=root.thres:critical"])
        return found[result["headline"]]
    return seconds


def messages_alone(text, *platform):
    """SimGrid alone with the run's messages, from its start to its end."""
    def seconds(result):
        program = rows.replay(text(), *platform)
        return median_of(lambda: use(program), result["headline"])
    return seconds


def copying(result):
    """The four files are read once, as they are."""
    return median_of(lambda: use(["cat", *sorted(rows.images().glob("*-ubyte"))]))


def python(*modules):
    """Python starts, and imports what draws."""
    return median_of(lambda: use([os.environ.get("PYTHON", "/usr/bin/python3"), "-c", f"import {', '.join(modules)}"], cwd=ROOT))


def starting(count, figure="seconds"):
    """So many runs of three steps of a vector of ten: processes, Lua, SimGrid and HDF5."""
    text = rows.ROWS_OF_NOTHING.format(seeds=count)
    return median_of(lambda: use([DTSIM, "run", rows.scenario(text), "-o", FOLDER / "out.h5", "--fresh", "--separate"]), figure)


def cores(result):
    return float(min(os.cpu_count(), 2))


def same(result):
    return 1.0


def of_four(result):
    raise Missing("there is no program for SimGrid 4.0 alone")


WEIGHTS = 784 * 200 + 200 * 200 + 200 * 10
MLP_STEP, CNN_FORWARD = 6 * WEIGHTS - 2 * 784 * 200, 24.6e6     # the images need no gradient
PHONES, WHOLE = "SimGrid reads the platform", "SimGrid alone with such messages"
PER_MESSAGE, PRODUCTS = "SimGrid alone, with the same messages", "products at sgemm's rate"
GPUS = ("gpus", "--set", "each=8", "--set", "machines=8")
LIMITS = {
    "train-small": (PRODUCTS, at_sgemm(MLP_STEP, 10, 1, 30, 2 * WEIGHTS)),
    "train-32": (PRODUCTS, at_sgemm(MLP_STEP, 10, 1, 60, 2 * WEIGHTS)),
    "train-linear": (PRODUCTS, at_sgemm(4 * 7840, 1, 1, 100, 2 * 7840)),       # ten clients of 60 samples
    "train-cnn-10": (PRODUCTS, at_sgemm(3 * CNN_FORWARD, 1, 1, 3, CNN_FORWARD)),
    "train-cnn-50": (PRODUCTS, at_sgemm(3 * CNN_FORWARD, 1, 1, 3, CNN_FORWARD)),
    "peak-2nn": ("sgemm 1024", same), "peak-cnn": ("sgemm 1024", same),
    "products-10": ("its own products, where they lie", lambda r: r["theirs"] / r["products"]),
    "products-32": ("its own products, where they lie", lambda r: r["theirs"] / r["products"]),
    "cores": ("cores", cores), "sweep": ("cores", cores), "train-once": ("runs by trainings", lambda r: 9.0),
    "messages-100": (PER_MESSAGE, same), "messages-1000": (PER_MESSAGE, same), "messages-8x1000": (PER_MESSAGE, same),
    "pushes-async": ("bsp, with as many messages", same), "pushes-ssp": ("bsp, with as many messages", same),
    "servers-10k": (WHOLE, bare(10000, 5, 500, 8)), "servers-10k-4": ("", of_four),
    "layers-4mb": (PER_MESSAGE, messages_alone(lambda: rows.layers("4MB", "star"), *rows.LAN16)),
    "layers-4mb-ring": (PER_MESSAGE, messages_alone(lambda: rows.layers("4MB", "ring"), *rows.LAN16)),
    "layers-200kb": (PER_MESSAGE, messages_alone(lambda: rows.layers("200kB", "star"), *rows.LAN16)),
    "layers-4mb-bare": (PER_MESSAGE, same), "layers-ring-bare": (PER_MESSAGE, same), "layers-200kb-bare": (PER_MESSAGE, same),
    **{f"fold-{name}-4096": ("SimGrid alone, one message to each and back", one_step_of(4096))
       for name in ("ring", "halving", "tree", "hierarchical")},
    "fold-ring-4096-lv08": ("SimGrid alone, one message to each and back", one_step_of(4096)),
    "gpus-ring-64": (PER_MESSAGE, messages_alone(lambda: rows.GPUS.format(detail="messages"), *GPUS)),
    "fold-gpus-ring-64": ("a run of three steps", lambda r: starting(1, r["headline"])),
    "rounds-1k": (WHOLE, bare(1023, 20, 4000)), "rounds-16k": (WHOLE, bare(16383, 2, 4000)), "rounds-16k-4": ("", of_four),
    "rounds-131k": (WHOLE, bare(131072, 1, 4000)), "rounds-131k-4": ("", of_four),
    "population": (PHONES, loading(100000)), "buffered": (PHONES, loading(100000)), "phones": (PHONES, loading(50000)),
    "million": (PHONES, loading(1000000)),
    "tokens": ("both cores at work", lambda r: 1 / cores(r)), "reading": ("the files are copied", copying),
    "shared-memory": ("the same memory", same), "plan": ("as planned", same), "plan-50k": (PHONES, loading(50000)),
    "report-fleet": ("Python's imports", lambda r: python("h5py", "pandas")), "report-regions": ("Python's imports", lambda r: python("h5py", "pandas")),
    "class-20": ("20 runs of three steps, and Python's imports", lambda r: starting(20) + python("h5py", "pandas")),
}
