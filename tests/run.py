"""run.py - runs every test, as many files at once as there are processors, and closes with one line: N passed, N failed,
N skipped.  Usage: run.py BUILD [FOLDER]; with FOLDER only its pytest files run.  What fails is printed, what passes is
counted; lines that begin with "counted:" are passed on.  Tests of the page skip themselves where there is no browser."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

BUILD = pathlib.Path(sys.argv[1])
FOLDERS = sys.argv[2:] or ["tests/command", "tests/report", "tests/analysis"]
CMOCKA = {kind: rf"^\[  {kind:7} \] (?:tests: )?(\d+) test" for kind in ("PASSED", "FAILED", "SKIPPED")}
BUSTED = {"PASSED": r"(\d+) success", "FAILED": r"(\d+) failure", "SKIPPED": r"(\d+) pending"}
PYTEST = {"PASSED": r"\b(\d+) passed", "FAILED": r"\b(\d+) failed", "SKIPPED": r"\b(\d+) skipped"}


def units():
    """What can run beside the others: the words that start it, and how its last lines count.  The longest come first."""
    for folder in FOLDERS:
        for file in sorted(pathlib.Path(folder).glob("test_*.py")):
            yield [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", file], PYTEST
    if sys.argv[2:]:
        return
    yield ["busted", "--lpath=lua/?.lua;lua/?/init.lua", "-o", "plainTerminal", "tests/lua"], BUSTED
    for program in sorted([*BUILD.glob("tests/*/*_test"), *BUILD.glob("tests/*/*_contract")]):
        yield [program], CMOCKA


def run(unit):
    """The counts of passed, failed and skipped; one that ends badly without a failed test counts as one."""
    words, counting = unit
    done = subprocess.run([str(w) for w in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", env={**os.environ, "DTSIM": str(BUILD / "dtsim")})
    found = [re.findall(pattern, done.stdout, re.MULTILINE) for pattern in counting.values()]
    passed, failed, skipped = (int(numbers[-1]) if numbers else 0 for numbers in found)
    if done.returncode != 0 or failed:
        failed = max(failed, 1)
        print(f"FAILED: {' '.join(map(str, words))} (exit status {done.returncode})\n{done.stdout}", flush=True)
    for line in re.findall(r"^counted: (.*)", done.stdout, re.MULTILINE):
        print(line, flush=True)
    return passed, failed, skipped


def main():
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = list(pool.map(run, units()))
    passed, failed, skipped = (sum(kind) for kind in zip(*counts))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
