"""What `make layers` asks of the house is refused where it is broken: a small made-up house keeps every rule, and each test
breaks one of them."""
import re
import subprocess

import pytest

from conftest import ROOT

HOUSE = {
    "sim/main.c": '#include "command/command.h"\n',
    "sim/command/command.h": '#include "run/run.h"\n',
    "sim/run/run.h": '#include "strategy/strategy.h"\n#include "engine/old.h"\n',
    "sim/strategy/strategy.h": '#include "role/role.h"\n#include "base/room.h"\n#include <gsl/gsl_math.h>\n',
    "sim/role/role.h": '#include "engine/engine.h"\n',
    "sim/engine/engine.h": '#include "base/room.h"\n#include "engine/old.h"\n#include <simgrid/s4u.hpp>\n',
    "sim/engine/old.h": "\n" * 120,
    "sim/base/room.h": "int dt_room;\n",
    "sim/base/room.c": "int dt_room_open(void) {\n" + "    ;\n" * 58 + "}\n" + "\n" * 440,
}


def build(path, files):
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def layers(path, files, falling=""):
    """What layers.awk says of a house of these files, and whether it refuses it."""
    build(path, files)
    script = re.sub(r'falling = ".*"', f'falling = "{falling}"', (ROOT / "tests/layers.awk").read_text())
    done = subprocess.run(["awk", script, *sorted(files)], cwd=path, capture_output=True, text=True)
    assert done.stderr == "" and (done.returncode != 0) == (done.stdout != "")
    return done.stdout


def test_a_house_that_keeps_the_rules_stands(tmp_path):
    assert layers(tmp_path, HOUSE, "engine/old.h:2 engine/gone.h:0") == ""


@pytest.mark.parametrize("name, more, said", [
    ("sim/base/room.h", '#include "engine/engine.h"\n', "base (level 0) includes engine/engine.h (level 1)"),
    ("sim/engine/engine.h", '#include "data/data.h"\n', "engine (level 1) includes data/data.h (level 1)"),
    ("sim/engine/engine.h", '#include "cellar/cellar.h"\n', '"cellar/cellar.h" names no room'),
    ("sim/cellar/cellar.h", "\n", "the room cellar has no level"),
    ("sim/strategy/sgd.c", '#include "engine/engine.h"\n', "strategy includes engine/engine.h, but may include role base alone"),
    ("sim/run/run.h", "#include <hdf5.h>\n", "<hdf5.h> belongs to"),
    ("sim/base/room.c", "int dt_room_find(void) {\n" + "    ;\n" * 60 + "}\n", "61 lines in: int dt_room_find"),
    ("sim/engine/old.h", "\n", "121 lines in a header, 120 are allowed"),
    ("sim/base/room.c", "\n", "501 lines in a file, 500 are allowed"),
], ids=["up", "sideways", "no room", "no level", "not its words", "door", "function", "header", "file"])
def test_what_breaks_a_rule_is_refused(tmp_path, name, more, said):
    broken = layers(tmp_path, {**HOUSE, name: HOUSE.get(name, "") + more}, "engine/old.h:2")
    assert said in broken and name in broken


@pytest.mark.parametrize("written", [1, 3])
def test_the_users_of_a_header_that_is_to_disappear_are_as_many_as_is_written_down(tmp_path, written):
    assert layers(tmp_path, HOUSE, f"engine/old.h:{written}") == ("engine/old.h is to disappear: 2 files include it, the table "
                                                                  f"falling says {written}\n")
