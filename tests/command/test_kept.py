"""A result file is never robbed of finished runs without being asked: what a command would drop is refused, --add keeps
it beside the new runs as one sweep, --fresh gives it up.  Every change of a scenario is tried with every way of running
it, by hand, in shards and after a kill."""
import itertools
import json
import os
import re
import shutil
import subprocess

import h5py
import pytest

from conftest import DTSIM, SMALL, Folder

TINY = SMALL.replace("steps = 40", "steps = 4").replace("rows = 200, test = 100", "rows = 40, test = 20")
BASE = TINY.replace("period = 4", "period = dt.sweep { 1, 2 }").replace("stop =", """seeds = 2,
  claims = { ["there are runs"] = function(results) return #results > 0 end },
  on_evaluate = function(evaluation) if evaluation.step > 99 then return "stop" end end,
  stop =""")
PLAIN = re.sub(r"  on_evaluate.*\n", "", BASE)


def runs(folder, name="a.h5"):
    """What is in the file, by what tells its runs apart: (period, seed, rate)."""
    with h5py.File(folder.path / name) as f:
        configs = [json.loads(run.attrs["config"]) for run in f["runs"].values()]
        assert len(f["sweep/id"]) == len(configs)
    return sorted((c["strategy"]["period"], c["seed"], c["optimiser"]["lr"]) for c in configs)


def grid(periods=(1, 2), seeds=(1, 2), rate=0.1):
    return sorted(itertools.product(periods, seeds, [rate]))


def ran(done):
    """How many runs the command carried out."""
    return len(re.findall(r"^\[\d+/\d+\]", done.stderr, re.M))


def bytes_of(folder, name="a.h5"):
    return (folder.path / name).read_bytes()


def whole_files(folder):
    return {p: p.read_bytes() for p in folder.path.rglob("*") if p.suffix in (".h5", ".lua")}


def refused(folder, *words, out="a.h5"):
    """The sentence; what is whole in the folder is as it was, to the byte."""
    before = whole_files(folder)
    done = folder.run("run", "scenario.lua", "-o", out, *words)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1, done.stderr
    assert whole_files(folder) == before
    return done.stderr


def offers(sentence):
    return "would be lost" in sentence and all(way in sentence for way in ("-o", "--add", "--fresh"))


def column(folder, name, path="a.h5"):
    with h5py.File(folder.path / path) as f:
        cells = f["sweep"][name][:]
        return [c.decode() if isinstance(c, bytes) else float(c) for c in cells]


def add(folder, *words, out="a.h5"):
    done = folder.run("run", "scenario.lua", "-o", out, "--add", *words)
    assert done.returncode == 0, done.stderr
    return done


# ---- the table: a change, and what becomes of the four runs (periods 1 and 2, seeds 1 and 2) -----------------------
# name: text afterwards, options, runs that the scenario has then, how many of them are carried out, how many would go

CHANGES = {
    "the same": (BASE, [], grid(), 0, 0),
    "fewer values": (BASE.replace("{ 1, 2 }", "{ 2 }"), [], grid([2]), 2, 2),
    "more values": (BASE.replace("{ 1, 2 }", "{ 1, 2, 4 }"), [], grid([1, 2, 4]), 6, 0),
    "another --set": (BASE, ["--set", "optimiser.lr=0.2"], grid(rate=0.2), 4, 4),
    "another constant": (BASE.replace("stop =", "optimiser = { 'sgd', lr = 0.2 }, stop ="), [], grid(rate=0.2), 4, 4),
    "some other values": (BASE.replace("{ 1, 2 }", "{ 2, 3 }"), [], grid([2, 3]), 4, 2),
    "another hook": (BASE.replace("99", "98"), [], grid(), 4, 0),
    "other claims": (PLAIN.replace("> 0", "> 3"), [], grid(), 0, 0),
    "another comment": (PLAIN.replace("Does it work?", "Does it still work?"), [], grid(), 0, 0),
}
# With a hook, its whole text counts: whatever changes in it, runs are made anew.
BEFORE = {name: PLAIN if name in ("other claims", "another comment") else BASE for name in CHANGES}


