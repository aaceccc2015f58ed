"""Attacks in the record: who lied, and how often."""
import h5py
import pytest

from conftest import SMALL


def lies(folder, keys):
    """The column lies of the workers after 10 rounds of sgd with these keys; None: there is no such column."""
    text = SMALL.replace('{ "localsgd", period = 4 }', '"sgd"').replace("steps = 40", "rounds = 10")
    folder.write(text.replace("dt.scenario {", f"dt.scenario {{ {keys}"))
    done = folder.run("run", "scenario.lua", "-o", "lies.h5", "--fresh", "--quiet")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "lies.h5") as f:
        table = f["runs/0/workers" if "runs/0" in f else f"runs/{next(iter(f['runs']))}/workers"]
        if "lies" not in table:
            return None
        works = table["role"][:] == b"worker"
        assert not table["lies"][:][~works].any()
        return table["lies"][:][works].tolist()


def test_without_the_key_there_is_no_column(folder):
    assert lies(folder, "") is None


@pytest.mark.parametrize("attack, each, total", [
    ('"none"', [0, 0, 0, 0], 0),
    ('{ "noise", deviation = 0.1, ranks = { 1, 3 } }', [0, 10, 0, 10], 20),
    ('{ "label_flip", ranks = { 0 } }', [10, 0, 0, 0], 10),
    ('{ "noise", deviation = 0.1, count = 2 }', None, 20),
    ('{ "label_flip", count = 3, every = 0 }', None, 30),
])
def test_the_record_says_who_lied_and_how_often(folder, attack, each, total):
    found = lies(folder, f"attack = {attack}, ")
    assert sum(found) == total
    assert each is None or found == each


def test_labels_of_real_numbers_cannot_be_flipped(folder):
    text = SMALL.replace('{ "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }', '{ "linear", rows = 200, columns = 5 }')
    folder.write(text.replace('"softmax"', '"linear"').replace("dt.scenario {", 'dt.scenario { attack = "label_flip",'))
    for command in ("plan", "run"):
        done = folder.run(command, "scenario.lua")
        assert done.returncode == 2 and "attack: \"label_flip\" needs labels" in done.stderr, done.stderr


@pytest.mark.parametrize("attack, code, said", [
    ('{ "reverse", count = 2 }', '{ "vote", byzantine = 1 }', 'attack.count: 2 workers lie, and the code "vote" is sure to bear 1 (code.byzantine)'),
    ('{ "constant", ranks = { 0, 3 } }', '{ "fourier", byzantine = 1 }', 'attack.ranks: 2 workers lie, and the code "fourier" is sure to bear 1'),
    ('{ "reverse", count = 1 }', '{ "vote", byzantine = 1 }', None),
    ('{ "none", count = 2 }', '{ "vote", byzantine = 1 }', None),
    ('{ "reverse", count = 2 }', '"none"', None),
])
def test_more_liars_than_a_code_bears_are_said(folder, attack, code, said):
    text = SMALL.replace('{ "localsgd", period = 4 }', '"coded"').replace("4", "6").replace("steps = 60", "rounds = 1")
    folder.write(text.replace("dt.scenario {", f"dt.scenario {{ attack = {attack}, code = {code}, "))
    for command in ("plan", "run"):
        stderr = folder.run(command, "scenario.lua").stderr
        assert said in stderr and "gradient_error" in stderr if said else "workers lie" not in stderr, stderr
