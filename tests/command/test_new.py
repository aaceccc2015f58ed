"""`make new` adds a member to any room by one file, one line in list.h, one test and one golden file, all of which hold as
they are made; the program is then built with all of them, in a copy of the tree."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from conftest import DTSIM, ROOT

ROOMS = sorted(path.parent.name for path in ROOT.glob("sim/*/list.h"))
WHOLE = ("distribution", "strategy", "topology")        # rooms of which the contracts are tried, too
BUILT = ("build", "results", ".git", "__pycache__", ".pytest_cache")


class Tree:
    """A copy of the project with what is built of it, in which make compiles what has changed alone."""

    def __init__(self, path):
        self.path = path / "tree"
        shutil.copytree(ROOT, self.path, symlinks=True, ignore=shutil.ignore_patterns(*BUILT))
        for part in ("sim", "tests"):
            shutil.copytree(pathlib.Path(DTSIM).parent / part, self.path / "build" / part)

    def run(self, *words):
        outer = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "DTSIM_HOME")
        env = {**{key: value for key, value in os.environ.items() if key not in outer}, "DTSIM": "build/dtsim"}
        return subprocess.run([*map(str, words)], cwd=self.path, capture_output=True, text=True, timeout=900, env=env)

    def make(self, *words):
        return self.run("make", "-s", f"-j{os.cpu_count()}", *words)

    def new(self, room, name):
        return self.make("new", f"ROOM={room}", f"NAME={name}")

    def texts(self):
        files = (path for path in self.path.rglob("*")
                 if path.is_file() and "__pycache__" not in path.parts and not path.is_relative_to(self.path / "build"))
        return {str(path.relative_to(self.path)): path.read_bytes() for path in files}


def good(done):
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return Tree(tmp_path_factory.mktemp("new"))


@pytest.fixture(scope="module")
def touched(tree):
    """The tree with a member called novel in every room; which of its files each has touched."""
    out, before = {}, tree.texts()
    for room in ROOMS:
        good(tree.new(room, "novel"))
        now = tree.texts()
        out[room] = {path for path in now if now[path] != before.get(path)}
        before = now
    tests = [f"build/tests/{room}/novel_test" for room in ROOMS] + [f"build/tests/{room}/{room}_contract" for room in WHOLE]
    good(tree.make("all", *tests))
    (tree.path / "lua/dt/reference.gen.lua").write_text(good(tree.run("build/dtsim", "docs")))
    now = tree.texts()
    out["docs"] = {path for path in now if now[path] != before[path]}
    return out


@pytest.mark.parametrize("room", ROOMS)
def test_a_member_is_a_file_a_line_a_test_and_a_golden_file(tree, touched, room):
    chosen = room != "layer"            # which models choose, no scenario
    files = {f"sim/{room}/novel.c", f"tests/{room}/novel_test.c", f"sim/{room}/list.h"}
    assert touched[room] == files | ({f"tests/golden/{room}/novel.json", "README.md"} if chosen else set())
    assert touched["docs"] == {"lua/dt/reference.gen.lua"}
    lines = (tree.path / f"sim/{room}/list.h").read_text().splitlines()
    assert [line for line in lines if line != "ITEM(novel)"] == (ROOT / f"sim/{room}/list.h").read_text().splitlines()


@pytest.mark.parametrize("room", ROOMS)
def test_its_promise_holds_and_it_is_listed(tree, touched, room):
    good(tree.run(f"build/tests/{room}/novel_test"))
    exported = good(tree.run("nm", "-g", "--defined-only", f"build/sim/{room}/novel.o")).split()[2::3]
    assert exported == [f"dt_{room}_novel"]
    assert "  novel " in good(tree.run("build/dtsim", "list", room))


@pytest.mark.parametrize("room", WHOLE)
def test_the_contract_of_its_room_holds(tree, touched, room):
    good(tree.run(f"build/tests/{room}/{room}_contract"))


def test_the_table_of_the_readme_has_them(tree, touched):
    good(tree.run(sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/command/test_docs.py",
                  "-k", "the_table_of_the_readme"))


def test_a_scenario_is_made_of_them(tree, touched):
    (tree.path / "novel.lua").write_text("""local dt = require "dt"
return dt.scenario {
  platform = { "lan", hosts = 4 }, workers = 4, stop = { rounds = 6 }, model = "softmax", data = { "novel", rows = 200 },
  strategy = dt.sweep { "novel", "gossip" }, topology = "novel", collective = "novel", jitter = dt.novel { value = 2 } }
""")
    said = good(tree.run("build/dtsim", "run", "novel.lua", "-o", tree.path.parent / "novel.h5"))
    assert "novel" in said and "gossip" in said


@pytest.mark.parametrize("room, name, said", [
    ("strategie", "mine", 'ROOM: there is no room "strategie"; did you mean "strategy"? (known are aggregate, '),
    ("zebra", "mine", 'ROOM: there is no room "zebra"; known are aggregate, '),
    ("strategy", "sgd", "NAME: sim/strategy/sgd.c is there already"),
    ("topology", "gap", "NAME: sim/topology/gap.c is there already"),
    ("strategy", "", 'NAME: expected a name in C of small letters, digits and _, of at most 20 characters, got ""'),
    ("strategy", "Mine", 'got "Mine"'), ("strategy", "2mine", 'got "2mine"'), ("strategy", "mine-2", 'got "mine-2"'),
    ("strategy", "double", 'got "double"'), ("strategy", "m" * 21, "of at most 20 characters"),
    ("strategy", "../mine", 'got "../mine"'), ("strategy", "type", "has the name"), ("distribution", "random", "has the name"),
    ("strategy", "x';touch pwned;'", "expected a name in C")])
def test_what_makes_no_member_is_refused(tree, touched, room, name, said):
    before = tree.texts()
    done = tree.new(room, name)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert tree.texts() == before
