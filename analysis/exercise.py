"""exercise.py - one lab: its folder, a student's numbers, the hand-out that says them, and answers that are judged.

A student's numbers follow from the seed of the name.  numbers.lua of the lab draws them, and they go into the scenario as --set
options of dtsim run, so that a student's runs are those of anyone who gives the same options.
"""
import hashlib
import json
import os
import pathlib
import re
import resource
import signal
import stat
import subprocess
import tempfile
import unicodedata
from dataclasses import dataclass

from . import label, load

MOST_BYTES = 65536          # of a file of answers
SECONDS = 2                 # of the processor, for reading one
HANG = 10                   # the same of the process: one call of Lua's library cannot be interrupted, so the process is ended
NUMBER = re.compile(r"<!--(\w+)-->(.*?)<!--/-->")
SAID = re.compile(r"expected a file that returns a table, got a (\w+)")
TRUTH = re.compile(r"-?\d[\d.e+-]*")
COMMENT = re.compile(r"--\[(=*)\[.*?\]\1\]|--[^\n]*", re.DOTALL)
LOCAL = re.compile(r"\blocal\b[^=]*=")         # what follows may well be two numbers
COMMA = re.compile(r"\b([A-Za-z_]\w*)[ \t]*=[ \t]*(-?\d+(?:\.\d+)?)[ \t]*,[ \t]*(\d+(?:[eE][+-]?\d+)?)(?![\w.]|[ \t]*[=(])")
# Answers see nothing but math: no require, so no truths, and no os.  A name that is set outside of the table would be lost.
ISOLATED = ('local _ENV = setmetatable({ math = math }, { __newindex = function(_, name) error(("%s = ... stands outside of the table that '
            'the file returns: write it between the braces of return { ... }, or local %s = ... if it is none of the answers")'
            ':format(name, name), 2) end }); ')


class Refused(Exception):
    """One sentence for the user."""


def normal(name: str) -> str:
    """The name as the seed sees it: in Unicode's form NFC, in lower case, with one space for spaces, '-', '_' and '.'."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return re.sub(r"[\s\-_.]+", " ", plain).strip()


def check_name(name: str) -> str:
    """A name of a student, without spaces around it."""
    name = " ".join(name.split())
    if not normal(name) or not name.isprintable():
        raise Refused(f"expected a student's name, such as \"Ada Lovelace\", got {json.dumps(name)}")
    return name


def seed_of(name: str) -> int:
    """31 bits of the SHA-256 of the normal name in UTF-8: the same on every machine, for ever."""
    return int.from_bytes(hashlib.sha256(normal(name).encode()).digest()[:4], "big") & 0x7FFFFFFF


def slug(name: str) -> str:
    """The name as a part of a file's name; where that loses something, with a part of its seed."""
    words = re.sub(r"\W+", "-", normal(name)).strip("-")
    short = words.encode()[:60].decode(errors="ignore")
    return short if short.replace("-", " ") == normal(name) else f"{short}-{seed_of(name):08x}".strip("-")


def lua_text(text: str) -> str:
    """A text as Lua reads it."""
    return '"' + "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"\\{byte:03d}" for byte in text.encode()) + '"'


def lua_value(value) -> str:
    """An answer as Lua reads it: of what is no number only the kind matters."""
    if isinstance(value, bool):
        return "true"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return {"nan": "0/0", "inf": "math.huge", "-inf": "-math.huge"}.get(value) or '"text"'
    return "{}"


def program(*words, **options):
    """Run dtsim, whose output is read."""
    return subprocess.run([os.environ["DTSIM"], *map(str, words)], capture_output=True, text=True, errors="replace", **options)


def complaint(done) -> str:
    """What dtsim said when it refused, without its name."""
    return done.stderr.strip().removeprefix("dtsim: ") or f"dtsim ended with status {done.returncode}"


