"""Faults from the scenario to the record."""
import re

import h5py
import numpy as np
import pytest

from conftest import SMALL

PHONES = SMALL.replace('{ "lan", hosts = 4 }', '{ "mobile", phones = 4 }').replace(
    '{ "localsgd", period = 4 }', '{ "fedavg", fraction = 1 }').replace("stop = { steps = 40 }", "stop = { rounds = 40 }")


def faults(scenario, text):
    return scenario.replace("  stop =", f"  faults = {text},\n  stop =")


def run(folder, text, *words):
    done = folder.run("run", folder.write(text), "-o", "out.h5", "--fresh", *words)
    assert done.returncode == 0, done.stderr + done.stdout
    return h5py.File(folder.path / "out.h5")


def table(f, name):
    return {key: column[:] for key, column in f["runs/0000/" + name].items()}


def test_crashes_are_recorded_and_time_off_is_counted(folder):
    text = faults(SMALL, '{ crash = dt.exponential { mean = "0.3ms" }, recover = "0.1ms", deadline = "0.2ms" }')
    f = run(folder, text)
    events, workers = table(f, "faults"), table(f, "workers")
    assert {b"crash", b"recover"} == set(events["what"])
    assert np.all(np.diff(events["time_s"]) >= 0)
    assert workers["off_s"].sum() > 0
    busy = workers["compute_s"] + workers["wait_s"] + workers["send_s"] + workers["off_s"]
    assert np.allclose(busy, f["sweep/time_s"][0])
    again = folder.fingerprint("out.h5")
    run(folder, text, "--threads", "3")
    assert folder.fingerprint("out.h5") == again


def test_how_long_hosts_stay_up_does_not_hang_on_how_long_they_are_down(folder):
    """A constant draws nothing, an exponential time a number each: the times up are the same."""
    def stays_up(down):
        events = table(run(folder, faults(SMALL, '{ crash = dt.exponential { mean = "0.3ms" }, recover = %s }' % down)), "faults")
        times = [events["time_s"][events["rank"] == rank] for rank in range(4)]
        return [np.round(np.diff(np.insert(mine, 0, 0))[::2], 9) for mine in times]

    constant, drawn = stays_up('"0.1ms"'), stays_up('dt.exponential { mean = "0.1ms" }')
    both = [min(len(a), len(b)) for a, b in zip(constant, drawn)]
    assert sum(both) > 10
    assert all((a[:n] == b[:n]).all() for a, b, n in zip(constant, drawn, both))


def test_batteries_run_out_and_the_run_ends(folder):
    f = run(folder, faults(PHONES.replace("rounds = 40", "rounds = 100000"), '{ battery = "0.5J", deadline = "1s" }'))
    events, workers = table(f, "faults"), table(f, "workers")
    assert list(events["what"]) == [b"empty"] * 4
    assert np.all(np.abs(workers["joules"][workers["role"] == b"worker"] - 0.5) < 0.03)
    assert abs(f["sweep/joules"][0] - 2) < 0.05
    assert f["sweep/rounds"][0] < 100000


def test_a_device_is_there_for_its_share_of_the_time(folder):
    text = faults(PHONES.replace("rounds = 40", "seconds = 400"),
                  '{ availability = { "alternating", on = dt.exponential { mean = 3 }, off = 1 }, deadline = "1s" }')
    events = table(run(folder, text), "faults")
    there, end = [], 400
    for rank in range(4):
        mine = events["rank"] == rank
        away = events["time_s"][mine & (events["what"] == b"away")]
        there.append(1 - len(away) * 1.0 / end)
    assert abs(np.mean(there) - 0.75) < 0.04


def test_mistakes_are_named(folder):
    for text, words in [('{ crsh = 1 }', 'did you mean "crash"'), ('{ recover = 1 }', "expected a time to failure beside the time to repair"),
                        ('{ message_loss = 2 }', "faults.message_loss"), ('{ battery = 5 }', "expected a power model of host"),
                        ('{ links = { { "host-0-upp", on = { "steps" } } } }', 'did you mean "host-0-up"'),
                        ('{ availability = { "alternating", on = 1 } }', "faults.availability.off: is missing"),
                        ('{ availability = { "steps", times = { 0, 2, 1 }, values = { 1, 0, 1 } } }', "expected times that begin at 0 and grow")]:
        done = folder.run("run", folder.write(faults(SMALL, text)), "-o", "bad.h5")
        assert done.returncode == 2, (text, done.stdout, done.stderr)
        assert words in done.stderr, (text, done.stderr)
        assert not (folder.path / "bad.h5").exists()


def test_links_follow_a_real_trace(folder, data):
    text = faults(SMALL, '{ links = { { "host-*-down", bandwidth = { "trace", path = "net-traces/norway_hsdpa.csv", '
                  'where = "trace=norway_bus_1", column = "kbps", unit = "kbps", begin = "random" } } } }')
    slow = run(folder, text)["sweep/time_s"][0]
    assert slow > 1.05 * run(folder, SMALL)["sweep/time_s"][0]


