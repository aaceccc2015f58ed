"""dtsim lab: show a lab's hand-out, or run the lab with a student's answers."""
import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

from . import load

HOME = pathlib.Path(__file__).resolve().parents[1]
LABS = {folder.name[:2]: folder for folder in sorted((HOME / "scenarios/labs").glob("[0-9][0-9]-*"))}


def title(folder):
    return (folder / "README.md").read_text().splitlines()[0].removeprefix("# ")


def judge(folder, answers, out, fresh):
    """Run a copy of the lab with these answers; its claims say which of them hold."""
    with tempfile.TemporaryDirectory() as copy:
        lab = pathlib.Path(copy) / folder.name
        shutil.copytree(folder, lab)
        shutil.copyfile(answers, lab / "answers.lua")
        words = ["run", lab / "scenario.lua", "--quiet", "-o", out, *(["--fresh"] if fresh else [])]
        done = subprocess.run([os.environ["DTSIM"], *words], stderr=subprocess.PIPE, text=True)
        named = done.stderr.replace(str(lab / "answers.lua"), str(answers)).replace(str(lab), str(folder))
        print(named, end="", file=sys.stderr)
        if done.returncode in (0, 1):
            print(count(out))
        return done.returncode


def count(out):
    """How many answers hold, and which."""
    with load(out) as record:
        held = [text.partition(":")[0].removeprefix("question ")
                for text, holds in zip(record.claims["text"], record.claims["held"]) if holds]
        if len(held) == len(record.claims):
            return "every answer holds"
        return f"{len(held)} of {len(record.claims)} answers hold" + (f": {', '.join(sorted(held))}" if held else "")


def complain(sentence):
    print(f"dtsim: {sentence}", file=sys.stderr)
    return 2


def main():
    parser = argparse.ArgumentParser(prog="dtsim lab",
                                     description="List the labs, show one, or judge a student's answers.")
    parser.add_argument("number", nargs="?", metavar="NUMBER", help="such as 02")
    parser.add_argument("--answers", metavar="FILE", help="run the lab with the answers in this Lua file")
    parser.add_argument("-o", metavar="FILE", dest="out", help="the record (default: results/lab-NUMBER.h5)")
    parser.add_argument("--fresh", action="store_true",
                        help="give up the finished runs of other scenarios in the result file")
    line = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)       # "| head" is no error
    if line.number is None and (line.answers or line.out):
        return complain(f"which lab are the answers of? dtsim lab NUMBER --answers FILE; there are {', '.join(LABS)}")
    if line.number is None:
        for number, folder in LABS.items():
            print(f"{number}  {title(folder).partition(': ')[2]}")
        print('"dtsim lab 02" shows a hand-out, "dtsim lab 02 --answers mine.lua" judges answers')
        return 0
    number = line.number.zfill(2)
    if number not in LABS:
        return complain(f"there is no lab {line.number}; there are {', '.join(LABS)}")
    if line.answers is None:
        print((LABS[number] / "README.md").read_text(), end="")
        return 0
    if not os.access(line.answers, os.R_OK):
        return complain(f"{line.answers}: there is no such file, or it cannot be read; "
                        f"begin with a copy of {LABS[number] / 'answers.lua'}")
    return judge(LABS[number], line.answers, line.out or f"results/lab-{number}.h5", line.fresh)


if __name__ == "__main__":
    sys.exit(main())
