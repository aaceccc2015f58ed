"""dtsim lab: show a lab's hand-out, run the lab, judge a student's answers or those of a class."""
import argparse
import os
import pathlib
import re
import signal
import sys

from .command import Parser
from .exercise import Exercise, Refused, check_name, normal, outcome_of, read_answers, title
from .grade import Class, grade
from .progress import Progress

HOME = pathlib.Path(__file__).resolve().parents[1]
PASSED = re.compile(r"\[\d+/\d+\] |\d+ of \d+ runs|(gathering|writing) \d+ runs")      # lines of progress, which is over
LABS = {folder.name[:2]: folder for folder in sorted((HOME / "scenarios/labs").glob("[0-9][0-9]-*"))}


def complain(sentence):
    print(f"dtsim: {sentence}", file=sys.stderr)
    return 2


def arguments():
    parser = Parser(
        prog="dtsim lab", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Without a number, the labs are listed. With a number, the hand-out of that lab is printed.\n"
                    "With --answers, the lab is run and a student's answers are judged in its results.\n"
                    "With --grade, the answers of a whole class are judged, and a table of grades is written.",
        epilog="examples:\n"
               "  dtsim lab 02 --student \"Ada Lovelace\"                        her hand-out, with her numbers\n"
               "  dtsim lab 02 --student \"Ada Lovelace\" --answers mine.lua     are her answers right?\n"
               "  dtsim lab 02 --student \"Ada Lovelace\" --key                  the right answers, for the teacher\n"
               "  dtsim lab 02 --grade handed-in -o grades.csv                 the class\n\n"
               "The exit status is 0 if every answer is right (of a class: if every file was read and judged), 1 if not,\n"
               "2 for bad input, 130 after an interruption. scenarios/labs/README.md says how a lab is written.")
    add = parser.add_argument
    add("lab", nargs="?", metavar="NUMBER|FOLDER", help="The lab: a number such as 02, or the folder of a lab of your own.")
    add("--student", metavar="NAME",
        help="Take the numbers of this student, which follow from the name. Upper and lower case, the number of spaces, and "
             "hyphens, underscores and full stops in place of spaces make no difference.")
    add("--set", dest="sets", metavar="KEY=VALUE", action="append", default=[],
        help="Change a value of the lab's scenario as \"dtsim run\" does, for instance platform.latency=7ms. The hand-out and "
             "the right answers follow. The option can be used several times.")
    add("--run", action="store_true", help="Do the runs of the lab and print the table of their results.")
    add("--answers", metavar="FILE",
        help="Do the runs of the lab and judge the answers in this Lua file. If the file has a line such as "
             "student = \"Ada Lovelace\", the numbers are hers.")
    add("--key", action="store_true", help="Do the runs of the lab and print the right answers, which are computed from the results.")
    add("--grade", metavar="PATH", nargs="+",
        help="Judge many files of answers: these files, and the .lua files in these folders and in the folders directly in them. "
             "Each file says whose it is by a line such as student = \"Ada Lovelace\", or else by its name (ada_lovelace.lua, or "
             "ada_lovelace/answers.lua); the line goes before the name, and a warning says where they differ.")
    add("--common", action="store_true",
        help="With --grade: everybody had the hand-out without --student, so all files are judged by the same numbers.")
    add("-o", metavar="FILE", dest="out",
        help="The file to leave: with --grade the table of grades (default: results/lab-NUMBER-grades.csv), else the result file "
             "of the runs (default: results/lab-NUMBER.h5, or results/lab-NUMBER-NAME.h5 of a student).")
    add("-j", metavar="JOBS", dest="jobs", type=int, default=os.cpu_count(),
        help="With --grade: how many students' runs go on at a time; without it, one for each processor.")
    add("--fresh", action="store_true",
        help="Give up the finished runs of other scenarios, or of other values, in the result file.")
    return parser


def number_of(folder):
    """How the command names the lab."""
    return next((number for number, known in LABS.items() if known == folder), None)


def find(word):
    """The folder of a lab, by its number or its path."""
    if re.fullmatch(r"\d+", word):
        number = word.zfill(2)
        if number not in LABS:
            raise Refused(f"there is no lab {word}; there are {', '.join(LABS)}")
        return LABS[number]
    if not pathlib.Path(word).is_dir():
        raise Refused(f"there is no lab {word}: expected one of {', '.join(LABS)}, or the folder of a lab")
    return pathlib.Path(word)


