"""test_figures.py - the data of every figure by numbers worked out by hand, and what each says that lacks it."""
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from analysis import RecordError, figures, load
from analysis.figures import Choice, platform
from analysis.scene import Scene
from conftest import full_evaluations, full_workers, training, write_record
from layered import Toy

INF, NAN = np.inf, np.nan


@pytest.fixture
def scene_of(tmp_path):
    """A function from runs to the scene of their record."""
    opened = []

    def make(runs, **attributes):
        opened.append(load(write_record(tmp_path / f"{len(opened)}.h5", runs, **attributes)))
        return Scene(opened[-1])

    yield make
    for record in opened:
        record.close()


@pytest.fixture
def full(full_file):
    with load(full_file) as record:
        yield Scene(record)


def data(name: str, scene, **choice):
    return figures.figure(name).data(scene, Choice(**choice))


def missing(name: str, scene, **choice) -> str:
    return figures.figure(name).missing(scene, Choice(**choice))


def short_run(swept: dict, loss, time=None, status: str = "ok", **columns) -> dict:
    time = range(len(loss)) if time is None else time
    evaluations = full_evaluations(time_s=time, loss=loss, step=range(len(loss)), **columns)
    return {"swept": swept, "evaluations": evaluations, "status": status, "config": {"seed": swept.get("seed", 1)}}


def test_every_figure_says_what_it_is_and_refuses_or_draws(full, scene_of):
    bare = scene_of([{"swept": {"seed": 1}, "status": "ok", "evaluations": full_evaluations(time_s=[0.0])}])
    for name in figures.FIGURES:
        module = figures.figure(name)
        assert module.BRIEF and module.NEEDS and set(module.OPTIONS) <= set(Choice.__dataclass_fields__)
        held = scene_of([Toy().run()]) if name in ("step", "efficiency") else full
        assert module.missing(held, Choice()) == "" and len(module.data(held, Choice())) > 0
        sentence = module.missing(bare, Choice())
        assert sentence == "" or ("; " in sentence and "\n" not in sentence)


def test_the_usual_figures_are_those_the_file_can_fill(full, scene_of):
    assert figures.usual(full) == ["overview", "progress", "target", "differences", "sweep", "heatmap", "scaling", "staleness", "ages",
                                   "consensus", "gantt", "platform"]
    one = scene_of([short_run({"seed": 1}, [2, 1], bytes=[0, 5])])
    assert figures.usual(one) == ["overview"]


def test_a_curve_is_the_band_of_each_configuration(scene_of):
    scene = scene_of([short_run({"p": p, "seed": s}, [9, p + s], bytes=[0, 100]) for p in (1.0, 5.0) for s in (0, 2)])
    found = data("curve", scene, x="bytes")
    assert list(found["configuration"]) == ["p 1", "p 1", "p 5", "p 5"]
    assert_array_equal(found["x"], [0, 100, 0, 100])
    assert_array_equal(found["median"], [9, 2, 9, 6])
    assert_array_equal(found["low"], [9, 1, 9, 5])
    assert "hold no joules" in missing("curve", scene, x="joules")
    assert "--x: \"weight\" is none of the columns of evaluations: time_s" in missing("curve", scene, x="weight")


def test_energy_is_an_axis_where_evaluations_hold_it(scene_of):
    run = short_run({"seed": 1}, [3, 2, 1])
    run["evaluations"]["joules"] = np.array([0.0, 5.0, 9.0])
    scene = scene_of([run])
    assert_array_equal(data("curve", scene, x="joules")["x"], [0, 5, 9])
    assert "joules" in set(data("overview", scene)["over"])


def test_the_schedule_holds_period_and_rate(scene_of):
    found = data("schedule", scene_of([short_run({"seed": 1}, [3, 2], local_steps=[4, 2], lr=[0.1, 0.1])]))
    assert list(found["quantity"]) == ["local_steps", "local_steps", "lr", "lr"]
    assert_array_equal(found["median"], [4, 2, 0.1, 0.1])


def test_times_to_a_target_and_the_runs_that_never_reach_it(scene_of):
    scene = scene_of([short_run({"p": 1.0, "seed": 1}, [5, 2, 1], [0, 10, 20]),
                      short_run({"p": 1.0, "seed": 2}, [5, 4, 3], [0, 10, 30]),
                      short_run({"p": 2.0, "seed": 1}, [5, 4, NAN], [0, 10, 20], "diverged")])
    found = data("target", scene, target=2.0)
    assert_array_equal(found["reached_s"], [10, NAN, NAN])
    assert_array_equal(found["end_s"], [20, 30, 20])
    assert list(found["censored"]) == [0, 1, 1]


