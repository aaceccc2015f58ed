"""Messages over one long link: dtsim's flows against TCP, packet by packet, in ns-3.  As a program it prints the
table of sim/engine/VALIDITY.md: compare.py FLOWS DUMBBELL, the programs built from flows.c and dumbbell.cpp."""
import pathlib
import subprocess
import sys
import tempfile

ACCESS = 1e10               # bits/s of every flow's own links
PACKET = 1500 * 8           # bits
DEEP, MIDDLE, SHALLOW = 2, 1, 0.5       # queues before the long link, in round trips of its rate

# name, bits/s and seconds of the long link, a list of flows: bytes, seconds of its own link
CASES = [("one flow", 1e8, 33.5e-3, [(size, 0)]) for size in (100_000, 1_000_000, 10_000_000, 100_000_000)] + [
    ("two alike", 1e8, 20e-3, [(20_000_000, 0), (20_000_000, 0)]),
    ("near and far", 1e8, 10e-3, [(20_000_000, 0), (20_000_000, 40e-3)]),
] + [("long fat pipe", 1e9, 100e-3, [(size, 0)]) for size in (1_000_000, 10_000_000, 100_000_000)]


def platform(rate, delay, flows):
    text = ["<?xml version='1.0'?>", '<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">',
            '<platform version="4.1"><zone id="z" routing="Full">',
            f'<link id="long" bandwidth="{rate / 8}Bps" latency="{delay}s" sharing_policy="SPLITDUPLEX"/>']
    for i, (_, own) in enumerate(flows):
        for side in "ab":
            text.append(f'<host id="{side}-{i}" speed="1Gf"/>')
            text.append(f'<link id="{side}-{i}" bandwidth="{ACCESS / 8}Bps" latency="{own if side == "a" else 0}s" '
                        'sharing_policy="SPLITDUPLEX"/>')
    for i in range(len(flows)):
        text.append(f'<route src="a-{i}" dst="b-{i}"><link_ctn id="a-{i}" direction="UP"/>'
                    f'<link_ctn id="long" direction="UP"/><link_ctn id="b-{i}" direction="DOWN"/></route>')
    return "\n".join(text + ["</zone></platform>\n"])


def lines(*words):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=True)
    return [[float(v) for v in line.split()] for line in done.stdout.splitlines()]


def by_dtsim(program, folder, network, case):
    """Seconds of each flow."""
    _, rate, delay, flows = case
    (folder / "long.xml").write_text(platform(rate, delay, flows))
    return [v[0] for v in lines(program, folder / "long.xml", network, *[size for size, _ in flows])]


def by_ns3(program, case, trips=DEEP):
    """Seconds of each flow, of its first message on a new connection and of its second; the queue before the long link
    holds what is on its way in that many round trips."""
    _, rate, delay, flows = case
    trip = 2 * (delay + max(own for _, own in flows))
    return lines(program, rate, delay, round(trips * trip * rate / PACKET), *[f"{size}:{own}" for size, own in flows])


def main(flows, dumbbell):
    with tempfile.TemporaryDirectory() as name:
        for trips in (DEEP, MIDDLE, SHALLOW):
            queue = f"queue of {trips:g} round trip{'s' if trips != 1 else ''}"
            print(f"\n| {queue} | MB | new, s | LV08 | CM02 | second, s | LV08 | CM02 |")
            print("|---|---|---|---|---|---|---|---|")
            for case in CASES:
                ours = [by_dtsim(flows, pathlib.Path(name), network, case) for network in ("LV08", "CM02")]
                for (size, own), times, lv08, cm02 in zip(case[3], by_ns3(dumbbell, case, trips), *ours):
                    cells = [f"{t:.3f} | {lv08 / t - 1:+.0%} | {cm02 / t - 1:+.0%}" for t in times]
                    print(f"| {case[0]}, {1e3 * (case[2] + own):g} ms | {size / 1e6:g} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