@pytest.fixture(scope="module")
def former(tmp_path_factory):
    """Of each text the files that its runs have left: the whole, and two shards."""
    made = {}
    for text in (BASE, PLAIN):
        made[text] = Folder(tmp_path_factory.mktemp("former"))
        made[text].write(text)
        for out, words in (("a.h5", []), ("1.h5", ["--shard", "1/2"]), ("2.h5", ["--shard", "2/2"])):
            assert made[text].run("run", "scenario.lua", "-o", out, *words).returncode == 0
    return made


@pytest.fixture(params=CHANGES)
def change(request, folder, former):
    """A file of four finished runs, and a scenario that has been changed since."""
    folder.former = former[BEFORE[request.param]].path
    shutil.copy(folder.former / "a.h5", folder.path)
    assert runs(folder) == grid()
    text, options, wanted, made, lost = CHANGES[request.param]
    folder.write(text)
    return options, wanted, made, lost


@pytest.mark.parametrize("way", [[], ["--resume"], ["--quiet"]], ids=lambda way: " ".join(way) or "plain")
def test_a_run_adds_to_the_file_or_is_refused(folder, change, way):
    options, wanted, made, lost = change
    if lost:
        sentence = refused(folder, *options, *way)
        assert offers(sentence) and f"{lost} finished runs of this file are not in the scenario" in sentence
        assert runs(folder) == grid() and sorted(os.listdir(folder.path)) == ["a.h5", "scenario.lua"]
        return
    done = folder.run("run", "scenario.lua", "-o", "a.h5", *options, *way)
    assert done.returncode == 0 and runs(folder) == wanted, done.stderr
    assert way == ["--quiet"] or ran(done) == made


def test_fresh_gives_the_former_results_up(folder, change):
    options, wanted, _, _ = change
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--fresh", *options)
    assert done.returncode == 0 and runs(folder) == wanted and ran(done) == len(wanted), done.stderr


@pytest.mark.parametrize("way", [[], ["--resume"]], ids=lambda way: " ".join(way) or "plain")
def test_add_keeps_both(folder, change, way):
    options, wanted, made, lost = change
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--add", *options, *way)
    assert done.returncode == 0 and runs(folder) == sorted({*grid(), *wanted}), done.stderr
    assert ran(done) == made and ("claims are judged over all runs" in done.stderr) == (lost > 0)
    first = folder.fingerprint("a.h5")
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--add", *options)
    assert done.returncode == 0 and ran(done) == 0 and folder.fingerprint("a.h5") == first


def test_a_copy_elsewhere_needs_no_leave(folder, change):
    options, wanted, _, _ = change
    assert folder.run("run", "scenario.lua", "-o", "b.h5", *options).returncode == 0
    assert runs(folder, "b.h5") == wanted and runs(folder) == grid()


@pytest.mark.parametrize("way", ["plain", "--resume", "--add", "--fresh"])
def test_a_shard_obeys_the_same_rule(folder, change, way):
    """Half of the sweep into the file of the whole: what the other half has would be lost."""
    options, wanted, _, _ = change
    part = [w for i, w in enumerate(sorted(wanted)) if i % 2 == 0]
    words = ["--shard", "1/2", *options, *([] if way == "plain" else [way])]
    if way in ("plain", "--resume"):
        assert offers(refused(folder, *words))
        return
    done = folder.run("run", "scenario.lua", "-o", "a.h5", *words)
    assert done.returncode == 0 and runs(folder) == (part if way == "--fresh" else sorted({*grid(), *part})), done.stderr


