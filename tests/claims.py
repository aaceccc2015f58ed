"""make claims: every scenario in full, and how many of the seeds each of its claims held for.
Usage: claims.py DTSIM [--seeds N] [--first SEED] [SCENARIO ...].  Seeds are consecutive; a scenario that runs several seeds by
itself begins with each of them.  Exit status 1 if a claim held for no more than all but one of the seeds."""
import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py

ROOT = pathlib.Path(__file__).resolve().parents[1]


def told(dtsim, scenario, seed, folder):
    """What each claim of one run of a scenario came to, the seconds it took, and what was said if there are no results."""
    begin, out = time.monotonic(), pathlib.Path(folder) / "claims.h5"
    out.unlink(missing_ok=True)
    done = subprocess.run([dtsim, "run", scenario, "-o", out, "--quiet", "--fresh", "--set", f"seed={seed}"],
                          capture_output=True, text=True)
    seconds = time.monotonic() - begin
    if not out.exists():
        return {}, seconds, done.stderr.strip()
    with h5py.File(out) as f:
        claims = {text.decode(): bool(held) for text, held in zip(f["claims/text"][:], f["claims/held"][:])} if "claims" in f else {}
    return claims, seconds, ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dtsim")
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    words = parser.parse_intermixed_args()
    scenarios = words.scenarios or sorted(str(path.relative_to(ROOT)) for path in (ROOT / "scenarios").glob("*.lua"))
    broken = False
    with tempfile.TemporaryDirectory() as folder:
        for scenario in scenarios:
            held, longest = collections.Counter(), 0
            for seed in range(words.first, words.first + words.seeds):
                claims, seconds, said = told(words.dtsim, scenario, seed, folder)
                longest = max(longest, seconds)
                for claim, holds in claims.items():
                    held[claim] += holds
                if said:
                    print(f"{scenario}: {said.splitlines()[-1]}")
                    broken |= "DTSIM_DATA" not in said        # data that are not on this machine
                    break
            print(f"{scenario}: {longest:.1f} s at most", flush=True)
            for claim, count in held.items():
                print(f"  {count:3} of {words.seeds}  {claim}", flush=True)
                broken |= count < words.seeds - 1 or words.seeds == 1 and count == 0
    return broken


if __name__ == "__main__":
    sys.exit(main())
