"""What `make layers` asks of the house is refused where it is broken: a small made-up house keeps every rule, and each test
breaks one of them."""
import re
import shutil
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
    ("sim/strategy/sgd.c", '#include "engine/engine.h"\n',
     "strategy includes engine/engine.h, but may include role base alone"),
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


EXPORTS = {
    "sim/base/base.h": "int dt_fail(const char *format, ...) __attribute__((noreturn));\n",
    "sim/base/inside.h": "/* int dt_port_hidden(void); */\n#define CALL(f) \\\n    f(int dt_port_not)\n"
                         "int dt_line_short(void);\n",
    "sim/base/base.c": '#include "base/base.h"\n#include "base/inside.h"\n'
                       "int dt_fail(const char *format, ...) { for (;;) format += dt_line_short(); }\n",
    "sim/base/line.c": "#include \"base/inside.h\"\nint dt_line_short(void) { return 1; }\n",
    "sim/engine/engine.h": "typedef struct dt_port { int rank; struct { int x; } in; } dt_port;\n"
                           "extern const int dt_engine_most[2], dt_engine_least;\n"
                           "int dt_port_rank(const dt_port *p);\n"
                           "typedef dt_port (*dt_port_hook)(int dt_run);\n"
                           "static inline int dt_port_two(int x) { return x + x; }\n",
    "sim/engine/engine.c": '#include "engine/engine.h"\nconst int dt_engine_most[2] = { 1, 2 }, dt_engine_least = 1;\n'
                           "int dt_port_rank(const dt_port *p) { return p->rank; }\n",
    "sim/compress/list.h": "ITEM(topk)\n",
    "sim/compress/compress.h": "DT_DECLARE_ROOM(compress)\nint dt_packet_add(int x);\n",
    "sim/compress/compress.c": "const int dt_compress_room = 1;\nint dt_packet_add(int x) { return x; }\n",
    "sim/compress/topk.c": '#define DT_DECLARE_ROOM(room)\n#include "compress/compress.h"\n'
                           "extern const int dt_compress_topk;\nconst int dt_compress_topk = sizeof(dt_packet_add(1));\n",
    "sim/role/role.h": '#include "engine/engine.h"\ntypedef struct dt_strategy { int x; } dt_strategy;\n'
                       "int dt_worker_go(void);\n",
    "sim/role/role.c": '#include "role/role.h"\nint dt_worker_go(void) { return dt_engine_most[0] + dt_engine_least; }\n',
    "sim/strategy/strategy.h": '#include "role/role.h"\nint dt_strategy_open(dt_strategy *s);\n',
    "sim/strategy/strategy.c": '#include "strategy/strategy.h"\n'
                               "int dt_strategy_open(dt_strategy *s) { return dt_worker_go(); }\n",
    "sim/run/run.h": "int dt_run_all(void);\n",
    "sim/run/run.c": '#include "run/run.h"\n#include "strategy/strategy.h"\n#include "base/base.h"\n'
                     'int dt_run_all(void) { return dt_port_rank(0) + dt_strategy_open(0) + dt_fail(""); }\n',
    "tests/run/run_test.c": "int main(void) { return dt_run_all() + dt_compress_room; }\n",
}


def compile(path, names):
    for name in names:
        if name.endswith(".c") and name.startswith("sim/"):
            (path / "build" / name).parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cc", "-w", "-Isim", "-c", name, "-o", f"build/{name[:-2]}.o"], cwd=path, check=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The house of EXPORTS with its objects, and one of a source that is no longer there."""
    path = tmp_path_factory.mktemp("house")
    build(path, EXPORTS)
    compile(path, EXPORTS)
    (path / "build/sim/run/gone.o").write_text("int dt_port_gone;\n")
    return path


def exports(path):
    """What exports.sh says of a house."""
    done = subprocess.run([ROOT / "tests/exports.sh", "build"], cwd=path, capture_output=True, text=True)
    assert done.stderr == "" and (done.returncode != 0) == (done.stdout != "")
    return done.stdout.splitlines()


def test_a_house_whose_names_keep_the_rules_stands(built):
    assert exports(built) == []


@pytest.mark.parametrize("name, more, said", [
    ("sim/run/run.c", "int run_all(void) { return 1; }\n",
     "sim/run/run exports run_all, which does not begin with dt_"),
    ("sim/run/run.c", "int dt_run_some(void) { return 1; }\n",
     "sim/run/run exports dt_run_some, which no header of its room declares"),
    ("sim/base/base.h", "int dt_run_all(void);\n", "base: dt_run_all has the name of another room"),
    ("sim/run/run.h", "int dt_port_open(void);\n", 'run: dt_port_open, but names with "port" are engine\'s'),
    ("sim/run/run.h", "typedef struct dt_packet dt_packet;\n", 'run: dt_packet, but names with "packet" are compress\'s'),
    ("sim/run/run.c", '#include "base/inside.h"\n',
     "sim/base/line exports dt_line_short to its own room alone, but other rooms include sim/base/inside.h"),
    ("sim/compress/topk.c", "int dt_packet_cut(void) { return 1; }\n",
     "sim/compress/topk exports dt_compress_topk dt_packet_cut instead of dt_compress_topk alone"),
    ("sim/strategy/strategy.c", "static int cheat(void) { return dt_port_rank(0); }\n", "strategy uses dt_port_rank of engine"),
], ids=["no dt_", "not declared", "another room", "another's word", "another's type", "private", "member", "not its words"])
def test_a_name_that_breaks_a_rule_is_refused(built, tmp_path, name, more, said):
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    build(tmp_path, {name: EXPORTS[name] + more})
    compile(tmp_path, [name])
    assert exports(tmp_path) == [said]
