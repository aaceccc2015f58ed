"""test_load.py - a file becomes runs, groups and labels; what is not a record is refused in one sentence."""
import re
from pathlib import Path

import h5py
import numpy as np
import pytest

import analysis
from analysis import RecordError, load
from conftest import full_evaluations, full_workers, named, realistic, write_record


ROOT = Path(__file__).parents[2]


def one_run(swept: dict, **more) -> dict:
    return {"swept": swept, "evaluations": full_evaluations(time_s=[0.0, 1.0], step=[0, 1], loss=[2.0, 1.0]),
            "workers": full_workers([1.0], [0.0], [0.0], [0.0]), **more}


def test_runs_are_grouped_by_what_was_swept_but_the_seed(sweep_file):
    with load(sweep_file) as record:
        labels = [c.label for c in record.configurations]
        assert labels == ["sgd", "localsgd, period 5", "localsgd, period 20", "adacomm"]
        runs = [[run.id for run in c.runs] for c in record.configurations]
        assert runs == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
        assert record.configurations[1].swept == {"strategy": "localsgd", "strategy.period": 5.0}
        assert record.configurations[0].swept["strategy.period"] is None


def test_groups_come_in_the_order_of_the_sweep_even_when_seeds_are_outermost(tmp_path):
    runs = [one_run({"strategy.period": p, "seed": s}) for s in (1, 2) for p in (20.0, 5.0)]
    with load(write_record(tmp_path / "a.h5", runs)) as record:
        assert [c.label for c in record.configurations] == ["period 20", "period 5"]
        assert [[run.swept["seed"] for run in c.runs] for c in record.configurations] == [[1, 2], [1, 2]]


def test_choices_of_one_name_are_told_apart_by_their_config(tmp_path):
    runs = [one_run({"strategy": "localsgd", "seed": s},
                    config={"strategy": {"name": "localsgd", "period": p}, "seed": s}) for p in (5, 20) for s in (1, 2)]
    with load(write_record(tmp_path / "a.h5", runs)) as record:
        assert [c.label for c in record.configurations] == ["localsgd, period 5", "localsgd, period 20"]
        assert [len(c.runs) for c in record.configurations] == [2, 2]


def test_a_single_run_is_named_after_its_strategy(tmp_path):
    with load(write_record(tmp_path / "a.h5", [one_run({}, config={"strategy": {"name": "sgd"}})])) as record:
        assert [c.label for c in record.configurations] == ["sgd"]


def test_texts_are_decoded_however_they_are_stored(tmp_path):
    path = write_record(tmp_path / "a.h5", [one_run({"split": "iid"}), one_run({"split": "shards"})])
    with h5py.File(path, "r+") as file:
        del file["sweep/split"]
        file["sweep/split"] = np.array([b"iid", b"shards"])
        file["sweep/split"].attrs["unit"] = np.bytes_(b"1")
        file.attrs["format"], file.attrs["scenario"] = np.bytes_(b"dtsim"), np.bytes_("τ".encode())
    with load(path) as record:
        assert list(record.sweep["split"]) == ["iid", "shards"]
        assert record.name == "τ" and record.units["split"] == "1"
        assert [c.label for c in record.configurations] == ["iid", "shards"]


def test_swept_quantities_are_known_as_the_scenario_wrote_them(tmp_path):
    runs = [one_run({"platform.bandwidth": rate, "rate": 0.1}) for rate in (12500.0, 1.25e6, 2.5e6, 2500001.0)]
    written = {"platform.bandwidth": ["100kbps", "10Mbps", "", ""]}
    with load(write_record(tmp_path / "a.h5", runs, {"platform.bandwidth": "B/s"}, written=written)) as record:
        assert [c.label for c in record.configurations] == \
            ["bandwidth 100kbps", "bandwidth 10Mbps", "bandwidth 2.5 MB/s", "bandwidth 2.500001 MB/s"]
        assert record.words.value("platform.bandwidth", 1.25e6) == "10Mbps"
        assert list(record.evaluations["platform.bandwidth"].unique()) == [12500.0, 1.25e6, 2.5e6, 2500001.0]




