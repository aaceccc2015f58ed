"""make new ROOM=strategy NAME=mine: a new member of a room that compiles, does what the shortest member of the room does and
keeps its promises, to be changed from there.  ROOM.c in this folder is the test of such a member."""
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = {"aggregate": "mean", "attack": "constant", "code": "none", "collective": "ring", "compress": "none", "data": "gaussian", "distribution": "constant",
          "layer": "relu", "model": "linear", "optimiser": "sgd", "privacy": "central", "profile": "steps", "project": "box", "queue": "whole", "schedule": "constant",
          "split": "iid", "strategy": "sgd", "sync": "bsp", "topology": "complete"}
KEYS = {"profile": "faults", "distribution": "slowness"}       # rows of the README's table that are not called as their room
TAKEN = """auto bool break case char const continue default do double else enum extern false float for goto if inline int long
register restrict return short signed sizeof static struct switch true typedef union unsigned void volatile while""".split()
LONGEST = 20                                                # the column of dtsim list


class Refused(Exception):
    pass


def members(room):
    return re.findall(r"^ITEM\((\w+)\)", (ROOT / f"sim/{room}/list.h").read_text(), re.M)


def check(room, name):
    rooms = sorted(path.parent.name for path in ROOT.glob("sim/*/list.h"))
    if room not in rooms:
        near = difflib.get_close_matches(room, rooms, 1)
        meant = f"; did you mean \"{near[0]}\"? (known are {', '.join(rooms)})" if near else f"; known are {', '.join(rooms)}"
        raise Refused(f"ROOM: there is no room \"{room}\"{meant}")
    if room not in MODELS:
        raise Refused(f"ROOM: tests/new/new.py knows no member of {room} to begin with")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or len(name) > LONGEST or name in TAKEN:
        raise Refused(f"NAME: expected a name in C of small letters, digits and _, of at most {LONGEST} characters, "
                      f"got \"{name}\"")
    for path in files(room, name):
        if (ROOT / path).exists():
            raise Refused(f"NAME: {path} is there already")


def compiles(room, name, text):
    """A name may be one of C's library, or of the room's own: the compiler knows."""
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wshadow", "-Werror",
                               "-fsyntax-only", "-Isim", "-I.", file.name], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(f"NAME: C or the room {room} has the name \"{name}\" already: expected another "
                      f"({done.stderr.splitlines()[0].partition(': ')[2]})")


def files(room, name):
    """What is made: the member, its test, and its golden file where a scenario chooses from the room."""
    chosen = (ROOT / f"tests/golden/{room}").is_dir()
    return [f"sim/{room}/{name}.c", f"tests/{room}/{name}_test.c"] + [f"tests/golden/{room}/{name}.json"] * chosen


def member(room, name):
    """The model under the new name: its code as it is, all that is said of it to be said anew."""
    model = MODELS[room]
    text = (ROOT / f"sim/{room}/{model}.c").read_text().partition("*/\n")[2]
    said = r'"(?:[^"\\]|\\.)*"'
    text, count = re.subn(rf'(\.is = {{ (?:\.name = )?)"{model}",(\s*)((?:\.brief = )?){said},\s*((?:\.source = )?){said}',
                          rf'\1"{name}",\2\3"What it does, in one sentence.", \4"authors, year, section"', text)
    assert count == 1, f"sim/{room}/{model}.c says nothing of itself"
    return (f"/* {name}.c - what it does, in one sentence: until that is written here, the same as \"{model}\".\n"
            " * When one would use it, and what breaks.\n * Source: authors, year, title, section, DOI. */\n" +
            re.sub(rf"\b(dt_{room}_)?{model}(?=_|\b)", rf"\g<1>{name}", text))


def renamed(value, model, name):
    """The choice of the model in a scenario's tree, of the new member; None if it is not in there."""
    if value == model:
        return name
    if isinstance(value, dict) and value.get("name") == model:
        return {**value, "name": name}
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found = renamed(child, model, name)
        if found is not None:
            copy = value.copy()
            copy[key] = found
            return copy
    return None


def golden(room, name):
    """What the golden run of the model sets, for the new member."""
    chosen = json.loads((ROOT / f"tests/golden/{room}/{MODELS[room]}.json").read_text())["set"]
    own = {room: renamed(chosen[room], MODELS[room], name)} if room in chosen else renamed(chosen, MODELS[room], name)
    return '{\n "set": %s\n}\n' % json.dumps({**chosen, **own})


def listed(room, name):
    """list.h with the new line: in the order of names where the list keeps to that, else at the end."""
    names, path = members(room), ROOT / f"sim/{room}/list.h"
    later = [one for one in names if one > name] if names == sorted(names) else []
    text = path.read_text()
    return text.replace(f"ITEM({later[0]})", f"ITEM({name})\nITEM({later[0]})") if later else f"{text}ITEM({name})\n"


def tabled(room, name):
    """README.md with the name in front of the room's others in the table of members, if that has a row for them."""
    def row(match):
        at = re.search("|".join(f"`{one}`" for one in members(room)), match[2]).start()
        return f"{match[1]}{match[2][:at]}`{name}`, {match[2][at:]}"
    key = KEYS.get(room, room)
    return re.sub(rf"^(\|[^|]*`{key}`[^|]*\| )(.*)$", row, (ROOT / "README.md").read_text(), flags=re.M, count=1)


def new(room, name):
    check(room, name)
    test = (ROOT / f"tests/new/{room}.c").read_text().replace("NAME", name)
    made = dict(zip(files(room, name), [member(room, name), test]))
    compiles(room, name, next(iter(made.values())))
    made.update((path, golden(room, name)) for path in files(room, name) if path not in made)
    changed = {f"sim/{room}/list.h": listed(room, name), "README.md": tabled(room, name)}
    changed = {path: text for path, text in changed.items() if text != (ROOT / path).read_text()}
    for path, text in {**made, **changed}.items():
        (ROOT / path).write_text(text)
    for word, paths in ("made", made), ("changed", changed):
        print("\n".join(f"{word:<9}{path}" for path in paths))
    test = f"build/tests/{room}/{name}_test"
    print(f"It does what \"{MODELS[room]}\" does.  Write what it should do, what it says of itself, and its promise; then\n"
          f"  make {test} && {test}   its promise\n"
          f"  make docs                  the reference of its parameters\n"
          f"  GOLDEN=renew make golden   records what it does\n"
          f"  make test                  the contracts of its room, and everything else")


if __name__ == "__main__":
    try:
        new(os.environ.get("ROOM", ""), os.environ.get("NAME", ""))
    except Refused as refused:
        print(f"new: {refused}", file=sys.stderr)
        sys.exit(2)