def test_the_target_is_what_the_scenario_stops_at_else_what_half_of_the_configurations_reach(scene_of):
    target = figures.figure("target")
    runs = [short_run({"p": p, "seed": 1}, [9.0, p / 30]) for p in (1.0, 2.0, 3.0)]
    assert target.target_of(scene_of(runs), Choice()) == pytest.approx(0.067)
    for run in runs:
        run["config"] = {"stop": {"loss": 0.5}}
    assert target.target_of(scene_of(runs), Choice()) == 0.5


def paired_runs(effect: dict) -> list:
    return [short_run({"p": p, "seed": s}, [9.0, 10.0 * s + change[s]]) for p, change in effect.items()
            for s in (1, 2, 3)]


def test_differences_are_paired_by_seed_and_name_no_winner_where_zero_is_inside(scene_of):
    scene = scene_of(paired_runs({1.0: [0, 0, 0, 0], 2.0: [0, -1.0, -1.1, -0.9], 3.0: [0, 1.0, -1.0, 0.3]}))
    found = data("differences", scene)
    found = found[found["result"] == "loss"].set_index("configuration")
    assert found.loc["p 2", "mean"] == pytest.approx(-1.0) and found.loc["p 2", "high"] < 0
    assert found.loc["p 2", "high"] - found.loc["p 2", "mean"] == pytest.approx(4.302653 * 0.1 / np.sqrt(3), rel=1e-5)
    assert list(found["verdict"]) == ["lower", "not told apart"] and list(found["seeds"]) == [3, 3]
    other = data("differences", scene, against="p 2")
    assert list(other[other["result"] == "loss"]["verdict"]) == ["higher", "not told apart"]
    assert "is none of the configurations: p 1, p 2, p 3" in missing("differences", scene, against="p 9")


def test_a_diverged_seed_leaves_no_verdict(scene_of):
    runs = paired_runs({1.0: [0, 0, 0, 0], 2.0: [0, -1.0, -1.1, -0.9]})
    runs[-1]["status"] = "diverged"
    found = data("differences", scene_of(runs))
    assert set(found["verdict"]) == {"diverged"} and set(found["result"]) >= {"loss", "time_s"}


def test_one_seed_is_not_enough_for_differences(scene_of):
    assert "seeds = 5" in missing("differences", scene_of([short_run({"p": p, "seed": 1}, [2, p]) for p in (1., 2.)]))


def grid_runs(*swept) -> list:
    return [short_run({**keys, "seed": s}, [9, value + s]) for keys, value in swept for s in (0, 2)]


def test_a_swept_number_orders_each_series_and_what_has_none_is_a_level(scene_of):
    scene = scene_of(grid_runs(({"p": 9.0, "net": "lan"}, 1), ({"p": 3.0, "net": "lan"}, 2),
                               ({"p": 9.0, "net": "wan"}, 3), ({"p": 3.0, "net": "wan"}, 4),
                               ({"p": NAN, "net": "none"}, 5)))
    found = data("sweep", scene)
    found = found[found["result"] == "loss"]
    assert list(found["series"]) == ["lan", "lan", "wan", "wan", "net none"]
    assert_array_equal(found["x"], [9, 3, 9, 3, NAN])
    assert_array_equal(found["median"], [2, 3, 4, 5, 6])
    assert_array_equal(found["low"], [1, 2, 3, 4, 5])
    assert "\"rate\" is none of the swept keys: p, net" in missing("sweep", scene, x="rate")


def test_time_to_a_target_is_the_steps_to_it_times_the_time_of_each(scene_of):
    """Period 1: a loss of 1 after 2 or 4 steps of 10 s; 4: after 8 or never of 3 s; 8: never, of which each runs for 9 s and 9 steps."""
    def run(p, seed, last, seconds, reached):
        loss = [2.0] * last + [1.0 if reached else 2.0]
        return short_run({"p": p, "seed": seed}, loss, time=[seconds * i for i in range(last + 1)])
    scene = scene_of([run(1.0, 1, 2, 10.0, True), run(1.0, 2, 4, 10.0, True), run(4.0, 1, 8, 3.0, True), run(4.0, 2, 9, 3.0, False),
                      run(8.0, 1, 9, 1.0, False), run(8.0, 2, 9, 1.0, False)])
    found = data("tradeoff", scene, target=1.0)
    assert list(found["result"].unique()) == ["time_to(loss <= 1.0)", "step_to(loss <= 1.0)", "time per step"]
    time, steps, each = (found[found["result"] == name] for name in found["result"].unique())
    assert list(time["median"]) == [30, 24, INF] and list(steps["median"]) == [3, 8, INF] and list(each["median"]) == [10, 3, 1]
    assert_array_equal(time["bound"], [NAN, NAN, 9])
    assert list(time["known"]) == [2, 1, 0] and list(each["known"]) == [2, 2, 2]
    assert figures.figure("tradeoff").dull(scene_of([run(1.0, 1, 2, 1.0, True), run(4.0, 1, 3, 1.0, True)]))
    assert "no number was swept" in missing("tradeoff", scene_of([short_run({"net": net}, [2, 1]) for net in ("lan", "wan")]))
    assert "a target needs a column" in missing("tradeoff", scene, y="step")


