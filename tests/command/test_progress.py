"""Who waits is told what goes on: no phase of a run, of its sweep or of the command is silent for long."""
import os
import pty
import re
import select
import signal
import subprocess
import time

import pytest
from conftest import DTSIM, HANG, SMALL

ENDLESS = SMALL.replace("steps = 40", "steps = 1e12").replace("stop =", "evaluate = { rounds = 1000 }, stop =")
BUSY = "local n = 0; for i = 1, 1e10 do n = n + i % 7 end"
CLAIM = SMALL.replace("  stop =", '  claims = { ["it is told"] = function(results) ' + BUSY + " return true end },\n  stop =")
LOOP = SMALL.replace("return dt.scenario", BUSY + "\nreturn dt.scenario")
LARGE = SMALL.replace("rows = 200, test = 100, columns = 5", "rows = 10000000, test = 100, columns = 40")
SEEN_S, GAP_S, TRIES = 6, 3, 5


def watch(folder, text, terminal, *words):
    """Run for a while: what came on standard error, and the longest pause between two outputs."""
    folder.write(text)
    ours, theirs = pty.openpty() if terminal else os.pipe()
    process = subprocess.Popen([DTSIM, "run", "scenario.lua", "-o", "a.h5", "--fresh", *map(str, words)], cwd=folder.path,
                               stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    start = last = time.monotonic()
    said, gap = b"", 0
    while time.monotonic() < start + SEEN_S:
        ready, _, _ = select.select([ours], [], [], start + SEEN_S - time.monotonic())
        now = time.monotonic()
        gap, last = max(gap, now - last), now
        if ready:
            said += os.read(ours, 1 << 16)
    process.send_signal(signal.SIGINT)
    os.close(ours)
    process.wait(timeout=HANG)
    return said.decode(), gap


def attempts(folder, text, terminal, *words):
    """A busy machine stops any program now and then, but not always."""
    for _ in range(TRIES):
        said, gap = watch(folder, text, terminal, *words)
        if gap <= GAP_S:
            return said
    pytest.fail(f"nothing was said for {gap:.1f} s; it was: {said}")


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("text, expected", [
    (ENDLESS, r"0 of 1 runs done; run 0 at \d[\d.]* \w+ of simulated time, loss [\d.e-]+; about \d[\d.]* \w+ left"),
    (LARGE, r"0 of 1 runs done; run 0 reads its data; \d+ s so far"),
    (LARGE.replace("period = 4", "period = dt.sweep { 1, 4 }"),
     r"0 of 2 runs done; data that several runs need is read; \d+ s so far"),
    (CLAIM, r"judging the claims of scenario.lua: \d+ s"),
    (LOOP, r"checking scenario.lua: \d+ s"),
], ids=["training", "reading", "sharing", "claims", "checking"])
def test_nothing_is_silent(folder, terminal, text, expected):
    said = attempts(folder, text, terminal)
    assert re.search(expected, said), said
    assert terminal == ("\r\033[K" in said) and terminal != ("\n" in said.replace("\r\n", "\n").rstrip("\n"))


def test_quiet_is_silent(folder):
    said, _ = watch(folder, ENDLESS, True, "--quiet")
    assert said == ""


def test_a_run_that_may_end_early_is_said_to_take_at_most(folder):
    said = attempts(folder, ENDLESS.replace("steps = 1e12", "steps = 1e12, loss = 1e-9"), False)
    assert re.search(r"; at most \d[\d.]* \w+ left$", said, re.M)
