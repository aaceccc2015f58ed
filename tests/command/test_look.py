"""The commands that look at a file work on what a run leaves, from any folder."""
import os
import re

from conftest import SMALL

PROGRESS = re.compile(r"dtsim (plot|report): .* \(\d+ s\)")      # what a slow machine has it say


def test_a_sweep_can_be_drawn_and_reported(folder):
    swept = SMALL.replace("period = 4", "period = dt.sweep { 1, 4 }")
    folder.write(swept.replace("workers = 4,", "workers = 4, seeds = 2,"))
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    drawn = folder.run("plot", "a.h5", "-o", "figures", "--format", "svg")
    assert drawn.returncode == 0 and all(map(PROGRESS.fullmatch, drawn.stderr.splitlines()))
    assert drawn.stdout.split() == [f"figures/a{tail}.svg" for tail in ("", "-target", "-differences", "-sweep")]
    page = folder.run("report", "a.h5")
    assert (page.returncode, page.stdout) == (0, "a.html\n") and all(map(PROGRESS.fullmatch, page.stderr.splitlines()))
    assert sorted(os.listdir(folder.path)) == ["a.h5", "a.html", "figures", "scenario.lua"]
    assert "Does it work?" in (folder.path / "a.html").read_text()


def test_a_figure_that_the_file_cannot_fill_says_how_to_get_it(folder):
    folder.write(SMALL)
    assert folder.run("run", "scenario.lua", "-o", "a.h5").returncode == 0
    refused = folder.run("plot", "a.h5", "--figure", "gantt")
    assert refused.returncode == 2 and refused.stderr == ("dtsim plot: a.h5: --figure gantt: its runs hold no spans; "
                                                          "trace = \"spans\" in the scenario records them\n")
    assert folder.run("run", "scenario.lua", "-o", "a.h5", "--fresh", "--set", "trace=spans").returncode == 0
    assert folder.run("plot", "a.h5", "--figure", "gantt").returncode == 0