@pytest.mark.parametrize("way", ["plain", "--add", "--fresh"])
def test_shards_of_a_changed_scenario_and_their_merge(folder, change, way):
    """The shards of the former sweep stand where those of the new one go, and the whole where the merge goes."""
    options, wanted, _, lost = change
    for i in (1, 2):
        shutil.copy(folder.former / f"{i}.h5", folder.path)
    more = [] if way == "plain" else [way]
    if way == "plain":
        dropped = 0
        for i in (1, 2):
            held = runs(folder, f"{i}.h5")
            done = folder.run("run", "scenario.lua", "--shard", f"{i}/2", "-o", f"{i}.h5", *options, *more)
            assert done.returncode in (0, 2)
            dropped += done.returncode == 2
            assert done.returncode == 0 or (offers(done.stderr) and runs(folder, f"{i}.h5") == held)
            assert done.returncode == 2 or set(held) <= set(runs(folder, f"{i}.h5"))
        assert dropped == 2 or lost == 0
        return
    for i in (1, 2):
        done = folder.run("run", "scenario.lua", "--shard", f"{i}/2", "-o", f"{i}.h5", *options, *more)
        assert done.returncode == 0, done.stderr
    both = sorted({*grid(), *wanted})
    done = folder.run("merge", "1.h5", "2.h5", "-o", "m.h5")
    assert done.returncode == 0 and runs(folder, "m.h5") == (wanted if way == "--fresh" else both), done.stderr
    before = bytes_of(folder)
    done = folder.run("merge", "1.h5", "2.h5", "-o", "a.h5")
    if way == "--fresh" and lost:
        assert done.returncode == 2 and offers(done.stderr) and bytes_of(folder) == before
        done = folder.run("merge", "1.h5", "2.h5", "-o", "a.h5", "--add")
        assert done.returncode == 0 and runs(folder) == both
        done = folder.run("merge", "1.h5", "2.h5", "-o", "a.h5", "--fresh")
    assert done.returncode == 0 and runs(folder) == (wanted if way == "--fresh" else both), done.stderr


@pytest.mark.parametrize("way", ["plain", "--resume", "--add", "--fresh"])
def test_after_a_merge_the_file_is_as_safe(folder, change, way):
    options, wanted, made, lost = change
    new = (folder.path / "scenario.lua").read_text()
    with h5py.File(folder.path / "a.h5") as f:
        folder.write(f.attrs["source"])
    for i in (1, 2):
        assert folder.run("run", "scenario.lua", "--shard", f"{i}/2", "-o", f"{i}.h5").returncode == 0
    assert folder.run("merge", "1.h5", "2.h5", "-o", "a.h5").returncode == 0
    folder.write(new)
    more = [] if way == "plain" else [way]
    if lost and way in ("plain", "--resume"):
        assert offers(refused(folder, *options, *more))
        return
    done = folder.run("run", "scenario.lua", "-o", "a.h5", *options, *more)
    assert done.returncode == 0, done.stderr
    assert runs(folder) == (wanted if way == "--fresh" else sorted({*grid(), *wanted}))
    assert ran(done) == (len(wanted) if way == "--fresh" else made)


