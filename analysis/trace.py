"""trace.py - a run as a timeline: python3 -m analysis.trace FILE --run N [-o OUT] [--paje]

FILE is a record of runs with trace = "spans" or "messages".  OUT is a JSON file that ui.perfetto.dev and Chrome's
about:tracing open: one track a worker with what it did (where workers have hands, which send while they compute, a process
for each with tracks for both), the messages as arrows and as stretches of their own, the rate on every link, the loss.  With --paje it is a Paje file for ViTE and pj_dump (Debian's vite and pajeng)."""
import os
import sys
from pathlib import Path

from . import RecordError, load, paje, perfetto
from .command import Parser
from .course import Course, find_run
from .progress import Progress


def arguments(words: list):
    parser = Parser(prog="dtsim trace", description="A run as a timeline.")
    parser.add_argument("file", metavar="FILE", help="record of runs with trace = \"messages\" or \"spans\"")
    parser.add_argument("--run", type=int, metavar="N", help="the run to show; a file of one run shows that one without it")
    parser.add_argument("-o", dest="out", metavar="OUT", help="the timeline's file (FILE-runN.json or -runN.paje)")
    parser.add_argument("--paje", action="store_true", help="for ViTE and pj_dump instead of Perfetto")
    return parser.parse_args(words)


def pick(record, number):
    """The run that is meant."""
    if number is None and len(record.runs) > 1:
        raise RecordError(f"{record.path}: expected --run N, from {record.runs[0].id} to {record.runs[-1].id}, "
                          f"because the file has {len(record.runs)} runs")
    run = record.runs[0] if number is None else find_run(record, number)
    if "kind" not in run.spans:
        raise RecordError(f"{record.path}: the spans of the workers of run {run.id} were not recorded: run the scenario "
                          "again with trace = \"messages\" (or --set trace=messages)")
    return run


def target(chosen, run) -> Path:
    base, ending = Path(chosen.file), "paje" if chosen.paje else "json"
    out = Path(chosen.out) if chosen.out else base.with_name(f"{base.stem}-run{run.id}.{ending}")
    if out.resolve() == base.resolve():
        raise RecordError(f"-o {out}: expected another file than the result file")
    return out


def save(lines, path: Path) -> None:
    """Write beside the target and rename, so that there is a whole file or none."""
    part = path.with_name(path.name + ".part")
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.writelines(lines)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RecordError(f"{path}: cannot be written: {error.strerror}") from None


def main(words=None) -> int:
    chosen = arguments(sys.argv[1:] if words is None else words)
    try:
        with Progress("dtsim trace") as progress:
            progress.show(f"reading {chosen.file}")
            with load(chosen.file) as record:
                run = pick(record, chosen.run)
                path = target(chosen, run)
                progress.show(f"writing {path}")
                save((paje if chosen.paje else perfetto).lines(record, Course(run)), path)
    except RecordError as error:
        print(f"dtsim trace: {error}", file=sys.stderr)
        return 2
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
