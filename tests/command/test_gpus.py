"""Machines of several GPUs: who runs where, and the laws of all-reduces over NVLink, PCIe and one network card a machine."""
import h5py
import numpy as np
import pytest

N = 4 * 2_400_000       # bytes of the model
SCENARIO = """-- How long does one mean take on machines of GPUs?
local dt = require "dt"
return dt.scenario {{
  platform = {{ "gpus", {platform} }}, workers = {workers}, network = "CM02", learn = false, trace = "messages",
  model = {{ "profile", path = "one.csv" }}, data = {{ "blank", rows = 96 }}, strategy = "{strategy}",
  compute = {{ seconds = dt.constant {{ value = 0 }} }}, stop = {{ rounds = 1 }}, evaluate = {{ rounds = 1 }},
  {more}
}}
"""
CARD, WAY, PCIE = 12.5e9, 2 * 7.65e-6 + 2 * 5e-6, (10e-6, 23.7e9)
SWITCH, PAIR = (4.8e-6, 148.7e9), (17.3e-6, 193.7e9)


def means(folder, platform, workers, more, strategy="sgd", layers=1):
    """Of each run: seconds, bytes by link, hosts of workers and servers, and other results."""
    rows = "".join(f"part{i},{N // 4 // layers},1,1,0\n" for i in range(layers))
    folder.write("layer,params,fwd_flops,bwd_flops,act_bytes\n" + rows, "one.csv")
    folder.write(SCENARIO.format(platform=platform, workers=workers, strategy=strategy, more=more))
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--fresh", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    out = []
    with h5py.File(folder.path / "a.h5") as f:
        for run in f["runs"].values():
            links = dict(zip((n.decode() for n in run["links"]["name"]), run["links"]["bytes"]))
            out.append((run.attrs["time_s"], links, [h.decode() for h in run["workers"]["host"]], dict(run.attrs)))
    return out


def cards(links):
    """Bytes of every network card, in each direction."""
    return [b for name, b in links.items() if "switch" in name]


def test_a_ring_loads_each_card_with_one_edge(folder):
    """Two machines of two: 2 (p - 1) / p N in each direction, and a step takes what the way between machines does."""
    [(time, links, hosts, result)] = means(folder, "each = 2", 4, "")
    assert hosts == ["gpu-0", "gpu-1", "gpu-2", "gpu-3"]
    assert cards(links) == [2 * 3 / 4 * N] * 4
    assert result["bytes_between"] == 2 * 2 * 3 / 4 * N         # the machine is the site, though the scenario does not say so
    assert time == pytest.approx(6 * (WAY + N / 4 / CARD), rel=1e-6)


def test_hierarchical_takes_the_time_of_its_two_levels(folder):
    """g = 4 GPUs at an NVLink switch, q = 3 machines with one card: 2 (q - 1) / q N on each card in either form."""
    g, q, (a1, b1) = 4, 3, SWITCH
    equals, leaders = means(folder, 'each = 4, nvlink = "switch"', g * q,
                            'collective = { "hierarchical", form = dt.sweep { "equals", "leaders" }, inside = "ring" },')
    assert cards(equals[1]) == cards(leaders[1]) == [2 * (q - 1) / q * N] * (2 * q)
    between = 2 * (q - 1) * WAY + 2 * (q - 1) / q * N / CARD
    inside = 2 * (g - 1) * a1 + 2 * (g - 1) / g * N / b1
    assert equals[0] == pytest.approx(inside + between, rel=1e-6)
    reduce = broadcast = 2 * (g - 1) * a1 + 2 * (g - 1) / g * N / b1       # of a ring, as of an all-reduce
    assert leaders[0] == pytest.approx(reduce + between + broadcast, rel=1e-6)


def test_without_levels_a_machines_gpus_send_so_many_times_as_much(folder):
    """Every GPU serves its piece of the vector: g times the bytes of the hierarchical all-reduce on each card."""
    g, q = 4, 2
    [(time, links, _, _)] = means(folder, 'each = 4, nvlink = "switch"', g * q,
                                  f'collective = "shards", servers = {{ count = {g * q}, on = "workers" }},')
    assert cards(links) == [g * 2 * (q - 1) / q * N] * (2 * q)
    assert time == pytest.approx(2 * (WAY + g * (q - 1) / q * N / CARD), rel=1e-6)


@pytest.mark.parametrize("nvlink, near, far", [("pairs", PAIR, PCIE), ("switch", SWITCH, SWITCH), ("none", PCIE, PCIE)])
def test_gpus_of_a_machine_are_joined_as_the_platform_says(folder, nvlink, near, far):
    """A tree of two GPUs; and of four, whose first step is inside pairs, and its second between these."""
    for count, steps in ((2, [near]), (4, [near, far])):
        [(time, _, _, _)] = means(folder, f'gpus = 4, nvlink = "{nvlink}"', f'{{ count = {count}, on = "gpu-*" }}', 'collective = "tree",')
        assert time == pytest.approx(2 * sum(latency + N / bandwidth for latency, bandwidth in steps), rel=1e-6)


