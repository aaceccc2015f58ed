"""test_language.py - values and conditions mean what they say, and what is wrong is refused in one sentence with its place."""
import re
from pathlib import Path

import numpy as np
import pytest

from analysis import RecordError, load
from analysis.cell import cell_of
from analysis.language import Comparison, Joined, Word, parse_where
from analysis.quantity import KNOWN, SPELLINGS, read
from analysis.value import CENSORED, DIVERGED, KNOWN as IS_KNOWN, Outcome, Value, Where
from conftest import full_evaluations, write_record

ROOT = Path(__file__).parents[2]


def run(swept: dict, loss, accuracy=None, status="ok", **config) -> dict:
    count = len(loss)
    return {"swept": swept, "status": status, "config": {"seed": swept["seed"], **config},
            "evaluations": full_evaluations(time_s=10.0 * np.arange(count), step=np.arange(count), bytes=100.0 * np.arange(count), loss=loss,
                                            accuracy=[0.9] * count if accuracy is None else accuracy)}


@pytest.fixture
def record(tmp_path):
    """Runs 0 to 5."""
    local = {"name": "localsgd", "period": 4}
    runs = [run({"strategy": "localsgd period=4", "net.rate": 1.25e6, "seed": 1}, [5, 2, 1], [0.1, 0.8, 0.9], strategy=local),
            run({"strategy": "localsgd period=4", "net.rate": 1.25e6, "seed": 2}, [5, 4, 3], [0.1, 0.2, 0.3], strategy=local),
            run({"strategy": "localsgd period=16", "net.rate": 1.25e8, "seed": 1}, [5, 3, 1], strategy={"name": "localsgd", "period": 16}),
            run({"strategy": "sgd", "net.rate": 1.25e8, "seed": 1}, [5, 4, np.nan], status="diverged", strategy="sgd"),
            run({"strategy": "sgd", "net.rate": 1.25e8, "seed": 2}, [6, 5, 4], strategy="sgd"),
            {"swept": {"strategy": "sgd", "net.rate": 1.25e8, "seed": 3}, "status": "crash", "reason": "signal 11", "config": {"strategy": "sgd"}}]
    written = {"net.rate": ["10Mbps"] * 2 + ["1Gbps"] * 4}
    with load(write_record(tmp_path / "a.h5", runs, {"net.rate": "B/s", "strategy": ""}, written=written)) as opened:
        yield opened


def test_units_are_spelled_as_in_scenarios():
    """The spellings of sim/base/unit.c, read from it."""
    source = (ROOT / "sim/base/unit.c").read_text(encoding="utf-8").encode().decode("unicode_escape")
    lists = dict(re.findall(r'(\w+)\[\] = "([^"]*)"', source))
    table = {(suffix, unit, lists[prefixes], float(factor)) for suffix, unit, prefixes, factor in
             re.findall(r'\{ "([^"]+)", "([^"]+)", (\w+), ([\d.e-]+) \}', source)}
    assert len(table) > 25 and {(s, u, p, float(f)) for s, u, p, f in SPELLINGS if s != "%"} == table
    assert read("25us").value == 25e-6 and read("10Mbps").value == 1.25e6 and read("90 %").value == 0.9 and read("1KiB").value == 1024
    assert read("10Mb") is None and read("fast") is None and len(KNOWN) > 100


def test_and_binds_more_than_or_and_words_side_by_side_mean_and():
    tree = parse_where("a = 1 or b = 2 and not (c = 3 or d)")
    assert isinstance(tree, Joined) and tree.word == "or" and isinstance(tree.parts[0], Comparison)
    assert tree.parts[1].word == "and" and tree.parts[1].parts[1].word == "not"
    assert parse_where("adacomm loss<0.55").parts[0] == Word("adacomm")


@pytest.mark.parametrize("text, wanted", [
    ("time_s", [20, 20, 20, None, 20]), ("final_loss", [1, 3, 1, None, 4]), ("time_to(loss <= 2)", [10, None, 20, None, None]),
    ("bytes_to(loss <= 2)", [100, None, 200, None, None]), ("steps_to(loss < 2)", [2, None, 2, None, None]),
    ("time_to(accuracy >= 80 %)", [10, None, 0, 0, 0]), ("max(accuracy)", [0.9, 0.3, 0.9, 0.9, 0.9]), ("first(loss)", [5, 5, 5, 5, 6]),
    ("last(loss)", [1, 3, 1, 4, 4]), ("strategy.period", [4, 4, 16, None, None])])
def test_a_value_is_a_number_of_every_run_that_has_one(record, text, wanted):
    value = Value(record, text)
    found = [value.of(one).number for one in record.runs[:5]]
    assert [None if np.isnan(number) else number for number in found] == wanted


def test_a_run_that_ended_before_is_censored_and_one_that_diverged_is_not(record):
    value = Value(record, "time_to(loss <= 2)")
    assert [value.of(one).state for one in record.runs[:5]] == [IS_KNOWN, CENSORED, IS_KNOWN, DIVERGED, CENSORED]
    assert value.of(record.runs[1]).end == 20 and value.words == "simulated time to loss ≤ 2"


