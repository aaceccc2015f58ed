"""plot.py - draw a record file: python3 -m analysis.plot FILE [-o OUT] [--figure NAME]... [--format png|svg|pdf]

Without --figure it draws one overview beside FILE (results/tau.h5 gives results/tau.png): loss and accuracy against
simulated time, loss against steps and against bytes, the averaging period, and where the workers' time went.  Each
--figure draws one of these alone, larger: loss-time, accuracy-time, loss-steps, loss-bytes, tau, breakdown; or sweep,
the final results against the swept number with the most values.

A line is the median over the seeds of a configuration and its band their spread; the footer says which.  Between two
marks the last one holds; a finished run keeps the model it ended with (a dot shows where half of the seeds have
ended); a diverged run counts as infinitely bad from there on (a cross shows where it takes the median along).  Failed
runs are left out and counted in the footer.  Only the file is read; the numbers are worked out in prepare.py."""
import argparse
import os
import sys
from pathlib import Path

from matplotlib import rc_context

from . import RecordError, draw, load, look, prepare, sheet

FORMATS = ("png", "svg", "pdf")
FIGURES = (*sheet.CURVES, "breakdown", "sweep")


def arguments(words: list):
    parser = argparse.ArgumentParser(prog="dtsim plot", description="Draw a record file.")
    parser.add_argument("file", metavar="FILE", help="record of a sweep, such as results/tau.h5")
    parser.add_argument("-o", dest="out", metavar="OUT", help="the picture's file (FILE with another ending)")
    parser.add_argument("--figure", dest="figures", metavar="NAME", action="append", default=[], choices=FIGURES,
                        help="draw this figure instead of the overview; may be repeated: " + ", ".join(FIGURES))
    parser.add_argument("--format", choices=FORMATS, help="png, svg or pdf (by the ending of OUT, else png)")
    chosen = parser.parse_args(words)
    if chosen.out and len(chosen.figures) > 1:
        parser.error("-o names one picture, but several figures are asked for")
    return chosen


def targets(chosen) -> list:
    """[(figure or "" for the overview, path, format)]."""
    kind = chosen.format or "png"
    if chosen.out:
        out = Path(chosen.out)
        kind = chosen.format or out.suffix.lstrip(".").lower()
        if kind not in FORMATS:
            raise RecordError(f"-o {out}: the ending must be one of {', '.join(FORMATS)}, or --format say which")
        return [((chosen.figures or [""])[0], out, kind)]
    base = Path(chosen.file).with_suffix("")
    return [(name, base.with_name(base.name + (f"-{name}" if name else "") + f".{kind}"), kind)
            for name in chosen.figures or [""]]


def check(name: str, scene) -> None:
    """Refuse a figure that this record cannot fill."""
    path = scene.record.path
    if not scene.shown:
        raise RecordError(f"{path}: no run of it is complete, so there is nothing to draw")
    if name == "" and not sheet.panels_of(scene):
        raise RecordError(f"{path}: its runs hold no marks and no workers, so there is nothing to draw")
    if name == "sweep" and not prepare.numeric_key(scene.record):
        raise RecordError(f"{path}: --figure sweep needs a swept number with several values, there is none")
    if name in sheet.CURVES and not all(prepare.has(scene.record, column) for column in sheet.CURVES[name]):
        raise RecordError(f"{path}: --figure {name}: the marks hold no {sheet.CURVES[name][1]}")
    if name == "breakdown" and not any(prepare.breakdown(c) for c in scene.shown):
        raise RecordError(f"{path}: --figure breakdown: the runs hold no table of workers")


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
        scene = draw.Scene(record)
        for name, path, kind in targets(chosen):
            if path.resolve() == Path(chosen.file).resolve():
                raise RecordError(f"{path}: the picture would replace the record; choose another name with -o")
            check(name, scene)
            figure = sheet.figure(name, scene)
            save(figure, path, kind)
            print(path)


def main(words=None) -> int:
    chosen = arguments(sys.argv[1:] if words is None else words)
    try:
        draw_all(chosen)
    except RecordError as error:
        print(f"dtsim plot: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
