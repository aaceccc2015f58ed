"""Platforms of users: what a SimGrid file says is in effect wherever dtsim is started, and is told of."""
import re

import h5py
import pytest

from conftest import SMALL, named

HEAD = """<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
"""
RUN = """local dt = require "dt"
return dt.scenario {
  platform = "net.xml", network = "CM02", workers = 2,
  data = { "blank", rows = 40, classes = 4, columns = 24999 },
  model = "softmax", learn = false, batch_size = 10, compute = { seconds = 1 },
  strategy = "sgd", collective = "tree", stop = { steps = 2 }, trace = "messages",
}
"""
MESSAGE = 4 * 25000 * 4         # bytes: a tree of two exchanges two in a round


def pair(config="", a="", b="", link="", more=""):
    """Two hosts of 1 Gflop/s and a link between them."""
    return HEAD + f"""{config}<zone id="z" routing="Full">
      <host id="a" speed="1Gf" {a}/><host id="b" speed="1Gf" {b}/>
      <link id="l" bandwidth="1GBps" latency="10ms" {link}/>
      <route src="a" dst="b"><link_ctn id="l"/></route>
    </zone>{more}</platform>
    """


def config(**props):
    rows = "".join(f'<prop id="network/{key.replace("_", "-")}" value="{value}"/>' for key, value in props.items())
    return f"<config>{rows}</config>"


def run(folder, xml, *words, scenario=RUN, name="net.xml"):
    folder.write(xml, name)
    return folder.run("run", folder.write(scenario), "-o", "x.h5", *words)


def table(folder, name):
    with h5py.File(folder.path / "x.h5") as f:
        return {key: column[()].tolist() for key, column in f["runs/0000"][name].items()}


def sweep(folder, key):
    with h5py.File(folder.path / "x.h5") as f:
        return f["sweep"][key][()].tolist()


# ---- <config> ----------------------------------------------------------------------------------

@pytest.mark.parametrize("network, props, latency, bandwidth, capacity", [
    ("CM02", {}, 10e-3, 4194304 / 20e-3, 1e9),
    ("CM02", {"TCP_gamma": 0}, 10e-3, 1e9, 1e9),
    ("CM02", {"TCP_gamma": 1000000}, 10e-3, 1e6 / 20e-3, 1e9),
    ("LV08", {}, 130.1e-3, 0.97 * 4194304 / 20e-3, 0.97e9),
    ("LV08", {"TCP_gamma": -1, "latency_factor": 1, "bandwidth_factor": 0.5}, 10e-3, 0.5e9, 0.5e9),
    ("LV08", {"latency_factor": 2}, 20e-3, 0.97 * 4194304 / 20e-3, 0.97e9),
])
def test_the_configuration_of_a_platform_is_that_of_the_simulation_and_of_the_record(folder, network, props, latency,
                                                                                     bandwidth, capacity):
    done = run(folder, pair(config(**props, crosstraffic=0), link='sharing_policy="SHARED"'), "--set", f"network={network}")
    assert done.returncode == 0, done.stderr
    routes, messages = table(folder, "routes"), table(folder, "messages")
    assert routes["latency_s"] == pytest.approx([latency] * 2)
    assert routes["bandwidth"] == pytest.approx([bandwidth] * 2)
    assert routes["capacity"] == pytest.approx([capacity] * 2)
    taken = [b - a for a, b in zip(messages["departed_s"], messages["arrived_s"])]
    assert taken == pytest.approx([latency + MESSAGE / bandwidth] * 4, rel=1e-6)
    told = folder.run("explain", "x.h5").stdout
    assert ("TCP window" in told) == (capacity > bandwidth) and "sharing" not in told.split("Links")[0]


def test_a_flow_that_crosses_a_link_twice_has_half_of_it(folder):
    twice = pair().replace('<link_ctn id="l"/>', '<link_ctn id="l"/><link_ctn id="l"/>')
    assert run(folder, twice, "--set", "network=CM02").returncode == 0
    routes, messages = table(folder, "routes"), table(folder, "messages")
    alone = routes["latency_s"][0] + MESSAGE / routes["bandwidth"][0]
    assert messages["arrived_s"][0] - messages["departed_s"][0] == pytest.approx(alone, rel=1e-6)


