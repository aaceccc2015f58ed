"""make bench without measuring: every row has a limit, what cannot be measured says why, and table.py puts files into words."""
import json
import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/bench"))
import bench            # noqa: E402
import limits           # noqa: E402
import table            # noqa: E402
from rows import Missing, ROWS         # noqa: E402


def test_every_row_has_a_limit_or_says_why_there_is_none():
    assert list(limits.LIMITS) and set(limits.LIMITS) == set(ROWS)


@pytest.fixture
def row(monkeypatch):
    """A row that is measured by run, and its limit by value."""
    def add(run, value, targets=(("ratio", ">=", 2),)):
        monkeypatch.setitem(ROWS, "made", ("a made row", run, "times faster", list(targets)))
        monkeypatch.setitem(limits.LIMITS, "made", ("what bounds it", value))
        return bench.measure("made")
    return add


def fails(*_):
    raise RuntimeError("the program ended with 1")


def lacks(*_):
    raise Missing("torch is not installed")


def test_a_row_stands_beside_its_limit_and_is_judged_by_its_aim(row, capsys):
    found = row(lambda: {"ours": 2.0, "theirs": 6.0, "ratio": 3.0}, lambda result: result["theirs"])
    assert (found["headline"], found["limit"], found["limit_is"], found["met"]) == ("ratio", 6.0, "what bounds it", True)
    assert found["aims"] == [{"figure": "ratio", "is": ">=", "value": 2}]
    said = capsys.readouterr().out
    assert "3.00 times faster" in said and "limit: 6 (what bounds it)" in said and " met " in said


def test_seconds_are_known_by_what_their_aim_is_about(row, capsys):
    whole = {"seconds": 3.0, "cpu": 0.5, "peak": 2e9}
    assert row(lambda: dict(whole), lambda result: 0.1, [("cpu", "<", 1)])["headline"] == "cpu"
    found = row(lambda: dict(whole), lambda result: 1.5e9, [("peak", "<", 1e9)])
    assert found["headline"] == "peak" and found["met"] is False
    assert "MISSED" in (said := capsys.readouterr().out) and "limit: 1.50 GB" in said
    assert row(lambda: dict(whole), lambda result: 1.0, [])["headline"] == "seconds"


def test_what_cannot_be_measured_says_why_and_the_others_go_on(row, capsys):
    assert row(lacks, lacks)["missing"] == "torch is not installed"
    assert row(fails, lacks)["failed"] == "the program ended with 1"
    found = row(lambda: {"ours": 1.0, "theirs": 1.0, "ratio": 1.0}, fails)
    assert found["ratio"] == 1.0 and "limit" not in found and found["no_limit"] == "what bounds it: failed: the program ended with 1"
    assert capsys.readouterr().out.count("\n") == 3


def test_the_table_takes_each_row_from_the_newest_file_that_has_it(tmp_path):
    head = {"format": bench.FORMAT, "processor": "P", "cores": 2, "openblas_core": "Haswell", "commit": "abc"}
    ratio = {"row": "sweep", "what": "", "headline": "ratio", "ours": 1.0, "theirs": 1.8, "target": ">= 1.9", "met": False,
             "aims": [{"figure": "ratio", "is": ">=", "value": 1.9}], "limit": 2.0, "limit_is": "cores"}
    files = [tmp_path / "old.json", tmp_path / "new.json"]
    files[0].write_text(json.dumps({**head, "date": "2026-01-01", "rows": [{**ratio, "ratio": 1.5}, {**ratio, "row": "cores", "ratio": 1.2}]}))
    files[1].write_text(json.dumps({**head, "date": "2026-02-01", "rows": [{**ratio, "ratio": 1.8}]}))
    found, machines = table.newest([str(file) for file in reversed(files)])
    lines = list(table.lines(found))
    assert machines == ["P, 2 cores, Haswell"] and len(lines) == len(ROWS) + 2
    assert f"| `sweep` | {ROWS['sweep'][0]} | 1.8: **missed** | 2 (cores) | >= 1.9 |" in lines
    assert any(line.startswith("| `cores` |") and "1.2: **missed**" in line for line in lines)
    assert "| `plan` | " + ROWS["plan"][0] + " | - | - | - |" in lines
