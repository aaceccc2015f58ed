"""Names that keys had in files of the format's first version: each is refused like any other unknown key, and the present
one is named where it is near."""
import pytest

from conftest import SMALL


def inside(table):
    """The scenario with room for a key in a table that begins so."""
    key = table.split(" =")[0]
    lines = [line for line in SMALL.splitlines(keepends=True) if not line.startswith(f"  {key} =")]
    return "".join(lines).replace("  stop =", f"  {table} %s }},\n  stop =")


TOP = SMALL.replace("  stop =", "  %s,\n  stop =")
OLD = [     # where, the old key with a value, how the sentence ends
    (TOP, "speed = 2", ""),
    (TOP, "mark = { steps = 1 }", ""),
    (TOP, "on_mark = function(e) end", "on_evaluate"),
    (TOP, "batch = 8", "batch_size"),
    (inside("ideal = {"), "speed = true", ""),
    (inside('optimiser = { "sgd",'), "rate = 0.1", ""),
    (inside('optimiser = { "sgd",'), "decay = 0.1", "weight_decay"),
    (inside('optimiser = { "adam",'), "rate = 0.1", ""),
    (inside('optimiser = { "adam",'), "b1 = 0.5", ""),
    (inside('optimiser = { "adam",'), "b2 = 0.5", ""),
    (inside('strategy = { "localsgd",'), "reset = true", "reset_momentum"),
    (inside('strategy = { "adacomm",'), "rates = true", ""),
    (inside('strategy = { "adacomm",'), "couple = true", ""),
    (inside('strategy = { "adacomm",'), "block = 0.3", "block_momentum"),
    (inside('strategy = { "fedavg",'), "over = 1.5", "overselect"),
    (inside('strategy = { "fedavg",'), "prox = 1", ""),
    (inside('strategy = { "fedavg",'), "epochs = 5", "local_epochs"),
    (inside('strategy = { "gossip",'), "mix = 0.5", ""),
    (inside('compress = { "topk",'), "feedback = false", "error_feedback"),
    (inside("faults = {"), "loss = 0.1", "message_loss"),
    (inside('platform = { "mobile", phones = 4,'), "eff = 0.3", "efficiency"),
    (inside('data = { "synthetic",'), "least = 20", ""),
    (inside('data = { "synthetic",'), "most = 60", ""),
]


@pytest.mark.parametrize("scenario, given, near", OLD, ids=[f"{i} {given}" for i, (_, given, _) in enumerate(OLD)])
def test_an_old_name_is_an_unknown_key(folder, scenario, given, near):
    done = folder.run("plan", folder.write(scenario % given))
    key = given.split(" =")[0]
    assert done.returncode == 2 and f"{key}: there is no such key" in done.stderr, done.stderr
    assert not near or f'did you mean "{near}"?' in done.stderr or f"write {near} = " in done.stderr, done.stderr
