"""scenarios/hierarchical.lua: few bytes between regions by formula, and what that does to time."""
from conftest import ROOT


def test_what_it_claims_holds(folder):
    done = folder.run("run", ROOT / "scenarios/hierarchical.lua", "-o", "a.h5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("held  :") == 5 and "broken:" not in done.stdout, done.stdout
