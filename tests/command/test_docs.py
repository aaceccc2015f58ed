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
        assert not re.search(r"source: *$", done.stdout, re.M), name


def members(folder):
    """{ room: its members }, as the program lists them."""
    rooms = re.split(r"^(\w+):.*\n", folder.run("list").stdout, flags=re.M)[1:]
    return {room: set(re.findall(r"^  (\w+) ", text, re.M)) for room, text in zip(rooms[::2], rooms[1::2])}


def test_the_table_of_the_readme_has_every_member(folder):
    listed, seen, told = members(folder), set(), []
    room_of = {"faults": "profile", "slowness": "distribution", "jitter": "distribution", "compute.seconds": "distribution"}
    table = (ROOT / "README.md").read_text().partition("| axis (key) | members |\n")[2].partition("\n\n")[0]
    for keys, cell in re.findall(r"^\| (`.*?) \| (.*) \|$", table, re.M):
        rooms = {room_of.get(key, key) for key in re.findall(r"`(.*?)`", keys)}
        assert keys not in told, f"README.md's table has two rows of {keys}"
        told.append(keys)
        if not rooms & set(listed):                 # a table of keys, which help knows
            assert all(folder.run("help", key).stdout.startswith(f"{key} of a scenario") for key in rooms), keys
            continue
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


@pytest.mark.parametrize("name", ["lan", "wan", "mobile", "gpus"])
def test_a_platform_prints_xml(folder, name):
    import xml.etree.ElementTree as tree
    done = folder.run("platform", name)
    assert done.returncode == 0 and tree.fromstring(done.stdout).tag == "platform"


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


def test_speed_has_a_row_for_every_row_of_the_benchmark():
    rows = re.findall(r'^    "([\w-]+)": \(', (ROOT / "tests/bench/rows.py").read_text(), re.M)
    assert len(rows) > 15
    tables = (ROOT / "tests/SPEED.md").read_text().split("\n## ")
    of_processors = [re.findall(r"^\| `([\w-]+)` \|", table, re.M) for table in tables if "| row of `make bench` |" in table]
    assert len(of_processors) == 2 and all(found == rows for found in of_processors)


PAGES = ["README.md", "analysis/README.md", "scenarios/README.md", "sim/README.md", "sim/engine/VALIDITY.md", "tests/README.md",
         "tests/SPEED.md"]
HELP = {}           # of commands whose options a page names


def page(name):
    return (ROOT / name).read_text()


def said(text):
    """What a page sets as code: each span, and each line of its blocks."""
    blocks = re.findall(r"^```.*\n((?:.*\n)*?)```", text, re.M)
    spans = re.findall(r"`([^`]+)`", re.sub(r"^```.*\n(?:.*\n)*?```", "", text, flags=re.M))
    return [" ".join(span.split()) for span in spans] + [line for block in blocks for line in block.splitlines()]