def read_text(path: pathlib.Path) -> str:
    """The text of a file of answers."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise Refused(f"{path}: expected a file of answers, got a folder, a pipe or a device")
        if about.st_size > MOST_BYTES:
            raise Refused(f"{path}: expected at most {MOST_BYTES // 1024} kB of answers, got {about.st_size / 1024:.0f} kB")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(f"{path}: expected a text in UTF-8, got other bytes") from None


def decimal_commas(text: str, answers: dict) -> dict:
    """Answer -> what is wrong with it, where Lua reads a decimal comma as the end of one number and a second without a name."""
    found = {}
    for name, whole, rest in COMMA.findall(LOCAL.sub("", COMMENT.sub("", text))):
        if isinstance(answers.get(name), (int, float)) and answers[name] == float(whole):
            advice = f"{whole}.{rest}" if "." not in whole else "the number with a point and without a comma"
            found[name] = f"{name} = {whole},{rest} has a decimal comma, which Lua reads as two numbers: write {advice}"
    return found


def read_answers(path: pathlib.Path) -> tuple:
    """The table that a student's file returns, and its decimal_commas; read by dtsim within limits.  The file can reach nothing
    but math."""
    text = read_text(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "answers.lua"
        copy.write_text(ISOLATED + text, newline="")
        done = program("values", copy, "--timeout", f"{SECONDS}s", "--memory", "64MB",
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (HANG, HANG)))
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Refused(f"{path}: reading it has taken more than {HANG} s of the processor: is this a loop without end?")
    if done.returncode != 0:
        kind = SAID.search(done.stderr)
        got = "nothing" if kind and kind[1] == "nil" else kind and f"a {kind[1]}"
        raise Refused(f"{path}: expected return {{ a = 0.25, b = nil }}, a table, got {got}" if kind
                      else complaint(done).replace(str(copy), str(path)))
    answers = json.loads(done.stdout)
    if isinstance(answers, list):
        raise Refused(f"{path}: expected answers with names, such as a = 0.25, got a list")
    return answers, decimal_commas(text, answers)


@dataclass(frozen=True)
class Question:
    name: str
    text: str
    points: float
    tolerance: float        # share of the right answer


class Exercise:
    """A lab's folder with the values that are in effect: those of a student (None: of nobody), changed by sets."""

    def __init__(self, folder: pathlib.Path, call: str, student: str | None = None, sets: tuple = ()):
        self.folder, self.call, self.student, self.given = folder, call, student, tuple(sets)
        for name in ("README.md", "scenario.lua", "numbers.lua", "questions.lua", "answers.lua"):
            if not (folder / name).is_file():
                raise Refused(f"{folder}: a lab's folder has a file {name}, and this one does not "
                              "(scenarios/labs/README.md says how a lab is written)")
        seed = "nil" if student is None else seed_of(student)
        given = ", ".join(map(lua_text, self.given))
        with self._copy({}, {"describe.lua": f"return require \"dt.lab\".describe({seed}, {{ {given} }})\n"}) as copy:
            if self.given:
                self._checked(program("plan", copy / "scenario.lua", *self._options(self.given)), copy)
            about = json.loads(self._checked(program("values", copy / "describe.lua"), copy))
        self.sets, self.numbers, self.asked = list(about["sets"]), dict(about["numbers"]), dict(about["asked"])
        self.questions = [Question(*question) for question in about["questions"]]

    @staticmethod
    def _options(sets: list) -> list:
        return [word for text in sets for word in ("--set", text)]

    def _copy(self, answers: dict, files: dict):
        """A folder beside which dtsim finds the lab, with other answers; it is gone at the end of the with block."""
        return _Copy(self.folder, {"answers.lua": "return {" + "".join(
            f" {name} = {value}," for name, value in answers.items()) + " }\n", **files})

    def _checked(self, done, copy: pathlib.Path) -> str:
        if done.returncode != 0:
            raise Refused(complaint(done).replace(str(copy), str(self.folder)))
        return done.stdout

    @property
    def title(self) -> str:
        return title(self.folder)

    @property
    def record(self) -> str:
        """The result file of this student in this lab; other values have another file."""
        name = self.folder.name[:2] if self.folder.name[:2].isdigit() else self.folder.name
        parts = [f"results/lab-{name}"] + ([slug(self.student)] if self.student else [])
        if self.given:
            parts.append(hashlib.sha256("\n".join(self.given).encode()).hexdigest()[:8])
        return "-".join(parts) + ".h5"

    def hand_out(self) -> str:
        """The hand-out with the numbers in effect."""
        def number(found):
            if found[1] not in self.numbers:
                raise Refused(f"{self.folder}/README.md: numbers.lua has no number {found[1]} (known are {', '.join(self.numbers)})")
            return self.numbers[found[1]]
        text = NUMBER.sub(number, (self.folder / "README.md").read_text())
        if self.student is None and not self.given:
            return text
        again = self.call + (f" --student \"{self.student}\"" if self.student else "")
        again += "".join(f" --set '{option}'" for option in self.given)
        text = re.sub(r"dtsim run \S*scenario\.lua -o [^\s`]+", lambda _: f"{again} --run", text)
        text = re.sub(rf"{re.escape(self.call)} --answers", lambda _: f"{again} --answers", text)
        text = re.sub(r"results/lab-[\w-]+\.h5", lambda _: self.record, text)
        head, _, rest = text.partition("\n")
        return f"{head}\n\n{self._preface('.png)' in rest)}{rest}"

    def _preface(self, pictures: bool) -> str:
        """Whose numbers these are, and where they differ from the scenario's file."""
        whose = f"of {self.student}" if self.student else "changed by --set"
        lines = [f"**The numbers of this hand-out are those {whose}.** They take the place of what stands in `scenario.lua`:", ""]
        lines += [f"    {text}" for text in self.sets]
        if self.student:
            lines += ["", f"Begin your answers with a copy of `{relative(self.folder)}/answers.lua`, and write "
                      f"`student = \"{self.student}\",` into it."]
        if pictures:
            lines += ["", "Pictures are of the hand-out without these numbers."]
        return "\n".join(lines) + "\n"

    def run(self, answers: dict, out: str, words: list, key: bool = False):
        """Do the runs of the lab that are not done yet and judge the answers in them; dtsim's output, with the lab's names."""
        given = {name: lua_value(value) for name, value in answers.items()}
        given["drawn"] = "{" + "".join(f" {name} = {lua_number(value)}," for name, value in self.asked.items()) + " }"
        if key:
            given["key"] = "true"
        with self._copy(given, {}) as copy:
            done = program("run", copy / "scenario.lua", "-o", out, *self._options(self.sets), *words)
            done.stderr = done.stderr.replace(str(copy), str(self.folder))
            return done

    def truths(self, out: str | None = None, fresh: bool = False) -> dict:
        """The right answers, computed from the results; without out they are left in no file."""
        with tempfile.TemporaryDirectory() as folder:
            out = out or f"{folder}/key.h5"
            done = self.run({}, out, ["--quiet", *(["--fresh"] if fresh else [])], key=True)
            if done.returncode not in (0, 1):
                raise Refused(complaint(done))
            outcome = outcome_of(out)
        for name, (_, reason) in outcome.items():
            if not TRUTH.fullmatch(reason):
                raise Refused(f"question {name}: {reason}")
        return {name: float(reason) for name, (_, reason) in outcome.items()}

    @property
    def names(self) -> list:
        """What the answers are called."""
        return [question.name for question in self.questions]

    def unasked(self, answers: dict) -> list:
        """A sentence for each answer to what is no question."""
        found = []
        for name in sorted(set(answers) - {*self.names, "student"}):
            near = label.nearest(name, self.names) or label.nearest(name.lower(), self.names)
            found.append(f"expected answers to {', '.join(self.names)}, got one to \"{name}\"" +
                         (f"; did you mean \"{near}\"?" if near else ""))
        return found


