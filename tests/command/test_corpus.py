"""What every strategy does with every collective, compressor, split and kind of fault: simulated times, bytes, steps and
rounds are those of tests/golden/corpus.txt to the last digit, losses too on the kind of processor that wrote them.
A line is a run, and the name of a run says what it is: what is added later changes no other line.  tests/README.md says how
lines are renewed."""
import os

import pytest

import golden

CORPUS = golden.GOLDEN / "corpus.txt"
HEAD = ["# What small runs of tests/golden/base.lua did (tests/command/test_corpus.py; tests/README.md says how to renew).",
        "# path, workers, losses: checksums of columns of the tables evaluations and workers; ~: a loss of another processor."]
KIND = "# losses: "
NEAR = 1e-3         # of losses on another kind of processor

# What a strategy sends its models by, or waits by; another strategy takes means.
BY = {"gossip": "topology", "qgm": "topology", "tracking": "topology", "d2": "topology", "fedavg": "aggregate", "fedasync": "aggregate",
      "fedbuff": "aggregate", "fednova": "aggregate",
      "scaffold": "aggregate", "speculative": "aggregate", "budget": "aggregate", "coded": "code", "ps": "sync", "gaia": "sync"}
TWO = {"collective": ("ring", "star"), "topology": ("ring", "exponential"), "aggregate": ("weighted", "mean"),
       "code": ("fractional", "cyclic"), "sync": ("bsp", "ssp")}
PRESET = {"compress": "none", "split": "iid"}


def named(choice):
    return " ".join(f"{room}={name}" for room, name in choice.items() if PRESET.get(room) != name)


def choices(folder):
    """Every run as { room = member }."""
    strategies = golden.variants("strategy", golden.members(folder, "strategy"))
    faults = sorted(file.stem for file in (golden.GOLDEN / "fault").glob("*.json"))
    for strategy in strategies:
        by = BY.get(strategy.split("-")[0], "collective")
        ways = golden.variants(by, golden.members(folder, by))
        assert set(TWO[by]) <= set(ways)
        for way in ways:
            if golden.refuses("strategy", strategy, f"{by}/{way}"):
                continue
            for seed in (1, 2):
                yield {"strategy": strategy, by: way, "seed": seed}
                for fault in faults if by == "collective" or way in TWO[by] else []:
                    if not any(golden.refuses(room, one, f"fault/{fault}") for room, one in (("strategy", strategy), (by, way))):
                        yield {"strategy": strategy, by: way, "fault": fault, "seed": seed}
        for room in ("compress", "split"):
            for member in golden.variants(room, golden.members(folder, room)):
                if golden.refuses("strategy", strategy, f"{room}/{member}"):
                    continue
                for way, seed in zip(TWO[by], (1, 2)):
                    yield {"strategy": strategy, by: way, room: member, "seed": seed}


def changes(choice):
    """What a choice sets: its strategy last, as topologies are written with one."""
    out = {"seed": choice["seed"]}
    for room, name in sorted(choice.items(), key=lambda pair: pair[0] == "strategy"):
        out.update(golden.changes(room, name) if room != "seed" else {})
    return out


def line(values):
    return " ".join(f"{key}={str(value).removesuffix('.0').replace(' ', '_')}" for key, value in values.items())


def words(text):
    return dict(word.split("=") for word in text.split())


def read():
    """The kind of processor that wrote the file, and { name of a run: its line }."""
    lines = CORPUS.read_text().splitlines() if CORPUS.exists() else []
    kind = next((one[len(KIND):] for one in lines if one.startswith(KIND)), None)
    return kind, dict(one.split(": ", 1) for one in lines if not one.startswith("#"))


def write(kind, lines):
    CORPUS.write_text("\n".join([*HEAD, KIND + kind, *(f"{name}: {lines[name]}" for name in sorted(lines))]) + "\n")


def renew(kind, known, here, now, choice):
    """The file as GOLDEN wants it: what is missing is added, what no run has any more goes, what is asked for is replaced."""
    if os.environ["GOLDEN"] == "renew:all":
        kind, known = here, {}
    kind = kind or here
    lines = {}
    for name, text in now.items():
        asked = any(golden.renewed(f"{room}/{member}") for room, member in choice[name].items())
        if kind != here:
            text = text.replace(" loss=", " loss=~").split(" losses=")[0]
        lines[name] = known[name] if name in known and not asked else text
    write(kind, lines)


def unlike(known, now, alike):
    """What differs between two lines and may not; losses may, in their last digits, where the processors are not alike."""
    a, b = words(known), words(now)
    if "loss" in a and "loss" in b and (not alike or a["loss"].startswith("~")):
        a.pop("losses", None), b.pop("losses", None)
        if float(b["loss"]) == pytest.approx(float(a["loss"].strip("~")), rel=NEAR, abs=NEAR):
            a["loss"] = b["loss"]
    return ", ".join(f"{key} {a.get(key)} -> {b.get(key)}" for key in {**a, **b} if a.get(key) != b.get(key))


def test_every_run_does_what_it_did(folder):
    choice = {named(one): one for one in choices(folder)}
    done = golden.outcomes(folder, {name: changes(one) for name, one in choice.items()})
    now = {name: line(done[name]) for name in choice}
    here = golden.arithmetic(folder)
    if os.environ.get("GOLDEN", "").startswith("renew"):
        renew(*read(), here, now, choice)
    kind, known = read()
    missing, gone = [name for name in now if name not in known], [name for name in known if name not in now]
    assert not missing, f"{len(missing)} runs have no line, such as {missing[0]}: GOLDEN=renew make golden adds them"
    assert not gone, f"{len(gone)} lines have no run any more, such as {gone[0]}: GOLDEN=renew make golden removes them"
    wrong = [f"{name}: {what}" for name, text in known.items() if (what := unlike(text, now[name], kind == here))]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(known)} runs differ (losses of {kind}, here {here}):", *wrong[:40]])
