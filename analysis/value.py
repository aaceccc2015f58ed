"""value.py - what an expression of --value or --where is worth for a run: see language.py for what can be said.

A counter such as time_to(loss <= 0.5) reads the first evaluation that has reached its goal; nothing is known of the time between two
evaluations.  A run that never reached it is censored where it ended, or has diverged."""
import math
import operator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import RESULTS, RecordError, configured, label, prepare
from .language import COUNTERS, Call, Comparison, Name, Word, parse_value, parse_where

HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
KNOWN, CENSORED, DIVERGED, ABSENT = "known", "censored", "diverged", "absent"
TO = {"time_s": "simulated time", "step": "steps of a worker", "round": "rounds", "epoch": "epochs", "bytes": "bytes received",
      "joules": "energy"}
OF = {"max": "highest", "min": "lowest", "first": "first", "last": "last", "mean": "mean", "median": "median"}
TAKE = {"max": np.max, "min": np.min, "first": lambda v: v[0], "last": lambda v: v[-1], "mean": np.mean, "median": np.median}
SIGNS = {"<=": "≤", ">=": "≥"}
FINAL = "final_"        # in front of a result: "final_loss" is "loss"


@dataclass(frozen=True)
class Outcome:
    """number: NaN unless known; end: of a censored run, where the counted column ended."""
    number: float
    state: str = KNOWN
    end: float = math.nan


class Value:
    """An expression that is a number for every run of a record.  Errors: RecordError, one sentence."""

    def __init__(self, record, text: str, option: str = "--value"):
        self.record, self.text, self.option = record, text, option
        self.tree = parse_value(text, option)
        if isinstance(self.tree, Call):
            self._check_columns()
        else:
            self._check_name()

    @property
    def counts(self) -> bool:
        return isinstance(self.tree, Call) and self.tree.counts

    @property
    def column(self) -> str:
        """The column whose numbers these are."""
        if isinstance(self.tree, Call):
            return COUNTERS.get(self.tree.function, self.tree.column)
        return self.tree.text.removeprefix(FINAL) if self.is_result else self.tree.text

    @property
    def is_result(self) -> bool:
        return isinstance(self.tree, Name) and self.tree.text.removeprefix(FINAL) in results_of(self.record)

    def of(self, run) -> Outcome:
        if self.counts:
            return self._count(run)
        if isinstance(self.tree, Call):
            values = np.asarray(run.evaluations.get(self.tree.column, []), float)
            values = values[np.isfinite(values)]
            return Outcome(float(TAKE[self.tree.function](values))) if len(values) else absent(run)
        if self.is_result:
            number = prepare.final_of(run, self.column)
            return absent(run) if number is None or not math.isfinite(number) else Outcome(number)
        number = value_of(run, self.tree.text)
        return Outcome(float(number)) if prepare.is_number(number) else absent(run)

    def _count(self, run) -> Outcome:
        tree, across = self.tree, COUNTERS[self.tree.function]
        reached = prepare.first(run, across, tree.column, lambda values: HOLDS[tree.sign](values, tree.goal.value))
        if not math.isnan(reached):
            return Outcome(reached)
        ends = np.asarray(run.evaluations.get(across, []), float)
        ends = ends[~np.isnan(ends)]
        if run.status == "diverged":
            return Outcome(math.nan, DIVERGED)
        return Outcome(math.nan, CENSORED, float(ends[-1])) if len(ends) else Outcome(math.nan, ABSENT)

    @cached_property
    def words(self) -> str:
        """What an axis calls it, without a unit unless that is %."""
        columns = self.record.columns
        if self.counts:
            return f"{TO[self.column]} to {self.goal}"
        if isinstance(self.tree, Call):
            return f"{OF[self.tree.function]} {columns[self.column].label}"
        if self.is_result:
            return label.RESULTS.get(self.column, self.column.replace("_", " "))
        return columns[self.column].label if self.column in columns and value_unknown(self.record, self.column) else self.column

    @property
    def goal(self) -> str:
        """"accuracy ≥ 90 %" """
        words = self.record.columns[self.tree.column].label
        scale, name = label.percent(words), words.split(" (")[0].split(",")[0]
        return f"{name} {SIGNS.get(self.tree.sign, self.tree.sign)} {scale * self.tree.goal.value:.4g}{' %' if scale == 100.0 else ''}"

    def scaled(self, most: float) -> tuple:
        """(factor, words with their unit) of an axis of numbers that reach up to most."""
        factor, unit = label.column_unit(self.column, most)
        return factor, label.with_unit(self.words.removesuffix(" (%)"), unit)

    def said(self, number: float) -> str:
        """A number with its unit: "301 s", "90 %"."""
        factor, unit = label.column_unit(self.column, abs(number))
        return f"{number / factor:.3g} {unit}".strip()

    def _check_name(self) -> None:
        name = self.tree.text
        known = self.is_result or name in self.record.columns or any(
            prepare.is_number(value_of(run, name)) for run in self.record.runs)
        if not known:
            among = [*results_of(self.record), *self.record.columns, *self.record.keys]
            at = f"{self.option}: at character {self.tree.at}: " if self.tree.at > 1 else f"{self.option}: "
            raise RecordError(at + label.unknown(name, dict.fromkeys(among), "the results, columns and swept keys"))

    def _check_columns(self) -> None:
        tree, columns = self.tree, self.record.columns
        if tree.column not in columns:
            raise RecordError(f"{self.option}: at character {tree.column_at}: " + label.unknown(tree.column, columns, "the columns of evaluations"))
        if not prepare.has(self.record, tree.column):
            raise RecordError(f"{self.option}: at character {tree.column_at}: the evaluations hold no number for {tree.column}")
        if not self.counts:
            return
        share = label.percent(columns[tree.column].label) == 100.0
        if share and not 0 <= tree.goal.value <= 1:
            raise RecordError(f"{self.option}: {tree.column}: expected a share such as 0.9 or 90 %, got {tree.goal.text}")
        if not fits(tree.goal, columns[tree.column].unit):
            raise RecordError(f"{self.option}: {tree.column}: expected a number{of_unit(columns[tree.column].unit)}, got {tree.goal.text}")