def test_a_platform_may_have_what_the_network_leaves_out(folder):
    """CM02 goes without cross-traffic; a platform that asks for it has it."""
    times = {}
    for on in (0, 1):
        assert run(folder, pair(config(TCP_gamma=0, crosstraffic=on)), "--fresh").returncode == 0
        times[on] = sweep(folder, "time_s")[0]
    assert times[1] - times[0] == pytest.approx(4 * 0.05 * MESSAGE / 1e9, rel=1e-3)


# ---- files that a platform names ---------------------------------------------------------------

SLOW = RUN.replace("seconds = 1", "seconds = 15")
HALF = "PERIODICITY 100\n0 1.0\n10 0.5\n"
NAMES = {
    "speed_file": dict(a='speed_file="profiles/p.txt"'),
    "trace": dict(more='<trace id="t" file="profiles/p.txt" periodicity="100.0"/>'
                       '<trace_connect kind="SPEED" trace="t" element="a"/>'),
    "path": dict(config='<config><prop id="path" value="profiles"/></config>', a='speed_file="p.txt"'),
}


def profiled(folder, how, text=HALF):
    (folder.path / "s" / "profiles").mkdir(parents=True, exist_ok=True)
    folder.write(text, "s/profiles/p.txt")
    folder.write(SLOW, "s/scenario.lua")
    folder.write(pair(**NAMES[how]), "s/net.xml")


@pytest.mark.parametrize("how", NAMES)
def test_a_file_that_a_platform_names_is_found_from_anywhere_and_counts(folder, how):
    """15 s of work at half the speed from 10 s on are 20 s; a step's messages come on top."""
    profiled(folder, how)
    (folder.path / "profiles").mkdir()
    folder.write(HALF.replace("0.5", "0.01"), "profiles/p.txt")       # of the same name, where dtsim is started
    once = ("run", "s/scenario.lua", "-o", "x.h5", "--set", "stop.steps=1")
    assert folder.run(*once).returncode == 0
    assert sweep(folder, "time_s")[0] == pytest.approx(20, abs=0.1)
    again = folder.run(*once)
    assert "finished already" in again.stderr
    profiled(folder, how, HALF.replace("0.5", "0.1"))
    changed = folder.run(*once)
    assert changed.returncode == 0 and "finished already" not in changed.stderr
    assert sweep(folder, "time_s")[0] == pytest.approx(60, abs=0.1)


def test_a_file_is_also_found_where_dtsim_is_started(folder):
    profiled(folder, "speed_file")
    (folder.path / "s" / "profiles" / "p.txt").rename(folder.path / "s" / "p.txt")
    (folder.path / "profiles").mkdir()
    folder.write(HALF, "profiles/p.txt")
    assert folder.run("run", "s/scenario.lua", "-o", "x.h5", "--set", "stop.steps=1").returncode == 0
    assert sweep(folder, "time_s")[0] == pytest.approx(20, abs=0.1)


# ---- power -------------------------------------------------------------------------------------

POWER = RUN.replace("seconds = 1", "seconds = 10").replace("columns = 24999", "columns = 9")


def powered(a="100:120:200, 90:105:150", b="95:190", name="wattage_per_state"):
    return HEAD + f"""<zone id="z" routing="Full">
      <host id="a" speed="2Gf,1Gf" pstate="1" core="4"><prop id="{name}" value="{a}"/><prop id="wattage_off" value="10"/></host>
      <host id="b" speed="1Gf"><prop id="{name}" value="{b}"/></host>
      <link id="l" bandwidth="1GBps" latency="0"/><route src="a" dst="b"><link_ctn id="l"/></route>
    </zone></platform>
    """


def test_quotes_of_either_kind_and_broken_lines_say_the_same(folder):
    joules = []
    for xml in (powered(), powered().replace('"', "'").replace("speed='2Gf", "\n speed = '2Gf"),
                powered().replace("<prop id", "<prop\nid")):
        assert run(folder, xml, "--fresh", scenario=POWER).returncode == 0
        joules.append(sweep(folder, "joules")[0])
    # for 20 s one of a's four cores is busy, and all of b
    assert joules == pytest.approx([20 * (105 + (150 - 105) / 4 + 190)] * 3, rel=1e-4)