def test_a_lost_message_says_when_it_departed_for_the_last_time(folder):
    f = run(folder, faults(SMALL, '{ message_loss = 0.3, timeout = "1s" }'), "--set", "trace=messages")
    m, workers = table(f, "messages"), table(f, "workers")
    assert ((m["departed_s"] <= m["sent_s"]) & (m["sent_s"] < m["arrived_s"])).all()
    tries = np.floor(m["sent_s"] - m["departed_s"] + 1e-9)      # a second each
    assert tries.sum() == workers["messages_lost"].sum() > 10 and (m["arrived_s"] - m["sent_s"] < 0.5).all()
    assert "sent_s" not in table(run(folder, SMALL, "--set", "trace=messages", "--fresh"), "messages")


def test_evaluations_know_the_energy_so_far_and_asking_for_it_moves_nothing(folder):
    text = faults(SMALL, '{ crash = dt.exponential { mean = "2ms" }, recover = "1ms", deadline = "1ms" }')
    powered = text.replace("hosts = 4", "hosts = 4, busy_watts = 100, idle_watts = 20")
    for strategy in ('"adacomm"', '"gossip"', '{ "fedavg", fraction = 0.5 }'):
        words = ("--set", f"strategy={strategy.replace(' ', '')}", "--set", "seed=3", "--fresh")
        plain = table(run(folder, text, *words), "evaluations")
        f = run(folder, powered, *words)
        energy, end = table(f, "energy"), f["sweep/time_s"][0]
        assert all(np.array_equal(plain[name], column, equal_nan=True) for name, column in table(f, "evaluations").items())
        assert len(energy["joules"]) >= len(plain["time_s"]) - 1 and (np.diff(energy["joules"]) >= 0).all()
        assert (energy["joules"] >= 20 * 4 * energy["time_s"] * (1 - 1e-9)).all()
        assert (energy["joules"] <= f["sweep/joules"][0] * (1 + 1e-9)).all() and energy["time_s"].max() <= end
        done = folder.run("plot", "out.h5", "--figure", "curve", "--x", "joules")
        assert done.returncode == 0, done.stderr


def test_the_help_of_a_strategy_says_what_it_does_with_faults(folder):
    assert "then mix without it" in folder.run("help", "gossip").stdout
    for name in ("sgd", "localsgd", "adacomm"):
        assert "waits until faults.deadline for workers whose hosts have failed" in folder.run("help", name).stdout
    assert "takes the first updates" in folder.run("help", "fedavg").stdout


def test_a_phone_out_of_the_network_is_cut_off_until_it_is_in_reach(folder):
    """The others wait for it until the deadline, five seconds after its link is cut; then it does not hold them up."""
    text = faults(PHONES.replace("rounds = 40", "seconds = 60").replace('{ "fedavg", fraction = 1 }', '"sgd"'),
                  '{ links = { { "phone-1-up", on = { "steps", times = { 0, 10, 30 }, values = { 1, 0, 1 } } } }, '
                  'deadline = "5s" }')
    f = run(folder, text)
    events = table(f, "faults")
    of_phone = [(round(t, 6), w) for t, r, w in zip(events["time_s"], events["rank"], events["what"]) if r == 1]
    assert of_phone == [(15, b"cut off"), (30, b"in reach")]
    evaluations = np.sort(table(f, "evaluations")["time_s"])
    assert np.diff(evaluations).max() < 7 and evaluations[-1] >= 60
    assert abs(table(f, "workers")["off_s"][1] - 15) < 1


def test_joules_are_those_of_hosts_and_of_links(folder):
    """A phone draws 2 W while it computes; what is left of the run's energy is that of the links."""
    f = run(folder, PHONES.replace("  stop =", '  trace = "spans",\n  stop ='))
    links, workers, total = table(f, "links"), table(f, "workers"), f["sweep/joules"][0]
    rows = [folder.run("run", "scenario.lua", "-o", "again.h5", "--fresh", *words).stdout.splitlines()[:2]
            for words in ((), ("--set", "platform.watts=0"))]
    assert rows[0][0].split()[-1] == "joules" and rows[0][1].endswith(f" {total * 1e3:.1f} mJ")
    assert rows[1][0].split()[-1] == "bytes"
    phones = workers["role"] == b"worker"
    of_hosts = 2 * workers["compute_s"][phones]
    assert abs(of_hosts.sum() + links["joules"].sum() - total) < 1e-6 * total and (of_hosts > 0).all()
    for host, joules, own in zip(workers["host"][phones], workers["joules"][phones], of_hosts):
        mine = np.char.startswith(links["name"], host + b"-")
        assert mine.sum() == 2 and abs(joules - own - links["joules"][mine].sum()) < 1e-6 * total
    assert "joules" not in run(folder, SMALL.replace("  stop =", '  trace = "spans",\n  stop ='))["runs/0000/links"]


