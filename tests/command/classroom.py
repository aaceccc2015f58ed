"""A class that hands in answers: right, wrong, missing, broken, hostile, and copied from the neighbour."""
import os
import sys

from conftest import DTSIM, ROOT

sys.path.insert(0, str(ROOT))
os.environ.setdefault("DTSIM", DTSIM)

from analysis.exercise import Exercise  # noqa: E402

NAMES = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Émile Borel", "Chidi Okafor", "Bao Nguyễn", "Fatima al-Fihri", "Jan Žižka",
         "Dorothea Klumpke", "Hiroshi Ito", "Ingrid Daubechies", "Kurt Gödel", "Leslie Valiant", "Mary Cartwright",
         "Niels Abel", "Olga Ladyzhenskaya", "Paul Erdős", "Radia Perlman", "Srinivasa Ramanujan", "Tu Youyou"]
BROKEN = {      # what is in the file, and what its row says
    "Hiroshi Ito": ("while true do end", "is this a loop without end?"),
    "Ingrid Daubechies": ("os.execute('touch broken-out')", "global 'os'"),
    "Kurt Gödel": ("return { a = 3.4, b = ", "unexpected symbol near <eof>"),
    "Leslie Valiant": (None, "expected at most 64 kB of answers, got 102400 kB"),
    "Mary Cartwright": ("local q = require 'questions' return { a = q[1].truth() }", "global 'require'"),
    "Niels Abel": ("return { 1, 2 }", "expected answers with names, such as a = 0.25, got a list"),
    "Olga Ladyzhenskaya": ("local t = {} for i = 1, 1e9 do t[i] = { i } end return t", "Lua takes more than 64 MB of memory"),
}


def truths_of(folder, name):
    return Exercise(folder, "dtsim lab", name).truths()


def lua(name, answers):
    """The text of a file of answers."""
    lines = [f'  student = "{name}",'] if name else []
    return "return {\n" + "\n".join(lines + [f"  {key} = {value}," for key, value in answers.items()]) + "\n}\n"


def stem(name):
    return name.lower().replace(" ", "_")


def hand_in(lab, place):
    """Write the files of the class to the folder place; { file name: { question: state } } of those that can be read."""
    place.mkdir()
    expected, whole = {}, dict.fromkeys("abcde", "right")

    def put(name, file, answers, named=True, **states):
        (place / file).parent.mkdir(exist_ok=True)
        (place / file).write_text(lua(name if named else None, answers))
        expected[file] = {**whole, **states}

    truth = {name: truths_of(lab, name) for name in NAMES[:8]}
    for name in NAMES[:3]:                                              # all right; the last by its file's name alone
        put(name, f"{stem(name)}.lua", truth[name], named=name != NAMES[2])
    put(NAMES[3], "emile/answers.lua", {**truth[NAMES[3]], "c": 123456.0}, c="wrong")
    put(NAMES[4], "chidi_okafor.lua", {k: v for k, v in truth[NAMES[4]].items() if k in "ab"}, c="not yet", d="not yet", e="not yet")
    put(NAMES[5], "bao_nguyễn.lua", {**truth[NAMES[5]], "a": '"3,4"', "b": "0 / 0"}, a="not readable", b="not readable")
    put(NAMES[6], "someone.lua", truth[NAMES[6]])                      # the line goes before the name of the file
    put(NAMES[7], "jan_žižka.lua", truth[NAMES[0]], **dict.fromkeys("abcde", "wrong"))      # copied from the first
    put(NAMES[8], f"{stem(NAMES[8])}.lua", {}, **dict.fromkeys("abcde", "not yet"))
    for name, (text, _) in BROKEN.items():
        file = place / f"{stem(name)}.lua"
        file.write_text(text or "")
        if text is None:
            os.truncate(file, 100 << 20)
        expected[file.name] = dict.fromkeys("abcde", "not readable")
    for name in NAMES[16:]:                                             # wrong in another unit
        put(name, f"{stem(name)}.lua", {"a": 1e9, "b": 1e9}, **dict(zip("abcde", ["wrong", "wrong", "not yet", "not yet", "not yet"])))
    (place / "readme.txt").write_text("no answers")
    return expected
