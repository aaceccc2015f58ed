"""run.py - runs tests, as many files at once as there are processors, and closes with one line: N passed, N failed,
N skipped.  What fails is printed, what passes is counted; lines that begin with "counted:" are passed on.
Usage: run.py BUILD [--needs] [ROOM | --quick].  ROOM is a folder of tests or a room of sim; where that has no folder of tests,
those that are named after it run.  --quick runs what catches most in half a minute.  --needs prints what make must build."""
import concurrent.futures
import difflib
import os
import pathlib
import re
import subprocess
import sys

BUILD = pathlib.Path(sys.argv[1])
CMOCKA = {kind: rf"^\[  {kind:7} \] (?:tests: )?(\d+) test" for kind in ("PASSED", "FAILED", "SKIPPED")}
BUSTED = {"PASSED": r"(\d+) success", "FAILED": r"(\d+) failure", "SKIPPED": r"(\d+) pending"}
PYTEST = {"PASSED": r"\b(\d+) passed", "FAILED": r"\b(\d+) failed", "SKIPPED": r"\b(\d+) skipped"}
WHOLE = ("command", "report", "analysis")       # folders of tests in Python that belong to every run of all
# --quick leaves out of C and Lua what takes longest, and takes of Python what catches most.
SLOW = ("tests/strategy/fault_contract.c", "tests/strategy/mean_contract.c", "tests/script/limit_test.c", "tests/engine/law_test.c",
        "tests/record/damage_test.c", "tests/sweep/place_test.c")
QUICK = ("tests/command/test_golden.py", "tests/command/test_record.py")


def sources(folder, stem="*"):
    """The files with tests: in Python, which take longest, in Lua, in C."""
    kinds = (f"test_{stem}.py", f"{stem}_spec.lua", f"{stem}_test.c", f"{stem}_contract.c")
    return [file for kind in kinds for file in sorted(pathlib.Path("tests").glob(f"{folder}/{kind}"))]


def everything():
    return [file for file in sources("*") if file.suffix != ".py" or file.parent.name in WHOLE]


def of_room(room):
    """The tests of one room; a name that is none is refused."""
    rooms = {folder.name for folder in pathlib.Path("sim").glob("*/")} | {file.parent.name for file in sources("*")}
    if room not in rooms:
        near = difflib.get_close_matches(room, sorted(rooms), 1, 0)
        print(f'ROOM: expected a room of sim or a folder of tests, got "{room}"; did you mean "{near[0]}"?', file=sys.stderr)
        sys.exit(2)
    found = sources(room) or sources("*", f"{room}*")
    if not found:
        print(f"ROOM: sim/{room} has no tests yet: tests/{room}/*_test.c", file=sys.stderr)
        sys.exit(2)
    return found


def chosen(words):
    if words == ["--quick"]:
        return [file for file in everything() if str(file) in QUICK or file.suffix != ".py" and str(file) not in SLOW]
    return of_room(words[0]) if words else everything()


def program(file):
    return BUILD / file.with_suffix("")


def needs(files):
    """The targets of make: what tests in C are built as, and the program where tests run it."""
    return [program(file) for file in files if file.suffix == ".c"] + \
        [BUILD / "dtsim"] * any(file.suffix == ".py" for file in files)


def units(files):
    """What can run beside the others: the words that start it, and how its last lines count."""
    specs = [file for file in files if file.suffix == ".lua"]
    for file in files:
        if file.suffix == ".py":
            yield [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", file], PYTEST
    if specs:
        yield ["busted", "--lpath=lua/?.lua;lua/?/init.lua", "-o", "plainTerminal", *specs], BUSTED
    for file in files:
        if file.suffix == ".c":
            yield [program(file)], CMOCKA


def run(unit):
    """The counts of passed, failed and skipped; one that ends badly without a failed test counts as one."""
    words, counting = unit
    done = subprocess.run([str(w) for w in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "DTSIM": str(BUILD / "dtsim")})
    found = [re.findall(pattern, done.stdout, re.MULTILINE) for pattern in counting.values()]
    passed, failed, skipped = (int(numbers[-1]) if numbers else 0 for numbers in found)
    if done.returncode != 0 or failed:
        failed = max(failed, 1)
        print(f"FAILED: {' '.join(map(str, words))} (exit status {done.returncode})\n{done.stdout}", flush=True)
    for line in re.findall(r"^counted: (.*)", done.stdout, re.MULTILINE):
        print(line, flush=True)
    return passed, failed, skipped


def main():
    files = chosen([word for word in sys.argv[2:] if word != "--needs"])
    if "--needs" in sys.argv:
        print(*needs(files))
        return
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = list(pool.map(run, units(files)))
    passed, failed, skipped = (sum(kind) for kind in zip(*counts))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