def test_a_step_is_timed_between_the_first_and_the_last_but_one(scene_of):
    """The first of five steps takes 9 s and the last 1 s; those between take what the bandwidth says."""
    def run(bandwidth, system, seconds, bytes_):
        time = [0.0, 9.0, 9 + seconds, 9 + 2 * seconds, 9 + 3 * seconds, 10 + 3 * seconds]
        one = short_run({"platform.bandwidth": bandwidth, "system": system, "seed": 1}, [1.0] * 6, time=time)
        one["evaluations"]["bytes"] = [bytes_ * i for i in range(6)]
        return one
    scene = scene_of([run(1e6, "ddp", 4.0, 8.0), run(1e7, "ddp", 2.0, 8.0), run(1e6, "p3", 3.0, 4.0), run(1e7, "p3", 2.5, 4.0)])
    found = data("iteration", scene)
    time, received = (found[found["result"] == name] for name in ("time of one step", "bytes received in one step"))
    assert list(time["series"]) == ["ddp", "ddp", "p3", "p3"] and list(time["x"]) == [1e6, 1e7, 1e6, 1e7]
    assert list(time["median"]) == [4, 2, 3, 2.5] and list(received["median"]) == [8, 8, 4, 4]
    assert not figures.figure("iteration").dull(scene)
    alike = scene_of([run(1e6, "ddp", 4.0, 8.0), run(1e7, "ddp", 2.0, 8.0)])
    assert list(data("iteration", alike)["result"].unique()) == ["time of one step"]
    assert "rounds = 1" in missing("iteration", scene_of([short_run({"platform.bandwidth": b}, [2, 1]) for b in (1e6, 1e7)]))
    assert figures.figure("iteration").dull(scene_of([short_run({"p": p}, [2, 1, 1, 1]) for p in (1.0, 2.0)]))


def test_lines_that_would_have_panels_of_their_own_are_compared_in_one(scene_of):
    def frame(systems):
        return data("sweep", scene_of([short_run({"net": net, "system": f"s{i}", "seed": 1}, [1.0, i]) for i in range(systems) for net in (1.0, 2.0)]))
    assert frame(8)["panel"].nunique() == frame(9)["panel"].nunique() == frame(16)["panel"].nunique() == 1
    scene = scene_of([short_run({"net": net, "system": f"s{i}", "seed": 1}, [1.0, i]) for i in range(16) for net in (1.0, 2.0)])
    styles = figures.figure("sweep").style_series(scene, data("sweep", scene))
    assert len(styles) == len(set(styles.values())) == 16


def test_a_number_inside_swept_choices_is_an_axis(scene_of):
    """sync = dt.sweep { "bsp", { "ssp", staleness = 0 }, ... }: the key of the sweep is sync."""
    runs = [{**short_run({"sync": name, "seed": 1}, [2, loss, 1], time=[0, 5.0, 10.0]), "config": {"seed": 1, "sync": {"name": name.split()[0], **more}}}
            for name, loss, more in [("bsp", 1.5, {}), ("ssp staleness=0", 1.4, {"staleness": 0}), ("ssp staleness=2", 1.2, {"staleness": 2}),
                                     ("ssp staleness=64", 0.9, {"staleness": 64})]]
    found = data("tradeoff", scene_of(runs), target=1.3)
    time = found[found["result"] == "time_to(loss <= 1.3)"]
    assert_array_equal(time["x"], [NAN, 0, 2, 64])
    assert list(time["median"]) == [10, 10, 5, 5] and list(time["series"]) == ["bsp"] + ["sync.staleness"] * 3
    assert not figures.figure("tradeoff").dull(scene_of(runs))


