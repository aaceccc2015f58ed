"""Differential privacy on the command line: what it is refused with, and what a record says of it."""
import h5py
import pytest

from conftest import SMALL

FED = SMALL.replace('{ "localsgd", period = 4 }', '{ "fedavg", fraction = 0.5 }').replace("stop = { steps = 40 }", "stop = { rounds = 4 }")
PRIVATE = "privacy = { noise_multiplier = 2 }"


def private(text, *pairs):
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text.replace("workers = 4", f"workers = 4, {PRIVATE}", 1)


@pytest.mark.parametrize("text, words", [
    (private(SMALL), ['no server of "localsgd"', '"fedavg"']),
    (private(FED, ("workers = 4", 'workers = 4, aggregate = "median"')), ['"median"', 'aggregate = "mean"']),
    (private(FED, ("workers = 4", 'workers = 4, compress = "sketch"')), ['"sketch"', "compressor"]),
])
def test_privacy_is_refused_where_no_epsilon_would_follow(folder, text, words):
    folder.write(text)
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet")
    assert done.returncode == 2 and "privacy: " in done.stderr, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_epsilon_stands_in_every_evaluation_and_can_be_a_budget(folder):
    folder.write(private(FED, ("rounds = 4", "rounds = 400, epsilon = 6")))
    assert folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet").returncode == 0
    with h5py.File(folder.path / "out.h5") as f:
        epsilon = f["runs/0000/evaluations/epsilon"][:]
        assert epsilon[0] == 0 and all(epsilon[1:] > epsilon[:-1]) and epsilon[-2] < 6 <= epsilon[-1]
        assert f["runs/0000/evaluations/clip_norm"][-1] == 1


def test_without_the_key_a_record_knows_nothing_of_privacy(folder):
    folder.write(FED)
    assert folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet").returncode == 0
    with h5py.File(folder.path / "out.h5") as f:
        assert "epsilon" not in f["runs/0000/evaluations"] and "privacy" not in str(list(f["runs/0000"].attrs))


@pytest.mark.parametrize("text, words", [
    (SMALL, ['no server of "localsgd"', '"fedavg"']),
    (FED.replace("workers = 4", 'workers = 4, aggregate = "median"'), ['"median"', 'aggregate = "mean"']),
    (FED.replace("workers = 4", 'workers = 4, compress = "topk"'), ['"topk"', 'compress = "none"']),
])
def test_secure_aggregation_is_refused_where_a_sum_does_not_do(folder, text, words):
    folder.write(text.replace("workers = 4", "workers = 4, secure_aggregation = {}", 1))
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet")
    assert done.returncode == 2 and "secure_aggregation: " in done.stderr, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


@pytest.mark.parametrize("command", [["run", "scenario.lua", "-o", "out.h5", "--quiet"], ["plan", "scenario.lua"]])
def test_the_sum_of_one_client_would_be_its_update(folder, command):
    folder.write(FED.replace("fraction = 0.5", "fraction = 0.25").replace("workers = 4", "workers = 4, secure_aggregation = {}", 1))
    done = folder.run(*command)
    assert done.returncode == 2, done.stderr
    assert "secure_aggregation: " in done.stderr and "at least 2 clients in a round (strategy.fraction), got 1 of 4" in done.stderr, done.stderr


def test_the_sum_of_masked_updates_trains_as_the_plain_one(folder):
    folder.write(FED)
    assert folder.run("run", "scenario.lua", "-o", "plain.h5", "--quiet").returncode == 0
    folder.write(FED.replace("workers = 4", "workers = 4, secure_aggregation = {}", 1))
    assert folder.run("run", "scenario.lua", "-o", "masked.h5", "--quiet", "--threads", "3").returncode == 0
    with h5py.File(folder.path / "plain.h5") as f, h5py.File(folder.path / "masked.h5") as g:
        plain, masked = f["runs/0000/evaluations"], g["runs/0000/evaluations"]
        assert masked["loss"][:] == pytest.approx(plain["loss"][:], rel=1e-5)
        assert masked["bytes"][-1] > plain["bytes"][-1] and list(masked["failed_rounds"]) == [0] * len(masked["loss"])


@pytest.mark.parametrize("strategy, key", [
    ('{ "fedavg", sample = "size" }', "privacy = {}"), ('{ "fedavg", sample = "size" }', "secure_aggregation = {}"),
    ('"fedbuff"', "secure_aggregation = {}"), ('"fedbuff"', 'privacy = "distributed"'), ('"scaffold"', "privacy = {}"),
    ('"fednova"', "secure_aggregation = {}"),
])
def test_what_updates_do_not_bear_is_refused_at_the_key(folder, strategy, key):
    folder.write(FED.replace('{ "fedavg", fraction = 0.5 }', strategy).replace("workers = 4", f"workers = 4, {key}", 1))
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--quiet")
    assert done.returncode == 2 and f"{key.partition(' ')[0]}: " in done.stderr, done.stderr
