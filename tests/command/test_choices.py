"""Choices that do not go together: what parameter servers cannot work with is refused at its key, and what has no effect is said."""
import pytest

from conftest import SMALL

PS = SMALL.replace('{ "localsgd", period = 4 }', '"ps"')
SERVERS = 'platform = { "lan", hosts = 4, servers = 3 }, servers = { count = 3 }, '


@pytest.mark.parametrize("keys, key, words", [
    ('sync = "ssp", aggregate = "median", ', "aggregate", 'expected sync = "bsp"'),
    (SERVERS + 'optimiser = "lars", ', "optimiser", "expected servers = { count = 1 }"),
    (SERVERS + 'optimiser = { "adam", clip_norm = 1 }, ', "optimiser", '"adam" with clip_norm'),
    ('sync = { "backup", spare = 4 }, ', "sync.spare", "expected fewer backup workers than there are workers, 4, got 4"),
    ('sync = { "adaptive", from = 4, to = 3 }, ', "sync.to", "expected at least from, 4, got 3"),
    ('load = 45, ', "load", "expected shares from 0 to 1, got 45"),
    ('load = { { "gpu*", share = 0.5 } }, ', "load", 'no worker\'s host is called "gpu*"'),
    ('load = { { "*", shares = 0.5 } }, ', "load.shares", "there is no such key"),
    (SERVERS + 'project = "l2ball", ', "project", "expected servers = { count = 1 }"),
    ('project = { "box", least = 2 }, ', "project", "expected least at or below most, got 2 and 1"),
    ('strategy = "gaia", ', "sites", '"region" on the platform wan'),
    ('strategy = "gaia", platform = { "wan", hosts = 2 }, sites = "region", ', "servers.on", 'expected "sites", got "own"'),
])
def test_what_servers_cannot_work_with_is_refused(folder, keys, key, words):
    lines = [line for line in PS.splitlines() if line.partition(" =")[0].strip() + " = " not in keys]
    folder.write("\n".join(lines).replace("dt.scenario {", "dt.scenario { " + keys))
    for command in ("plan", "run"):
        done = folder.run(command, "scenario.lua")
        assert done.returncode == 2 and f"{key}: " in done.stderr and words in done.stderr, done.stderr


def test_a_choice_that_no_strategy_looks_at_is_said(folder):
    folder.write(SMALL.replace("dt.scenario {", 'dt.scenario { sync = "ssp", topology = "star", queue = "fifo",'))
    said = folder.run("plan", "scenario.lua").stderr
    for choice in ('sync: "ssp"', 'topology: "star"', 'queue: "fifo"'):
        assert f"{choice} has no effect" in said, said
    folder.write(PS.replace("dt.scenario {", 'dt.scenario { sync = "ssp",'))
    assert "no effect" not in folder.run("plan", "scenario.lua").stderr


@pytest.mark.parametrize("keys, key, words", [
    ('strategy = "isolated", attack = "reverse", ', "attack", 'workers of "isolated" send nothing'),
    ('attack = { "reverse", ranks = { 99 } }, ', "attack.ranks", "got 99"),
    ('attack = { "reverse", ranks = {} }, ', "attack.ranks", "expected at least one number, got an empty list"),
    ('attack = { "constant", value = 1e300 }, ', "attack.value", "expected a number of at most 1e+30, got 1e+300"),
    ('attack = { "constant", count = 99 }, ', "attack.count", "got 99"),
    ('attack = { "constant", factor = 2 }, ', "attack.factor", "no such key"),
    ('attack = "revers", ', "attack", '"reverse"'),
])
def test_attacks_that_nobody_can_carry_out_are_refused(folder, keys, key, words):
    lines = [line for line in SMALL.splitlines() if line.partition(" =")[0].strip() + " = " not in keys]
    folder.write("\n".join(lines).replace("dt.scenario {", "dt.scenario { " + keys))
    for command in ("plan", "run"):
        done = folder.run(command, "scenario.lua")
        assert done.returncode == 2 and f"{key}: " in done.stderr and words in done.stderr, done.stderr


def test_an_attack_where_nothing_is_learnt_is_said(folder):
    folder.write(SMALL.replace("dt.scenario {", 'dt.scenario { learn = false, attack = "reverse",'))
    assert "attack: nothing is learnt" in folder.run("plan", "scenario.lua").stderr


def test_a_server_optimiser_without_a_server_that_steps_is_said(folder):
    key = 'dt.scenario { server_optimiser = { "yogi", lr = 0.1 },'
    folder.write(SMALL.replace("dt.scenario {", key))
    assert "server_optimiser: it has no effect" in folder.run("plan", "scenario.lua").stderr
    folder.write(SMALL.replace("dt.scenario {", key).replace('{ "localsgd", period = 4 }', '"fedavg"'))
    assert "no effect" not in folder.run("plan", "scenario.lua").stderr
    folder.write(SMALL.replace("dt.scenario {", key.replace("yogi", "yogy")))
    done = folder.run("plan", "scenario.lua")
    assert done.returncode == 2 and 'server_optimiser: ' in done.stderr and 'did you mean "yogi"?' in done.stderr, done.stderr


