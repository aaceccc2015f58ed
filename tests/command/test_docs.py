"""What is written down is what the program says."""
import os
import re

import pytest

from conftest import ROOT


def test_the_committed_reference_is_what_docs_prints(folder):
    assert folder.run("docs").stdout == (ROOT / "lua/dt/reference.gen.lua").read_text()


def names(folder):
    return re.findall(r"^  (\w+) ", folder.run("list").stdout, re.M)


def test_every_listed_name_has_help(folder):
    found = names(folder)
    assert len(found) > 60
    for name in sorted(set(found)):
        done = folder.run("help", name)
        assert done.returncode == 0 and name in done.stdout and "source" in done.stdout, name
        assert "null" not in done.stdout, done.stdout


def members(folder):
    """{ room: its members }, as the program lists them."""
    rooms = re.split(r"^(\w+):.*\n", folder.run("list").stdout, flags=re.M)[1:]
    return {room: set(re.findall(r"^  (\w+) ", text, re.M)) for room, text in zip(rooms[::2], rooms[1::2])}


def test_the_table_of_the_readme_has_every_member(folder):
    listed, seen = members(folder), set()
    room_of = {"faults": "profile", "slowness": "distribution", "jitter": "distribution", "compute.seconds": "distribution"}
    table = (ROOT / "README.md").read_text().partition("| axis (key) | members |\n")[2].partition("\n\n")[0]
    for keys, cell in re.findall(r"^\| (`.*?) \| (.*) \|$", table, re.M):
        rooms = {room_of.get(key, key) for key in re.findall(r"`(.*?)`", keys)}
        promised, there = set(re.findall(r"`(\w+)`", cell)), set().union(*(listed[room] for room in rooms))
        assert promised - there == set(), f"README.md's table names {promised - there} for {keys}: dtsim list {rooms} does not"
        assert there - promised == set(), f"README.md's table lacks {there - promised} for {keys}"
        seen |= rooms
    assert seen == set(listed) - {"layer"}      # which models choose, no scenario


def test_help_of_an_aggregate_says_where_it_cannot_be_formed(folder):
    assert 'collective = "star"' in folder.run("help", "median").stdout
    assert 'collective = "star"' not in folder.run("help", "mean").stdout


def test_the_keys_of_a_scenario_have_help(folder):
    text = folder.run("help", "scenario").stdout
    for key in ("platform", "workers", "data", "split", "model", "strategy", "collective", "compress", "network",
                "jitter", "slowness", "stop", "seeds", "trace", "claims", "on_evaluate", "topology", "optimiser", "schedule"):
        assert key in text
    for key, inside in [("faults", "patience"), ("stop", "accuracy"), ("evaluate", "rows"), ("ideal", "latency"),
                        ("compute", "seconds")]:
        assert re.search(rf"^  {inside} ", folder.run("help", key).stdout, re.M)
    for key in ("sites", "accumulate", "batch_size", "trace", "network", "server", "seeds", "on_evaluate"):
        assert re.search(rf"^  {key} ", folder.run("help", key).stdout, re.M), key
    assert 'did you mean "faults"?' in folder.run("help", "fauls").stderr
    assert 'did you mean "sites"?' in folder.run("help", "sits").stderr


def test_help_lists_the_tables_of_a_run_with_their_columns(folder):
    text = folder.run("help", "tables").stdout
    described = (ROOT / "sim/record/FORMAT.md").read_text()
    tables = dict(re.findall(r"^(\w+): .*\n((?:  .*\n)*)", text, re.M))
    assert {"workers", "scores", "staleness", "energy", "faults", "rounds", "spans", "messages", "routes", "links"} <= set(tables)
    for name, columns in tables.items():
        for column in re.findall(r"^  (\w+) ", columns, re.M):
            assert f"`{column}`" in described, (name, column)


@pytest.mark.parametrize("name", ["lan", "wan", "mobile"])
def test_a_platform_prints_xml(folder, name):
    import xml.etree.ElementTree as tree
    done = folder.run("platform", name)
    assert done.returncode == 0 and tree.fromstring(done.stdout).tag == "platform"


def test_the_scenario_of_the_readme_runs_and_its_claim_holds(folder):
    text = re.search(r"```lua\n(.*?)```", (ROOT / "README.md").read_text(), re.S).group(1)
    folder.write(text, "readme.lua")
    done = folder.run("run", "readme.lua", "--set", "seeds=1", "--set", "stop.steps=100")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "held" in done.stdout


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "scenarios").glob("*.lua")))
def test_every_scenario_is_accepted_as_it_stands(folder, name):
    if "DTSIM_DATA" in (ROOT / "scenarios" / name).read_text() and "DTSIM_DATA" not in os.environ:
        pytest.skip("DTSIM_DATA names no folder of data sets")
    done = folder.run("plan", ROOT / "scenarios" / name)
    assert done.returncode == 0 and "all checked" in done.stdout, done.stderr


def leads(text):
    """The words that each line begins with, up to a number or a gap."""
    return [re.split(r"\s{2,}|\d", line.strip())[0].strip() for line in text.splitlines() if line.strip()]


def follow(block, printed):
    """The lines of a block stand in what was printed, one after another; only "..." leaves some out."""
    rest, anywhere = leads(printed), False
    for line in leads(block):
        if line != "...":
            at = rest.index(line) if anywhere else 0
            assert rest[at:at + 1] == [line]
            rest = rest[at + 1:]
        anywhere = line == "..."


def test_what_the_gallery_says_the_commands_print_is_what_they_print(folder):
    page = (ROOT / "analysis/README.md").read_text()
    folder.write(re.search(r"With `(return .*)` in `mine.lua`", page).group(1), "mine.lua")
    assert folder.run("run", ROOT / "scenarios/tau.lua", "-o", "results/tau.h5", "--quiet").returncode == 0
    blocks = re.findall(r"```\n\$ build/dtsim (.*)\n((?:.*\n)*?)```", page)
    assert {words.split()[0] for words, _ in blocks} == {"plot", "report", "trace", "explain", "lab"}
    for words, block in blocks:
        done = folder.run(*words.replace("scenarios/", f"{ROOT}/scenarios/").split())
        assert done.returncode == ("--answers" in words), (words, done.stderr)
        follow(block, done.stdout)
    for picture in re.findall(r"\]\((.*\.png)\)", page):
        assert (ROOT / "analysis" / picture).stat().st_size < 200_000
