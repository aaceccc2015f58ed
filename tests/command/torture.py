"""torture.py DTSIM KILLS [SEED] - kill a sweep or one of its runs at random moments, go on with --resume, and hold
against every attempt: a part that was whole stays as it is, and the file in the end is that of an undisturbed sweep."""
import collections
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

from conftest import children

SCENARIO = """local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4 }, workers = 4,
  data = { "gaussian", rows = 400, test = 100, columns = 20, classes = 3 }, model = "softmax",
  strategy = { "localsgd", period = dt.sweep { 1, 2, 5 } },
  seeds = 4, stop = { steps = 150 }, evaluate = { steps = 4 },
  claims = { ["a longer period takes less time"] = function(results)
    return results:where { ["strategy.period"] = 5 }:median "time_s"
         < results:where { ["strategy.period"] = 1 }:median "time_s" end },
}
"""
RUNS = 12


class Torture:
    def __init__(self, program, folder, seed):
        self.program, self.folder, self.chance = program, pathlib.Path(folder), random.Random(seed)
        self.out, self.parts = self.folder / "a.h5", self.folder / "a.h5.parts"
        self.kills, self.completed, self.gathering = collections.Counter(), 0, 0
        (self.folder / "scenario.lua").write_text(SCENARIO)
        start = time.monotonic()
        done = self.start("whole.h5").communicate()
        self.length = time.monotonic() - start
        self.whole = self.print_of(done[0])

    @staticmethod
    def print_of(text):
        return text.rsplit("(fingerprint ", 1)[1].split(")")[0]

    def start(self, out):
        return subprocess.Popen([self.program, "run", "scenario.lua", "-o", out, "--resume", "-j", "2"], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def finished(self):
        """Whole parts, and what tells whether they are written again."""
        return {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in self.parts.glob("*.h5") if len(p.name) == 19}

    def wait(self, process):
        """Until some moment; one in four is that in which the file is put together."""
        if self.chance.random() < 0.25:
            while process.poll() is None and not (self.folder / "a.h5.part").exists():
                time.sleep(0.0005)
            time.sleep(self.chance.uniform(0, 0.01))
        else:
            time.sleep(self.chance.uniform(0, 0.8 * self.length))

    def strike(self, process):
        """Kill something; returns what, None if nothing was there to kill."""
        whom = self.chance.choices(["sweep", "run", "Ctrl-C", "TERM"], [5, 3, 1, 1])[0]
        if process.poll() is not None:
            return None
        gathering = (self.folder / "a.h5.part").exists()
        if whom == "run":
            runs = children(process.pid)
            if not runs:
                return None
            try:
                os.kill(self.chance.choice(runs), signal.SIGKILL)
            except ProcessLookupError:
                return None
        else:
            process.send_signal({"sweep": signal.SIGKILL, "Ctrl-C": signal.SIGINT, "TERM": signal.SIGTERM}[whom])
        self.gathering += gathering
        return whom

    def check(self, process, before, whom):
        """Nothing that was finished is lost or done again; a file that is there is the right one."""
        out, err = process.communicate()
        done = process.returncode == 0
        allowed = {None: (0,), "sweep": (0, -9), "run": (0, 1, 2), "Ctrl-C": (0, 130, -2), "TERM": (0, 130, -15)}[whom]
        assert process.returncode in allowed, (whom, process.returncode, err)
        assert process.returncode != 130 or "runs are kept" in err, err
        if before:
            assert f"{len(before)} of {RUNS} runs are finished already" in err or not err and process.returncode != 0, err
        if done:
            assert self.print_of(out) == self.whole, err
            assert not self.parts.exists() or whom == "sweep"
        elif not self.out.exists():
            after = self.finished()
            assert all(after.get(name) == mark for name, mark in before.items()), (before, after)
        return done

    def complete(self):
        before = {} if self.out.exists() else self.finished()
        assert self.check(self.start("a.h5"), before, None)
        assert sorted(p.name for p in self.folder.iterdir()) == ["a.h5", "scenario.lua", "whole.h5"]
        self.completed += 1
        self.out.unlink()

    def attempt(self):
        before = self.finished()
        process = self.start("a.h5")
        self.wait(process)
        whom = self.strike(process)
        if whom is not None:
            self.kills[whom] += 1
        self.check(process, before, whom)
        if self.out.exists() or self.chance.random() < 0.15:
            self.complete()

    def go(self, kills):
        while self.kills.total() < kills:
            self.attempt()
        self.complete()
        by = ", ".join(f"{n} of a {w}" if w in ("sweep", "run") else f"{n} by {w}" for w, n in sorted(self.kills.items()))
        return (f"{self.kills.total()} kills survived ({by}; {self.gathering} while the file was put together), "
                f"{self.completed} sweeps completed with the fingerprint of an undisturbed one")


if __name__ == "__main__":
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(10**6)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as path:
        print(Torture(pathlib.Path(sys.argv[1]).resolve(), path, seed).go(int(sys.argv[2])))
