"""bench.py - how fast is dtsim, and how fast could it be on this machine?  Usage: bench.py BUILD [ROW...]
A row is a ratio of two things measured in turn in this run, median of several pairs, or seconds and peak memory of a whole program;
beside it stands what the machine cannot do better (limits.py).  Prints a table, and writes a file of its own for every call,
results/bench-DATE-COMMIT.json, which `dtsim plot results/bench*.json` and table.py read.  Not a test: a row that cannot be
measured says why, and the others go on.  Where both sides use one thread the processor's seconds are compared, as others may be
at work on the machine; else real ones.  Rows "on SimGrid 4.0" run the program of the Debian 13 tree (the folder DEBIAN13)."""
import datetime
import json
import operator
import os
import platform
import subprocess
import sys

if __name__ == "__main__" and len(sys.argv) > 1:
    os.environ["BUILD"] = sys.argv[1]
import limits       # noqa: E402
import rows         # noqa: E402
from rows import BUILD, DTSIM, Missing, ROOT, ROWS       # noqa: E402

FORMAT = "dtsim bench 1"
HOLDS = {">=": operator.ge, "<=": operator.le, "<": operator.lt}
UNITS = {"ratio": (1, ""), "seconds": (1, " s"), "cpu": (1, " s"), "ours": (1, " s"), "peak": (1e9, " GB"), "page": (1e6, " MB")}


def headline(result, targets):
    """The figure that the row is known by: a ratio, or what its first aim is about."""
    return "ratio" if "ratio" in result else targets[0][0] if targets else "seconds"


def quantity(value, figure="seconds"):
    """A value with its unit.  Ours and theirs of a ratio are seconds, bytes or flops a second, whichever their size says."""
    if figure == "ratio":
        return f"{value:.3g}" if value < 100 else f"{value:.0f}"
    if figure in ("peak", "page"):
        scale, unit = UNITS[figure]
        return f"{value / scale:.2f}{unit}"
    if 1e6 < value < 1e9:
        return f"{value / 1e6:.0f} MB"
    if value > 1e6:
        return f"{value / 1e9:.1f} Gflop/s"
    return f"{value:.2f} s" if value >= 0.1 else f"{1e3 * value:.3g} ms"


def figures(result, kind):
    if "ratio" in result:
        beside = f"; own products {quantity(result['products'])}" if "products" in result else ""
        return f"{quantity(result['ours']):>14} {quantity(result['theirs']):>14}  {result['ratio']:.2f} {kind}{beside}"
    page = f"  page {result['page'] / 1e6:.2f} MB" if "page" in result else ""
    return f"{quantity(result['seconds']):>14} {quantity(result['cpu']):>10} cpu  {result['peak'] / 1e9:.2f} GB{page}"


def judge(result, targets):
    """The targets in words, and whether all are met; nothing where there are none."""
    aims = ", ".join(f"{sign} {limit / UNITS[figure][0]:g}{UNITS[figure][1]}" for figure, sign, limit in targets)
    if not targets or result is None:
        return aims, None
    return aims, all(HOLDS[sign](result[figure], limit) for figure, sign, limit in targets)


def newest_core():
    """OpenBLAS takes its oldest kernels on a processor younger than itself, and torch with it: name the newest that fit."""
    flags = rows.processor_flags()
    chosen = subprocess.run([BUILD / "bench/gemm", "core"], capture_output=True, text=True).stdout.strip()
    fits = "SkylakeX" if "avx512f" in flags else "Haswell" if "avx2" in flags else None
    if chosen == "Prescott" and fits and "OPENBLAS_CORETYPE" not in os.environ:
        os.environ["OPENBLAS_CORETYPE"] = fits
        return f"{fits} (asked for: OpenBLAS does not know this processor)"
    return f"{chosen} (asked for)" if "OPENBLAS_CORETYPE" in os.environ else chosen


def said(*words):
    found = subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd=ROOT)
    return found.stdout.strip() or "unknown"


def machine():
    with open("/proc/cpuinfo") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), platform.machine())
    return {"processor": model, "cores": os.cpu_count(), "system": platform.platform(),
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), "load_before": os.getloadavg()[0],
            "program": said(DTSIM, "--version"), "commit": said("git", "rev-parse", "--short", "HEAD"),
            "openblas_core": newest_core(),
            "libraries": {p: said("pkg-config", "--modversion", p) for p in ("openblas", "gsl", "hdf5", "lua5.4", "jemalloc")},
            "build": {"compiler": os.environ.get("CC", "cc"), "flags": os.environ.get("OPT", "unknown")}}


def bound(name, result):
    """What the machine cannot do better: its value, or the reason why there is none, and what it is."""
    what, value = limits.LIMITS[name]
    try:
        return {"limit": float(value(result)), "limit_is": what}
    except Missing as reason:
        return {"no_limit": str(reason)}
    except Exception as reason:         # the row is worth having without it
        return {"no_limit": f"{what}: failed: {reason}"}


def beside(row):
    if "limit" not in row:
        return row.get("no_limit", "")
    return f"{quantity(row['limit'], row['headline'])} ({row['limit_is']})"


def measure(name):
    what, run, kind, targets = ROWS[name]
    row, result = {"row": name, "what": what}, None
    try:
        result = run()
        result["headline"] = headline(result, targets)
        row.update(result)
        row.update(bound(name, result))
        line = figures(result, kind)
    except Missing as reason:
        row["missing"] = line = str(reason)
    except Exception as reason:     # whatever it is, the rows that follow are worth having
        row["failed"] = str(reason)
        line = f"failed: {reason}"
    row["target"], met = judge(result, targets)
    row["aims"] = [{"figure": figure, "is": sign, "value": value} for figure, sign, value in targets]
    if met is not None:
        row["met"] = met
    verdict = "" if met is None else "met" if met else "MISSED"
    print(f"{name:22} {what:46} {line:58} {row['target']:>16} {verdict:6}  limit: {beside(row) or 'not measured'}", flush=True)
    return row


def main():
    names = sys.argv[2:] or list(ROWS)
    for name in names:
        if name not in ROWS:
            sys.exit(f"bench: there is no row {name}; there are {', '.join(ROWS)}")
    now = datetime.datetime.now(datetime.timezone.utc)
    here = {"format": FORMAT, "date": now.isoformat(timespec="seconds"), **machine()}
    print("; ".join(f"{key}: {value}" for key, value in here.items()))
    out = ROOT / "results" / f"bench-{now:%Y-%m-%d-%H%M%S}-{here['commit']}.json"
    out.parent.mkdir(exist_ok=True)
    found = []
    for name in names:
        found.append(measure(name))
        part = out.with_suffix(".part")
        part.write_text(json.dumps({**here, "rows": found}, indent=1) + "\n")
        os.replace(part, out)
    print(out)


if __name__ == "__main__":
    main()
