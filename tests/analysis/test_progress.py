"""test_progress.py - what takes long says so, and what is quick says nothing."""
import io

import pytest

from analysis import explain, load, report, trace, whatif
from analysis.progress import Progress
from conftest import write_record
from layered import Toy


class Stream(io.StringIO):
    def __init__(self, tty: bool):
        super().__init__()
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


def told(tty: bool, seconds, end: bool = True) -> str:
    """What is printed if the clock is looked at after these seconds; no thread prints anything."""
    now, stream = [100.0], Stream(tty)
    progress = Progress("dtsim plot", stream, lambda: now[0])
    progress.thread = type("none", (), {"join": lambda self: None})()
    with progress:
        progress.show("drawing curve")
        for second in seconds:
            now[0] = 100.0 + second
            progress.tick()
        if not end:
            return stream.getvalue()
    return stream.getvalue()


@pytest.mark.parametrize("tty", (True, False))
def test_the_first_second_is_silent(tty):
    assert told(tty, (0.0, 0.5, 0.99)) == ""


def test_on_a_pipe_there_is_a_line_within_two_seconds_and_after_a_minute_every_thirty():
    lines = told(False, [t / 10 for t in range(1300)]).splitlines()
    assert lines[0] == "dtsim plot: drawing curve (1 s)"
    at = [int(line.split("(")[1].split()[0]) for line in lines]
    assert at[:3] == [1, 3, 5] and [t for t in at if t >= 60] == [61, 91, 121] and len(at) == 36


def test_on_a_terminal_the_line_replaces_itself_and_leaves_nothing():
    words = told(True, (1.0, 1.5, 2.0))
    assert words == "\r\033[Kdtsim plot: drawing curve (1 s)\r\033[Kdtsim plot: drawing curve (2 s)\r\033[K"


def test_work_that_holds_the_interpreter_is_told_of_by_the_thread():
    stream = Stream(False)
    with Progress("dtsim plot", stream) as progress:
        progress.show("reading")
        progress.begun, progress.next = progress.begun - 5, 0.0
        while not stream.getvalue():
            pass
    assert stream.getvalue().startswith("dtsim plot: reading (")


@pytest.mark.parametrize("command, words, parts", [
    (report, [], ["reading", "curves", "the timeline of run 0", "in words"]), (explain, ["--run", "0"], ["reading", "run 0"]),
    (explain, [], ["reading", "run 0 of"]), (trace, ["--run", "0"], ["reading", "writing"])], ids=["report", "explain run", "explain all", "trace"])
def test_every_command_that_may_take_long_says_what_it_does(tmp_path, monkeypatch, command, words, parts):
    """Each step is shown; how often that is printed is tested above."""
    said = []
    monkeypatch.setattr(Progress, "show", lambda self, words: said.append(words))
    monkeypatch.chdir(tmp_path)
    path = write_record(tmp_path / "a.h5", [{**Toy().run(), "swept": {"p": float(p), "seed": 1}} for p in (1, 2)])
    assert command.main([path, *words]) == 0
    assert all(any(part in line for line in said) for part in parts), said


def test_what_if_says_which_configuration_is_done_again(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(whatif, "savings", lambda runs, folder: [{(): 1.0, ("latency",): 0.5}])
    with load(write_record(tmp_path / "a.h5", [{**Toy().run(), "swept": {"p": 1.0, "seed": 1}}])) as record:
        whatif.examine(record, None, tmp_path, said.append)
        assert said == [f"doing {record.configurations[0].label} again"]