def rows(text):
    """The table that a sweep prints: { what differs in a run: its other cells by column }."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]
    head = next(cells for cells in lines if "time" in cells)
    at = head.index("time")
    return {tuple(cells[:at]): dict(zip(head[at:], cells[at:])) for cells in lines if len(cells) == len(head) and cells != head}


def same_rows(shown, printed):
    """Times, bytes and counts are those that are printed, losses nearly: they depend on the processor."""
    shown, printed = rows(shown), rows(printed)
    assert shown
    for run, cells in shown.items():
        for column, value in cells.items():
            there = printed[run][column]
            assert value == there or column in ("loss", "accuracy") and \
                float(value.rstrip(" %")) == pytest.approx(float(there.rstrip(" %")), rel=0.03), (run, column)


def shown(folder, text):
    """Run the commands that a page shows, and compare what it says they print with what they print."""
    blocks = re.findall(r"```\n\$ build/dtsim (.*)\n((?:.*\n)*?)```", text)
    for words, block in blocks:
        done = folder.run(*words.replace("scenarios/", f"{ROOT}/scenarios/").split())
        assert done.returncode == ("--answers" in words), (words, done.stderr)
        follow(block, done.stdout)
        if words.startswith("run "):
            same_rows(block, done.stdout)
    return {words.split()[0] for words, _ in blocks}


def test_what_the_pages_say_the_commands_print_is_what_they_print(folder):
    readme, gallery = page("README.md"), page("analysis/README.md")
    folder.write(re.search(r"With `(return .*)` in `mine.lua`", gallery).group(1), "mine.lua")
    demo = folder.run("run", ROOT / "scenarios/tau.lua", "-o", "results/tau.h5")
    assert demo.returncode == 0
    same_rows(re.search(r"(.*seed .*\n(?:.*\n)*?)left: results/tau.h5", readme)[1], demo.stdout)
    assert shown(folder, gallery) == {"plot", "report", "trace", "explain", "lab"}
    for picture in re.findall(r"\]\((.*\.png)\)", gallery):
        assert (ROOT / "analysis" / picture).stat().st_size < 200_000
    folder.write(re.search(r"```lua\n(.*?)```", readme, re.S).group(1), "mine.lua")
    assert shown(folder, readme) == {"run"}
    guide = page("scenarios/README.md")
    folder.write(re.search(r"```lua\n(.*?)```", guide, re.S).group(1), "systems.lua")
    assert shown(folder, guide) == {"run"}
    for words in re.findall(r"`build/dtsim ([a-z]+ (?:results/|mine).*?)`", readme):
        assert folder.run(*words.split()).returncode == 0, words
    for claim in re.findall(r"^held  : (.*)$", readme, re.M):
        assert claim in (ROOT / "scenarios/tau.lua").read_text() + readme


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_a_page_names_is_there(name):
    words = {word for code in said(page(name)) for word in re.findall(r"(?<![\w./~:-])[\w*.-]+/[\w*./-]+", code)}
    links = re.findall(r"\]\(([^):]+)\)", page(name))
    folders = {path.name for home in (ROOT, (ROOT / name).parent) for path in home.iterdir()} - {"build", "results"}
    for word in links + sorted(words):
        if word.split("/")[0] in folders and not re.search(r"\b(ROOM|NAME|FILE)", word):
            found = [path for home in (ROOT, (ROOT / name).parent) for path in home.glob(word)]
            assert found, f"{name} names {word}"


@pytest.mark.parametrize("name", PAGES)
def test_every_target_of_make_that_a_page_names_is_there(name):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M))
    for code in said(page(name)):
        for words in re.findall(r"(?:^|&& |then )(?:\w+=\S+ )*make((?: [\w./=:*<>\"-]+)+)", code):
            for word in words.split():
                if "=" in word or word.startswith("build/"):
                    continue
                assert word in targets, f"{name}: make {word}"
                break


@pytest.mark.parametrize("name", PAGES)
def test_every_command_that_a_page_names_has_its_options(folder, name):
    usage = folder.run("--help").stdout
    for code in said(page(name)):
        for command, rest in re.findall(r"(?:^|[ $])(?:build/)?dtsim ([a-z]+)\b([^`#]*)", code):
            assert re.search(rf"^  dtsim {command} ", usage, re.M), f"{name}: dtsim {command}"
            known = HELP.setdefault(command, folder.run(command, "--help").stdout) if " -" in rest else ""
            for option in re.findall(r"(?<=\s)--?[a-z][a-z-]*", rest):
                assert re.search(rf"(^|[\s,|\[(]){option}\b", known, re.M), f"{name}: dtsim {command} {option}"


def test_the_levels_of_the_readme_are_those_that_are_checked():
    awk = (ROOT / "tests/layers.awk").read_text()
    pairs = re.findall(r"(\w+):(\d+)", re.search(r"split\((.*?)pairs", awk, re.S).group(1))
    drawn, level = {}, None
    for line in re.search(r"^```\n(7  .*?)^```", page("README.md"), re.M | re.S).group(1).splitlines():
        number, rooms = line[:3].strip(), re.split(r"\s{3,}", line[3:])[0].split()
        level = number or level
        drawn.update((room, level) for room in rooms)
    assert drawn == {room: level for room, level in pairs if room != "main"}


def test_the_rooms_that_sim_describes_are_those_there_are():
    rows = re.findall(r"^\| (`[a-z`, ]+`) \|", page("sim/README.md"), re.M)
    assert sorted(room for row in rows for room in re.findall(r"\w+", row)) == \
        sorted(path.name for path in (ROOT / "sim").iterdir() if path.is_dir())