def test_watts_that_do_not_fit_the_states_are_refused_in_simgrids_words(folder):
    for xml, words in ((powered(b="95:190, 80:100"), "Found 2 energetic profiles for 1 pstates"),
                       (powered(a="100:200"), "Found 1 energetic profiles for 2 pstates")):
        done = run(folder, xml, scenario=POWER)
        assert done.returncode == 2 and words in done.stderr and "scenario.lua:3: platform: " in done.stderr
        assert "acktrace" not in done.stderr and not (folder.path / "x.h5").exists()


def test_figures_of_power_by_a_name_of_the_past_count_no_energy(folder):
    done = run(folder, powered(name="watt_per_state"), scenario=POWER)
    assert done.returncode == 0 and sweep(folder, "joules")[0] != sweep(folder, "joules")[0]        # not 0 J


# ---- what is said of a platform ----------------------------------------------------------------

def test_what_takes_the_place_of_the_network_is_said_and_what_is_not_used(folder):
    folder.write(pair(config(model="SMPI", TCP_gamma=0, latency_factor=1)), "net.xml")
    for command in (("plan",), ("run", "-o", "x.h5", "--quiet")):
        done = folder.run(command[0], folder.write(RUN), *command[1:])
        warned = [line for line in done.stderr.splitlines() if "warning" in line]
        assert done.returncode == 0 and len(warned) == 2, done.stderr
        assert "network/model to SMPI, which is not used: the key network of the scenario says CM02" in warned[0]
        assert "sets network/TCP-gamma = 0, network/latency-factor = 1; this takes the place of what network = " in warned[1]
    folder.write(pair(), "net.xml")
    assert folder.run("plan", "scenario.lua").stderr == ""


def test_figures_of_power_that_are_not_read_are_said(folder):
    folder.write(powered(name="watt_per_state"), "net.xml")
    assert "its name is wattage_per_state" in folder.run("plan", folder.write(POWER)).stderr


# ---- hosts and links that go off ---------------------------------------------------------------

DOWN = "PERIODICITY 1000\n5 0\n8 1\n"
TRACE = '<trace id="t" periodicity="1000.0">\n5.0 0\n8.0 1\n</trace><trace_connect kind="{}" trace="t" element="{}"/>'


@pytest.mark.parametrize("xml, words", [
    (pair(a='state_file="down.txt"'), "host a of net.xml goes on and off by the state profile down.txt"),
    (pair(b='state_file="down.txt"'), "host b of net.xml goes on and off by the state profile down.txt"),
    (pair(more=TRACE.format("HOST_AVAIL", "b")), "host b of net.xml goes on and off by the state profile t"),
    (pair(link='state_file="down.txt"'), "link l of net.xml goes on and off by the state profile down.txt"),
])
def test_profiles_of_state_are_refused_by_name(folder, xml, words):
    folder.write(DOWN, "down.txt")
    done = run(folder, xml)
    assert done.returncode == 2 and words in done.stderr and "faults = { " in done.stderr, done.stderr
    assert "scenario.lua:3: platform: " in done.stderr


@pytest.mark.parametrize("idle, strategy, collective", [("a", "sgd", "ring"), ("z", "sgd", "tree"), ("a", "gossip", "ring")])
def test_a_host_that_takes_no_part_may_go_off(folder, idle, strategy, collective):
    """The engine's own actors live where workers are: 20 steps of one second, whichever host comes first."""
    xml = HEAD + f"""<zone id="zone" routing="Full">
      <host id="{idle}" speed="1Gf" state_file="down.txt"/><host id="b" speed="1Gf"/><host id="c" speed="1Gf"/>
      <link id="l" bandwidth="1GBps" latency="1us"/>
      <route src="{idle}" dst="b"><link_ctn id="l"/></route><route src="{idle}" dst="c"><link_ctn id="l"/></route>
      <route src="b" dst="c"><link_ctn id="l"/></route></zone></platform>
    """
    folder.write(DOWN, "down.txt")
    done = run(folder, xml, "--set", f"server={idle}", "--set", f"strategy={strategy}", "--set", f"collective={collective}",
               "--set", "stop.steps=20")
    assert done.returncode == 0, done.stderr
    assert (sweep(folder, "time_s")[0], sweep(folder, "steps")) == (pytest.approx(20, abs=0.1), [20])


