"""plot.py - draw a record file: dtsim plot FILE [-o OUT] [--figure NAME]... [--format png|svg|pdf]; or the history of make bench:
dtsim plot results/bench*.json, which leaves speed.png (speed.py).

Without --figure it draws what serves FILE, beside it: the overview as results/tau.png and every other figure as
results/tau-NAME.png; -o names another folder, or, with an ending, the one picture that is wanted.

A line is the median over the seeds of a configuration and its band their spread; the footer says which.  Between two
evaluations the last one holds; a finished run keeps the model it ended with (a dot shows where half of the seeds have
ended); a diverged run counts as infinitely bad from there on (a cross shows where it takes the median along).  Failed
runs are left out and counted in the footer.  Only the file is read."""
import argparse
import os
import re
import signal
import sys
from pathlib import Path

from matplotlib import rc_context

from . import RecordError, figures, label, load, look, speed
from .command import Parser
from .progress import Progress
from .scene import Scene
from .sheet import Page
from .value import Where

FORMATS = ("png", "svg", "pdf")
OF_SPEED = ("files", "out", "format", "title", "size")      # what the history of make bench listens to
LARGEST = 60        # inches of a side of a picture
EPILOG = """values:
  time_s, loss, ...             a result, a column of the evaluations at their end, or a key
  max(accuracy), min, first, last, mean, median      of a column of the evaluations
  time_to(accuracy >= 0.9), step_to, round_to, epoch_to, bytes_to, joules_to
                                the first evaluation that has reached a goal; runs that never did are shown as censored
conditions:
  comparisons (= != < <= > >=) of keys, results, columns and values with numbers and words, joined by and, or, not and
  brackets; with units as in a scenario: 'platform.bandwidth >= 10Mbps and not (strategy = sgd or loss > 0.5)'
dtsim plot --list says what figures there are and what each needs."""


def arguments(words: list):
    parser = Parser(prog="dtsim plot", description="Draw a record file.", epilog=EPILOG,
                    formatter_class=argparse.RawDescriptionHelpFormatter,
                    instead={f"--{name}": f"--figure {name}" for name in figures.FIGURES})
    add = parser.add_argument
    add("files", metavar="FILE", nargs="*", help="result file of a sweep, such as results/tau.h5; or the files of make bench, "
        "results/bench*.json, whose figures are drawn from commit to commit")
    add("-o", dest="out", metavar="OUT", help="a folder, or with an ending the picture's file (default: beside FILE, with its name)")
    add("--figure", dest="figures", metavar="NAME", action="append", default=[],
        help="draw only this figure; the option can be used several times")
    add("--list", action="store_true", help="list the figures, and which of them can be drawn from FILE")
    add("--format", choices=FORMATS, help="png, svg or pdf (by the ending of OUT, else png)")
    page = parser.add_argument_group("of every figure")
    page.add_argument("--where", metavar="CONDITION", action="append", default=[],
                      help="draw only the runs that fulfil it, such as 'seed <= 5 and strategy = localsgd'; of several, those that fulfil all")
    page.add_argument("--title", metavar="TEXT", help="the title (default: the first sentence of the scenario; \"\": none)")
    page.add_argument("--xlabel", metavar="TEXT", help="what stands below the horizontal axis")
    page.add_argument("--ylabel", metavar="TEXT", help="what stands beside the vertical axis")
    page.add_argument("--size", metavar="WxH", help="width and height of the picture in inches, such as 7x4")
    some = parser.add_argument_group("of some figures")
    add = some.add_argument
    add("--x", metavar="NAME", help=heard("x", curve="a column of the evaluations", others="a key that changes, such as strategy.period"))
    add("--y", metavar="NAME", help=heard("y", curve=(column := "a column of the evaluations"), target=column, others="a key that changes"))
    add("--value", metavar="VALUE", help=heard("value", others="a number of each run, such as loss or 'time_to(accuracy >= 0.9)'"))
    add("--facet", metavar="KEYS", help=heard("facet", others="a panel for each value of a key, or of two: jitter,data"))
    add("--target", metavar="NUMBER", type=float, help=heard("target", others="the loss, accuracy or other number to reach, such as 0.7"))
    add("--against", metavar="LABEL", help=heard("against", others="the configuration to compare with, or of each cell the one that fulfils a "
        "condition, such as 'strategy.period = 1'"))
    add("--run", metavar="N", type=int, help=heard("run", others="the run's id"))
    add("--worker", type=int, metavar="N", help=heard("worker", others="the worker (default: 0)"))
    add("--step", type=int, metavar="N", help=heard("step", others="its number, from 1 (default: the last that is whole)"))
    add("--start", type=float, metavar="S", help=heard("start", others="from this second on"))
    add("--end", type=float, metavar="S", help=heard("end", others="up to this second"))
    chosen = parser.parse_args(words)
    if not chosen.files and not chosen.list:
        parser.error("FILE: expected a result file, such as results/tau.h5")
    chosen.file, chosen.history = next(iter(chosen.files), None), all(is_of_bench(file) for file in chosen.files) and bool(chosen.files)
    if any(is_of_bench(file) for file in chosen.files) and not chosen.history:
        parser.error("FILE: expected one result file, or files of make bench (.json), got both")
    if len(chosen.files) > 1 and not chosen.history:
        parser.error(f"expected nothing more, got \"{' '.join(chosen.files[1:])}\"")
    if chosen.history and (other := next((action for action in parser._actions if action.dest not in OF_SPEED and
                                          getattr(chosen, action.dest, action.default) != action.default), None)):
        parser.error(f"{other.option_strings[0]}: expected a result file of a sweep with it, got a file of make bench")
    return chosen


