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


def test_the_keys_of_a_scenario_have_help(folder):
    text = folder.run("help", "scenario").stdout
    for key in ("platform", "workers", "data", "split", "model", "strategy", "collective", "compress", "network",
                "jitter", "speed", "stop", "seeds", "trace", "claims", "on_mark", "topology", "optimiser", "schedule"):
        assert key in text


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
