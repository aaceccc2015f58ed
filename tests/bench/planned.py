"""planned.py - is what dtsim plan says true?  Every file of scenarios/ is planned and run, with -j 1 and with -j 2; a line for each
tells what was planned over what was measured: real time, time of the processor, memory of a run and of all runs at a time, and
bytes sent.  Where the plan says "at most", less may be measured.  Usage: planned.py BUILD [FILE...]; files that would take
more than LONGEST seconds are only named, unless they are asked for."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

import h5py

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONGEST = 180
UNITS = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15,
         "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400}
NUMBER = r"([\d.e+]+ [a-zA-Z]+)"


def value(text):
    number, unit = text.split()
    return float(number) * UNITS[unit]


def planned(dtsim, path, jobs, folder):
    start = time.perf_counter()
    done = subprocess.run([dtsim, "plan", path, "-j", str(jobs), "-o", folder / "out.h5"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip()[-300:])
    found = re.search(rf"real time: (at most|about) {NUMBER} with .*?, {NUMBER} of the processor\n"
                      rf"memory: about {NUMBER} a run, {NUMBER} in all\nsent in the simulation: \S+(?: most)? {NUMBER}", done.stdout)
    if found is None:
        raise RuntimeError(f"the plan says: {done.stdout[-400:]}")
    real, cpu, run, all_runs, sent = (value(text) for text in found.groups()[1:])
    return {"real": real, "cpu": cpu, "run": run, "all": all_runs, "sent": sent, "most": found[1] == "at most",
            "plan": time.perf_counter() - start}


def family(pid):
    """The process and all below it."""
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid] + [one for child in children for one in family(int(child))]


def shared_out(pid):
    """Bytes of memory that a process holds, with its share of what others hold as well (Pss)."""
    try:
        return 1024 * int(re.search(r"^Pss: +(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[1])
    except (OSError, TypeError):
        return 0


def ran(dtsim, path, jobs, folder):
    start, most = time.perf_counter(), 0
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen([dtsim, "run", path, "-j", str(jobs), "-o", folder / "out.h5", "--fresh", "--quiet"], stdout=said, stderr=said)
        ended = threading.Event()

        def watch():
            nonlocal most
            while not ended.wait(0.1):
                most = max(most, sum(shared_out(pid) for pid in family(program.pid)))
        watcher = threading.Thread(target=watch)
        watcher.start()
        _, _, usage = os.wait4(program.pid, 0)
        ended.set()
        watcher.join()
    real = time.perf_counter() - start
    with h5py.File(folder / "out.h5") as f:
        runs = list(f["runs"].values())
        return {"real": real, "cpu": usage.ru_utime + usage.ru_stime, "all": most,
                "run": max(run["host"].attrs["peak_bytes"] for run in runs if "host" in run),
                "sent": sum(run.attrs["bytes"] for run in runs)}


def off(plan, run, key):
    """How many times one is the other; planned over measured below 1 is planned too little."""
    if plan[key] == run[key] == 0:
        return 1
    ratio = plan[key] / max(run[key], 1e-9)
    return max(1, 1 / ratio) if plan["most"] and key in ("real", "cpu", "sent") else max(ratio, 1 / max(ratio, 1e-9))


def compare(dtsim, path, jobs, folder, say, asked):
    plan = planned(dtsim, path, jobs, folder)
    if plan["real"] > LONGEST and not asked:
        say(f"{path.name} -j {jobs}: left out, as it would take {plan['real']:.0f} s")
        return None
    run = ran(dtsim, path, jobs, folder)
    parts = ", ".join(f"{key} {plan[key]:.3g}/{run[key]:.3g}" for key in ("real", "cpu", "run", "all", "sent"))
    say(f"{path.name} -j {jobs}: {'at most ' if plan['most'] else ''}{parts} (planned/measured; plan took {plan['plan']:.1f} s)")
    return {key: (off(plan, run, key), plan[key], run[key]) for key in ("real", "cpu", "run", "sent")}


def worst(dtsim, files=None, say=lambda line: print(line, flush=True)):
    """The worst ratio of each figure over all files, with the planned and the measured value."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        for path in files or sorted((ROOT / "scenarios").glob("*.lua")):
            for jobs in 1, 2:
                try:
                    ratios = compare(dtsim, pathlib.Path(path), jobs, pathlib.Path(name), say, files is not None)
                except RuntimeError as reason:
                    say(f"{path}: {reason}")
                    continue
                for key, ratio in (ratios or {}).items():
                    found[key] = max(found.get(key, ratio), ratio)
    return found


if __name__ == "__main__":
    for figure, (times, plan, run) in worst(pathlib.Path(sys.argv[1]).resolve() / "dtsim", [pathlib.Path(p) for p in sys.argv[2:]] or None).items():
        print(f"worst {figure}: {times:.2f} times, {plan:.3g} planned and {run:.3g} measured")