def whose(line, answers):
    """The student by the option or by the file; None: of nobody."""
    said = answers.pop("student", None)
    if said is not None and not isinstance(said, str):
        raise Refused(f"{line.answers}: student: expected a name in quotes, such as \"Ada Lovelace\"")
    if said is not None and line.student and normal(said) != normal(line.student):
        raise Refused(f"{line.answers} is the file of \"{said}\": expected --student \"{said}\" or none, got \"{line.student}\"")
    return check_name(said or line.student) if said or line.student else None


def checked(line):
    """Refuse options that do not go together."""
    tasks = [option for option, given in (("--run", line.run), ("--answers", line.answers), ("--key", line.key),
                                          ("--grade", line.grade)) if given]
    if line.lab is None and (tasks or line.out or line.student or line.sets):
        labs = ', '.join(LABS)
        raise Refused(f"which lab are the answers of? dtsim lab NUMBER --answers FILE; there are {labs}"
                      if line.answers or line.grade else f"which lab? dtsim lab NUMBER ...; there are {labs}")
    if len(tasks) > 1:
        raise Refused(f"expected one of --run, --answers, --key and --grade, got {' and '.join(tasks)}")
    if line.common and not line.grade:
        raise Refused("--common: expected --grade with it")
    if line.student and line.grade:
        raise Refused("--student: expected a single student's lab, got a class: the files say whose they are")
    if line.out and not tasks:
        raise Refused("-o: expected --run, --answers, --key or --grade with it: a hand-out is printed")
    if line.jobs < 1:
        raise Refused(f"-j: expected a whole number of at least 1, got {line.jobs}")


def read(line, folder):
    """The answers in the student's file."""
    if not os.access(line.answers, os.R_OK):
        raise Refused(f"{line.answers}: there is no such file, or it cannot be read; begin with a copy of {folder / 'answers.lua'}")
    return read_answers(pathlib.Path(line.answers))


def count(outcome):
    """How many answers hold, and which."""
    held = sorted(name for name, (holds, _) in outcome.items() if holds)
    if len(held) == len(outcome):
        return "every answer holds"
    return f"{len(held)} of {len(outcome)} answers hold" + (f": {', '.join(held)}" if held else "")


def working(lab):
    """A line of progress while the lab is run."""
    progress = Progress("dtsim lab")
    progress.show(f"running {lab.folder.name}")
    return progress


def run(line, lab, answers):
    """Run the lab and say what holds; with --run the table of its results, without --answers nothing is judged."""
    out = line.out or lab.record
    with working(lab):
        done = lab.run(answers, out, [*([] if line.run else ["--quiet"]), *(["--fresh"] if line.fresh else [])])
    print("".join(line for line in done.stderr.splitlines(keepends=True) if not PASSED.match(line)), end="", file=sys.stderr)
    print(done.stdout, end="")
    if done.returncode in (0, 1) and line.answers:
        print(count(outcome_of(out)))
    return 0 if line.run and done.returncode == 1 and "runs failed" not in done.stderr else done.returncode


def key(line, lab):
    """The right answers, computed from runs of their own unless a file is named: a student's file must not hold them."""
    with working(lab):
        truths = lab.truths(line.out, line.fresh)
    for question in lab.questions:
        truth = truths[question.name]
        print(f"{question.name} = {f'{truth:.0f}' if truth.is_integer() else f'{truth:.6g}':<12} {question.text}")
    return 0


def main():
    line = arguments().parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)       # "| head" is no error
    try:
        checked(line)
        if line.lab is None:
            for number, folder in LABS.items():
                print(f"{number}  {title(folder).partition(': ')[2]}")
            print('"dtsim lab 02" shows a hand-out, "dtsim lab 02 --answers mine.lua" judges answers, "dtsim lab --help" says more')
            return 0
        folder = find(line.lab)
        call = f"dtsim lab {number_of(folder) or line.lab}"
        if line.grade:
            return grade(Class(folder, call, line.sets, line.common), line)
        answers, commas = read(line, folder) if line.answers else ({}, {})
        lab = Exercise(folder, call, whose(line, answers), line.sets)
        for sentence in (*lab.unasked(answers), *commas.values()):
            raise Refused(f"{line.answers}: {sentence}")
        if line.key:
            return key(line, lab)
        if line.run or line.answers:
            return run(line, lab, answers)
        print(lab.hand_out(), end="")
        return 0
    except Refused as refused:
        return complain(refused)
    except KeyboardInterrupt:
        print("dtsim: interrupted; finished runs are kept, the same command does the rest", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
