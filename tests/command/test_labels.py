"""What runs are called: by what they were told apart by, as the scenario writes it, wherever it is shown or asked for."""
import re

import h5py
import pytest
from conftest import SMALL


def sweep_of(folder, old, new, *claims, words=()):
    """Run the small scenario with something replaced, and claims added; the lines of its output."""
    texts = "".join(f'["{i}"] = function(r) return {claim} end,' for i, claim in enumerate(claims))
    assert old in SMALL
    folder.write(SMALL.replace(old, new).replace("stop =", "claims = {" + texts + "}, stop =").replace("steps = 40", "steps = 8"))
    done = folder.run("run", "scenario.lua", "-o", "out.h5", "--fresh", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def cells(line):
    return re.split(" {2,}", line.strip())


def column(folder, group, name):
    with h5py.File(folder.path / "out.h5") as file:
        return [cell.decode() if isinstance(cell, bytes) else cell for cell in file[group][name][()]]


PERIOD = 'strategy = { "localsgd", period = 4 }'


def test_a_bare_choice_beside_one_with_parameters_has_its_own_label(folder):
    lines = sweep_of(folder, PERIOD, 'strategy = dt.sweep { "localsgd", { "localsgd", period = 4 } }, seeds = 2',
                     '#r:where { strategy = "localsgd" } == 2', '#r:where { strategy = "localsgd period=4" } == 2',
                     '#r:where { ["strategy.period"] = 4 } == 2')
    assert column(folder, "sweep", "strategy") == ["localsgd", "localsgd", "localsgd period=4", "localsgd period=4"]
    assert [cells(line)[0] for line in lines[1:5]] == column(folder, "sweep", "strategy")


@pytest.mark.parametrize("axis, old, values", [
    ("model", 'model = "softmax"', '{ "mlp", widths = { 8 } }, { "mlp", widths = { 8, 8 } }, "mlp", "softmax"'),
    ("compress", PERIOD, '"topk", { "topk", ratio = 0.5 }, { "topk", ratio = 0.5000001 }, { "topk", error_feedback = false }'),
    ("slowness", PERIOD, '"constant", 2, dt.uniform { low = 1, high = 2 }, dt.uniform { low = 1, high = 3 }'),
    ("evaluate", PERIOD, '{ steps = 2 }, { steps = 4 }, { steps = 4, rounds = 1 }'),
    ("faults", PERIOD, '{ message_loss = 0.1 }, { message_loss = 0.2 }, { message_loss = 0.2, deadline = "1s" }'),
    ("learn", PERIOD, "true, false"),
    ("platform", 'platform = { "lan", hosts = 4 }',
     '{ "lan", hosts = 4 }, { "lan", hosts = 5 }, { "lan", hosts = 4, bandwidth = "10Mbps" }'),
])
def test_values_of_any_axis_have_labels_of_their_own_everywhere(folder, axis, old, values):
    from analysis import load
    sweep_of(folder, old, f"{axis} = dt.sweep {{ {values} }}" + ("" if old != PERIOD else ", " + PERIOD))
    found = column(folder, "sweep", axis)
    assert len(set(found)) == len(found) > 1
    with load(folder.path / "out.h5") as record:
        labels = [c.label for c in record.configurations]
        assert len(set(labels)) == len(labels) == len(found)


def test_quantities_are_shown_and_asked_as_they_were_written(folder):
    lines = sweep_of(folder, 'hosts = 4 }', 'hosts = 4, latency = "50us", bandwidth = dt.sweep { "100kbps", "10Mbps", "1 Mbps", 1.25e6 } }',
                     '#r:where { ["platform.bandwidth"] = "100kbps" } == 1', '#r:where { ["platform.bandwidth"] = 12500 } == 1',
                     '#r:where { ["platform.bandwidth"] = "1.25MBps" } == 2', '#r:where { ["platform.latency"] = "50us" } == 4')
    assert column(folder, "sweep", "platform.bandwidth") == [12500, 1.25e6, 1.25e5, 1.25e6]
    assert column(folder, "written", "platform.bandwidth") == ["100kbps", "10Mbps", "1 Mbps", ""]
    assert [cells(line)[0] for line in lines[1:5]] == ["100kbps", "10Mbps", "1 Mbps", "1250000"]


def test_quantities_of_the_command_line_and_of_distributions_are_kept_likewise(folder):
    sweep_of(folder, PERIOD, PERIOD + ', compute = { seconds = dt.sweep { "10ms", 0.02 } }',
             '#r:where { ["compute.seconds"] = "10ms" } == 2', '#r:where { ["compute.seconds"] = 0.01 } == 2',
             '#r:where { ["compute.seconds"] = "20ms" } == 2', '#r:where { jitter = "constant" } == 4',
             words=["--set", 'platform.latency=dt.sweep { "1ms", "2000us" }'])
    assert column(folder, "sweep", "platform.latency") == [0.001, 0.002, 0.001, 0.002]
    assert column(folder, "written", "platform.latency") == ["1ms", "2000us", "1ms", "2000us"]
    assert column(folder, "sweep", "compute.seconds") == [0.01, 0.01, 0.02, 0.02]
    assert column(folder, "written", "compute.seconds") == ["10ms", "10ms", "", ""]


def test_a_quantity_and_a_list_of_them_are_told_apart_and_asked_for(folder):
    lines = sweep_of(folder, PERIOD, PERIOD + ', compute = { seconds = dt.sweep { "1ms", { "1ms", "1ms", "1ms", "2ms" } } }',
                     '#r:where { ["compute.seconds"] = "1ms" } == 1', '#r:where { ["compute.seconds"] = 0.001 } == 1',
                     '#r:where { ["compute.seconds"] = { "1ms", 0.001, "1000us", "2ms" } } == 1')
    labels = ["1ms", '["1ms","1ms","1ms","2ms"]']
    assert column(folder, "sweep", "compute.seconds") == labels == [cells(line)[0] for line in lines[1:3]]


def test_joined_sweeps_call_a_number_and_a_list_what_they_are(folder):
    """Not "constant" and "each", by which the configuration calls them."""
    sweep_of(folder, "period = 4", "period = dt.sweep { 4, 2 }")
    for setting in ('jitter=2', 'jitter={ 1, 2, 3, 4 }', 'jitter={ 1, 2, 3, 5 }', 'jitter=dt.exponential {}'):
        done = folder.run("run", "scenario.lua", "-o", "out.h5", "--add", "--set", setting, "--set", "strategy.period=4")
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
    assert column(folder, "sweep", "jitter") == ["1", "1", "2", "[1,2,3,4]", "[1,2,3,5]", "exponential"]
    assert cells(lines[0])[:3] == ["period", "jitter", "time"]
    assert [cells(line)[1] for line in lines[1:7]] == column(folder, "sweep", "jitter")


def test_without_units_nothing_is_written_twice(folder):
    sweep_of(folder, "period = 4", "period = dt.sweep { 2, 4 }")
    with h5py.File(folder.path / "out.h5") as file:
        assert "written" not in file


def test_no_two_columns_of_the_printed_table_have_one_heading(folder):
    lines = sweep_of(folder, "strategy =",
                     'evaluate = { rounds = dt.sweep { 1, 2 }, bytes = dt.sweep { 5000, 6000 } }, strategy =')
    heads = lines[0].split()
    assert len(set(heads)) == len(heads)
    assert heads[:2] == ["evaluate.bytes", "evaluate.rounds"] or heads[:2] == ["evaluate.rounds", "evaluate.bytes"]


def test_info_shows_quantities_as_written_and_no_sign_before_nan(folder):
    sweep_of(folder, 'hosts = 4 }',
             'hosts = 4, bandwidth = dt.sweep { "10Mbps", "1Gbps" } }, '
             'optimiser = { "sgd", lr = dt.sweep { 0.1, 0.10000001 } }')
    shown = folder.run("info", "out.h5").stdout
    head, *rows = [line.split("\t") for line in shown.splitlines() if "\t" in line]
    assert [dict(zip(head, row))["platform.bandwidth"] for row in rows[:4]] == ["10Mbps", "10Mbps", "1Gbps", "1Gbps"]
    assert [dict(zip(head, row))["optimiser.lr"] for row in rows[:2]] == ["0.1", "0.10000001"]


def test_info_and_diff_show_what_is_missing_as_nan(folder):
    sweep_of(folder, PERIOD, 'strategy = dt.sweep { "sgd", { "localsgd", period = dt.sweep { 2, 4 } } }')
    shown = folder.run("info", "out.h5").stdout
    head, row = [line.split("\t") for line in shown.splitlines() if "\t" in line][:2]
    assert dict(zip(head, row))["strategy.period"] == "nan"
    assert "-nan" not in shown
    folder.run("run", "scenario.lua", "-o", "more.h5", "--set", "strategy={ 'localsgd', period = dt.sweep { 1, 2, 4 } }")
    assert "-nan" not in folder.run("diff", "out.h5", "more.h5").stdout


def test_a_claim_that_asks_for_what_cannot_be_says_so(folder):
    folder.write(SMALL.replace("stop =", """claims = { key = function(r) return #r:where { ["data.rowz"] = 200 } == 1 end,
      share = function(r) return r:time_to { accuracy = 70 } < 1 end }, stop ="""))
    done = folder.run("run", "scenario.lua")
    assert done.returncode == 1
    assert 'BROKEN: key (no run has a key "data.rowz"; did you mean "data.rows"?)' in done.stdout
    assert "BROKEN: share (accuracy: expected a share such as 0.7, got 70)" in done.stdout


def test_help_says_what_a_claim_can_ask(folder):
    told = folder.run("help", "claims").stdout
    for word in ("results:where { key = value }", "time_to", "median", "in any unit", "as fine as the evaluations", "label"):
        assert word in told
    assert "dtsim help claims" in folder.run("help", "scenario").stdout
    assert "claims" in folder.run("help", "claim").stdout