def fields(name):
    """The fields of a class of the Lua reference."""
    reference = (ROOT / "lua/dt/reference.gen.lua").read_text()
    return re.findall(r"^---@field (\w+)", reference.split(f"---@class {name}\n")[1].split("\n\n")[0], re.M)


SCENARIO_KEYS = fields("dt.scenario")
FORMAT = (ROOT / "sim/record/FORMAT.md").read_text()
TABLES = {name: list(dict.fromkeys(re.findall(r"`(\w+)`", row.split("|")[1]))) for name, row in
          re.findall(r"^(?:\| `(\w+)`: )(.*\|.*)\|$", FORMAT, re.M)} | {"evaluations": fields("dt.evaluation")}


def test_no_swept_key_ever_hides_a_column_of_a_table_or_is_hidden_by_one(tmp_path):
    """All keys of a scenario against all columns that FORMAT.md lists, in tables of all runs and in the sweep's own."""
    assert {"slowness", "seed", "workers", "platform"} <= set(SCENARIO_KEYS)
    assert {"time_s", "updates"} <= set(TABLES["evaluations"])
    assert {"speed", "rank"} <= set(TABLES["workers"])
    assert not set(SCENARIO_KEYS) & set(analysis.RESULTS)
    paths = ["strategy.lr", "split.rank"]
    for name in ("evaluations", "workers", "spans", "rounds", "links", "routes", "messages", "staleness"):
        own = TABLES[name]
        run = {"swept": {key: f"{key} is swept" for key in SCENARIO_KEYS + paths},
               name: {column: [1.0, 2.0] for column in own}}
        with load(write_record(tmp_path / f"{name}.h5", [run])) as record:
            table = getattr(record, name)
            assert len(set(table.columns)) == len(table.columns) == 2 + len(run["swept"]) + len(own)
            for column in own:
                assert list(table[column]) == [1.0, 2.0]
            for key in run["swept"]:
                assert set(table[f"sweep.{key}" if key in own else key]) == {f"{key} is swept"}


def test_a_swept_key_that_a_table_has_as_a_column_is_called_so_for_all_runs(tmp_path):
    """Also where only one run's table has the column."""
    runs = [one_run({"speed": "constant"}), one_run({"speed": "uniform"})]
    del runs[0]["workers"]["speed"]
    with load(write_record(tmp_path / "a.h5", runs)) as record:
        assert list(record.workers["sweep.speed"]) == ["constant", "uniform"]
        assert list(record.evaluations["speed"].unique()) == ["constant", "uniform"]


def test_tables_are_read_when_asked_for(tmp_path):
    run = one_run({"x": 1.0}, spans={**named([0, 1]), "kind": ["compute", "wait"], "start_s": [0.0, 1.0]})
    with load(write_record(tmp_path / "a.h5", [run, one_run({"x": 2.0})])) as record:
        assert list(record.runs[0].evaluations["loss"]) == [2.0, 1.0]
        assert list(record.runs[0].spans["kind"]) == ["compute", "wait"]
        assert record.runs[1].spans.empty
        assert record.runs[0].final["loss"] == 1.0 and record.runs[0].final["accuracy"] is None


def test_tables_of_all_runs_carry_the_run_and_what_was_swept(sweep_file):
    with load(sweep_file) as record:
        evaluations = record.evaluations
        assert list(evaluations.columns[:6]) == ["run", "configuration", "strategy", "strategy.period", "seed", "time_s"]
        assert len(evaluations) == sum(len(run.evaluations) for run in record.runs)
        fifth = evaluations[evaluations["run"] == 5]
        assert list(fifth["loss"]) == list(record.runs[5].evaluations["loss"]) and set(fifth["seed"]) == {2}
        assert set(fifth["configuration"]) == {"localsgd, period 5"} and set(fifth["strategy.period"]) == {5.0}
        assert record.workers.groupby("run").size().tolist() == [8] * 12
        assert len(record.sweep) == 12 and record.links.empty and record.claims.empty


