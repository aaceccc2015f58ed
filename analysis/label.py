"""label.py - short names for configurations, and numbers with units that people can read."""
import difflib
import math

# Factors of a unit, largest first; the one used is the largest that is not larger than the value.
PREFIXES = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n")]
# An axis changes its unit of time where the numbers on it would grow beyond three digits.
TIMES = [(86400.0, "d", 5 * 86400.0), (3600.0, "h", 5 * 3600.0), (60.0, "min", 600.0), (1.0, "s", 1.0),
         (1e-3, "ms", 1e-3), (1e-6, "µs", 0.0)]
# What the columns of the marks are called on an axis.
HORIZONTAL = {"time_s": "simulated time", "step": "steps of a worker", "bytes": "bytes received, all messages",
              "joules": "energy of all hosts and links", "epoch": "epochs", "round": "rounds"}
VERTICAL = {"loss": "loss", "accuracy": "accuracy (%)", "tau": "averaging period τ (steps)", "rate": "learning rate",
            "spread": "distance between workers' models", "updates": "updates merged in the round"}
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
    """(factor, name of the unit, "" if none) for numbers of a column of marks or results that reach up to most."""
    units = {"time_s": time_unit, "bytes": byte_unit, "joules": joule_unit, "accuracy": lambda _: (0.01, "%")}
    return units.get(column, lambda _: (1.0, ""))(most)


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
    near = difflib.get_close_matches(word, names, 1, 0.5)
    return f"\"{word}\" is none of {among}: {', '.join(names) or 'there are none'}" + \
        (f"; did you mean {near[0]}" if near else "")


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


def quantity(value: float, unit: str) -> str:
    """A value with its unit in four digits at most: "40 ms", "3.125 GB/s", "0.01"."""
    if unit in ("1", "") or value == 0 or not math.isfinite(value):
        return f"{value:g}" if unit in ("1", "") else f"{value:g} {unit}"
    if unit == "s" and abs(value) >= 1:
        factor, name = time_unit(abs(value))
        return f"{value / factor:.4g} {name}"
    factor, prefix = next((p for p in PREFIXES if abs(value) >= p[0]), PREFIXES[-1])
    return f"{value / factor:.4g} {prefix}{unit}"


def value_text(key: str, value, unit: str) -> str:
    """One swept value: a choice by its name alone, anything else behind the key's name."""
    if value in ("true", "false") or isinstance(value, bool):
        return f"{key} {'on' if value in (True, 'true') else 'off'}"
    if isinstance(value, str):
        return value
    return f"{key} {quantity(value, unit)}"


def short_keys(paths: list) -> dict:
    """Path -> its last part, or the whole path where two would look alike ("data.rate", "model.rate")."""
    last = [path.rsplit(".", 1)[-1] for path in paths]
    return {path: name if last.count(name) == 1 else path for path, name in zip(paths, last)}


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


def label_all(sweeps: list, configs: list, units: dict, name: str) -> list:
    """A label for each configuration: its swept values, without those that never change.

    sweeps: key path -> value; configs: the tree of one run each; name: the scenario's, used when all else fails."""
    paths = [path for path in (sweeps[0] if sweeps else {}) if not same([sweep[path] for sweep in sweeps])]
    short = short_keys(paths)
    labels = []
    for sweep, config in zip(sweeps, configs):
        words = [value_text(short[path], sweep[path], units.get(path, "1"))
                 for path in paths if sweep[path] is not None]
        labels.append(", ".join(words) or name_of(config.get("strategy")) or name or "run")
    return told_apart(labels, configs)


def told_apart(labels: list, configs: list) -> list:
    """Add to equal labels what differs between their configs, or a number if nothing does."""
    labels = list(labels)
    for label in {label for label in labels if labels.count(label) > 1}:
        twins = [i for i, other in enumerate(labels) if other == label]
        flat = [leaves(configs[i]) for i in twins]
        paths = sorted({path for leaf in flat for path in leaf if path.rsplit(".", 1)[-1] != "seed"})
        paths = [path for path in paths if not same([leaf.get(path) for leaf in flat])]
        short = short_keys(paths)
        for count, (i, leaf) in enumerate(zip(twins, flat), 1):
            words = [value_text(short[path], leaf[path], "1") for path in paths
                     if isinstance(leaf.get(path), (str, int, float))]
            labels[i] = ", ".join([label] + words)
        if len({labels[i] for i in twins}) < len(twins):
            for count, i in enumerate(twins, 1):
                labels[i] = f"{labels[i]} ({count})"
    return labels