def is_of_bench(file: str) -> bool:
    return file.lower().endswith(".json")


def heard(option: str, others: str, **named: str) -> str:
    """The help of an option: which figures listen to it, as they say themselves, and what it means to some of them and to the others."""
    users, said = [name for name in figures.FIGURES if option in figures.figure(name).OPTIONS], {}
    for name in users:
        said.setdefault(named.get(name, others), []).append(name)
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in said.items())


def size_of(text):
    """(width, height) in inches of --size; None: not asked for."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d+\.?\d*)x(\d+\.?\d*)", text.strip().lower())
    size = tuple(float(part) for part in match.groups()) if match else (0.0, 0.0)
    if not all(1 <= side <= LARGEST for side in size):
        raise RecordError(f"--size: expected width x height in inches from 1 to {LARGEST}, such as 7x4, got \"{text}\"")
    return size


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
    stem = name if chosen.history else record.stem if name == "overview" and not chosen.figures else f"{record.stem}-{name}"
    kind = chosen.format or "png"
    if out is None or is_folder(out):
        return (out or record.parent) / f"{stem}.{kind}", kind
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
    with Progress("dtsim plot") as progress, rc_context(look.SETTINGS):
        progress.show(f"reading {chosen.file}")
        with load(chosen.file) as record:
            choice, scene = choice_of(chosen), scene_of(record, chosen)
            progress.show(f"looking for what {chosen.file} holds")
            for name in wanted(chosen, scene, choice):
                path, kind = target(chosen, name)
                if path.resolve() == Path(chosen.file).resolve():
                    raise RecordError(f"-o {path}: expected another file than the result file")
                if chosen.out and is_folder(Path(chosen.out)):
                    make_folder(Path(chosen.out))
                progress.show(f"drawing {path.name}")
                save(picture(name, scene, choice, chosen), path, kind)
                progress.clear()
                print(path, flush=True)


def draw_speed(chosen) -> None:
    """The history of make bench, one picture."""
    with rc_context(look.SETTINGS):
        path, kind = target(chosen, "speed")
        page = speed.draw(*speed.read(chosen.files), chosen.title, size_of(chosen.size))
        if chosen.out and is_folder(Path(chosen.out)):
            make_folder(Path(chosen.out))
        save(page, path, kind)
        print(path, flush=True)


def scene_of(record, chosen) -> Scene:
    """The scene of the runs that are asked for, on the page that is asked for."""
    where = together(record, chosen.where)
    page = Page(chosen.title, size_of(chosen.size), where)
    runs = len(record.runs)
    return Scene(record.only(Where(record, where).runs()) if where else record, page, runs)


def together(record, conditions: list) -> str:
    """One condition that says all of them; each must be one by itself.  Errors: RecordError."""
    for condition in conditions:
        Where(record, condition)
    return " and ".join(conditions) if len(conditions) < 2 else " and ".join(f"({condition})" for condition in conditions)


def picture(name: str, scene, choice, chosen):
    """The matplotlib figure, with the words of its axes that are asked for."""
    module = figures.figure(name)
    if chosen.size and name in figures.UNSIZED:
        raise RecordError(f"--size: --figure {name} has one size")
    figure = module.draw(scene, module.data(scene, choice), choice)
    for axis in ("x", "y"):
        if (words := getattr(chosen, f"{axis}label")) is not None:
            relabel(figure, name, axis, words)
    return figure


def relabel(figure, name: str, axis: str, words: str) -> None:
    """Other words for an axis, which must mean the same in all panels."""
    labelled = [axes for axes in figure.axes if getattr(axes, f"get_{axis}label")()]
    said = {getattr(axes, f"get_{axis}label")() for axes in labelled}
    if len(said) != 1:
        raise RecordError(f"--{axis}label: expected a figure whose panels have one {axis} axis, got --figure {name}" +
                          (f" with {len(said)} ({'; '.join(sorted(said))})" if said else ", which has none"))
    for axes in labelled:
        getattr(axes, f"set_{axis}label")(words)


def make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordError(f"{path}: cannot be made: {error.strerror}") from None


def list_all(chosen) -> None:
    """The figures, what each shows and needs; with a file, whether it has that."""
    scene = scene_of(load(chosen.file), chosen) if chosen.file else None
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
        (list_all if chosen.list else draw_speed if chosen.history else draw_all)(chosen)
    except RecordError as error:
        print(f"dtsim plot: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
