"""grade.py - the answers of a class: every file judged by its student's numbers, a table of grades as CSV, a summary.

A student's runs are kept in a result file of their own, so that they are done once, whatever is handed in again.  A file that
cannot be read, or never ends, gets its reason in its row; the class goes on.
"""
import csv
import json
import os
import pathlib
import re
import sys
import time
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from .exercise import Exercise, Refused, check_name, complaint, normal, outcome_of, read_answers, slug
from .progress import Progress

STATES = ("right", "wrong", "not yet", "not readable", "not judged")
COPIED = 2          # so many wrong answers that are equal to another student's are worth a word


@dataclass
class Row:
    """One file that was handed in, and what became of it."""
    path: pathlib.Path
    student: str = ""
    answers: dict = field(default_factory=dict)
    commas: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)


class Class:
    """A lab as a whole class has it."""

    def __init__(self, folder, call, sets, common):
        self.folder, self.call, self.sets, self.common = folder, call, sets, common
        self.lab = Exercise(folder, call, None, sets)
        self.questions = self.lab.questions

    def exercise(self, student):
        return self.lab if self.common else Exercise(self.folder, self.call, student, self.sets)

    def record(self, student):
        """The result file of a student, in a folder of the class."""
        folder = self.lab.record.removesuffix(".h5")
        return f"{folder}/everybody.h5" if self.common else f"{folder}/{slug(student)}.h5"


# ---- which files, and whose ------------------------------------------------------------------------

def collect(words):
    """The files of answers, and warnings of what is left out."""
    files, warnings = [], []
    for word in words:
        path = pathlib.Path(word)
        if path.is_dir():
            inside = sorted(p for p in (*path.glob("*"), *path.glob("*/*")) if not p.is_dir() and not p.name.startswith("."))
            files += [p for p in inside if p.suffix == ".lua"]
            others = [str(p) for p in inside if p.suffix != ".lua"]
            if others:
                warnings.append(f"left out, as they do not end in .lua: {listed(others)}")
            deeper = [str(p) for p in sorted(path.glob("*/*/**/*.lua")) if not any(part[0] == "." for part in p.relative_to(path).parts)]
            if deeper:
                warnings.append(f"left out, as they are more than one folder below {path}: {listed(deeper)}")
        elif os.path.lexists(path):
            files.append(path)
        else:
            raise Refused(f"{path}: there is no such file or folder")
    if not files:
        raise Refused("; ".join([f"there is no .lua file in {', '.join(words)} or in the folders directly in it", *warnings]))
    return list(dict.fromkeys(files)), warnings


def listed(names, most=6):
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def name_of_file(path):
    """The student that a file's name tells: ada_lovelace.lua, or the folder of ada_lovelace/answers.lua."""
    stem = path.parent.name if path.stem == "answers" and path.parent.name else path.stem
    return " ".join(re.sub(r"[_.]+", " ", stem).split())


def words_of(name):
    """The words of a name without accents, which the names of files often lack."""
    return set("".join(c for c in unicodedata.normalize("NFKD", normal(name)) if not unicodedata.combining(c)).split())


def identify(row, said):
    """The line in the file goes before the name of the file."""
    told = name_of_file(row.path)
    if said is None:
        row.student = check_name(told)
        return
    if not isinstance(said, str):
        raise Refused(f"{row.path}: student: expected a name in quotes, such as \"Ada Lovelace\"")
    row.student = check_name(said)
    own, file = words_of(said), words_of(told)
    if not file <= own and not own <= file:
        row.notes.append(f"the file's name says \"{told}\"; graded as \"{row.student}\", as the file says")


