"""test_hands.py - workers whose hands send while they compute, in every view of a run: lanes, tracks, the step of a worker, and
the critical path."""
import json
import math

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

from analysis import blame, figures, load, look, paje, perfetto
from analysis.course import Course
from analysis.explain import by_kind, explain_run, worker_rows
from analysis.figures import Choice
from analysis.report import content
from analysis.scene import Scene
from analysis.who import Who
from conftest import write_record
from layered import Toy


@pytest.fixture
def toys(tmp_path):
    """A function from a Toy to the scene of its record."""
    opened = []

    def make(**more):
        opened.append(load(write_record(tmp_path / f"{len(opened)}.h5", [Toy(**more).run()])))
        return Scene(opened[-1])

    yield make
    for record in opened:
        record.close()


@pytest.mark.parametrize("piece, fifo, priority", [(9, 26, 26), (3, 23, 21), (1.5, 21.5, 19.5), (1, 21, 18), (0.5, 20.5, 17.5)])
def test_the_toy_takes_as_long_as_in_the_paper(toys, piece, fifo, priority):
    for order, seconds in ((False, fifo), (True, priority)):
        scene = toys(piece=piece, priority=order)
        frame = figures.figure("step").data(scene, Choice())
        assert frame["end_s"].max() == seconds and frame["start_s"].min() == 0


# ---- the timeline -----------------------------------------------------------------------------------

def test_hands_have_lanes_below_their_worker(toys):
    scene = toys()
    gantt = figures.figure("gantt")
    frame = gantt.data(scene, Choice())
    assert frame["end_s"].max() == 42                     # two steps of 18 s, after a forward pass of 6 s
    names = [str(lane) for lane in gantt.lanes_of(frame)]
    assert names == [f"worker {w}{hand}" for w in (0, 1) for hand in ("", "'s courier and 5 more", "'s courier 2 and 5 more")]
    with rc_context(look.SETTINGS):
        figure = gantt.draw(scene, frame, Choice())
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == names and "24 hands in 4 lanes" in figure.texts[-1].get_text()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["compute", "communication", "wait"]


def test_no_two_boxes_of_a_lane_overlap(toys):
    gantt = figures.figure("gantt")
    for more in ({}, {"piece": 0.5}, {"piece": 3, "priority": False}):
        frame = gantt.data(toys(**more), Choice())
        place = {who: i for i, lane in enumerate(gantt.lanes_of(frame)) for who in lane.members}
        frame["lane"] = [place[Who(*who)] for who in zip(frame["role"], frame["rank"], frame["hand"])]
        for _, rows in frame.sort_values(["lane", "start_s"]).groupby("lane"):
            assert (rows["start_s"].to_numpy()[1:] >= rows["end_s"].to_numpy()[:-1]).all()


def test_of_more_lanes_than_fit_all_workers_are_shown_and_those_of_their_hands_that_communicate_longest(monkeypatch, toys):
    gantt, scene = figures.figure("gantt"), toys(workers=4)
    frame = gantt.data(scene, Choice())
    rows = gantt.lanes_of(frame)
    monkeypatch.setattr(gantt, "ROWS", 8)
    shown = gantt.chosen(rows, frame)
    assert len(rows) == 12 and [lane.program.rank for lane in shown] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert sum(not lane.hands for lane in shown) == 4
    assert set(gantt.communicating(rows, frame)) == {0, 24}
    idle = frame["hand"].isin([who.hand for who in rows[1].members])
    waiting = frame.assign(part=frame["part"].mask(idle & (frame["rank"] != 3), "wait"))
    assert [lane for lane in gantt.chosen(rows, waiting) if lane.hands] == [rows[2], rows[5], rows[8], rows[10]]
    monkeypatch.setattr(gantt, "ROWS", 9)
    assert [lane for lane in gantt.chosen(rows, waiting) if lane.hands] == [rows[2], rows[5], rows[8], rows[10], rows[11]]
    monkeypatch.setattr(gantt, "ROWS", 10)
    assert len(gantt.chosen(rows, frame)) == 10
    with rc_context(look.SETTINGS):
        assert "2 more lanes, of hands that communicate least, are" in gantt.draw(scene, frame, Choice()).texts[-1].get_text()


def test_a_narrow_box_has_no_edge_that_hides_what_it_is(toys):
    def edges(end: float) -> set:
        scene, gantt = toys(), figures.figure("gantt")
        with rc_context(look.SETTINGS):
            axes = gantt.draw(scene, gantt.data(scene, Choice(end=end)), Choice(end=end)).axes[0]
        return {(to_hex(fill), to_hex(edge)) for box in axes.collections for fill, edge in
                zip(np.repeat(box.get_facecolor(), len(box.get_edgecolor()), 0), box.get_edgecolor())}
    dark, light = look.COLOURS[0].lower(), look.tint(look.COLOURS[0], look.SHADES["communication"])
    assert (light, dark) in edges(42.0) and (light, light) in edges(1e5) and (light, dark) not in edges(1e5)


