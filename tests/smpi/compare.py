"""Ring and tree all-reduce by dtsim and, as an MPI program on the same platform, by SMPI.  As a program it prints
the tables of sim/engine/VALIDITY.md: compare.py DTSIM."""
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py

HERE = pathlib.Path(__file__).resolve().parent
FLOATS = [250, 2500, 25000, 250000, 2500000]
CASES = [(a, n) for a in ("ring", "tree", "late_tree") for n in FLOATS]
RANKS = 7                                           # no power of two: the tree is uneven

# dtsim's models in SMPI.  Computing is not measured and looking at the clock is free; a send waits for its arrival,
# however small it is.
ALIKE = {"CM02": ["network/model:CM02", "network/crosstraffic:0"], "LV08": ["network/model:LV08"]}
FREE = ["smpi/simulate-computation:no", "smpi/wtime:0"]
SENDS_WAIT = ["smpi/send-is-detached-thresh:0"]

SCENARIO = """-- How long does one mean take?
local dt = require "dt"
return dt.scenario {{
  platform = "platform.xml", workers = {ranks}, network = "{network}", learn = false,
  model = {{ "profile", path = dt.sweep {{ {files} }} }}, data = {{ "linear", rows = 70 }},
  strategy = "sgd", collective = dt.sweep {{ "ring", "tree" }},
  compute = {{ seconds = dt.constant {{ value = 0 }} }}, stop = {{ rounds = 1 }},
}}
"""


def call(folder, *words):
    done = subprocess.run(list(map(str, words)), cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def platform(dtsim, folder, *words):
    text = call(folder, dtsim, "platform", *words)
    (folder / "platform.xml").write_text(text)
    hosts = re.findall(r'<host id="(host-\d+)"', text)
    assert len(hosts) == RANKS, hosts
    (folder / "hosts").write_text("".join(h + "\n" for h in sorted(hosts, key=lambda h: int(h[5:]))))


def by_dtsim(dtsim, folder, network):
    """{(algorithm, floats): seconds}"""
    for n in FLOATS:
        (folder / f"{n}.csv").write_text(f"layer,params,fwd_flops,bwd_flops,act_bytes\nall,{n},0,0,0\n")
    files = ", ".join(f'"{n}.csv"' for n in FLOATS)
    (folder / "mean.lua").write_text(SCENARIO.format(ranks=RANKS, network=network, files=files))
    call(folder, dtsim, "run", "mean.lua", "-o", "mean.h5", "--fresh")
    with h5py.File(folder / "mean.h5") as f:
        text = {k: [bytes(v).decode() for v in f["sweep"][k][:]] for k in ("collective", "model.path")}
        floats = [int(v.removesuffix(".csv")) for v in text["model.path"]]
        return dict(zip(zip(text["collective"], floats), f["sweep/time_s"][:]))


def by_smpi(folder, settings):
    """{(algorithm, floats): seconds}"""
    call(folder, "smpicc", "-O1", HERE / "allreduce.c", "-o", "allreduce")
    lines = call(folder, "smpirun", "-np", RANKS, "-platform", "platform.xml", "-hostfile", "hosts",
                 *[f"--cfg={s}" for s in settings + FREE], "--log=root.thresh:warning", "./allreduce",
                 *[f"{a}:{n}" for a, n in CASES])
    return {(a, int(n)): float(s) for a, n, s in map(str.split, lines.splitlines())}


PLATFORMS = {"lan": ["lan", "--set", f"hosts={RANKS}"], "wan": ["wan", "--set", f"total={RANKS}"]}


def row(case, ours, alike, eager, own):
    key = (case[0].removeprefix("late_"), case[1])
    error = [alike[m][case] / ours[m][key] - 1 for m in ALIKE]
    return (f"| {case[0].replace('_', ' ')} | {4 * case[1] // 1000} | {ours['CM02'][key]:.4g} | {error[0]:+.3%} | "
            f"{ours['LV08'][key]:.4g} | {error[1]:+.3%} | {eager[case] / ours['LV08'][key] - 1:+.1%} | "
            f"{own[case] / ours['LV08'][key] - 1:+.0%} |")


def main(dtsim):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for words in PLATFORMS.values():
            platform(dtsim, folder, *words)
            ours = {m: by_dtsim(dtsim, folder, m) for m in ALIKE}
            alike = {m: by_smpi(folder, ALIKE[m] + SENDS_WAIT) for m in ALIKE}
            eager, own = by_smpi(folder, ALIKE["LV08"]), by_smpi(folder, [])
            print(f"\n| {words[0]}, {RANKS} ranks | kB | CM02, s | SMPI | LV08, s | SMPI | eager | SMPI's own |")
            print("|---|---|---|---|---|---|---|---|")
            print(*(row(c, ours, alike, eager, own) for c in CASES), sep="\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
