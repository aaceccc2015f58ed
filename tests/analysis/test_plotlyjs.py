"""test_plotlyjs.py - the small form of plotly.js: it keeps every notice, and a page works without it and says so."""
import re

import pytest

from analysis import plotlyjs, report

SOURCE = """/**
* plotly.js v9.8.7
* Copyright 2012-2021, Plotly, Inc.
*/
(function () {
    // https://d3js.org/ Copyright 2019 Mike Bostock
    var a = 1; // of no interest
    /* nothing to keep */
    /*
     * (c) Sindre Sorhus
     * @license MIT
     */
    // https://d3js.org/ Copyright 2019 Mike Bostock
})();
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the small form is looked for; nothing is there."""
    monkeypatch.setattr(plotlyjs, "ROOT", tmp_path)
    monkeypatch.delenv("DTSIM", raising=False)
    return tmp_path


def test_each_notice_is_kept_once_and_nothing_else():
    assert plotlyjs.notices(SOURCE) == """/*!
plotly.js v9.8.7
Copyright 2012-2021, Plotly, Inc.

https://d3js.org/ Copyright 2019 Mike Bostock

(c) Sindre Sorhus
@license MIT
*/
"""


def test_no_copyright_of_the_long_form_is_lost():
    found = plotlyjs.small()
    if not found:
        pytest.skip("needs build/plotly.min.js, which make makes with the package minify")
    long = pytest.importorskip("plotly.offline").get_plotlyjs()
    held = found[:found.index("*/")]
    lines = {line.strip(" \t*/") for line in re.findall(r"^[ \t]*(?://|/?\*).*Copyright.*", long, re.MULTILINE)}
    assert len(lines) > 20 and not [line for line in lines if line not in held]
    assert len(found) < 0.45 * len(long) and plotlyjs.version(found) == plotlyjs.version(long)


def test_the_small_form_beside_the_program_is_what_the_page_holds(folder, full_file, monkeypatch, capsys):
    (folder / "bin").mkdir()
    (folder / "bin" / plotlyjs.NAME).write_text("/*!\nplotly.js v9.8.7\n*/\nvoid 'small'")
    monkeypatch.setenv("DTSIM", str(folder / "bin" / "dtsim"))
    assert report.main([full_file, "-o", str(folder / "a.html")]) == 0 and capsys.readouterr().err == ""
    page = (folder / "a.html").read_text()
    assert "void 'small'" in page and '["plotly.js","9.8.7"]' in page


def test_without_it_the_page_holds_the_long_form_and_that_is_said_once(folder, full_file, capsys):
    pytest.importorskip("plotly.offline")
    assert report.main([full_file, "-o", str(folder / "a.html")]) == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "5 MB larger" in said and "minify" in said
    assert (folder / "a.html").stat().st_size > 5e6


def test_without_minify_making_it_says_so_and_is_no_error(folder, monkeypatch, capsys):
    pytest.importorskip("plotly.offline")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("sys.argv", ["plotlyjs", str(folder / plotlyjs.NAME)])
    assert plotlyjs.main() == 0 and "minify" in capsys.readouterr().err and not (folder / plotlyjs.NAME).exists()
