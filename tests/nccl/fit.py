"""A platform of four fitted numbers against measured all-reduces of NCCL on machines with A100 GPUs: latency and
bandwidth of a route inside a machine (or a pair of GPUs), and between two of them, there for each GPU that takes part,
as each has a network card.  Fitted on every second size, judged on the others.  As a program it prints the tables
of sim/engine/VALIDITY.md: fit.py DTSIM FILE, where FILE is compute/nccl_profile_a100.csv.gz.
Source of the measurements: Agrawal et al. 2024, "Vidur" (repository microsoft/vidur, MIT licence)."""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import pandas
from scipy.optimize import least_squares

INSIDE = {"a100_dgx": 8, "a100_pairwise_nvlink": 2}      # GPUs that are joined by NVLink
LARGE = 1e6                                              # bytes

SCENARIO = """-- How long does one mean take?
local dt = require "dt"
return dt.scenario {{
  platform = "gpus.xml", workers = {ranks}, network = "CM02", learn = false,
  model = {{ "profile", path = dt.sweep {{ {files} }} }}, data = {{ "linear", rows = {ranks} }},
  strategy = "sgd", collective = "ring", compute = {{ seconds = dt.constant {{ value = 0 }} }},
  stop = {{ rounds = 1 }},
}}
"""


def measured(file, machine):
    """One row a measurement: ranks, per_node, bytes, seconds, crosses (machines), train (fitted on)."""
    t = pandas.read_csv(file)
    t = t[(t.platform == machine) & (t.collective == "all_reduce")]
    t = pandas.DataFrame({"ranks": t.num_workers, "per_node": np.minimum(t.devices_per_node, INSIDE[machine]),
                          "bytes": t.size_bytes, "seconds": t.median_ms / 1e3})
    t["crosses"] = t.ranks > t.per_node
    t = t.sort_values(["ranks", "per_node", "bytes"], kind="stable").reset_index(drop=True)
    t["train"] = t.groupby(["ranks", "per_node"]).cumcount() % 2 == 0
    return t


def predicted(t, numbers, shared=False):
    """Seconds of dtsim's ring: its slowest link at every step.  numbers: latency and bandwidth inside, then between."""
    piece = np.ceil(t.bytes / 4 / t.ranks) * 4
    cards = 1 if shared else t.per_node
    inside, between = numbers[0] + piece / numbers[1], numbers[2] + piece / (numbers[3] * cards)
    step = np.where(t.per_node == 1, between, np.where(t.crosses, np.maximum(inside, between), inside))
    return 2 * (t.ranks - 1) * step


def fit(t, shared=False):
    """The four numbers of least logarithms of the error, large ones counted less."""
    rows = t[t.train]
    found = least_squares(lambda x: np.log(predicted(rows, np.exp(x), shared) / rows.seconds),
                          np.log([1e-5, 1e11, 1e-5, 1e10]), loss="soft_l1", f_scale=0.05)
    return [float(v) for v in np.exp(found.x)]


def platform(numbers, ranks, per_node):
    """Hosts on links inside their machine; every machine has one link to the others, as wide as the cards together.
    NVLink has no TCP window."""
    text = ["<?xml version='1.0'?>", '<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">',
            '<platform version="4.1"><config><prop id="network/TCP-gamma" value="0"/></config>',
            '<zone id="z" routing="Full">']
    for host in range(ranks):
        text.append(f'<host id="gpu-{host}" speed="1Gf"/>')
    for name, count, latency, bandwidth in (("nvlink", ranks, *numbers[:2]),
                                            ("card", ranks // per_node, numbers[2], float(numbers[3] * per_node))):
        for i in range(count):
            text.append(f'<link id="{name}-{i}" bandwidth="{bandwidth!r}Bps" latency="{latency / 2!r}s" '
                        'sharing_policy="SPLITDUPLEX"/>')
    for b in range(ranks):
        for a in range(b):
            ends = ("nvlink", a, b) if a // per_node == b // per_node else ("card", a // per_node, b // per_node)
            text.append(f'<route src="gpu-{a}" dst="gpu-{b}"><link_ctn id="{ends[0]}-{ends[1]}" direction="UP"/>'
                        f'<link_ctn id="{ends[0]}-{ends[2]}" direction="DOWN"/></route>')
    return "\n".join(text + ["</zone></platform>\n"])


def by_dtsim(dtsim, folder, numbers, ranks, per_node, sizes):
    """Seconds that dtsim takes for all-reduces of such sizes in bytes."""
    (folder / "gpus.xml").write_text(platform(numbers, ranks, per_node))
    for size in sizes:
        (folder / f"{size}.csv").write_text(f"layer,params,fwd_flops,bwd_flops,act_bytes\nall,{size // 4},0,0,0\n")
    files = ", ".join(f'"{size}.csv"' for size in sizes)
    (folder / "mean.lua").write_text(SCENARIO.format(ranks=ranks, files=files))
    done = subprocess.run([str(dtsim), "run", "mean.lua", "-o", "mean.h5", "--fresh"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with h5py.File(folder / "mean.h5") as f:
        return f["sweep/time_s"][:]


def errors(t, numbers, shared=False):
    """Relative errors of what was not fitted on."""
    return (predicted(t, numbers, shared) / t.seconds - 1)[~t.train].abs()


def off_formula(dtsim, folder, t, numbers):
    """How far dtsim is from the formula that was fitted, on the fitted platform: the greatest over every 100th row."""
    off = []
    for (ranks, per_node), rows in t.groupby(["ranks", "per_node"]):
        few = rows.iloc[::100]
        few = few.assign(bytes=few.bytes // 4 * 4)
        off.append(by_dtsim(dtsim, folder, numbers, ranks, per_node, list(few.bytes)) / predicted(few, numbers) - 1)
    return float(np.abs(np.concatenate(off)).max())


def report(file, machine, dtsim):
    t = measured(file, machine)
    numbers = fit(t)
    test, large = t[~t.train], t.bytes[~t.train] > LARGE
    e, common = errors(t, numbers), errors(t, fit(t, shared=True), shared=True)
    print("{}: inside {:.1f} us, {:.1f} GB/s; between {:.1f} us, {:.2f} GB/s a card".format(
        machine, *np.multiply(numbers, [1e6, 1e-9, 1e6, 1e-9])))
    with tempfile.TemporaryDirectory() as name:
        print(f"dtsim is off the formula by {off_formula(dtsim, pathlib.Path(name), t, numbers):.1g} at most")
    print(f"above 1 MB: median error {e[large].median():.1%}, nine of ten below {e[large].quantile(.9):.0%}; were "
          f"there one card a machine, {common[large].median():.1%}\n")
    print("| ranks | on a machine | median above 1 MB | nine of ten | median up to 1 MB |\n|---|---|---|---|---|")
    for (ranks, per_node), rows in test.groupby(["ranks", "per_node"]):
        here, size = e[rows.index], rows.bytes > LARGE
        print(f"| {ranks} | {per_node} | {here[size].median():.1%} | {here[size].quantile(.9):.0%} | "
              f"{here[~size].median():.0%} |")


if __name__ == "__main__":
    for which in INSIDE:
        report(sys.argv[2], which, pathlib.Path(sys.argv[1]).resolve())