def shown(text):
    """The text as every file and terminal takes it: names of files may have bytes that are no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def read_row(path, lab):
    """The file as far as it can be read; what cannot is not readable, and says why.  A number with a comma counts as a text."""
    row = Row(path)
    try:
        answers, row.commas = read_answers(path)
        identify(row, answers.pop("student", None))
        row.notes += lab.unasked(answers)
        row.answers = {name: "text" if name in row.commas else answers[name] for name in lab.names if name in answers}
    except Refused as refused:
        row.student = row.student or shown(name_of_file(path))
        row.states = dict.fromkeys((question.name for question in lab.questions), "not readable")
        row.notes.append(str(refused))
    return row


# ---- judging ---------------------------------------------------------------------------------------

def state_of(held, reason):
    """One of STATES, by what the claim says."""
    if held:
        return "right"
    if reason.startswith("not yet: not answered"):
        return "not yet"
    if reason.startswith("not yet: expected a number"):
        return "not readable"
    return "wrong" if reason.startswith("not yet: ") else "not judged"


def why(row, name, reason):
    """Why an answer is not readable, or not judged."""
    if name in row.commas:
        return row.commas[name]
    value = row.answers.get(name)
    said = f" {json.dumps(value[:40], ensure_ascii=False)}" if isinstance(value, str) and reason.endswith("a string") else ""
    return f"question {name}: {reason.removeprefix('not yet: ')}{said}"


def judge(course, rows, fresh):
    """Judge the files of one result file: its runs are done for the first of them."""
    for row in rows:
        try:
            lab, out = course.exercise(row.student), course.record(row.student)
            done = lab.run(row.answers, out, ["--quiet", "-j", 1, "--threads", 1, *(["--fresh"] if fresh else [])])
            if done.returncode not in (0, 1):
                raise Refused(complaint(done))
            outcome = outcome_of(out)
            row.states = {name: state_of(*verdict) for name, verdict in outcome.items()}
            row.notes += [why(row, name, reason) for name, (_, reason) in outcome.items()
                          if row.states[name] in ("not readable", "not judged")]
        except Refused as refused:
            row.states = dict.fromkeys((question.name for question in course.questions), "not judged")
            row.notes.append(str(refused))
        fresh = False
    return rows


def in_turn(pool, progress, what, tasks, work):
    """Do the work for all tasks, several at a time, and give the results in their order."""
    waiting = {pool.submit(work, task): i for i, task in enumerate(tasks)}
    results, done, start = [None] * len(tasks), 0, time.monotonic()
    progress.show(f"0 of {len(tasks)} {what}")
    try:
        for future in as_completed(waiting):
            results[waiting[future]] = future.result()
            done += 1
            left = (time.monotonic() - start) * (len(tasks) - done) / done
            progress.show(f"{done} of {len(tasks)} {what}, about {left:.0f} s left")
    except BaseException:
        for future in waiting:
            future.cancel()
        raise
    return results


def judge_all(course, files, jobs, fresh):
    """The rows of all files.  What shares a result file is one task."""
    with Progress("dtsim lab") as progress, ThreadPoolExecutor(jobs) as pool:
        rows = in_turn(pool, progress, "files read", files, lambda path: read_row(path, course.lab))
        tasks = {}
        for row in rows:
            if not row.states:
                tasks.setdefault(course.record(row.student), []).append(row)
        in_turn(pool, progress, "students judged" if not course.common else "classes judged", list(tasks.values()),
                lambda task: judge(course, task, fresh))
    return rows


def compare(rows):
    """Note who handed in twice, and wrong answers that are another student's, in whichever of that student's files."""
    seen, owners = {}, {}
    for row in rows:
        seen.setdefault(normal(row.student), []).append(row)
        for name, value in row.answers.items():
            if isinstance(value, (int, float)):
                owners.setdefault((name, value), set()).add(normal(row.student))
    for same in seen.values():
        for row in same if len(same) > 1 else ():
            row.notes.append(f"{row.student} has handed in {len(same)} files")
    for row in rows:
        shared = Counter(other for name, value in row.answers.items() if row.states.get(name) == "wrong"
                         for other in owners.get((name, value), ()) if other != normal(row.student))
        most = max(shared.values(), default=0)
        if most >= COPIED:
            whose = sorted(seen[who][0].student for who in shared if shared[who] == most)
            row.notes.append(f"{most} wrong answers are equal to those of {listed(whose)}")


# ---- the table and the summary -----------------------------------------------------------------------

def points(course, row):
    return sum(question.points for question in course.questions if row.states.get(question.name) == "right")


def safe(text):
    """A cell that no spreadsheet takes for a formula."""
    line = " ".join(shown(text).split())
    return f"'{line}" if line[:1] in ("=", "+", "-", "@") else line


def write(course, rows, out):
    """The table of grades, whole or not at all."""
    total = sum(question.points for question in course.questions)
    path = pathlib.Path(out)
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["student", "file", *(question.name for question in course.questions), "points", "total", "note"])
            for row in rows:
                table.writerow([safe(row.student), safe(str(row.path)), *(row.states[q.name] for q in course.questions),
                                f"{points(course, row):g}", f"{total:g}", safe("; ".join(row.notes))])
        part.replace(path)
    except OSError as error:
        raise Refused(f"{out}: cannot be written: {error.strerror}") from None


def summary(course, rows):
    """A line for each student and for each question, then what the teacher should look at."""
    mark = {"right": "+", "wrong": "-", "not yet": ".", "not readable": "?", "not judged": "!"}
    total, width = sum(question.points for question in course.questions), max(len(row.student[:40]) for row in rows)
    lines = [f"{'student':{width}}  {'  '.join(question.name for question in course.questions)}  points of {total:g}"]
    for row in rows:
        marks = "  ".join(f"{mark[row.states[question.name]]:{len(question.name)}}" for question in course.questions)
        lines.append(f"{row.student[:40]:{width}}  {marks}  {points(course, row):g}")
    used = [state for state in STATES if any(state in row.states.values() for row in rows)]
    lines += ["   ".join(f"{mark[state]} {state}" for state in used), ""]
    for question in course.questions:
        found = Counter(row.states[question.name] for row in rows)
        rest = ", ".join(f"{found[state]} {state}" for state in STATES[1:] if found[state])
        lines.append(f"{question.name}  {found['right']} of {len(rows)} right{f' ({rest})' if rest else ''}: {question.text}")
    lines.append(f"{sum(points(course, row) for row in rows) / len(rows):.3g} of {total:g} points in the mean of {len(rows)} files")
    return lines


def grade(course, line):
    """Judge the files, write the table, print the summary; the exit status."""
    files, warnings = collect(line.grade)
    out = line.out or course.lab.record.removesuffix(".h5") + "-grades.csv"
    if pathlib.Path(out).suffix != ".csv":
        raise Refused(f"-o {out}: expected a name for the table of grades that ends in .csv, such as grades.csv")
    rows = sorted(judge_all(course, files, line.jobs, line.fresh), key=lambda row: normal(row.student))
    compare(rows)
    write(course, rows, out)
    print("\n".join(summary(course, rows)))
    for warning in warnings:
        print(f"dtsim: {warning}", file=sys.stderr)
    for row in rows:
        for note in row.notes:
            print(f"dtsim: {note if str(row.path) in note else f'{row.path}: {note}'}", file=sys.stderr)
    print(out)
    return int(any(state in ("not readable", "not judged") for row in rows for state in row.states.values()))
