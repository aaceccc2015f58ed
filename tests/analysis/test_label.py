"""test_label.py - labels are short and never equal; units suit the numbers."""
import pytest

from analysis import label


def labels(*sweeps, configs=None, units={}, written={}) -> list:
    words = label.Words({key: [sweep[key] for sweep in sweeps] for key in sweeps[0]}, units, written)
    return label.label_all(list(sweeps), configs or [{}] * len(sweeps), words, "tau")


def test_what_never_changes_is_left_out():
    assert labels({"a.x": 1.0, "a.y": 2.0}, {"a.x": 1.0, "a.y": 3.0}) == ["y 2", "y 3"]


def test_keys_of_one_last_name_keep_their_path():
    assert labels({"data.rate": 1.0, "model.rate": 2.0}, {"data.rate": 2.0, "model.rate": 1.0}) == \
        ["data.rate 1, model.rate 2", "data.rate 2, model.rate 1"]


def test_values_carry_their_unit():
    assert labels({"platform.latency": 0.04}, {"platform.latency": 1.5}, units={"platform.latency": "s"}) == \
        ["latency 40 ms", "latency 1.5 s"]


def test_truths_are_words():
    assert labels({"c.feedback": "true"}, {"c.feedback": "false"}) == ["feedback on", "feedback off"]


def test_labels_are_never_equal():
    configs = [{"a": {"name": "x", "n": 1}, "seed": 1}, {"a": {"name": "x", "n": 2}, "seed": 2}]
    assert labels({"a": "x"}, {"a": "x"}, configs=configs) == ["tau, n 1", "tau, n 2"]
    assert labels({"a": 1.0}, {"a": 1.0}) == ["tau (1)", "tau (2)"]
    assert labels({"a": 1.0000001}, {"a": 1.0000002}) == ["a 1.0000001", "a 1.0000002"]
    assert len(set(labels({"a.w": 100000.4}, {"a.w": 100000.6}, units={"a.w": "B/s"}))) == 2
    configs = [{"model": {"name": "mlp", "widths": widths}} for widths in ([64], [64, 64], [64])]
    assert labels({"a": "x"}, {"a": "x"}, {"a": "x"}, configs=configs) == \
        ["tau, widths [64] (1)", "tau, widths [64,64]", "tau, widths [64] (2)"]
    assert len(set(labels({"a": "x (1)"}, {"a": "x"}, {"a": "x"}))) == 3


def test_what_the_scenario_wrote_stands_for_the_number():
    written = {"platform.bandwidth": {12500.0: "100kbps", 1.25e6: "10Mbps"}}
    units = {"platform.bandwidth": "B/s"}
    assert labels(*({"platform.bandwidth": rate} for rate in (12500.0, 1.25e6, 2.5e6)), units=units, written=written) == \
        ["bandwidth 100kbps", "bandwidth 10Mbps", "bandwidth 2.5 MB/s"]


def test_amounts_and_lists_stand_behind_their_key_also_beside_names():
    assert labels(*({"compute.seconds": value} for value in ("10ms", "0.02", "exponential"))) == \
        ["seconds 10ms", "seconds 0.02", "exponential"]
    assert labels({"model.widths": "[64]"}, {"model.widths": "[64,64]"}) == ["widths [64]", "widths [64,64]"]


def test_long_texts_are_shortened_around_what_differs():
    paths = [f"/data/{'very/' * 20}{name}/train.csv" for name in ("first", "second", "third")]
    found = labels(*({"data.path": path} for path in paths))
    assert len(set(found)) == 3 and all(len(text) <= label.LONG + 6 for text in found)
    assert all(name in text for name, text in zip(("first", "second", "third"), found))
    texts = {"a" * 50 + tail for tail in ("", "b", "c" * 60, "c" * 59 + "d" * 50)} | {"short"}
    short = label.shortened(texts)
    assert len(set(short.values())) == len(texts) and short["short"] == "short"


@pytest.mark.parametrize("most, unit", [(0, "s"), (5e-7, "µs"), (0.02, "ms"), (599.0, "s"), (600.0, "min"), (2e4, "h"),
                                        (1e6, "d"), (float("nan"), "s")])
def test_time_axes_choose_a_unit_of_few_digits(most, unit):
    assert label.time_unit(most)[1] == unit


@pytest.mark.parametrize("most, unit", [(0, (1, "B")), (999, (1, "B")), (1000, (1e3, "kB")), (2.5e6, (1e6, "MB")),
                                        (1e9, (1e9, "GB")), (3e13, (1e12, "TB"))])
def test_byte_axes_count_in_thousands(most, unit):
    assert label.byte_unit(most) == unit


@pytest.mark.parametrize("value, unit, words",
                         [(0.01, "1", "0.01"), (3.125e9, "B/s", "3.125 GB/s"), (0.04, "s", "40 ms"), (0.0, "s", "0 s"),
                          (3e9, "flop/s", "3 Gflop/s"), (7200.0, "s", "120 min")])
def test_quantities_are_written_with_a_prefix(value, unit, words):
    assert label.quantity(value, unit) == words


def test_a_key_that_reads_as_a_result_keeps_its_path_and_goes_where_another_decides_it():
    goals = [{"stop.accuracy": goal, "p": p} for goal in (0.75, 0.9) for p in (1.0, 2.0)]
    assert labels(*goals) == ["stop.accuracy = 0.75, p 1", "stop.accuracy = 0.75, p 2", "stop.accuracy = 0.9, p 1", "stop.accuracy = 0.9, p 2"]
    zipped = [{"data": data, "stop.accuracy": goal, "p": p} for data, goal in (("mnist", 0.9), ("fashion", 0.75)) for p in (1.0, 2.0)]
    assert labels(*zipped) == ["mnist, p 1", "mnist, p 2", "fashion, p 1", "fashion, p 2"]