def test_progress_is_shown_per_update_and_per_second_beside_the_updates_per_second(full):
    found = data("progress", full)
    assert list(found.groupby(["over", "quantity"], sort=False).size().index) == [("step", "loss"), ("time_s", "step"), ("time_s", "loss")]
    found = data("progress", full, x="epoch", y="accuracy")
    assert list(found.groupby(["over", "quantity"], sort=False).size().index) == [("epoch", "accuracy"), ("time_s", "epoch"), ("time_s", "accuracy")]
    assert "a column that counts what is done" in missing("progress", full, x="time_s")
    assert "none of the columns of evaluations" in missing("progress", full, x="hours")
    assert "none of the columns of evaluations" in missing("progress", full, y="purity")


def test_keys_swept_in_step_make_one_series(scene_of):
    found = data("sweep", scene_of(grid_runs(*[({"p": p, "rate": p / 10}, p) for p in (1.0, 2.0, 3.0)])))
    assert found["series"].nunique() == 1
    assert_array_equal(found[found["result"] == "loss"]["median"], [2, 3, 4])


def test_a_diverged_median_is_infinite_in_a_sweep(scene_of):
    runs = [short_run({"p": p, "seed": s}, [9, 1 + p], status="diverged" if p == 2 else "ok") for p in (1., 2.)
            for s in (0, 1)]
    found = data("sweep", scene_of(runs))
    assert_array_equal(found[found["result"] == "loss"]["median"], [2, INF])


def test_a_heat_map_crosses_two_keys_and_takes_the_median_of_all_runs_there(scene_of):
    scene = scene_of(grid_runs(*[({"p": p, "net": net}, p * (1 + (net == "wan"))) for p in (1., 2., 4.)
                                 for net in ("lan", "wan")]))
    found = data("heatmap", scene)
    assert figures.figure("heatmap").keys_of(scene, Choice()) == ("p", "net")
    assert found.set_index(["x", "y"])["median"].to_dict() == {
        (1, "lan"): 2, (1, "wan"): 3, (2, "lan"): 3, (2, "wan"): 5, (4, "lan"): 5, (4, "wan"): 9}
    assert set(found["runs"]) == {2}
    assert_array_equal(data("heatmap", scene, x="net", y="p", value="time_s")["median"], [1] * 6)
    with pytest.raises(RecordError, match="--value: \"weight\" is none of the results"):
        missing("heatmap", scene, value="weight")
    in_step = grid_runs(({"p": 1., "q": 2.}, 1), ({"p": 2., "q": 3.}, 1))
    assert "crosses no two keys" in missing("heatmap", scene_of(in_step))


def test_speed_up_is_relative_to_the_fewest_workers(scene_of):
    runs = []
    for workers, end in ((2, 100.0), (4, 60.0), (8, 50.0)):
        evaluations = full_evaluations(time_s=[0.0, end], loss=[2, 1], step=[0, 10], epoch=[0, 5])
        table = full_workers(*np.full((4, workers), end / 4))
        table["samples"] = np.full(workers, 80 / workers)
        runs.append({"swept": {"workers": float(workers)}, "evaluations": evaluations, "workers": table})
    found = data("scaling", scene_of(runs))
    assert list(found["workers"]) == [2, 4, 8]
    assert_allclose(found["speed"], [4, 400 / 60, 8])
    assert_allclose(found["speedup"], [2, 2 * 100 / 60, 4])
    assert_allclose(found["efficiency"], [1, 100 / 120, 0.5])
    assert "workers = dt.sweep" in missing("scaling", scene_of(runs[:1]))


def test_the_parts_of_a_bar_sum_to_its_whole(scene_of):
    scene = scene_of([{**training(5.0, s, end=60.0), "swept": {"seed": s}} for s in (0, 1)])
    row, = data("breakdown", scene).to_dict("records")
    assert row["compute"] + row["communication"] + row["wait"] + row["off"] == pytest.approx(row["horizon"])
    assert row["horizon"] == pytest.approx(60, rel=0.02)


def test_staleness_is_added_up_over_seeds(full):
    found = data("staleness", full)
    first = found[found["configuration"] == found["configuration"][0]]
    assert list(first["age"]) == [0, 1, 3] and list(first["updates"]) == [12, 6, 2]
    assert_allclose(first["share"], [0.6, 0.3, 0.1])