def test_a_server_that_goes_off_is_refused(folder):
    folder.write(DOWN, "down.txt")
    done = run(folder, pair(a='state_file="down.txt"'), "--set", "server=a", "--set", "workers=1", "--set", "collective=star")
    assert done.returncode == 2 and "host a of net.xml" in done.stderr


def test_a_link_that_becomes_faster_does_not_end_the_simulation(folder):
    """Whose flows go the other way: SimGrid's weight of slow links would go below nothing."""
    folder.write("0 1e5\n0.5 1e9\n", "bw.txt")
    xml = HEAD + """<zone id="z" routing="Full"><host id="a" speed="1Gf"/><host id="b" speed="1Gf"/>
      <link id="up" bandwidth="100kBps" latency="1ms" bandwidth_file="bw.txt"/><link id="down" bandwidth="1GBps" latency="1ms"/>
      <route src="a" dst="b" symmetrical="NO"><link_ctn id="up"/></route>
      <route src="b" dst="a" symmetrical="NO"><link_ctn id="down"/></route></zone></platform>
    """
    done = run(folder, xml, "--set", "network=LV08", "--set", "compute.seconds=0.001")
    assert done.returncode == 0, done.stderr


# ---- what SimGrid refuses, and ways ------------------------------------------------------------

BAD = {
    "no XML": ("hello", "Invalid XML"),
    "an end that is missing": (pair().replace('</zone>', ""), "`</zone>' expected"),
    "an unknown host": (pair().replace('dst="b"', 'dst="c"'), "Route dst='c'"),
    "an unknown link": (pair().replace('<link_ctn id="l"/>', '<link_ctn id="m"/>'), "Link not found: m"),
    "an unknown unit": (pair().replace('"1GBps"', '"1GBpz"'), "unknown unit: GBpz"),
    "an old version": (pair().replace('version="4.1"', 'version="3"'), "THIS FILE IS TOO OLD"),
    "a profile that is not there": (pair(a='speed_file="none.txt"'), "Cannot open file 'none.txt'"),
    "a profile that is none": (pair(a='speed_file="scenario.lua"'), ""),
    "an unknown setting": (pair(config(nonsense=1)), "Bad config key: network/nonsense"),
    "an element of the past": (pair(config='<include file="other.xml"/>'), "<include> tag was removed"),
    "no route": (pair().replace('<route src="a" dst="b"><link_ctn id="l"/></route>', ""), "there is no route from host"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_simgrid_refuses_is_bad_input_in_its_words_for_plan_and_run(folder, what):
    xml, words = BAD[what]
    folder.write(xml, "net.xml")
    folder.write(RUN)
    for command in (("plan",), ("run", "-o", "x.h5")):
        done = folder.run(command[0], "scenario.lua", *command[1:])
        assert done.returncode == 2 and words in done.stderr, done.stderr
        assert done.stderr.startswith("dtsim: scenario.lua:3: platform: ") and done.stderr.count("\n") == 1, done.stderr
        assert "acktrace" not in done.stderr and "died" not in done.stderr
        assert not (folder.path / "x.h5").exists()
    assert not list(folder.path.glob("*part*"))


def full(hosts, without=None):
    """A link for every ordered pair of hosts, but for one pair."""
    names = [f"h{i}" for i in range(hosts)]
    pairs = [(a, b) for a in names for b in names if a != b]
    links = "".join(f'<link id="{a}-{b}" bandwidth="1GBps" latency="1us"/>' for a, b in pairs)
    routes = "".join(f'<route src="{a}" dst="{b}" symmetrical="NO"><link_ctn id="{a}-{b}"/></route>' for a, b in pairs
                     if (a, b) != without)
    return HEAD + f"""<zone id="z" routing="Full">{"".join(f'<host id="{name}" speed="1Gf"/>' for name in names)}
      {links}{routes}</zone></platform>"""


@pytest.mark.parametrize("choice", ["collective=ring", "collective=tree", "collective=halving", "collective=star",
                                    "strategy=gossip", 'strategy={"fedavg",fraction=1}'])
@pytest.mark.parametrize("hosts", [4, 7])
def test_plan_finds_every_way_that_is_not_there_and_only_those(folder, choice, hosts):
    """Messages of a run tell which ways there are; without any one of them the run would fail."""
    words = [word for value in (choice, "workers=0", "stop.rounds=1", "server=h0") for word in ("--set", value)]
    scenario = RUN.replace("rows = 40", "rows = 70")
    done = run(folder, full(hosts), *words, scenario=scenario)
    assert done.returncode == 0, done.stderr
    messages, workers = table(folder, "messages"), table(folder, "workers")
    host = {who: name.decode() for who, name in zip(named(workers), workers["host"])} | {"server 0": "h0"}
    used = {(host[a], host[b]) for a, b in zip(named(messages, "from"), named(messages, "to"))}
    names = [f"h{i}" for i in range(hosts)]
    for way in [(a, b) for a in names for b in names if a != b][::3 if hosts > 4 else 1]:
        folder.write(full(hosts, without=way), "net.xml")
        done = folder.run("plan", "scenario.lua", *words)
        assert (done.returncode == 2) == (way in used), (way, done.stderr)
        assert way not in used or f"there is no route from host {way[0]} to host {way[1]}" in done.stderr


# ---- workers on hosts of a pattern -------------------------------------------------------------

def cluster(names):
    """A star of hosts."""
    rows = ('<host id="{0}" speed="1Gf"/>', '<link id="l-{0}" bandwidth="1GBps" latency="1us"/>',
            '<host_link id="{0}" up="l-{0}" down="l-{0}"/>')
    return HEAD + '<zone id="z" routing="Cluster">' + "".join(row.format(n) for row in rows for n in names) + \
        '<router id="r"/></zone></platform>'


GPUS = cluster(["gpu10", "gpu2", "cpu1", "gpu1", "server", "cpu2"])


@pytest.mark.parametrize("words, hosts", [
    ('workers={on="gpu*"}', ["gpu1", "gpu2", "gpu10"]),                                  # natural order, not that of the file
    ('workers={on="gpu?"}', ["gpu1", "gpu2"]),
    ('workers={on="?pu1"}', ["cpu1", "gpu1"]),
    ('workers={on="gpu*",count=2}', ["gpu1", "gpu2"]),
    ('workers={on="gpu?",count=3}', ["gpu1", "gpu2", "gpu1"]),                           # and from the first again
    ('workers={on="*"}', ["cpu1", "cpu2", "gpu1", "gpu2", "gpu10"]),                     # all but the server's
    ('workers={on="s*"}', ["server"]),                                                   # unless it is the only one
    ('workers=2', ["cpu1", "cpu2"]),
])
def test_workers_are_on_the_hosts_of_a_pattern_in_natural_order(folder, words, hosts):
    done = run(folder, GPUS, "--set", words, "--set", "trace=none")
    assert done.returncode == 0, done.stderr
    workers = table(folder, "workers")
    assert [name.decode() for role, name in zip(workers["role"], workers["host"]) if role == b"worker"] == hosts
    assert f"{len(set(hosts))} actors" in folder.run("plan", "scenario.lua", "--set", words).stdout or len(hosts) != len(set(hosts))


def test_a_server_without_a_host_of_its_own_is_with_the_first_worker(folder):
    done = run(folder, cluster(["a1", "b1", "b2"]), "--set", 'workers={on="b*"}', "--set", "collective=star")
    assert done.returncode == 0, done.stderr
    workers = table(folder, "workers")
    assert dict(zip(named(workers), workers["host"]))["server 0"] == b"b1"


def test_a_pattern_fits_generated_platforms_too_and_can_be_swept(folder):
    scenario = RUN.replace('"net.xml"', '{ "lan", hosts = 12 }').replace("workers = 2", 'workers = { on = dt.sweep { "host-1*", "*" } }')
    folder.write(scenario)
    assert folder.run("run", "scenario.lua", "-o", "x.h5", "--quiet").returncode == 0
    with h5py.File(folder.path / "x.h5") as f:
        assert [len(f[f"runs/000{i}/workers/rank"]) for i in (0, 1)] == [3, 12]
        assert f["sweep/workers.on"].asstr()[:].tolist() == ["host-1*", "*"]


@pytest.mark.parametrize("words, said", [
    ('workers={on="gpux*"}', 'workers.on: no host of the platform has a name like "gpux*"'),
    ('workers={on="GPU*"}', 'did you mean "gpu1"'),
    ('workers={on="gpu3"}', 'did you mean "gpu'),
    ('workers={count=2}', 'workers: expected a number of workers, or a table that says on which hosts'),
    ('workers={2,on="gpu*"}', "workers: expected key = value, got 2 without a key"),
    ('workers={of="gpu*"}', "workers.of: there is no such key"),
    ('workers={on=5}', "workers.on: "),
    ('workers={on="gpu[1-12]"}', 'workers.on: expected names of hosts with only * and ? in them, such as "gpu*", got "gpu[1-12]"'),
    ('workers={on="gpu*",count=-1}', "workers.count: "),
])
def test_workers_nowhere_are_refused(folder, words, said):
    folder.write(GPUS, "net.xml")
    for command in ("plan", "run"):
        done = folder.run(command, folder.write(RUN), "--set", words)
        assert done.returncode == 2 and said in done.stderr, done.stderr


# ---- platforms of every kind -------------------------------------------------------------------

KINDS = {
    "cluster": '<cluster id="c" prefix="n" radical="0-2,5" suffix=".x" speed="1Gf" bw="125MBps" lat="50us" bb_bw="2GBps" bb_lat="5us"/>',
    "fat tree": '<cluster id="c" prefix="n" radical="0-3" suffix="" speed="1Gf" bw="125MBps" lat="50us" topology="FAT_TREE" '
                'topo_parameters="2;2,2;1,2;1,1"/>',
    "torus": '<cluster id="c" prefix="n" radical="0-3" suffix="" speed="1Gf" bw="125MBps" lat="50us" topology="TORUS" '
             'topo_parameters="2,2"/>',
    "Floyd": '<zone id="f" routing="Floyd"><host id="a" speed="1Gf"/><host id="b" speed="1Gf"/><router id="r"/>'
             '<link id="k" bandwidth="10MBps" latency="1ms"/><link id="l" bandwidth="20MBps" latency="2ms"/>'
             '<route src="a" dst="r"><link_ctn id="k"/></route><route src="r" dst="b"><link_ctn id="l"/></route></zone>',
    "coordinates": '<zone id="v" routing="Vivaldi"><host id="a" coordinates="3 0 1" speed="1Gf"/>'
                   '<host id="b" coordinates="0 4 2" speed="1Gf"/></zone>',
    "peers": '<zone id="v" routing="Vivaldi"><peer id="a" coordinates="3 0 1" speed="1Gf" bw_in="10MBps" bw_out="2MBps"/>'
             '<peer id="b" coordinates="0 4 2" speed="1Gf" bw_in="10MBps" bw_out="2MBps"/></zone>',
    "cores, disks and an old zone": '<AS id="z" routing="Full"><prop id="site" value="here"/>'
             '<host id="a" speed="2Gf,1Gf" core="8" pstate="1"><disk id="d" read_bw="100MBps" write_bw="40MBps"/></host>'
             '<host id="b" speed="1Gf"/><link id="l" bandwidth="1GBps" latency="1ms" sharing_policy="FATPIPE"/>'
             '<route src="a" dst="b"><link_ctn id="l"/></route></AS>',
    "a bypass": '<zone id="z" routing="Full"><host id="a" speed="1Gf"/><host id="b" speed="1Gf"/>'
                '<link id="l" bandwidth="1GBps" latency="1ms"/><link id="m" bandwidth="500MBps" latency="3ms"/>'
                '<route src="a" dst="b"><link_ctn id="l"/></route>'
                '<bypassRoute src="a" dst="b"><link_ctn id="m"/></bypassRoute></zone>',
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_takes_what_its_route_says(folder, kind):
    """On two workers nothing is shared: under both models the record's latency and bandwidth are those of the messages."""
    inner = f'<zone id="world" routing="Full">{KINDS[kind]}</zone>'
    for network in ("CM02", "LV08"):
        done = run(folder, HEAD + inner + "</platform>", "--fresh", "--set", f"network={network}")
        assert done.returncode == 0, done.stderr
        routes, messages = table(folder, "routes"), table(folder, "messages")
        alone = {(a, b): latency + MESSAGE / bandwidth for a, b, latency, bandwidth
                 in zip(named(routes, "from"), named(routes, "to"), routes["latency_s"], routes["bandwidth"])}
        for a, b, begun, ended in zip(named(messages, "from"), named(messages, "to"), messages["departed_s"], messages["arrived_s"]):
            slack = 0.06 if network == "LV08" else 1e-6        # the way back of LV08 takes a twentieth of a shared link
            assert alone[a, b] * (1 - 1e-6) <= ended - begun <= alone[a, b] * (1 + slack)
    assert folder.run("explain", "x.h5").returncode == 0


def test_hosts_with_coordinates_are_8_ms_apart(folder):
    """5 ms in the plane, 1 and 2 ms to reach it; no link, no bound."""
    assert run(folder, HEAD + KINDS["coordinates"] + "</platform>").returncode == 0
    messages = table(folder, "messages")
    assert [b - a for a, b in zip(messages["departed_s"], messages["arrived_s"])] == pytest.approx([8e-3] * 4)
    assert "latency" in folder.run("explain", "x.h5").stdout


def test_another_model_of_hosts_is_not_used_and_said(folder):
    done = run(folder, pair('<config><prop id="host/model" value="ptask_L07"/></config>'))
    assert done.returncode == 0 and "host/model to ptask_L07, which is not used" in done.stderr
    routes, messages = table(folder, "routes"), table(folder, "messages")
    alone = routes["latency_s"][0] + MESSAGE / routes["bandwidth"][0]
    assert messages["arrived_s"][0] - messages["departed_s"][0] == pytest.approx(alone, rel=1e-6)


# ---- servers and sites -------------------------------------------------------------------------

WORLD = """-- Who serves?
local dt = require "dt"
return dt.scenario {
  platform = { "wan", regions = 3, total = 6 }, data = { "gaussian", rows = 96, classes = 2 }, model = "logistic", workers = 6,
  strategy = "fedavg", stop = { rounds = 2 }, evaluate = { rounds = 1 },
}
"""


@pytest.mark.parametrize("words, said", [
    (["servers={count=2}"], 'servers.count: the strategy "fedavg" has no more than one server: expected 1, got 2'),
    (["servers={on=\"sites\"}", "sites=region"], 'servers.on: the strategy "fedavg" has no more than one server: expected 1, '
                                                 'got one in every site'),
    (["servers={on=\"sites\"}"], 'servers.on: "sites" expects the key sites to say what a site is'),
    (["servers={count=1}", "server=host-1"], 'servers: expected this table or server = "host-1"'),
    (["servers={count=0}"], "servers.count: "),
    (["servers={on=\"site\"}"], 'servers.on: '),
    (["servers={of=1}"], "servers.of: there is no such key"),
    (["servers=3"], "servers: expected a table { key = value }, got 3"),
    (["sites=regions"], 'sites: no host has the property "regions"; did you mean "region"?'),
    (["servers={on=\"workers\"}", 'faults={crash={"exponential",mean=9}}'], "servers.on: a server runs on a worker's host"),
    (["platform.topology=fat_tree", "platform.servers=2", "platform.hosts=8", "workers=8"],
     "platform.servers: expected 1 in a fat tree"),
])
def test_servers_that_cannot_be_are_refused(folder, words, said):
    scenario = WORLD if "platform.topology=fat_tree" not in words else WORLD.replace('{ "wan", regions = 3, total = 6 }', '{ "lan" }')
    done = folder.run("run", folder.write(scenario), *(w for word in words for w in ("--set", word)))
    assert done.returncode == 2 and said in done.stderr, done.stderr


def test_a_server_on_a_workers_host_costs_that_worker_nothing(folder):
    """Two workers in one region: the server's is the first one's own host, so that only the other's messages count."""
    folder.write(WORLD.replace("regions = 3, total = 6", "regions = 1, total = 2").replace("workers = 6", "workers = 2"))
    sent = {}
    for on in ("own", "workers"):
        done = folder.run("run", "scenario.lua", "-o", f"{on}.h5", "--quiet", "--set", f'servers={{on="{on}"}}',
                          "--set", 'strategy={"fedavg",fraction=1}')
        assert done.returncode == 0, done.stderr
        with h5py.File(folder.path / f"{on}.h5") as f:
            sent[on] = f["runs/0000"].attrs["bytes"]
    assert sent["own"] == 2 * sent["workers"]


def test_platforms_have_as_many_servers_as_they_are_asked_for(folder):
    def names(*words):
        xml = folder.run("platform", *words).stdout
        return [h for h in re.findall(r'host id="([^"]*)"', xml) if h.startswith("server")], xml
    assert names("lan")[0] == ["server"]
    assert names("lan", "--set", "servers=3")[0] == ["server", "server-1", "server-2"]
    assert names("wan")[0] == ["server"]
    each, xml = names("wan", "--set", "each=true", "--set", "among=Tokyo,Seoul,London")
    assert each == ["server", "server-1", "server-2"]
    assert re.findall(r'id="(server[^"]*)"[^>]*><prop id="region" value="([^"]*)"', xml.replace("\n", "")) == \
        [("server", "Tokyo"), ("server-1", "Seoul"), ("server-2", "London")]


def test_bytes_inside_and_between_sites_are_counted_apart(folder):
    """Of six workers in three regions two are in the server's."""
    done = folder.run("run", folder.write(WORLD), "-o", "x.h5", "--quiet", "--set", "sites=region", "--set",
                      'strategy={"fedavg",fraction=1}', "--set", "trace=messages")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "x.h5") as f:
        run = dict(f["runs/0000"].attrs)
        assert run["bytes_inside"] == run["bytes"] / 3 and run["bytes_between"] == run["bytes"] * 2 / 3
    assert f"id\tbytes_inside\tbytes_between\n0\t{run['bytes_inside']:.10g}\t{run['bytes_between']:.10g}\n" in folder.run("info", "x.h5").stdout
    assert folder.run("report", "x.h5").returncode == 0
    assert '"name":"bytes_between"' in (folder.path / "x.html").read_text()
    assert folder.run("run", folder.write(WORLD), "-o", "y.h5", "--quiet").returncode == 0
    with h5py.File(folder.path / "y.h5") as f:
        assert "bytes_inside" not in f["runs/0000"].attrs
    assert "bytes_inside" not in folder.run("info", "y.h5").stdout


def test_plan_refuses_links_that_a_generated_platform_does_not_have(folder):
    done = folder.run("plan", folder.write(WORLD), "--set", 'faults={links={{"host-9-up",on={"steps",times={0,1},values={1,0}}}}}')
    assert done.returncode == 2 and 'faults.links: no link is called "host-9-up"; did you mean "host-' in done.stderr, done.stderr


WAYS = SMALL.replace('{ "localsgd", period = 4 }', '"overlap",\n  network = "CM02",\n  queue = "tac"')


@pytest.mark.parametrize("platform", ['{ "wan", regions = 2 }', '{ "gpus", each = 2 }'])
def test_a_queue_knows_its_ways_on_every_platform_before_the_run(folder, platform):
    folder.write(WAYS.replace('{ "lan", hosts = 4 }', platform))
    done = folder.run("run", "scenario.lua", "--quiet")
    assert done.returncode == 0, done.stderr
