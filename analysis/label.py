"""label.py - short names for configurations, and numbers with units that people can read."""
import difflib
import itertools
import json
import math
import string

LONG = 40       # characters of a text: what is longer is shortened
# Factors of a unit, largest first; the one used is the largest that is not larger than the value.
PREFIXES = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n")]
# An axis changes its unit of time where the numbers on it would grow beyond three digits.
TIMES = [(86400.0, "d", 5 * 86400.0), (3600.0, "h", 5 * 3600.0), (60.0, "min", 600.0), (1.0, "s", 1.0),
         (1e-3, "ms", 1e-3), (1e-6, "µs", 0.0)]
# The columns of the evaluations that a curve can be drawn over, as its heading calls them.
ACROSS = {"time_s": "time", "step": "steps", "bytes": "bytes", "joules": "energy", "epoch": "epochs", "round": "rounds"}
RESULTS = {"loss": "final loss", "accuracy": "final accuracy", "time_s": "simulated time of the run",
           "steps": "steps", "rounds": "rounds", "bytes": "bytes received, all messages", "joules": "energy"}


def time_unit(most: float) -> tuple:
    """(seconds in the unit, its name) for an axis that ends at most seconds."""
    if not most > 0:
        return 1.0, "s"
    return next((factor, name) for factor, name, least in TIMES if most >= least)


def byte_unit(most: float) -> tuple:
    """(bytes in the unit, its name) for an axis that ends at most bytes; 1 kB = 1000 B."""
    return next(((factor, prefix + "B") for factor, prefix in PREFIXES if factor >= 1 and most >= factor), (1.0, "B"))


def joule_unit(most: float) -> tuple:
    """(joules in the unit, its name) for an axis that ends at most joules."""
    return next(((factor, prefix + "J") for factor, prefix in PREFIXES if most >= factor), (1.0, "J"))


def column_unit(column: str, most: float) -> tuple:
    """(factor, name of the unit, "" if none) for numbers of a column of evaluations or results that reach up to most."""
    units = {"time_s": time_unit, "joules": joule_unit, **dict.fromkeys(("bytes", "bytes_inside", "bytes_between"), byte_unit)}
    return (0.01, "%") if column.endswith("accuracy") else units.get(column, lambda _: (1.0, ""))(most)


def percent(words: str) -> float:
    """What a share is multiplied by on an axis of these words: 100 where they end in (%)."""
    return 100.0 if words.endswith("(%)") else 1.0


def title(words: str) -> str:
    """Words of an axis as the heading of its panel: the part before a comma or a unit, with a capital."""
    words = words.split(",")[0].split(" (")[0]
    return words[:1].upper() + words[1:]


def scaled_unit(unit: str, most: float) -> tuple:
    """(factor, name) for numbers in a unit of the file ("s", "B/s", "1") that reach up to most."""
    if unit in ("1", "") or not most > 0:
        return 1.0, "" if unit == "1" else unit
    if unit == "s":
        return time_unit(most)
    factor, prefix = next((p for p in PREFIXES if most >= p[0]), PREFIXES[-1])
    return factor, prefix + unit


def unknown(word: str, names, among: str) -> str:
    """The sentence that refuses a word that is none of some names: what is allowed, and the nearest."""
    names = list(names)
    near = nearest(word, names)
    return f"\"{word}\" is none of {among}: {', '.join(names) or 'there are none'}" + (f"; did you mean \"{near}\"?" if near else "")


def nearest(word: str, names) -> str:
    """The name that is most like a word; a key path also by its last part alone; "" if none is."""
    names = list(names)
    near = difflib.get_close_matches(word, names, 1, 0.5)
    last = [name for name in names if name.rsplit(".", 1)[-1] == word]
    return (last or near or [""])[0]


def compact(value) -> str:
    """A list or a table in one short line."""
    return json.dumps(value, separators=(",", ":"))


def tick(value: float) -> str:
    """A number at a tick of a logarithmic axis: 0.05, 200, 10⁻⁵, 2·10⁶."""
    if value <= 0 or 1e-3 <= value < 1e5:
        return f"{value:g}"
    digits, power = f"{value:.0e}".split("e")
    raised = f"10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    return raised if digits == "1" else f"{digits}·{raised}"


def with_unit(words: str, unit: str) -> str:
    return f"{words} ({unit})" if unit else words


def count_unit(most: float) -> tuple:
    """(factor, its name in front of the thing counted) for an axis of counts."""
    return next(((f, name) for f, name in ((1e6, "million "), (1e3, "thousand ")) if most >= 20 * f), (1.0, ""))


def quantity(value: float, unit: str, digits: int = 4) -> str:
    """A value with its unit in few digits: "40 ms", "3.125 GB/s", "0.01"; bare numbers have six or more."""
    if unit in ("1", "") or value == 0 or not math.isfinite(value):
        bare = f"{value:.{max(6, digits)}g}"
        return bare if unit in ("1", "") else f"{bare} {unit}"
    if unit == "s" and abs(value) >= 1:
        factor, name = time_unit(abs(value))
        return f"{value / factor:.{digits}g} {name}"
    factor, prefix = next((p for p in PREFIXES if abs(value) >= p[0]), PREFIXES[-1])
    return f"{value / factor:.{digits}g} {prefix}{unit}"


def digits_for(numbers: set, unit: str) -> int:
    """As few digits of quantities as tell these numbers apart."""
    return next((digits for digits in range(4, 17)
                 if len({quantity(number, unit, digits) for number in numbers}) == len(numbers)), 17)


def common(one: str, other: str) -> int:
    """How many characters two texts share from their beginning."""
    return next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