def windows(width: float, ages: list) -> dict:
    """The table ages of a run whose windows hold two updates each; None: none."""
    known = [(i * width, (i + 1) * width, 2, age, age, age + 1) for i, age in enumerate(ages) if age is not None]
    return dict(zip(("start_s", "end_s", "updates", "mean_age", "least_age", "most_age"), zip(*known)))


def test_ages_are_the_median_of_seeds_over_stretches_of_one_length(scene_of):
    runs = [{**short_run({"seed": s}, [2, 1], time=[0, 8.0]), "ages": windows(*ages)}
            for s, ages in enumerate([(1.0, [4] * 8), (1.0, [6] * 4 + [2] * 4), (2.0, [5, 5, None, 8])])]
    found = data("ages", scene_of(runs))
    mean = found[found["quantity"] == "mean_age"]
    assert list(mean["x"]) == [0, 2, 4, 6, 8] and list(mean["median"]) == [5, 5, 4, 4, 4]     # of 5, 5, (held) 5, 8 in the third run
    assert list(mean["low"]) == [4, 4, 2, 2, 2] and list(mean["high"]) == [6, 6, 5, 8, 8]
    assert list(found[found["quantity"] == "most_age"]["median"]) == [6, 6, 5, 5, 5]


def test_short_stretches_are_joined_and_a_rest_belongs_to_the_last(scene_of):
    many = windows(1.0, list(range(83)))                            # 83 s: 40 stretches hold it if they take 4 s
    found = data("ages", scene_of([{**short_run({"seed": 1}, [2, 1], time=[0, 82.5]), "ages": many}]))
    mean = found[found["quantity"] == "mean_age"].set_index("x")["median"]
    assert list(mean.index) == [*range(0, 84, 4), 82.5] and mean[0] == 1.5 and mean[80] == 81
    many = windows(1.0, list(range(82)))
    found = data("ages", scene_of([{**short_run({"seed": 1}, [2, 1], time=[0, 81.5]), "ages": many}]))
    mean = found[found["quantity"] == "mean_age"].set_index("x")["median"]
    assert list(mean.index[-2:]) == [76, 81.5] and mean[76] == 78.5                # 1.5 s of 4 are no stretch of their own


def test_updates_that_are_all_fresh_have_a_line_at_zero_beside_stale_ones(scene_of):
    fresh = {**short_run({"p": 1.0, "seed": 1}, [2, 1], time=[0, 8.0]), "staleness": {"age": [0], "updates": [8]}}
    stale = {**short_run({"p": 2.0, "seed": 1}, [2, 1], time=[0, 8.0]), "ages": windows(1.0, [3] * 8), "staleness": {"age": [3], "updates": [16]}}
    assert "no table of ages" in missing("ages", scene_of([fresh]))
    found = data("ages", scene_of([fresh, stale]))
    mean = found[found["quantity"] == "mean_age"].groupby("configuration")["median"]
    assert list(mean.first()) == [0, 3] and list(mean.last()) == [0, 3]


def test_consensus_is_the_mean_distance_of_the_second_half(full):
    found = data("consensus", full).set_index("run")
    assert_allclose(found["spectral_gap"], [0.5] * 4 + [0.25] * 4)
    assert_allclose(found["distance"], [0.2, 0.2, 1, 1, 0.4, 0.4, 2, 2])


def test_a_curve_offers_the_columns_that_the_file_has(scene_of):
    scene = scene_of([short_run({"seed": 1}, [2, 1], accuracy=[0.5, 0.6])])
    assert missing("curve", scene, y="purity").endswith("none of the columns of evaluations: loss, accuracy")
    assert missing("curve", scene, x="hours").endswith("none of the columns of evaluations: time_s, step")
    assert "hold no joules" in missing("curve", scene, x="joules")


def test_a_gantt_is_cut_to_its_stretch_of_time(full):
    found = data("gantt", full, run=0, start=12.0, end=41.0)
    one = found[found["rank"] == 1]
    assert list(one["part"]) == ["communication", "compute", "communication"]
    assert_array_equal(one["start_s"], [12, 30, 40])
    assert_array_equal(one["end_s"], [15, 40, 41])
    assert len(data("gantt", full)) == 8
    assert "there is no run 99" in missing("gantt", full, run=99)