def test_workers_spread_over_machines_pay_the_card_for_every_step(folder):
    fill, spread = means(folder, "gpus = 8, nvlink = \"switch\"", '{ count = 4, order = dt.sweep { "fill", "spread" } }', "")
    assert fill[2] == ["gpu-0", "gpu-1", "gpu-2", "gpu-3"] and spread[2] == ["gpu-0", "gpu-4", "gpu-1", "gpu-5"]
    assert cards(fill[1]) == [] and cards(spread[1]) == [2 * 2 * 3 / 4 * N] * 4
    assert fill[0] == pytest.approx(6 * (SWITCH[0] + N / 4 / SWITCH[1]), rel=1e-6)
    assert spread[0] == pytest.approx(6 * (WAY + N / 4 / (CARD / 2)), rel=1e-6)       # two edges share each card


def test_servers_run_on_cpus_and_nobody_on_disks(folder):
    [(_, links, hosts, _)] = means(folder, "gpus = 6, each = 2", 0, 'collective = "shards", servers = { count = 3 },')
    assert hosts == [f"gpu-{i}" for i in range(6)] + [f"cpu-{i}" for i in range(3)]
    up = [links[f"cpu-{i}-up"] for i in range(3)]
    np.testing.assert_array_equal(up, [6 * N / 3] * 3)
    assert not any("disk" in name for name in links)
    done = folder.run("run", "scenario.lua", "--set", "servers={count=4}")
    assert done.returncode == 2 and "servers.count: expected at most 3" in done.stderr


@pytest.mark.parametrize("words, said", [
    (["platform.each=3"], "platform.each: expected an even number, since NVLink joins pairs, got 3"),
    (['workers={count=2,order="spread"}', 'sites=""'], 'workers.order: "spread" expects the key sites to say what a site is'),
    (['workers={count=2,order="random"}'], "workers.order: expected one of"),
    (['workers={count=2}'], "workers: expected a number of workers, or a table that says on which hosts they train"),
    (['workers={on="disk-*"}'], 'workers.on: no host of the platform has a name like "disk-*"'),
    (['collective={"hierarchical",inside="star"}'], 'collective.inside: expected an algorithm without servers'),
    (['collective={"hierarchical",between="rign"}'], 'collective.between: there is no "rign"; did you mean "ring"?'),
])
def test_what_cannot_be_is_refused(folder, words, said):
    folder.write("layer,params,fwd_flops,bwd_flops,act_bytes\nall,10,0,0,0\n", "one.csv")
    folder.write(SCENARIO.format(platform="gpus = 8", workers=4, strategy="sgd", more=""))
    done = folder.run("plan", "scenario.lua", *(w for word in words for w in ("--set", word)))
    assert done.returncode == 2 and said in done.stderr, done.stderr


def test_kvstore_sums_in_the_machine_before_it_goes_to_servers(folder):
    """g = 4 GPUs, q = 2 machines: one vector in place of four on each card; one server, or a key that is below the bound."""
    g, (a1, b1) = 4, SWITCH
    one, small, cut = means(folder, 'each = 4, nvlink = "switch"', 2 * g, """
      collective = { "kvstore", bound = dt.zip { 1e6, 1e7, 1e6 } }, servers = { count = dt.zip { 1, 2, 2 } },""")
    law = 2 * (a1 + (g - 1) * N / b1) + 2 * (WAY + N / CARD)
    assert one[0] == pytest.approx(law, rel=1e-6) and small[0] == pytest.approx(law, rel=1e-6)
    assert cards(one[1]) == cards(small[1]) == [N] * 4
    assert cards(cut[1]) == [N] * 4 and cut[0] < law         # half up, half down, and each server half of that
    assert one[3]["bytes"] == 2 * (2 * (g - 1) + 2) * N


def test_kvstore_takes_layers_as_keys(folder):
    """Two layers in parts: as many bytes as the whole, by servers that their numbers choose."""
    whole, keys = means(folder, 'each = 2, nvlink = "switch"', 4, """
      collective = { "kvstore", bound = 1e7 }, servers = { count = 2 }, queue = dt.sweep { "whole", "fifo" },""", "overlap", layers=2)
    assert whole[3]["bytes"] == keys[3]["bytes"]
    assert whole[1]["cpu-0-up"] == 2 * N and "cpu-1-up" not in whole[1]
    assert keys[1]["cpu-0-up"] == keys[1]["cpu-1-up"] == N
