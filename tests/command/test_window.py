"""The TCP window: a key of the scenario, which the platform may preset; what is blamed on it is what it costs."""
import json
import re
import sys

import h5py
import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT))
from analysis import blame, load                # noqa: E402
from analysis.course import Course              # noqa: E402
from analysis.explain import by_kind            # noqa: E402

MIB = 1 << 20
LATENCY, BANDWIDTH, BYTES = 0.05, 1e9, 4e6      # of the one link; of each of the two messages of a step
FACTORS = {"CM02": (1, 1), "LV08": (13.01, 0.97)}
PLATFORM = """<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  {config}
  <zone id="z" routing="Full">
    <host id="a" speed="1Gf"/>
    <host id="b" speed="1Gf"/>
    <link id="l" bandwidth="1GBps" latency="50ms" sharing_policy="SPLITDUPLEX"/>
    <route src="a" dst="b"><link_ctn id="l" direction="UP"/></route>
  </zone>
</platform>
"""
SCENARIO = """-- What does the window cost?
local dt = require "dt"
return dt.scenario {
  platform = "net.xml", workers = 2, trace = "messages", learn = false,
  data = { "blank", rows = 100, classes = 10, columns = 99999 }, model = "softmax", batch_size = 10,
  compute = { seconds = 0 }, strategy = "sgd", collective = "tree", stop = { steps = 1 },
}
"""


def config(*values):
    return "<config>" + "".join(f"<prop value='{v}' id='network/TCP-gamma'/>" for v in values) + "</config>"


def takes(network, window):
    """Seconds of a message in parts: latency, its bytes on the link, and what the window adds to them."""
    late, share = FACTORS[network]
    free = BYTES / (share * BANDWIDTH)
    held = BYTES / (share * min(BANDWIDTH, window / (2 * LATENCY))) if window > 0 else free
    return late * LATENCY, free, held - free


def run(folder, *sets, setting="", scenario=SCENARIO):
    (folder.path / "net.xml").write_text(PLATFORM.format(config=setting))
    words = [word for pair in sets for word in ("--set", pair)]
    done = folder.run("run", folder.write(scenario), "-o", "w.h5", "--quiet", "--fresh", *words)
    assert done.returncode == 0, done.stderr
    return folder.path / "w.h5"


def looked_at(path):
    """(window of the configuration, seconds of the first message, seconds by kind) of each run."""
    with load(path) as record:
        return [(r.config["window"], r.messages["arrived_s"][0] - r.messages["departed_s"][0],
                 by_kind(blame.Path(Course(r)).whole())) for r in record.runs]


@pytest.mark.parametrize("network", FACTORS)
@pytest.mark.parametrize("said, window", [(None, 4 * MIB), ("64KiB", 65536), ("1MiB", MIB), ("1GB", 1e9), ("0", 0)])
def test_a_message_takes_what_its_window_allows(folder, network, said, window):
    sets = [f"network={network}"] + ([f"window={said}"] if said else [])
    [(kept, taken, _)] = looked_at(run(folder, *sets))
    assert kept == window and taken == pytest.approx(sum(takes(network, window)), rel=1e-6)


@pytest.mark.parametrize("setting, sets, window", [
    (config(0), [], 0), (config(-1), [], 0), (config(1e6), [], 1e6), (config("2e6", 7), [], 2e6),
    (config(0), ["window=4MiB"], 4 * MIB), (config(1e6), ["window=0"], 0), ("", [], 4 * MIB)])
def test_a_platform_presets_the_window_and_the_scenario_overrules_it(folder, setting, sets, window):
    """The configuration has the window in effect, whoever said it."""
    [(kept, taken, _)] = looked_at(run(folder, "network=CM02", *sets, setting=setting))
    assert kept == window and taken == pytest.approx(sum(takes("CM02", window)), rel=1e-6)