def test_a_map_joins_links_that_meet_and_adds_both_directions(full):
    found = data("platform", full, run=4)
    hosts, lines = found[found["kind"] == "host"], found[found["kind"] == "link"]
    assert list(hosts["name"]) == ["host-0", "host-1", "host-2", "host-3"]
    assert sorted(lines["name"]) == ["host-0", "host-1", "host-2", "host-3"]
    lines = lines.set_index("name")
    assert lines.loc["host-2", "bytes"] == 9e3 and lines.loc["host-2", "bandwidth"] == 1e3
    end = full.record.runs[4].final["time_s"]
    assert lines.loc["host-2", "use"] == pytest.approx(5e3 / (1e3 * end))
    ends = {tuple(np.round(row, 9)) for row in lines[["x", "y", "x1", "y1"]].to_numpy().reshape(-1, 2)}
    assert len(ends) == 5 and (0.0, 0.0) in ends         # four hosts around one switch


def test_a_map_of_two_sites_has_a_line_between_them():
    paths = [("a", ["a", "west"], "b"), ("a", ["a", "trunk", "c"], "c"), ("b", ["west", "trunk", "c"], "c"),
             ("c", ["c", "trunk", "a"], "a")]
    links, hosts = platform.join(paths)
    assert len({links["trunk"][0], links["trunk"][1], *hosts.values()}) == 5
    assert set(links["a"]) & set(links["trunk"]) == set(links["west"]) & set(links["trunk"])
    assert set(links["c"]) & set(links["trunk"]) and not set(links["c"]) & set(links["a"])
    places = platform.layout(list(hosts.values()), list(links.values()))
    assert len({tuple(np.round(place, 6)) for place in places.values()}) == 5


def test_a_link_that_all_hosts_share_is_one_place_with_the_hosts_around_it():
    """On a bus every host is across from every other, so its ends cannot be told apart."""
    links, hosts = platform.join([("a", ["bus"], "b"), ("b", ["bus"], "c"), ("a", ["bus"], "c")])
    assert links["bus"][0] == links["bus"][1] and set(hosts.values()) == set(links["bus"])
    hosts, stubs = platform.stand_apart(hosts)
    places = platform.layout(list(hosts.values()), [*links.values(), *stubs])
    assert len({tuple(np.round(place, 6)) for place in places.values()}) == 4


def test_the_table_is_sorted_by_loss(scene_of):
    found = data("table", scene_of([short_run({"p": p, "seed": 1}, [9, 5 - p]) for p in (1., 3., 2.)]))
    assert list(found["configuration"]) == ["p 3", "p 2", "p 1"] and list(found["loss"]) == [2, 3, 4]


def goal_runs() -> list:
    """Seconds until the loss is 1 of two periods in two nets, three seeds; None: never."""
    until = {("lan", 1.): (30, 40, 50), ("lan", 4.): (20, 31, 39), ("wan", 1.): (60, 60, 60), ("wan", 4.): (50, None, None)}
    return [short_run({"net": net, "p": p, "seed": seed}, [9, 9 if end is None else 1], [0, end or 70]) for (net, p), ends in until.items()
            for seed, end in enumerate(ends)]


def test_differences_of_a_time_to_a_goal_stay_within_cells_and_say_which_pairs_are_censored(scene_of):
    scene = scene_of(goal_runs())
    asked = dict(value="time_to(loss <= 1)", facet="net", against="p = 1")
    assert missing("differences", scene, **asked) == ""
    found = data("differences", scene, **asked).set_index("configuration")
    assert list(found["mean"]) == [-10, -10] and list(found["baseline"]) == [40, 60] and list(found["panel"]) == [0, 1]
    assert found.loc["lan, p 4", "verdict"] == "lower" and list(found["seeds"]) == [3, 1] and list(found["pairs"]) == [3, 3]
    assert found.loc["wan, p 4", "verdict"] == "did not get there in 2 of 3 pairs"
    back = data("differences", scene, **{**asked, "against": "p 4"}).set_index("configuration")
    assert back.loc["wan, p 1", "verdict"] == "only this one did in 2 of 3 pairs"
    with pytest.raises(RecordError, match="--against net = lan: expected one configuration of each cell, got 2: lan, p 1; lan, p 4"):
        missing("differences", scene, against="net = lan")


def test_scheduling_efficiency_is_that_of_the_toy_by_hand(scene_of):
    """12 s of computing, 12 s on each link: U = 36, L = 12.  A step takes 18 s in pieces by priority, 26 s in whole layers."""
    for toy, time in ((Toy(), 18), (Toy(piece=6.0, priority=False), 26)):
        found = data("efficiency", scene_of([toy.run()]))
        assert list(found["time_s"]) == pytest.approx([time])
        assert list(found["upper_s"]) == pytest.approx([36]) and list(found["lower_s"]) == pytest.approx([12])
        assert list(found["efficiency"]) == pytest.approx([(36 - time) / 24])