def test_a_push_that_nobody_waits_for_is_communication(toys):
    frame = figures.figure("gantt").data(toys(), Choice(start=8.0, end=10.0))
    one = frame[(frame["rank"] == 0) & (frame["hand"] == "courier 10")]
    assert one[["part", "start_s", "end_s"]].values.tolist() == [["communication", 8, 9], ["communication", 9, 10]]
    own = frame[(frame["rank"] == 0) & (frame["hand"] == "")]
    assert set(own["part"]) == {"compute"}


def test_the_page_has_the_lanes_of_the_timeline(toys):
    scene = toys()
    shown = content(scene.record)["spans"][0]
    assert shown["lanes"][:2] == ["worker 0", "worker 0's courier and 5 more"] and len(shown["lane"]) == len(shown["start"])
    assert max(shown["lane"]) == len(shown["lanes"]) - 1


# ---- tracks -----------------------------------------------------------------------------------------

def test_perfetto_has_a_process_for_each_worker_and_a_thread_for_each_lane(toys):
    record = toys().record
    events = json.loads("".join(perfetto.lines(record, Course(record.runs[0]))))["traceEvents"]
    process = {e["pid"]: e["args"]["name"] for e in events if e["name"] == "process_name"}
    thread = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    assert list(process.values()) == ["server 0", "worker 0", "worker 1", "messages", "links", "training"]
    assert [(process[pid], name) for (pid, _), name in thread.items()] == [
        ("server 0", "server 0's courier and 11 more (s)"),
        *((f"worker {w}", f"worker {w}{hand} (h{w})") for w in (0, 1) for hand in ("", "'s courier and 5 more", "'s courier 2 and 5 more"))]
    assert len({tid for _, tid in thread}) == len(thread)
    spans = [e for e in events if e["ph"] == "X"]
    assert {e["name"] for e in spans if e["cat"] == "compute"} == {f"{way} conv{i}" for way in ("forward", "backward") for i in range(3)}
    assert {e["name"] for e in spans if e["cat"] == "send"} == {f"send part {k} (conv{layer})" for k, (layer, _) in enumerate(Toy().parts)}
    for e in spans:
        assert ("courier" in thread[e["pid"], e["tid"]]) == ("hand" in e.get("args", {}))


def test_arrows_go_from_the_hand_that_sends_to_the_one_that_receives(toys):
    record = toys().record
    course = Course(record.runs[0])
    events = list(perfetto.messages(course))
    track = perfetto.threads(course)
    for i, (a, b) in enumerate(zip(course.messages["from"], course.messages["to"])):
        ends = {e["ph"]: (e["pid"], e["tid"]) for e in events if e["id"] == i and e["ph"] in "sf"}
        assert ends == {"s": tuple(track[a].values()), "f": tuple(track[b].values())}


def test_paje_has_a_container_for_each_lane_and_its_times_ascend(toys):
    record = toys().record
    course = Course(record.runs[0])
    text = list(paje.lines(record, course))
    made = [line.split('"')[1] for line in text if line.startswith("5 ") and '"WORKER"' in line]
    assert len(made) == len(course.lanes) and made[1:4] == ["w0", "w0 courier", "w0 courier 2"]
    times = [float(line.split()[1]) for line in text if line.split()[0] in ("7", "8", "9", "10")]
    assert times == sorted(times)


# ---- the step of a worker -----------------------------------------------------------------------------

def test_a_step_has_the_passes_and_the_links_of_the_papers_drawing(toys):
    frame = figures.figure("step").data(toys(), Choice())
    rows = {row: part for row, part in frame.groupby("row", sort=False)}
    assert list(rows) == ["backward", "forward", "push", "pull"]
    assert rows["backward"][["layer", "start_s", "end_s"]].values.tolist() == [[2, 0, 2], [1, 2, 4], [0, 4, 6]]
    assert rows["forward"][["layer", "start_s", "end_s"]].values.tolist() == [[0, 10, 12], [1, 14, 16], [2, 16, 18]]
    assert list(rows["push"]["layer"]) == [2, 2, 1, 1, 0, 0, 0, 1, 1, 1, 1, 2] and rows["push"]["start_s"].iloc[0] == 2
    assert rows["pull"].groupby("layer")["end_s"].max().tolist() == [10, 14, 15]
    assert (frame["lane"] == 0).all()


def test_the_picture_says_how_long_the_step_is_and_what_is_hidden(toys):
    scene, step = toys(), figures.figure("step")
    with rc_context(look.SETTINGS):
        words = [text.get_text() for text in step.draw(scene, step.data(scene, Choice()), Choice()).texts]
    assert "tau, run 0, seed 1: step 2 of worker 0" in words
    assert "18 s = computing 12 s + waiting 6 s;  communication 13 s, of which 7 s (54 %) hidden behind computing" in words