def results_of(record) -> list:
    """The results that a file may have: those of every sweep, and of sites."""
    return [name for name in {**dict.fromkeys(RESULTS), **{name: 0 for run in record.runs for name in run.final}}
            if name not in ("id", "status")]


def absent(run) -> Outcome:
    return Outcome(math.nan, DIVERGED if run.status == "diverged" else ABSENT)


def fits(quantity, unit: str) -> bool:
    """A number without a unit fits everything; so does any where the file does not say the unit ("")."""
    return quantity.unit in ("", unit) or unit == ""


def of_unit(unit: str) -> str:
    """What a refusal says behind "a number"."""
    return " without a unit" if unit == "1" else f" in {unit}"


def value_of(run, key: str):
    """The value of a swept key, of any other key of the configuration, or one of the run's own; None if it has none."""
    if run.swept.get(key) is not None:
        return run.swept[key]
    if key in ("id", "run"):
        return run.id
    return run.status if key == "status" else configured(run.config, key)


def value_unknown(record, key: str) -> bool:
    return all(value_of(run, key) is None for run in record.runs)


def unit_of(record, key: str) -> str:
    """The unit of a key's numbers; "" where the file does not say it."""
    if key in record.units:
        return record.units[key]
    return record.columns[key].unit if key in record.columns else ""