def test_a_hierarchy_of_one_site_is_said(folder):
    folder.write(SMALL.replace("dt.scenario {", 'dt.scenario { collective = "hierarchical",'))
    assert "in one site" in folder.run("plan", "scenario.lua").stderr


@pytest.mark.parametrize("keys, said", [
    ("", ["there is none: expected project = { \"l1\", lam = 0.1 }"]),
    ('project = { "l1", lam = 0.2 }, ', ["compress.lam: expected 0.2, the weight of the penalty project.lam, got 0.1"]),
    ('project = { "l1", lam = 0.1 }, ', []),
])
def test_a_kkt_filter_without_its_penalty_is_said(folder, keys, said):
    lines = [line for line in PS.splitlines() if line.partition(" =")[0].strip() + " = " not in keys]
    folder.write("\n".join(lines).replace("dt.scenario {", 'dt.scenario { compress = { "kkt", lam = 0.1 }, ' + keys))
    stderr = folder.run("plan", "scenario.lua").stderr
    assert all(words in stderr for words in said) and ("warning" in stderr) == bool(said), stderr


@pytest.mark.parametrize("strategy", ["fedavg", "diloco", "localsgd", "gossip"])
def test_a_kkt_filter_of_what_is_no_gradient_is_refused(folder, strategy):
    keys = 'dt.scenario { compress = { "kkt", lam = 0.1 }, project = { "l1", lam = 0.1 },'
    folder.write(SMALL.replace("dt.scenario {", keys).replace('{ "localsgd", period = 4 }', f'"{strategy}"'))
    for command in ("plan", "run"):
        done = folder.run(command, "scenario.lua")
        assert done.returncode == 2 and f'compress: "kkt" compares gradients, and workers of "{strategy}"' in done.stderr, done.stderr


def test_a_graph_that_changes_needs_hosts_that_stay_and_whole_models(folder):
    path = folder.write(SMALL)
    changing = ("plan", path, "--set", "strategy=gossip", "--set", "topology=onepeer")
    done = folder.run(*changing, "--set", "faults.crash=exponential")
    assert done.returncode == 2 and 'faults.crash: the graph "onepeer" changes from round to round' in done.stderr, done.stderr
    done = folder.run(*changing, "--set", "compress=topk")
    assert done.returncode == 2 and 'compress: the graph "onepeer" changes from round to round' in done.stderr
    assert folder.run(*changing).returncode == 0
    assert folder.run("plan", path, "--set", "strategy=gossip", "--set", "topology=ring", "--set", "compress=topk").returncode == 0


@pytest.mark.parametrize("compress, momentum, said", [
    ('{ "dgc" }', 0.9, "optimiser.momentum: \"dgc\" has momentum itself"), ('{ "dgc" }', 0, ""), ('{ "dgc", momentum = 0 }', 0.9, ""),
    ('{ "dgc", error_feedback = false }', 0.9, ""), ('{ "powersgd" }', 0, "compress.by: \"powersgd\" finds no matrices"),
    ('{ "powersgd", by = "layer" }', 0, "")])
def test_momentum_that_counts_twice_and_matrices_that_are_not_told_are_said(folder, compress, momentum, said):
    keys = f'compress = {compress}, optimiser = {{ "sgd", lr = 0.1, momentum = {momentum} }},'
    lines = [line for line in SMALL.splitlines() if not line.strip().startswith("optimiser")]
    folder.write("\n".join(lines).replace("dt.scenario {", "dt.scenario { " + keys))
    done = folder.run("plan", "scenario.lua")
    assert done.returncode == 0 and said in done.stderr and ("warning" in done.stderr) == bool(said), done.stderr


@pytest.mark.parametrize("hosts, lazy, said", [(4, "false", "is just -0.3333: differences"), (5, "false", ""), (4, "true", "")])
def test_a_graph_on_which_d2_may_diverge_is_said(folder, hosts, lazy, said):
    text = SMALL.replace('{ "localsgd", period = 4 }', f'"d2", topology = {{ "ring", lazy = {lazy} }}')
    folder.write(text.replace("hosts = 4", f"hosts = {hosts}").replace("workers = 4", f"workers = {hosts}"))
    done = folder.run("run", "scenario.lua")
    assert done.returncode == 0 and said in done.stderr and ("topology: \"d2\" needs" in done.stderr) == bool(said), done.stderr
