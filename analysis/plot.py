"""plot.py - draw a record file: dtsim plot FILE [-o OUT] [--figure NAME]... [--format png|svg|pdf]

Without --figure it draws what serves FILE, beside it: the overview as results/tau.png and every other figure as
results/tau-NAME.png; -o names another folder, or, with an ending, the one picture that is wanted.

A line is the median over the seeds of a configuration and its band their spread; the footer says which.  Between two
evaluations the last one holds; a finished run keeps the model it ended with (a dot shows where half of the seeds have
ended); a diverged run counts as infinitely bad from there on (a cross shows where it takes the median along).  Failed
runs are left out and counted in the footer.  Only the file is read."""
import argparse
import os
import signal
import sys
from pathlib import Path

from matplotlib import rc_context

from . import RecordError, figures, label, load, look
from .scene import Scene

FORMATS = ("png", "svg", "pdf")


def arguments(words: list):
    parser = argparse.ArgumentParser(prog="dtsim plot", description="Draw a record file.",
                                     epilog="dtsim plot --list says what figures there are and what each needs.")
    parser.add_argument("file", metavar="FILE", nargs="?", help="result file of a sweep, such as results/tau.h5")
    parser.add_argument("-o", dest="out", metavar="OUT", help="a folder, or with an ending the picture's file "
                        "(default: beside FILE, with its name)")
    parser.add_argument("--figure", dest="figures", metavar="NAME", action="append", default=[],
                        help="draw only this figure; the option can be used several times")
    parser.add_argument("--list", action="store_true", help="list the figures, and which of them can be drawn from FILE")
    parser.add_argument("--format", choices=FORMATS, help="png, svg or pdf (by the ending of OUT, else png)")
    parser.add_argument("--x", help="curve: a column of the evaluations; sweep, heatmap: a swept key")
    parser.add_argument("--y", help="curve: a column of the evaluations; heatmap: a swept key; target: loss or accuracy")
    parser.add_argument("--value", help="heatmap: a final result, such as time_s")
    parser.add_argument("--target", type=float, help="target: the loss or accuracy to reach, such as 0.7")
    parser.add_argument("--against", metavar="LABEL", help="differences: the configuration to compare with")
    parser.add_argument("--run", type=int, help="gantt, step, platform: the run's id")
    parser.add_argument("--worker", type=int, metavar="N", help="step: the worker (default: 0)")
    parser.add_argument("--step", type=int, metavar="N", help="step: its number, from 1 (default: the last that is whole)")
    parser.add_argument("--start", type=float, metavar="S", help="gantt: from this second on")
    parser.add_argument("--end", type=float, metavar="S", help="gantt: up to this second")
    chosen = parser.parse_args(words)
    if chosen.file is None and not chosen.list:
        parser.error("FILE: expected a result file, such as results/tau.h5")
    return chosen


def choice_of(chosen) -> figures.Choice:
    """What is asked of the figures; refuses an unknown figure, and an option that none of them listens to."""
    for name in chosen.figures:
        if name not in figures.FIGURES:
            raise RecordError("--figure: " + label.unknown(name, figures.FIGURES, "the figures"))
    choice = figures.Choice(**{name: getattr(chosen, name) for name in figures.Choice.__dataclass_fields__})
    for name in choice.given:
        users = [figure for figure in figures.FIGURES if name in figures.figure(figure).OPTIONS]
        if not set(users) & set(chosen.figures):
            others = f"{', '.join(users[:-1])} or " if len(users) > 1 else ""
            raise RecordError(f"--{name}: expected --figure {others}{users[-1]} with it")
    return choice


def target(chosen, name: str) -> tuple:
    """(path, format) of a figure's picture."""
    record, out = Path(chosen.file), Path(chosen.out) if chosen.out else None
    tail = "" if name == "overview" and not chosen.figures else f"-{name}"
    kind = chosen.format or "png"
    if out is None or is_folder(out):
        return (out or record.parent) / f"{record.stem}{tail}.{kind}", kind
    kind = chosen.format or out.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        raise RecordError(f"-o {out}: expected one of the endings {', '.join(FORMATS)}, or --format with one of them")
    return out, kind


def is_folder(out: Path) -> bool:
    """Whether -o names a folder: by its ending, else by what is there."""
    return out.suffix.lstrip(".").lower() not in FORMATS and (out.is_dir() or not out.suffix)


def wanted(chosen, scene, choice) -> list:
    """The names of the figures to draw; refuses what this record cannot fill."""
    if not scene.shown:
        reason = next((f"; run {run.id} {run.status}: {run.reason}" for run in scene.record.runs if run.reason), "")
        raise RecordError(f"{scene.path}: no run of it is complete, so there is nothing to draw{reason}")
    single = chosen.out is not None and not is_folder(Path(chosen.out))
    if single and len(chosen.figures) > 1:
        raise RecordError("-o: expected one figure for one picture, got several figures")
    names = chosen.figures or (["overview"] if single else figures.usual(scene) or ["overview"])
    for name in names:
        lacking = figures.figure(name).missing(scene, choice)
        if lacking:
            raise RecordError(f"{scene.path}: --figure {name}: {lacking}")
    return names


def save(figure, path: Path, kind: str) -> None:
    """Write beside the target and rename, so that there is a whole picture or none; no date goes in."""
    part = path.with_name(path.name + ".part")
    metadata = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
    try:
        figure.savefig(part, format=kind, dpi=170, metadata=metadata)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RecordError(f"{path}: cannot be written: {error.strerror}") from None


def draw_all(chosen) -> None:
    with load(chosen.file) as record, rc_context(look.SETTINGS):
        scene, choice = Scene(record), choice_of(chosen)
        for name in wanted(chosen, scene, choice):
            path, kind = target(chosen, name)
            if path.resolve() == Path(chosen.file).resolve():
                raise RecordError(f"-o {path}: expected another file than the result file")
            figure = figures.figure(name)
            if chosen.out and is_folder(Path(chosen.out)):
                make_folder(Path(chosen.out))
            save(figure.draw(scene, figure.data(scene, choice), choice), path, kind)
            print(path)


def make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordError(f"{path}: cannot be made: {error.strerror}") from None


def list_all(chosen) -> None:
    """The figures, what each shows and needs; with a file, whether it has that."""
    scene = Scene(load(chosen.file)) if chosen.file else None
    for name in figures.FIGURES:
        figure = figures.figure(name)
        print(f"{name:12s} {figure.BRIEF}")
        options = "".join(f"  --{option}" for option in figure.OPTIONS)
        if scene is None:
            print(f"{'':12s}   needs {figure.NEEDS}{options and ';' + options}")
        else:
            lacking = figure.missing(scene, figures.Choice())
            print(f"{'':12s}   " + (f"not from this file: {lacking}" if lacking else f"can be drawn{options}"))


def main(words=None) -> int:
    chosen = arguments(sys.argv[1:] if words is None else words)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)       # "| head" is no error
    try:
        list_all(chosen) if chosen.list else draw_all(chosen)
    except RecordError as error:
        print(f"dtsim plot: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