class Where:
    """A condition that runs fulfil or not.  Errors: RecordError, one sentence."""

    def __init__(self, record, text: str, option: str = "--where"):
        self.record, self.text, self.option, self.labels = record, text, option, {}
        self.holds = self._test(parse_where(text, option))

    def runs(self) -> list:
        """The runs that fulfil it, of which there must be one."""
        found = [run for run in self.record.runs if self.holds(run)]
        if not found:
            raise RecordError(f"{self.option}: no run of {self.record.path} fulfils \"{self.text}\"")
        return found

    def _test(self, tree):
        """A function of a run."""
        if isinstance(tree, Word):
            return self._word(tree.text.lower())
        if isinstance(tree, Comparison):
            return self._compare(tree)
        tests = [self._test(part) for part in tree.parts]
        if tree.word == "not":
            return lambda run: not tests[0](run)
        return lambda run: (all if tree.word == "and" else any)(test(run) for test in tests)

    def _word(self, word: str):
        names = {run.id: " ".join([c.label, run.status, *(self.record.words.value(key, value) for key, value in run.swept.items()
                                                          if value is not None)]).lower()
                 for c in self.record.configurations for run in c.runs}
        if not any(word in name for name in names.values()):
            raise RecordError(f"{self.option}: no run is called \"{word}\"; a comparison such as seed <= 5 has a sign")
        return lambda run: word in names[run.id]

    def _compare(self, tree):
        if isinstance(tree.left, Call) or self._measured(tree.left.text):
            return self._measure(tree)
        key, wanted = tree.left.text, tree.right
        values = {run.id: value_of(run, key) for run in self.record.runs}
        if all(value is None for value in values.values()):
            raise RecordError(f"{self.option}: at character {tree.left.at}: " + self._unknown_key(key))
        same = self._text(key, values, tree) if isinstance(wanted, str) else self._number(key, values, tree)
        return same if tree.sign != "!=" else lambda run: not same(run)

    def _measured(self, key: str) -> bool:
        """It is a result or a column, not a key."""
        return key not in ("id", "status") and key not in self.record.keys and (
            key.removeprefix(FINAL) in results_of(self.record) or key in self.record.columns and value_unknown(self.record, key))

    def _measure(self, tree):
        """Compare a number of every run; a run that has none fulfils nothing."""
        value = Value(self.record, text_of(tree.left), self.option)
        if isinstance(tree.right, str):
            raise RecordError(f"{self.option}: at character {tree.at}: expected a number, got \"{tree.right}\"")
        self._check_unit(tree, self.record.columns[value.column].unit if value.column in self.record.columns else unit_of(self.record, value.column))
        numbers = {run.id: value.of(run).number for run in self.record.runs if run.complete}
        return lambda run: compare(tree.sign, numbers.get(run.id, math.nan), tree.right.value)

    def _number(self, key: str, values: dict, tree):
        self._check_unit(tree, unit_of(self.record, key))
        if not any(prepare.is_number(value) for value in values.values()):
            found = dict.fromkeys(str(value) for value in values.values() if value is not None)
            text = str(tree.right.text)
            if text in found:
                return lambda run: str(values[run.id]) == text
            raise RecordError(f"{self.option}: at character {tree.at}: expected one of the values of {key} ({', '.join(found)}), got {text}")
        sign = "=" if tree.sign == "!=" else tree.sign
        return lambda run: prepare.is_number(values[run.id]) and compare(sign, values[run.id], tree.right.value)

    def _text(self, key: str, values: dict, tree):
        """A value by its label; only where no run has that label, all runs with the choice of that name."""
        wanted = {"on": "true", "off": "false"}.get(tree.right, tree.right) if set(values.values()) <= {"true", "false", None} else tree.right
        swept = {run.id: self.record.words.value(key, value) if (value := run.swept.get(key)) is not None else None for run in self.record.runs}
        names = {run.id: configured(run.config, key) for run in self.record.runs}
        for found in (values, swept, names):
            if wanted in found.values():
                return lambda run, found=found: found[run.id] == wanted
        known = dict.fromkeys(str(value) for value in (*swept.values(), *values.values(), *names.values()) if value is not None)
        raise RecordError(f"{self.option}: at character {tree.at}: " + label.unknown(wanted, known, f"the values of {key}"))

    def _check_unit(self, tree, unit: str) -> None:
        if not fits(tree.right, unit):
            raise RecordError(f"{self.option}: at character {tree.at}: expected a number"
                              f"{of_unit(unit)}, got {tree.right.text}")

    def _unknown_key(self, key: str) -> str:
        keys = dict.fromkeys([*self.record.keys, "seed", "status", "id", *results_of(self.record), *self.record.columns])
        deep = dict.fromkeys(path for run in self.record.runs for path in label.leaves(run.config))
        near = label.nearest(key, [*keys, *deep])
        return f"\"{key}\" is no key of a run, no result and no column of the evaluations (swept are {', '.join(self.record.keys) or 'none'})" + \
            (f"; did you mean \"{near}\"?" if near else "")


def compare(sign: str, number: float, wanted: float) -> bool:
    """Equal within rounding: 0.1 from a file is the 0.1 that somebody writes."""
    same = math.isclose(number, wanted, rel_tol=1e-9, abs_tol=0.0)
    if sign in ("=", "!="):
        return same == (sign == "=") and not math.isnan(number)
    return same and "=" in sign or not same and HOLDS[sign](number, wanted)


def text_of(tree) -> str:
    """A value as text again."""
    if isinstance(tree, Name):
        return tree.text if set(tree.text).isdisjoint(" ()<>=") else f"\"{tree.text}\""
    inside = f"{tree.column} {tree.sign} {tree.goal.text}" if tree.counts else tree.column
    return f"{tree.function}({inside})"