def lua_number(value) -> str:
    """A drawn number that is no part of the scenario."""
    return repr(value) if isinstance(value, (int, float)) else lua_text(value)


class _Copy:
    """A temporary folder of links to the files of a lab, with some of them written anew."""

    def __init__(self, folder: pathlib.Path, files: dict):
        self.folder, self.files, self.place = folder, files, tempfile.TemporaryDirectory()

    def __enter__(self) -> pathlib.Path:
        copy = pathlib.Path(self.place.name) / self.folder.resolve().name
        copy.mkdir()
        for path in self.folder.resolve().iterdir():
            if path.name not in self.files:
                (copy / path.name).symlink_to(path)
        for name, text in self.files.items():
            (copy / name).write_text(text)
        return copy

    def __exit__(self, *_):
        self.place.cleanup()


def relative(folder: pathlib.Path) -> str:
    """The folder as the hand-outs call it."""
    parts = folder.resolve().parts
    return "/".join(parts[-3:]) if parts[-3:-1] == ("scenarios", "labs") else str(folder)


def title(folder: pathlib.Path) -> str:
    return (folder / "README.md").read_text().splitlines()[0].removeprefix("# ")


def outcome_of(out: str) -> dict:
    """Question -> (held, reason), as the result file has it."""
    with load(out) as record:
        return {text.partition(":")[0].removeprefix("question "): (bool(held), reason)
                for text, held, reason in zip(record.claims["text"], record.claims["held"], record.claims["reason"])}