def shortened(texts: set) -> dict:
    """Text -> itself, or of a long one the part in which it differs from all others; itself where two parts are equal."""
    ordered, short = sorted(texts), {}
    for i, text in enumerate(ordered):
        same_until = max(common(text, other) for other in ["", *ordered[max(0, i - 1):i], *ordered[i + 1:i + 2]])
        start = max(0, min(same_until - 8, len(text) - LONG))
        part = ("..." if start else "") + text[start:start + LONG] + ("..." if start + LONG < len(text) else "")
        short[text] = text if len(text) <= LONG else part
    parts = list(short.values())
    return {text: part if parts.count(part) == 1 else text for text, part in short.items()}


class Words:
    """How values are written: as the scenario wrote them, else as quantities in as few digits as tell those of a key apart.

    columns: key -> its values; units: key -> unit, "1" if absent; written: key -> number -> text."""

    def __init__(self, columns: dict, units: dict, written: dict):
        numbers = {key: {value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)}
                   for key, values in columns.items()}
        self.units, self.written = units, written
        self.digits = {key: digits_for(values, units.get(key, "1")) for key, values in numbers.items()}
        self.short = {key: shortened({value for value in values if isinstance(value, str)})
                      for key, values in columns.items()}

    def value(self, key: str, value) -> str:
        if isinstance(value, str):
            return self.short.get(key, {}).get(value, value)
        said = self.written.get(key, {}).get(value)
        return said or quantity(value, self.units.get(key, "1"), self.digits.get(key, 4))

    def pair(self, name: str, key: str, value) -> str:
        """A choice by its name alone; "none", which many keys have, and all else, behind the name of its key."""
        if value in ("true", "false") or isinstance(value, bool):
            return f"{name} {'on' if value in (True, 'true') else 'off'}"
        if "." in name and reads_as_result(name):
            return f"{name} = {self.value(key, value)}"
        alone = isinstance(value, str) and value != "none" and not value.startswith(("[", "{", *string.digits))
        return self.value(key, value) if alone else f"{name} {self.value(key, value)}"


def reads_as_result(path: str) -> bool:
    """The last part of a key is the name of a result, as that of stop.accuracy is."""
    return path.rsplit(".", 1)[-1] in {**RESULTS, **ACROSS}


def telling(paths: list, rows: list) -> list:
    """The paths without those that read as results and are decided by another one, as in a zipped sweep; rows: path -> value."""
    def decided(path: str, other: str) -> bool:
        return len({(row[path], row[other]) for row in rows}) == len({row[other] for row in rows})
    return [path for path in paths if not (reads_as_result(path) and any(
        decided(path, other) for other in paths if not reads_as_result(other)))]


def short_keys(paths: list) -> dict:
    """Path -> its last part, or the whole path where two would look alike ("data.rate", "model.rate") or it would read as a result."""
    last = [path.rsplit(".", 1)[-1] for path in paths]
    return {path: name if last.count(name) == 1 and not reads_as_result(path) else path for path, name in zip(paths, last)}


def leaves(config, path: str = "") -> dict:
    """A tree of named values as one flat dict, key path -> value."""
    if not isinstance(config, dict):
        return {path: config}
    flat = {}
    for key, value in config.items():
        flat.update(leaves(value, f"{path}.{key}" if path else key))
    return flat


def same(values: list) -> bool:
    return all(value == values[0] for value in values)


def name_of(node) -> str:
    """What a choice is called in a config: "ring", ["ring"] or {"name": "ring", ...}."""
    if isinstance(node, dict):
        node = node.get("name", "")
    if isinstance(node, list):
        node = node[0] if node else ""
    return node if isinstance(node, str) else ""


def label_all(sweeps: list, configs: list, words: Words, name: str) -> list:
    """A label for each configuration: its swept values, without those that never change.

    sweeps: key path -> value; configs: the tree of one run each; name: the scenario's, used when all else fails."""
    paths = [path for path in (sweeps[0] if sweeps else {}) if not same([sweep[path] for sweep in sweeps])]
    short, paths = short_keys(paths), telling(paths, sweeps)
    labels = []
    for sweep, config in zip(sweeps, configs):
        said = [words.pair(short[path], path, sweep[path]) for path in paths if sweep[path] is not None]
        labels.append(", ".join(said) or name_of(config.get("strategy")) or name or "run")
    return told_apart(labels, configs)


def told_apart(labels: list, configs: list) -> list:
    """Add to equal labels what differs between their configs, or a number if nothing does."""
    labels = list(labels)
    for label in {label for label in labels if labels.count(label) > 1}:
        twins = [i for i, other in enumerate(labels) if other == label]
        for i, more in zip(twins, differences([leaves(configs[i]) for i in twins])):
            labels[i] = ", ".join([label, *more])
    return numbered(labels)


def numbered(labels: list) -> list:
    """Equal labels get a number each, in their order, that makes none of them equal to another."""
    taken = {label for label in labels if labels.count(label) == 1}
    for i, label in enumerate(labels):
        if label not in taken:
            names = (f"{label} ({number})" for number in itertools.count(1))
            labels[i] = next(name for name in names if name not in taken)
            taken.add(labels[i])
    return labels


def differences(flat: list) -> list:
    """Of each of several flat configs: the values in which they differ, with their keys."""
    def shown(value):
        return compact(value) if isinstance(value, list) else value

    flat = [{path: shown(value) for path, value in leaf.items()} for leaf in flat]
    paths = sorted({path for leaf in flat for path in leaf if path.rsplit(".", 1)[-1] != "seed"})
    paths = [path for path in paths if not same([leaf.get(path) for leaf in flat])]
    words = Words({path: [leaf.get(path) for leaf in flat] for path in paths}, {}, {})
    short = short_keys(paths)
    return [[words.pair(short[path], path, leaf[path]) for path in paths
             if isinstance(leaf.get(path), (str, int, float))] for leaf in flat]