def test_the_last_step_and_another_worker_can_be_chosen(toys):
    scene, step = toys(), figures.figure("step")
    frame = step.data(scene, Choice(step=3, worker=1))
    assert set(frame["row"]) == {"backward", "push", "pull"} and frame["end_s"].max() == 15
    with rc_context(look.SETTINGS):
        words = [text.get_text() for text in step.draw(scene, frame, Choice(step=3, worker=1)).texts]
    assert any("step 3 of worker 1, the last" in text for text in words)
    assert "there is no step 4 of worker 0; it did 3" in step.missing(scene, Choice(step=4))
    assert "worker 2 of run 0 did nothing" in step.missing(scene, Choice(worker=2))
    assert "there is no run 7" in step.missing(scene, Choice(run=7))


@pytest.mark.parametrize("name", ["step", "gantt", "platform"])
def test_a_long_label_is_broken_into_lines_that_the_picture_holds(tmp_path, name):
    runs = [Toy().run(), Toy().run()]
    for i, run in enumerate(runs):
        run["swept"] = {**{f"key{k}": f"value {i} of many" for k in range(9)}, "seed": 1}
    drawing = figures.figure(name)
    with load(write_record(tmp_path / "t.h5", runs)) as record, rc_context(look.SETTINGS):
        figure = drawing.draw(Scene(record), drawing.data(Scene(record), Choice()), Choice())
        FigureCanvasAgg(figure).draw()
    texts = [text for axes in figure.axes for text in axes.findobj(Text)] + figure.texts
    title = next(text for text in texts if "run 0" in text.get_text() and "value 0 of many" in text.get_text())
    lines = title.get_text().split("\n")
    assert len(lines) > 1 and ", ".join(line.rstrip(",") for line in lines).count("value 0 of many") == 9
    box, page = title.get_window_extent(), figure.bbox
    assert box.x0 >= 0 and box.x1 <= page.x1 and box.y1 <= min(text.get_window_extent().y0 for text in figure.texts[:1])
    assert not figure.legends or box.y1 <= figure.legends[0].get_window_extent().y0


def test_messages_at_one_time_have_lanes_in_their_row():
    lanes = figures.figure("step").lanes
    assert lanes(np.array([0.0, 1, 2, 2]), np.array([2.0, 3, 4, 3])).tolist() == [0, 1, 2, 0]


def test_pieces_of_a_part_on_their_way_at_one_time_are_one_message():
    part, start, end, size = figures.figure("step").together(np.array([1, 0, 1, 1]), np.array([0.0, 0, 1, 3]), np.array([3.0, 1, 2, 4]),
                                                             np.array([1.0, 2, 4, 8]))
    assert list(zip(part, start, end, size)) == [(0, 0, 1, 2), (1, 0, 3, 5), (1, 3, 4, 8)]


def test_boxes_too_small_to_be_seen_join_those_of_their_layer():
    joined = figures.figure("step").joined
    rows = [{"start": at, "end": at + wide, "lane": 0, "layer": layer, "last": layer}
            for at, wide, layer in ((0, 0.01, 1), (0.01, 0.01, 1), (0.02, 0.01, 2), (0.03, 0.5, 2), (0.6, 0.5, 2))]
    assert [(row["start"], round(row["end"], 9), row["layer"]) for row in joined(rows, 0.012, 0.012)] == \
        [(0, 0.02, 1), (0.02, 0.53, 2), (0.6, 1.1, 2)]


def test_hundreds_of_layers_have_a_scale_of_some_names(toys):
    scene, step = toys(sizes=(0.01,) * 160, piece=0.01), figures.figure("step")
    with rc_context(look.SETTINGS):
        figure = step.draw(scene, step.data(scene, Choice()), Choice())
    names = [tick.get_text() for tick in figure.axes[1].get_yticklabels()]
    assert names[0] == "0 conv0" and names[-1] == "159 conv159" and len(names) <= 8


def test_a_box_has_the_name_of_its_layer_or_where_that_does_not_fit_its_number(toys):
    scene, step = toys(sizes=(3, 60, 6), piece=3), figures.figure("step")
    with rc_context(look.SETTINGS):
        figure = step.draw(scene, step.data(scene, Choice()), Choice())
    boxes = [text.get_text() for text in figure.axes[0].texts]
    assert {"conv1", "2", "0"} <= set(boxes) and boxes.count("conv1") == 2
    footer = " ".join(figure.texts[1].get_text().split())
    assert "b2 is its backward pass, f2 its forward pass, and 2 a message of its gradient, all of layer 2 (conv2)" in footer
    assert "the largest layer is conv1 (1), with 87 % of the parameters" in footer