def kill_in_the_midst(folder, *words):
    """Kill a sweep when its first run is reported, which others follow."""
    process = subprocess.Popen([DTSIM, "run", "scenario.lua", "-o", "a.h5", "-j", "1", *map(str, words)], cwd=folder.path,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith("["):
            break
    process.kill()
    process.communicate()


@pytest.mark.parametrize("way", ["plain", "--resume", "--add", "--fresh"])
def test_what_a_kill_left_is_finished_work_too(folder, change, way):
    """The sweep is killed after a run or more of another rate: they stand in the folder of parts."""
    options, wanted, _, lost = change
    kill_in_the_midst(folder, "--add", "--set", "optimiser.lr=0.5", "--set", "stop.steps=500")
    parts = len([p for p in folder.path.glob("a.h5.parts/*.h5") if len(p.name) == 19])
    assert parts > 0 and runs(folder) == grid()         # the file is what it was
    more = [] if way == "plain" else [way]
    if way in ("plain", "--resume"):
        sentence = refused(folder, *options, *more)
        assert offers(sentence) and "the interrupted sweep beside it" in sentence
        assert sentence.startswith(f"dtsim: -o a.h5: {lost + parts} finished run")
        return
    done = folder.run("run", "scenario.lua", "-o", "a.h5", *options, *more)
    assert done.returncode == 0 and not (folder.path / "a.h5.parts").exists(), done.stderr
    held = [run for run in runs(folder) if run[2] != 0.5]
    assert held == (wanted if way == "--fresh" else sorted({*grid(), *wanted}))
    assert len(runs(folder)) - len(held) == (0 if way == "--fresh" else parts)


# ---- what is refused, in words ---------------------------------------------------------------------------------------

def test_the_sentence_tells_what_differs(folder):
    folder.write(TINY)
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    assert refused(folder, "--set", "strategy.period=8") == (
        "dtsim: -o a.h5: 1 finished run of this file is not in the scenario and would be lost (run 0 of the file has "
        "strategy.period = 4, the nearest run of the scenario 8): choose another file with -o, keep both with --add, or "
        "give the former results up with --fresh\n")
    assert "has strategy = localsgd, the nearest run of the scenario sgd)" in refused(folder, "--set", "strategy=sgd")
    assert "has faults = not set, the nearest" in refused(folder, "--set", 'faults={patience=9}')
    assert "the nearest run of the shard 8)" in refused(folder, "--set", "strategy.period=8", "--shard", "1/1")


def test_a_file_of_another_scenario_says_so(folder):
    folder.write(TINY, "first.lua")
    assert folder.run("run", "first.lua", "-o", "a.h5").returncode == 0
    folder.write(TINY.replace("period = 4", "period = 2"))
    assert 'run 0 of the file, which is of the scenario "first", has strategy.period = 4' in refused(folder)


def test_ways_that_contradict_each_other_are_refused(folder):
    folder.write(TINY)
    for command in (["run", "scenario.lua"], ["plan", "scenario.lua"]):
        done = folder.run(*command, "--add", "--fresh")
        assert done.returncode == 2 and done.stderr == ("dtsim: expected --add, which keeps the runs that are finished, or "
                                                        "--fresh, which does not, got both\n")


def test_without_a_file_add_just_runs(folder):
    folder.write(BASE)
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    assert folder.run("run", "scenario.lua", "-o", "b.h5", "--add").returncode == 0
    assert folder.run("diff", "a.h5", "b.h5").returncode == 0
    (folder.path / "c.h5").touch()
    assert folder.run("run", "scenario.lua", "-o", "c.h5", "--add").returncode == 0
    assert folder.run("diff", "a.h5", "c.h5").returncode == 0


def test_plan_says_before_what_would_happen(folder):
    folder.write(BASE)
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    before = bytes_of(folder)
    assert "4 of 4 runs are finished already and not run again\n" in folder.run("plan", "scenario.lua", "-o", "a.h5").stdout
    change = ["plan", "scenario.lua", "-o", "a.h5", "--set", "workers=3"]
    done = folder.run(*change)
    assert done.returncode == 0 and "warning: \"dtsim run\" will be refused: -o a.h5: 4 finished runs" in done.stderr
    done = folder.run(*change, "--add")
    assert done.stderr == "" and "4 runs of a.h5 that are not in this scenario are kept" in done.stdout
    assert "4 finished runs of a.h5 will be given up" in folder.run(*change, "--fresh").stdout
    assert "runs" in folder.run("plan", "scenario.lua", "-o", "none.h5").stdout
    assert bytes_of(folder) == before and sorted(os.listdir(folder.path)) == ["a.h5", "scenario.lua"]


def test_what_is_no_record_or_has_no_seal_is_not_written_over(folder):
    folder.write(TINY)
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    (folder.path / "a.h5").write_bytes(bytes_of(folder)[:-26])
    for way in ([], ["--add"], ["--fresh"]):
        assert "is not written over" in refused(folder, *way)
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--set", "workers=2", env={"DTSIM_UNSEALED": "1"})
    assert done.returncode == 2 and offers(done.stderr)


# ---- runs that are made anew -------------------------------------------------------------------------------------------

def tamper(folder, attribute, value):
    with h5py.File(folder.path / "a.h5", "r+") as f:
        for run in f["runs"].values():
            run["host"].attrs[attribute] = value


@pytest.mark.parametrize("attribute", ["key", "program"])
def test_another_program_or_other_data_is_no_robbery(folder, attribute):
    """The same configurations are asked for: the newer results stand, and a line says so."""
    folder.write(PLAIN)
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    whole = folder.fingerprint("a.h5")
    tamper(folder, attribute, "0123456789abcdef")
    for way in ([], ["--add"]):
        done = folder.run("run", "scenario.lua", "-o", "a.h5", *way, env={"DTSIM_UNSEALED": "1"})
        assert done.returncode == 0 and folder.fingerprint("a.h5") == whole
        assert ("4 finished runs are made anew" in done.stderr and ran(done) == 4) == (way == [])


def test_another_platform_file_of_the_name_is_no_other_scenario(folder):
    """As with data: the contents of a file are no value of the scenario."""
    xml = folder.run("platform", "lan", "--set", "hosts=4").stdout
    folder.write(xml, "four.xml")
    folder.write(TINY.replace('{ "lan", hosts = 4 }', '"four.xml"'))
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    first = column(folder, "time_s")
    folder.write(xml.replace('latency="', 'latency="1'), "four.xml")
    for way, made in (([], 1), ([], 0), (["--add"], 0)):
        done = folder.run("run", "scenario.lua", "-o", "a.h5", *way)
        assert done.returncode == 0 and ran(done) == made and ("made anew" in done.stderr) == made, done.stderr
    assert column(folder, "time_s") != first and len(first) == 1
    folder.write(TINY)
    assert "has platform = four.xml, the nearest run of the scenario lan)" in refused(folder)


def test_a_finished_run_is_not_replaced_by_one_that_failed(folder):
    folder.write(TINY.replace("steps = 4", "steps = 20000"))
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    tamper(folder, "program", "0123456789abcdef")
    before = bytes_of(folder)
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--timeout", "1ms", env={"DTSIM_UNSEALED": "1"})
    assert done.returncode == 2 and "a.h5 is left as it was: it holds a finished result of run 0" in done.stderr
    assert bytes_of(folder) == before
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--timeout", "1ms", "--fresh", env={"DTSIM_UNSEALED": "1"})
    assert done.returncode == 1 and "timeout" in done.stderr


def test_runs_that_never_finished_may_go(folder):
    folder.write(TINY.replace("steps = 4", "steps = dt.sweep { 4, 2000000000 }"))
    assert folder.run("run", "scenario.lua", "-o", "a.h5", "--timeout", "0.3s").returncode == 1
    folder.write(TINY)
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0 and runs(folder) == [(4, 1, 0.1)]


def test_a_diverged_run_is_a_result_that_is_kept(folder):
    text = TINY.replace('"softmax"', '{ "mlp", widths = { 20, 20 } }').replace(
        "stop =", 'optimiser = { "sgd", lr = dt.sweep { 0.1, 1e6 } },\n  stop =').replace("steps = 4", "steps = 40")
    folder.write(text)
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 1
    folder.write(text.replace("{ 0.1, 1e6 }", "{ 0.1 }"))
    assert "optimiser.lr = 1000000, the nearest run of the scenario 0.1" in refused(folder)


def test_where_every_run_is_refused_nothing_that_was_kept_goes(folder):
    """The scenario cannot even begin: file and parts stay."""
    folder.write(PLAIN.replace("steps = 4 }", "steps = 2000 }"))
    kill_in_the_midst(folder)
    parts = sorted(p.name for p in folder.path.glob("a.h5.parts/*.h5"))
    folder.write(TINY.replace('"gaussian", rows = 40, test = 20, columns = 5, classes = 3', '"csv", path = "set.csv"'))
    folder.write("a,label\n1,0\nx,1\n", "set.csv")
    done = folder.run("run", "scenario.lua", "-o", "a.h5", "--add")
    assert done.returncode == 2, done.stderr
    assert sorted(p.name for p in folder.path.glob("a.h5.parts/*.h5")) == parts


def test_a_damaged_part_is_no_hindrance(folder):
    folder.write(TINY)
    (folder.path / "a.h5.parts").mkdir()
    (folder.path / "a.h5.parts/0123456789abcdef.h5").write_bytes(b"nothing")
    add(folder)
    assert sorted(os.listdir(folder.path)) == ["a.h5", "scenario.lua"]


def test_a_lab_is_judged_anew_where_its_file_is_given_up(folder):
    folder.write(TINY)
    add(folder, out="lab.h5")
    folder.write("return { a = -1 }", "mine.lua")
    words = ["lab", "01", "--answers", "mine.lua", "-o", "lab.h5"]
    done = folder.run(*words)
    assert done.returncode == 2 and offers(done.stderr)
    assert folder.run(*words, "--fresh").returncode == 1
