"""A hostile scenario gets one sentence and exit status 2, soon; it leaves nothing and touches nothing."""
import os

import pytest

from conftest import SMALL

HEAD = 'local dt = require "dt"\n'


def small(old, new):
    assert old in SMALL
    return SMALL.replace(old, new, 1)


def more(text):
    return small("workers = 4", "workers = 4, " + text)


CASES = {   # what the sentence must say
    "a name with a line end": (more('collective = "ri\\nng"'), "scenario.lua:5: collective: a text holds a control character"),
    "a key with an escape": (more('["a\\27[2Jb"] = 1'), "a text holds a control character (byte 2 is 27)"),
    "a claim with a line end": (more('claims = { ["a\\nb"] = function() end }'), "claims: expected sentences of one line"),
    "a zero byte": (SMALL + "-- \0", "scenario.lua is not a text: it holds a zero byte"),
    "an endless name": (more('compress = ("x"):rep(10000000)'), 'compress: there is no "xxx'),
    "an endless key": (more('[("x"):rep(1000000)] = 1'), "xxx"),
    "tables without end": (more("x = (function() local t = {} t.t = t return t end)()"), "x.t.t.t"),
    "100000 levels": (more("x = (function() local t = {} for i = 1, 100000 do t = { t } end return t end)()"), "nested at most 16 deep"),
    "a sweep without end": (more("x = (function() local t = {} t.t = t return dt.sweep { t, 1 } end)()"), "nested at most 16 deep"),
    "3000 braces": (more("x = " + 3000 * "{" + 3000 * "}"), "scenario.lua"),
    "a table too long": (more("x = (function() local t = {} for i = 1, 100000 do t[i] = 1 end return t end)()"), "100000 entries"),
    "10^12 runs": (HEAD + "local l = {} for i = 1, 100 do l[i] = i end\nreturn dt.scenario {\n batch_size = dt.sweep(l), "
                   "x = dt.sweep(l),\ny = dt.sweep(l), z = dt.sweep(l), a = dt.sweep(l), seed = dt.sweep(l) }",
                   "scenario.lua:4: batch_size: expected at most 100000 runs, got 1000000000000"),
    "10^12 seeds": (more("seeds = 1e12"), "seeds: expected at most 100000 runs, got 1000000000000"),
    "seeds without end": (more("seeds = 1e300"), "seeds: expected a whole number of at least 1, got 1e+300"),
    "a seed before zero": (more("seed = -1"), "seed: expected a whole number from 0 to"),
    "a seed too large": (more("seed = 2^60"), "got 1.152921504606847e+18"),
    "seeds that wrap": (more("seed = math.maxinteger, seeds = 2"), "seed: expected a seed below 2^63 minus the number of seeds, got 9223372036854775807"),
    "no number": (more("batch_size = 0/0"), 'batch_size: expected a whole number from 0 to 1e+09, got "nan"'),
    "an infinite number": (more("batch_size = math.huge"), 'batch_size: expected a whole number from 0 to 1e+09, got "inf"'),
    "a swept no number": (more("batch_size = dt.sweep { 0/0, 1 }"), 'batch_size: expected a whole number from 0 to 1e+09, got "nan"'),
    "an infinite mean": (more("jitter = dt.exponential { mean = 1/0 }"), 'jitter.mean: expected a number of at least 0 s, got "inf"'),
    "a quantity too large": (small("steps = 40", 'seconds = "1e308h"'), "stop.seconds"),
    "workers without end": (small("workers = 4", "workers = 1e300"), "got 1e+300"),
    "rows without end": (small("rows = 200", "rows = 4e9"), "got 96.0 GB (4000000000 rows of 5 columns)"),
    "layers without end": (small('"softmax"', '{ "mlp", widths = (function() local t = {} for i = 1, 1e5 do t[i] = 1 end return t end)() }'),
                           "model.widths: a table has 100000 entries"),
    "recursion": (HEAD + "local function f() return 1 + f() end return f()", "scenario.lua:2: stack overflow"),
    "an error in two lines": ('error("a\\nb")', "a?b"),
    "an error without text": (HEAD + 'error(setmetatable({}, { __tostring = function() return "x\\ny" end }))', "a table instead of a text"),
    "a metatable for all": (HEAD + "return dt.scenario(setmetatable({}, { __index = function(t, k) return k end }))", "platform: expected the machines and the network"),
    "a metatable that lies": (HEAD + "return dt.scenario { x = dt.sweep(setmetatable({ 1 }, { __len = function() return 3 end })) }", "got nil as value 2"),
    "a chain of metatables": (HEAD + "local a, b = {}, {} setmetatable(a, { __index = b }) setmetatable(b, { __index = a }) return a.x", "loop"),
    "a finaliser": ("setmetatable({}, { __gc = function() while true do end end })", "__gc is not allowed"),
    "a library taken away": (HEAD + "for k in next, table do table[k] = nil end " + SMALL, "nil"),
    "compiled code": ("\x1bLua\x54", "scenario.lua"),
    "memory without end": ("local t = {} for i = 1, 1e12 do t[i] = i end", "scenario.lua:1: Lua takes more than 1000 MB"),
    "a yield": ("coroutine.yield(1)", "outside a coroutine"),
    "a thread": (more("x = coroutine.create(print)"), "x: a thread stands here"),
    "os": ('os.execute("touch gone")', '"os" has no value: a scenario has it with --unsafe alone'),
    "io": ('io.open("gone", "w")', '"io" has no value'),
    "debug": ("debug.sethook()", '"debug" has no value'),
    "a C library": ('package.loadlib("x", "y")', '"package" has no value'),
    "a device": (small('{ "lan", hosts = 4 }', '"/dev/null.xml"'), "platform: /dev/null.xml"),
    "a data device": (small('"gaussian", rows = 200, test = 100, columns = 5, classes = 3', '"csv", path = "/dev/zero"'),
                      "data.path: expected a file or a folder, got /dev/zero"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_one_sentence(folder, name):
    text, part = CASES[name]
    folder.write(text)
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet")
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert part in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert sorted(os.listdir(folder.path)) == ["scenario.lua"]


def test_a_hook_without_end_fails_its_run_with_the_reason(folder):
    import h5py
    folder.write(more("on_evaluate = function(evaluation) while evaluation.step > 9 do end end"))
    done = folder.run("run", "scenario.lua", "-o", "out.h5")
    assert done.returncode == 1 and "scenario.lua:5: one call takes more than 100 million steps of Lua" in done.stderr
    with h5py.File(folder.path / "out.h5") as f:
        assert f["sweep/status"][0] == b"invalid" and f["runs/0000/evaluations/step"][-1] >= 9


def test_a_model_beyond_all_memory_is_refused_before_it_begins(folder):
    folder.write(small('"softmax"', '{ "mlp", widths = { 1e6, 1e6, 1e6, 1e6 } }'))
    done = folder.run("run", "scenario.lua", "-o", "out.h5")
    assert done.returncode == 2 and "model: 4 models of 3000012000003 parameters" in done.stderr, done.stderr
    assert not (folder.path / "out.h5").exists()


def test_unsafe_gives_a_scenario_the_machine(folder):
    folder.write('assert(os.time and io.open and debug.traceback and dofile)\n' + SMALL)
    assert folder.run("plan", "scenario.lua").returncode == 2
    assert folder.run("plan", "scenario.lua", "--unsafe").returncode == 0


PLATFORM = """<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1"><zone id="z" routing="{}">
<host id="a" speed="1Gf"/><host id="b" speed="1Gf"/><host id="c" speed="1Gf"/><host id="d" speed="1Gf"/>
<link id="l" bandwidth="1GBps" latency="1ms"/><route src="a" dst="b"><link_ctn id="l"/></route>
</zone></platform>
"""


@pytest.mark.parametrize("routing", ["Full", "Floyd", "Dijkstra"])
def test_hosts_without_a_route_are_named(folder, routing):
    folder.write(PLATFORM.format(routing), "p.xml")
    folder.write(small('{ "lan", hosts = 4 }', '"p.xml"'))
    done = folder.run("run", "scenario.lua", "-o", "out.h5")
    assert done.returncode == 2 and "there is no route from host b to host c" in done.stderr and "acktrace" not in done.stderr