def test_the_scale_names_the_largest_layer_and_cuts_no_name(tmp_path):
    run = Toy(sizes=(0.01,) * 160, piece=0.01).run()
    run["layers"]["name"] = [f"{name}.of.a.block.that.has.a.long.name" for name in run["layers"]["name"]]
    run["layers"]["params"] = np.where(np.arange(160) == 77, 9, 1)
    step = figures.figure("step")
    with load(write_record(tmp_path / "t.h5", [run])) as record, rc_context(look.SETTINGS):
        figure = step.draw(Scene(record), step.data(Scene(record), Choice()), Choice())
        FigureCanvasAgg(figure).draw()
    ticks = figure.axes[1].get_yticklabels()
    assert "77 conv77.of.a.block.that.has.a.long.name" in [tick.get_text() for tick in ticks]
    assert all(tick.get_window_extent().x1 <= figure.bbox.x1 for tick in ticks)


def test_a_server_on_the_workers_host_has_rows_of_its_own(tmp_path):
    run = Toy().run()
    run["workers"]["host"] = ["h0" if role == "server" else host for role, host in zip(run["workers"]["role"], run["workers"]["host"])]
    with load(write_record(tmp_path / "t.h5", [run])) as record:
        rows = list(dict.fromkeys(figures.figure("step").data(Scene(record), Choice())["row"]))
    assert rows == ["backward", "forward", "push", "pull", "server 0 sends", "server 0 receives"]


# ---- the critical path --------------------------------------------------------------------------------

@pytest.mark.parametrize("piece", [9, 3, 1.5, 1, 0.5])
@pytest.mark.parametrize("priority", [False, True])
def test_the_parts_of_the_path_follow_on_one_another_and_none_is_idle(toys, piece, priority):
    run = toys(piece=piece, priority=priority).record.runs[0]
    parts = blame.Path(Course(run)).whole()
    assert parts[0].start == 0 and parts[-1].end == run.final["time_s"]
    assert all(a.end == b.start for a, b in zip(parts, parts[1:]))
    assert set(by_kind(parts)) == {"compute", "bandwidth"}


def test_the_path_goes_from_the_wait_over_the_hands_and_their_queue_to_the_backward_pass(toys):
    """A step of 18 s: after b2, b1 and b0 the parts of layer 0, which have the right of way, those of layer 1, and f1."""
    path = blame.Path(Course(toys(workers=1).record.runs[0]))
    step = blame.clip(path.parts(Who("worker", 0), 42.0), 24.0, 42.0)[::-1]
    assert [(p.start, p.end, p.kind) for p in step] == [
        (24, 26, "compute"), (26, 28, "compute"), (28, 30, "compute"), *((30.0 + i, 31.0 + i, "bandwidth") for i in range(8)),
        (38, 40, "compute"), (40, 42, "compute")]
    assert [p.whose for p in step[3:11]] == ["h0-up"] * 7 + ["s-up"]          # as narrow as h0-down


def test_the_path_through_a_queue_that_is_first_in_first_out_takes_the_parts_in_their_order(toys):
    path = blame.Path(Course(toys(workers=1, piece=9, priority=False).record.runs[0]))
    step = blame.clip(path.parts(Who("worker", 0), 58.0), 32.0, 58.0)[::-1]
    assert [(p.start, p.end, p.whose) for p in step if p.kind == "bandwidth"] == [
        (34, 37, "h0-up"), (37, 43, "h0-up"), (43, 49, "s-up"), (49, 52, "s-up")]


def test_hands_are_no_workers_of_their_own_and_what_is_hidden_is_said(toys):
    record = toys().record
    path = blame.Path(Course(record.runs[0]))
    rows = worker_rows(path, path.whole(), blame.waits(path))
    assert {str(row[0]) for row in rows} == {"worker 0", "worker 1", "server 0"}
    assert math.fsum(blame.waits(path).values()) == 2 * (6 + 6 + 9)         # two steps of 18 s, and the end
    assert "A worker had messages on their way for 39 s in the mean; for 18 s of it (46.2 %) it computed meanwhile: that " \
        "communication is hidden." in explain_run(record, record.runs[0], False)


def test_what_bandwidth_means_where_parts_travel_is_said(toys):
    record = toys().record
    assert any("and its sender's others of the same part" in line for line in explain_run(record, record.runs[0], False))


def test_a_server_that_acts_by_its_hands_alone_is_on_the_map_and_in_the_tables(toys):
    scene = toys()
    run = scene.record.runs[0]
    assert not ((run.workers["role"] == "server") & (run.workers["hand"] == "")).any()
    hosts = figures.figure("platform").data(scene, Choice())
    assert set(hosts[hosts["kind"] == "host"]["name"]) == {"h0", "h1", "s"}
    assert Course(run).hosts[Who("server", 0)] == "s"