POWERED = {
    "mobile": PHONES,
    "lan": SMALL.replace("hosts = 4", "hosts = 4, idle_watts = 10, busy_watts = 50, link_watts = 5"),
    "wan": SMALL.replace('{ "lan", hosts = 4 }', '{ "wan", total = 4, idle_watts = 10, busy_watts = 50, link_watts = 5, '
                         'long_watts = 40 }'),
}


@pytest.mark.parametrize("where", POWERED)
def test_a_link_uses_its_watts_for_as_long_as_its_bytes_would_take_at_full_use(folder, where):
    """LV08's latency, thirteen times the platform's, costs nothing; of machines idle and busy seconds count."""
    f = run(folder, POWERED[where].replace("  stop =", '  trace = "spans",\n  stop ='))
    links, workers = table(f, "links"), table(f, "workers")
    options = {"mobile": "phones=4", "lan": "hosts=4", "wan": "total=4"}[where].split()
    options += [] if where == "mobile" else ["idle_watts=10", "busy_watts=50", "link_watts=5"]
    options += ["long_watts=40"] if where == "wan" else []
    xml = folder.run("platform", where, *(word for key in options for word in ("--set", key))).stdout
    watts = {name: float(busy) for name, busy in
             re.findall(r'<link id="([^"]*)"[^>]*><prop id="wattage_range" value="0:([^"]*)"', xml)}
    busy = np.array([watts.get(re.sub("_(UP|DOWN)$", "", name.decode()), 0) for name in links["name"]])
    full_s = links["bytes"] / links["bandwidth"]
    assert (busy > 0).sum() >= 8 and np.abs(links["joules"] - busy * full_s).max() < 1e-6 * (busy * full_s).max()
    if where != "mobile":
        own = 10 * f["sweep/time_s"][0] + 40 * workers["compute_s"]
        carried = [links["joules"][np.char.startswith(links["name"], host + b"-")].sum() for host in workers["host"]]
        assert np.abs(workers["joules"] / (own + carried) - 1).max() < 1e-6


WAN = SMALL.replace('{ "lan", hosts = 4 }', '{ "wan", regions = 3, total = 6 }').replace(
    "workers = 4", "workers = 6").replace('{ "localsgd", period = 4 }', '"sgd"')


def cut(between, patience):
    return faults(WAN, '{ links = { { "%s*", on = { "steps", times = { 0, 3 }, values = { 1, 0 } } } }, patience = %d }'
                  % (between, patience))


def test_a_region_that_is_cut_off_from_the_server_is_gone_after_the_deadline(folder):
    events = table(run(folder, cut("Virginia-Tokyo", 1000)), "faults")
    assert sorted(events["rank"][events["what"] == b"cut off"]) == [4, 5]
    assert set(events["time_s"][events["what"] == b"cut off"]) == {63}


def test_training_that_faults_leave_no_chance_says_who_waits_for_whom(folder):
    """Nobody is cut off from the server; two regions are from each other, for good."""
    done = folder.run("run", folder.write(cut("Ireland-Tokyo", 100)), "-o", "out.h5")
    assert done.returncode == 1 and "deadlock: no training step completed between 100 and 200 s" in done.stderr
    assert "worker 4 waits for a message from worker 3; worker 3 waits for 1 of its messages to arrive" in done.stderr


def test_rounds_in_which_nobody_took_part_can_be_told(folder):
    """All devices are away from second 2 to second 10; the server waits a second at a time."""
    text = faults(PHONES.replace("rounds = 40", "seconds = 20"),
                  '{ availability = { "steps", times = { 0, 2, 10 }, values = { 1, 0, 1 } }, deadline = "1s" }')
    evaluations = table(run(folder, text.replace("stop =", "evaluate = { rounds = 1 }, stop =")), "evaluations")
    empty = evaluations["updates"] == 0
    assert empty[0] and 5 <= empty[1:].sum() <= 9
    assert set(evaluations["updates"]) <= {0, 1, 2, 3, 4} and (evaluations["updates"] == 4).sum() > 10
    after = np.flatnonzero(empty[1:]) + 1
    assert np.array_equal(evaluations["loss"][after], evaluations["loss"][after - 1])
    assert np.array_equal(evaluations["step"][after], evaluations["step"][after - 1])
    moved = np.flatnonzero(~empty)
    assert np.all(evaluations["loss"][moved] != evaluations["loss"][moved - 1])


def test_the_help_says_that_who_waits_for_stragglers_that_never_come_is_not_stopped_by_the_clock(folder):
    assert "faults.patience, which stop.seconds does not shorten" in " ".join(folder.run("help", "faults.stragglers").stdout.split())
    text = SMALL.replace('{ "localsgd", period = 4 }', '"sgd"').replace("steps = 40", "seconds = 9")
    folder.write(text.replace("dt.scenario {", "dt.scenario { faults = { stragglers = { count = 1 }, patience = 50 },"))
    done = folder.run("run", "scenario.lua", "--quiet")
    assert "deadlock" in done.stderr and "faults.patience = 50 s" in done.stderr, done.stderr