@pytest.mark.parametrize("text, runs", [
    ("seed <= 1", [0, 2, 3]), ("net.rate >= 100Mbps", [2, 3, 4, 5]), ("net.rate = 10Mbps", [0, 1]), ("net.rate = 1250000", [0, 1]),
    ("strategy = localsgd", [0, 1, 2]), ("strategy = 'localsgd period=4'", [0, 1]), ("strategy.period = 16 or strategy = sgd and seed = 2", [2, 4]),
    ("strategy.period != 4", [2, 3, 4, 5]), ("loss < 2", [0, 2]), ("status = diverged", [3]), ("not status = ok", [3, 5]),
    ("time_to(loss <= 2) < 15s", [0]), ("accuracy >= 90 %", [0, 2, 4]), ("1gbps seed=1", [2, 3]), ("id > 3", [4, 5])])
def test_a_condition_chooses_runs(record, text, runs):
    assert [one.id for one in Where(record, text).runs()] == runs


@pytest.mark.parametrize("text, message", [
    ("tme_to(loss <= 1)", 'at character 1: expected a function .*, got "tme_to"; did you mean "time_to"?'),
    ("time_to(los <= 1)", 'at character 9: "los" is none of the columns of evaluations: .*; did you mean "loss"?'),
    ("time_to(loss)", 'at character 13: expected <= or >= and a number, .*, got "\\)"'),
    ("time_to(accuracy >= 90)", "accuracy: expected a share such as 0.9 or 90 %, got 90"),
    ("time_to(loss <= 1", "at character 18: expected a closing bracket, got the end"),
    ("time_to(loss <= low)", 'at character 17: expected a number, got "low"'),
    ("los", '"los" is none of the results, .*; did you mean "loss"?'),
    ("loss + 1", 'at character 6: expected .*, got "\\+"'), ("time_to(loss <= 1s)", "loss: expected a number without a unit, got 1s")])
def test_a_wrong_value_is_refused_in_one_sentence(record, text, message):
    with pytest.raises(RecordError, match=message) as error:
        Value(record, text)
    assert str(error.value).startswith("--value: ") and "\n" not in str(error.value)


@pytest.mark.parametrize("text, message", [
    ("sed <= 5", '"sed" is no key of a run, .*; did you mean "seed"?'), ("rate = 10Mbps", 'did you mean "net.rate"?'),
    ("net.rate = 5s", "at character 12: expected a number in B/s, got 5s"), ("seed <= 5 and", "at character 14: expected a key"),
    ("strategy = localsdg", 'at character 12: "localsdg" is none of the values of strategy: .*; did you mean "localsgd"?'),
    ("seed < five", 'at character 8: expected a number, got "five"'), ("adcomm", 'no run is called "adcomm"'),
    ("seed = 77", 'no run of .* fulfils "seed = 77"'), ("(seed = 1", "at character 10: expected a closing bracket"),
    ("not " * 3000 + "seed = 1", "at character 401: expected no more than 100 brackets"), ("(" * 3000, "expected no more than 100 brackets"), ("seed = 1)", 'got "\\)"')])
def test_a_wrong_condition_is_refused_in_one_sentence(record, text, message):
    with pytest.raises(RecordError, match=message) as error:
        Where(record, text).runs()
    assert str(error.value).startswith("--where: ") and "\n" not in str(error.value)


def test_keys_of_swept_tables_are_axes(record):
    assert record.axes == ["strategy", "net.rate", "strategy.period"]
    assert [c.value("strategy.period") for c in record.configurations] == [4, 16, None]


def test_some_runs_of_a_record_are_a_record(record):
    some = record.only(Where(record, "strategy = localsgd").runs())
    assert [c.label for c in some.configurations] == ["localsgd period=4, rate 10Mbps", "localsgd period=16, rate 1Gbps"]
    assert len(some.sweep) == 3 and len(record.sweep) == 6 and len(some.evaluations) == 9


def outcomes(known=(), censored=(), diverged=0) -> list:
    return [Outcome(float(n)) for n in known] + [Outcome(np.nan, CENSORED, float(n)) for n in censored] + [Outcome(np.nan, DIVERGED)] * diverged


@pytest.mark.parametrize("runs, state, median, bound, count", [
    (outcomes((1, 2)), IS_KNOWN, 1.5, None, ""), (outcomes((1, 4), (3,)), IS_KNOWN, 4, None, "2 of 3"),
    (outcomes((1, 2), (3, 9)), IS_KNOWN, 2, None, "2 of 4"), (outcomes((1,), (300, 310)), CENSORED, np.inf, 300, "1 of 3"),
    (outcomes((5,), (3, 4)), CENSORED, np.inf, 4, "1 of 3"), (outcomes((), (3,), 2), DIVERGED, np.inf, None, "0 of 3, 2 diverged"),
    (outcomes((), (), 2), DIVERGED, np.inf, None, "0 of 2"), (outcomes((7, 8), (), 1), IS_KNOWN, 8, None, "2 of 3, 1 diverged")])
def test_a_cell_is_the_median_where_half_of_its_runs_got_there(runs, state, median, bound, count):
    cell = cell_of(runs)
    assert (cell.state, cell.median, cell.count()) == (state, median, count)
    assert np.isnan(cell.bound) if bound is None else cell.bound == bound
    assert cell_of([]) is None