def test_only_ok_and_diverged_runs_are_shown(tmp_path):
    runs = [one_run({"seed": s}, status=status) for s, status in enumerate(("ok", "diverged", "crash", "audit"))]
    with load(write_record(tmp_path / "a.h5", runs)) as record:
        only, = record.configurations
        assert [run.id for run in only.shown] == [0, 1] and len(only.runs) == 4 and only.diverged == 1


def test_the_question_is_the_first_comment_of_the_scenario(tmp_path):
    sources = {"-- How fast?\nreturn 1": "How fast?", "return 1\n-- late": "tau", "": "tau", "--\n-- Who?": "Who?",
               "\n\n--- Why? \n-- more": "Why?"}
    for source, question in sources.items():
        with load(write_record(tmp_path / "a.h5", [one_run({})], source=source)) as record:
            assert record.question == question


def refused(path) -> str:
    with pytest.raises(RecordError) as caught:
        load(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)
    return str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    assert "no such file" in refused(tmp_path / "none.h5")


def test_a_foreign_file_is_refused(tmp_path):
    (tmp_path / "text.h5").write_text("hello")
    assert "not an HDF5 file" in refused(tmp_path / "text.h5")
    h5py.File(tmp_path / "other.h5", "w").close()
    assert "not a record of dtsim" in refused(tmp_path / "other.h5")


def test_a_folder_is_refused(tmp_path):
    assert refused(tmp_path)


@pytest.mark.parametrize("step, made, told, cure", [(1, "0.9", " (made by dtsim 0.9)", "a newer dtsim reads it"),
                                                    (-1, "0.1", " (made by dtsim 0.1)", "run its scenario again"),
                                                    (-1, None, "", "run its scenario again")])
def test_another_version_is_refused_by_its_number(tmp_path, step, made, told, cure):
    own, other = analysis.VERSION, analysis.VERSION + step
    path = write_record(tmp_path / "a.h5", [one_run({})], version=other, dtsim=made)
    assert refused(path) == f"{path}: expected a result file of version {own}, got version {other}{told}: {cure}"


def test_a_truncated_file_is_refused(tmp_path):
    path = realistic(tmp_path / "a.h5")
    with open(path, "r+b") as file:
        file.truncate(3000)
    assert "damaged" in refused(path)


def test_a_file_without_a_sweep_or_with_a_missing_run_is_refused(tmp_path):
    path = write_record(tmp_path / "a.h5", [one_run({"x": 1.0}), one_run({"x": 2.0})])
    with h5py.File(path, "r+") as file:
        del file["runs/0001"]
    assert "run 1" in refused(path)
    with h5py.File(path, "r+") as file:
        del file["sweep"]
    assert "expected the result file of a sweep" in refused(path)


def test_columns_of_unequal_length_are_refused(tmp_path):
    path = write_record(tmp_path / "a.h5", [one_run({})])
    with h5py.File(path, "r+") as file:
        del file["sweep/loss"]
        file["sweep/loss"] = [1.0, 2.0]
    assert "/sweep differ in length" in refused(path)


def test_evaluations_have_the_energy_of_their_time_and_the_last_that_of_the_end(tmp_path):
    run = one_run({"seed": 1}, energy={"time_s": [0.0], "joules": [0.0]})
    path = write_record(tmp_path / "a.h5", [run])
    with h5py.File(path, "r+") as file:
        file["sweep/joules"][0] = 7.0
    with load(path) as record:
        assert list(record.runs[0].evaluations["joules"]) == [0.0, 7.0] == list(record.evaluations["joules"])


def test_a_dash_among_texts_is_a_key_that_the_run_does_not_have(tmp_path):
    runs = [one_run({"platform": name, "platform.topology": graph}) for name, graph in (("lan", "switch"), ("wan", "-"))]
    with load(write_record(tmp_path / "a.h5", runs)) as record:
        assert [c.label for c in record.configurations] == ["lan, switch", "wan"]