def test_a_window_of_the_platform_that_is_overruled_is_said(folder):
    (folder.path / "net.xml").write_text(PLATFORM.format(config=config(1e6)))
    used = "its <config> sets network/TCP-gamma = 1000000.0; this takes the place of"
    unused = "its <config> sets network/TCP-gamma to 1000000.0, which is not used: the key window of the scenario says 4194304 B"
    for words, said in ((), used), (("--set", "window=1MB"), used), (("--set", "window=4MiB"), unused):
        done = folder.run("run", folder.write(SCENARIO), "-o", "w.h5", "--quiet", "--fresh", *words)
        assert done.returncode == 0 and said in done.stderr and done.stderr.count("TCP-gamma") == 1, done.stderr
    done = folder.run("plan", "scenario.lua", "--set", "window=dt.sweep{'1MB','4MiB'}")
    assert used in done.stderr and unused in done.stderr


def test_a_window_can_be_swept(folder):
    swept = SCENARIO.replace("stop =", 'window = dt.sweep { 0, "1MiB", "4MiB" }, stop =')
    found = looked_at(run(folder, "network=CM02", scenario=swept))
    assert [kept for kept, _, _ in found] == [0, MIB, 4 * MIB]
    assert [taken for _, taken, _ in found] == pytest.approx([sum(takes("CM02", w)) for w in (0, MIB, 4 * MIB)], rel=1e-6)


@pytest.mark.parametrize("words, sentence", [
    ('window = "4Mbps"', "window: expected a quantity in B, got \"4Mbps\""), ("window = -1", "window: expected a number from 0 to 1e+15 B, got -1"),
    ("window = true", "window: "), ("windows = 0", "windows: there is no such key; did you mean \"window\"?"),
    ("ideal = { windw = true }", "ideal.windw: there is no such key; did you mean \"window\"?")])
def test_what_is_no_window_is_refused_at_its_key(folder, words, sentence):
    (folder.path / "net.xml").write_text(PLATFORM.format(config=""))
    done = folder.run("run", folder.write(SCENARIO.replace("stop =", f"{words}, stop =")), "-o", "w.h5")
    assert done.returncode == 2 and sentence in done.stderr, done.stderr
    assert not (folder.path / "w.h5").exists()


# ---- what it costs -------------------------------------------------------------------------------------

@pytest.mark.parametrize("network", FACTORS)
@pytest.mark.parametrize("window", [4 * MIB, 65536, 1e9, 0])
def test_the_window_is_blamed_for_what_it_adds_to_the_time_on_the_link(folder, network, window):
    """Two messages follow one another."""
    [(_, _, parts)] = looked_at(run(folder, f"network={network}", f"window={window}"))
    wanted = dict(zip(("latency", "bandwidth", "window"), (2 * seconds for seconds in takes(network, window))))
    if window in (0, 1e9):
        assert wanted.pop("window") == 0
    assert parts == pytest.approx(wanted, rel=1e-6)


def what_if(folder, *sets):
    """Words -> (seconds left, seconds saved)."""
    words = [word for pair in sets for word in ("--set", pair)]
    done = folder.run("explain", folder.write(SCENARIO), "--what-if", *words)
    assert done.returncode == 0, done.stderr
    unit = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
    rows = re.findall(r"^  (\S.*?)  +([\d.]+) (\S?s)  +(-?[\d.]+) (\S?s) ", done.stdout, re.M)
    return {name: (float(a) * unit[u], float(b) * unit[v]) for name, a, u, b, v in rows}


@pytest.mark.parametrize("network", FACTORS)
def test_what_if_tells_the_window_from_bandwidth_and_latency(folder, network):
    """The window alone saves what explain puts down to it; bandwidth alone saves nothing where the window binds, and
    both together save all that the bytes take."""
    (folder.path / "net.xml").write_text(PLATFORM.format(config=""))
    latency, link, window = (2 * seconds for seconds in takes(network, 4 * MIB))
    rows = what_if(folder, f"network={network}")
    saved = {name: seconds for name, (_, seconds) in rows.items()}
    near = dict(abs=1e-3 * (latency + link + window))
    assert saved["no TCP window"] == pytest.approx(window, **near)
    assert saved["endless bandwidth"] == pytest.approx(0, **near)
    assert saved["no latency"] == pytest.approx(latency + window, **near)      # a window is a rate by latency
    assert saved["no latency and no TCP window"] == pytest.approx(latency + window, **near)
    assert saved["endless bandwidth and no TCP window"] == pytest.approx(link + window, **near)
    assert saved["no latency and endless bandwidth"] == pytest.approx(latency + link + window, **near)


