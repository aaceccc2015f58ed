"""What every member of every room does is what it did: its file tests/golden/ROOM/NAME.json says what is set in the common
scenario base.lua and what came out: simulated times, bytes and steps to the last digit, losses within a tolerance, as their
last digits depend on the processor.  tests/README.md says how a member is added and its numbers are recorded."""
import json
import math
import os
import re

import pytest

import golden
from conftest import Folder

APART = {"layer", "system"}     # only models choose from the one; the other is a combination of the rest
EXACT = ("time_s", "steps", "rounds", "bytes")


def file(name):
    return golden.GOLDEN / f"{name}.json"


def record(name, values):
    """Write down what came out; what is set stays as it is."""
    expect = {key: None if math.isnan(values[key]) else values[key] for key in (*EXACT, "loss")}
    text = re.sub(r',\s*"expect".*|\s*\}\s*$', "", file(name).read_text(), flags=re.S)
    file(name).write_text(f'{text},\n "expect": {json.dumps(expect)}\n}}\n')


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    """{ ROOM/NAME: what came out }; with GOLDEN=renew what is not recorded yet is, or what is asked for anew."""
    out = golden.outcomes(Folder(tmp_path_factory.mktemp("golden")), golden.everything())
    for name, values in out.items():
        fresh = os.environ.get("GOLDEN") == "renew" and "expect" not in json.loads(file(name).read_text())
        if "status" not in values and (fresh or golden.renewed(name)):
            record(name, values)
    return out


def test_every_member_has_a_file_and_every_file_is_of_a_member(folder):
    rooms = sorted(set(re.findall(r"^(\w+):", folder.run("list").stdout, re.M)) - APART)
    assert len(rooms) > 10
    known = {f"{room}/{one}" for room in rooms for one in golden.variants(room, golden.members(folder, room))}
    strange = [one for one in golden.everything() if one not in known and not one.startswith("fault/")]
    assert not strange, f"tests/golden has files of nobody: {strange}; NAME.json or NAME-ANYTHING.json, NAME of dtsim list ROOM"


@pytest.mark.parametrize("name", golden.everything())
def test_a_member_does_what_it_did(now, name):
    values = now[name]
    assert "status" not in values, f"{name} ended as {values['status']}"
    known = json.loads(file(name).read_text()).get("expect")
    assert known, f"what {name} does is not recorded yet: GOLDEN=renew make golden"
    for key in EXACT:
        assert values[key] == known[key], f"{key} of {name}; on purpose: GOLDEN=renew:{name} make golden"
    if known["loss"] is None:
        assert math.isnan(values["loss"])
    else:
        assert values["loss"] == pytest.approx(known["loss"], rel=1e-3, abs=1e-3)