def test_what_if_without_a_window_says_that_it_saves_nothing(folder):
    (folder.path / "net.xml").write_text(PLATFORM.format(config=config(0)))
    rows = what_if(folder, "network=CM02")
    assert rows["no TCP window"][1] == 0
    assert rows["endless bandwidth"][1] == pytest.approx(2 * takes("CM02", 0)[1], abs=1e-4)


def test_ideal_bandwidth_and_window_leave_the_latency(folder):
    ideal = SCENARIO.replace("stop =", """ideal = { bandwidth = dt.zip { true, false, true, false },
        window = dt.zip { false, true, true, false } }, stop =""")
    taken = [seconds for _, seconds, _ in looked_at(run(folder, "network=CM02", scenario=ideal))]
    latency, link, window = takes("CM02", 4 * MIB)
    assert taken == pytest.approx([latency + link + window, latency + link, latency, latency + link + window], rel=1e-6)


# ---- between regions -------------------------------------------------------------------------------------

WAN = """-- How fast is one message between two regions?
local dt = require "dt"
return dt.scenario {
  platform = { "wan", regions = 2, hosts = 1, among = dt.sweep { %s } }, workers = 2, trace = "messages", learn = false,
  data = { "blank", rows = 100, classes = 10, columns = 9999999 }, model = "softmax", batch_size = 10,
  compute = { seconds = 0 }, strategy = "sgd", collective = "tree", stop = { steps = 1 },
}
"""
MEASURED = {"Virginia, Tokyo": 524, "London, Sydney": 326, "Ireland, London": 1090, "Ireland, Tokyo": 465,
            "Singapore, Seoul": 1140}      # Mbit/s


def regions(folder):
    """Pair of regions -> bandwidth of its long link [Mbit/s]."""
    xml = folder.run("platform", "wan", "--set", "regions=10", "--set", "hosts=1").stdout
    return {f"{a}, {b}": float(rate) / 125e3
            for a, b, rate in re.findall(r'<link id="([A-Z]\w+)-([A-Z]\w+)" bandwidth="([\d.e+]+)Bps"', xml)}


@pytest.mark.parametrize("network", FACTORS)
def test_a_large_message_between_regions_gets_the_measured_rate(folder, network):
    """Each of the 45 pairs: 400 MB in one connection, its latency left out; LV08 counts 97 % of every bandwidth."""
    known = regions(folder)
    assert len(known) == 45
    text = WAN % ", ".join(f'"{pair}"' for pair in known)
    done = folder.run("run", folder.write(text), "-o", "w.h5", "--quiet", "--fresh", "--set", f"network={network}")
    assert done.returncode == 0, done.stderr
    with load(folder.path / "w.h5") as record:
        for run_ in record.runs:
            m, pair = run_.messages, run_.config["platform"]["among"]
            taken = m["arrived_s"][0] - m["departed_s"][0] - run_.routes["latency_s"][0]
            assert m["bytes"][0] == 4e8 and run_.config["window"] == 0
            assert 8e-6 * m["bytes"][0] / taken == pytest.approx(FACTORS[network][1] * known[pair], rel=1e-3), pair
            assert "window" not in by_kind(blame.Path(Course(run_)).whole())


def test_regions_have_the_rates_of_their_source(folder):
    known = regions(folder)
    assert {pair: known[pair] for pair in MEASURED} == MEASURED


def test_a_scenario_may_hold_regions_to_a_window(folder):
    """4 MiB in a round trip of 143.1 ms: 234.5 Mbit/s."""
    done = folder.run("run", folder.write(WAN % '"Virginia, Tokyo"'), "-o", "w.h5", "--quiet", "--set", "network=CM02",
                      "--set", "window=4MiB")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "w.h5") as f:
        messages = f["runs/0000/messages"]
        taken = messages["arrived_s"][0] - messages["departed_s"][0]
        assert json.loads(f.attrs["config"])["window"] == 4 * MIB
    assert 8e-6 * 4e8 / taken == pytest.approx(234.5, rel=0.01)
