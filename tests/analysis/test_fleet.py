"""test_fleet.py - what is shown of more workers than there is room for, regions by their names, and how use is coloured."""
import colorsys

import numpy as np
import pytest

from analysis import load, report, sample
from analysis.figures import Choice, platform
from analysis.scene import Scene
from conftest import five_regions, fleet, write_record
from test_report import PROGRAM, content_of

COUNT = 3000


@pytest.fixture(scope="module")
def fleet_file(tmp_path_factory) -> str:
    return write_record(tmp_path_factory.mktemp("fleet") / "fleet.h5", [fleet(COUNT)])


@pytest.fixture
def run(fleet_file):
    with load(fleet_file) as record:
        yield record.runs[0]


def map_of(path) -> tuple:
    """(the rows of the map, what it leaves out)."""
    with load(path) as record:
        return platform.data(Scene(record), Choice()), platform.left_out(record.runs[0])


def test_the_busiest_the_least_busy_and_some_between_are_shown(run):
    shown = sample.ranks(run, 30)
    assert shown[:10].tolist() == list(range(10)) and shown[-10:].tolist() == list(range(COUNT - 10, COUNT))
    assert len(shown) == 30 and np.ptp(np.diff(shown[10:20])) <= 1        # worker i is the busier the higher i
    assert sample.ranks(run, COUNT).tolist() == list(range(COUNT)) and sample.words(run, COUNT) == ""
    assert sample.words(run, 30) == ("30 of 3\u202f000 workers that took part (of 6\u202f000) are shown: the 10 busiest, the 10 least "
                                     "busy, by seconds of computing and communicating, and 10 at equal distances between them")


def test_the_tables_of_those_shown_are_whole_and_those_of_the_run_stay(run):
    view = sample.narrowed(run, 30)
    assert len(view.spans) == 60 and len(view.messages) == 30 and len(view.routes) == 60 and len(view.workers) == 31
    assert len(run.spans) == 2 * COUNT and len(run.workers) == COUNT + 1 and sample.narrowed(run, COUNT) is run


def test_the_page_of_a_fleet_shows_some_workers_says_so_and_counts_all(fleet_file):
    with load(fleet_file) as record:
        page = report.page(record, PROGRAM)
    held = content_of(page)
    timeline, drawn = held["spans"]["0"], held["maps"]["0"]
    assert len(timeline["lanes"]) == report.LANES and timeline["note"].startswith("60 of 3\u202f000 workers")
    assert [lane for lane in timeline["lanes"]] == [f"worker {rank}" for rank in sorted(int(lane.split()[1]) for lane in timeline["lanes"])]
    assert timeline["first"] == 1e4
    hosts = {row["name"]: row for row in drawn["rows"] if row["kind"] == "host"}
    assert len(hosts) == sample.SHOWN + 1 and drawn["note"].startswith("100 of 3\u202f000 workers")
    assert hosts["server"]["bytes"] == 10 * COUNT and {"phone-0", f"phone-{COUNT - 1}"} <= set(hosts)
    assert len(held["runs"]) == 1 and len(page) < 150000


def test_ten_times_the_workers_add_nothing_to_the_page(tmp_path):
    sizes = []
    for count in (COUNT, 10 * COUNT):
        with load(write_record(tmp_path / "a.h5", [fleet(count)])) as record:
            sizes.append(len(report.page(record, PROGRAM)))
    assert sizes[1] < 1.1 * sizes[0]


REGIONS = ["Virginia", "Ireland", "Tokyo", "Oregon", "Frankfurt"]


@pytest.mark.parametrize("sites", [True, False], ids=["sites", "names of long links"])
def test_regions_are_named_outside_of_their_hosts(tmp_path, sites):
    frame, said = map_of(write_record(tmp_path / "a.h5", [five_regions(4, sites)]))
    named = frame[frame["kind"] == "region"].set_index("name")
    hosts = frame[frame["kind"] == "host"].reset_index(drop=True)
    assert sorted(named.index) == sorted(REGIONS) and len(hosts) == 20 and said == ""
    for i, name in enumerate(REGIONS):
        own, other = hosts.iloc[4 * i:4 * i + 4], hosts.drop(range(4 * i, 4 * i + 4))
        far = lambda rows: np.hypot(rows["x"] - named.loc[name, "x"], rows["y"] - named.loc[name, "y"])
        assert far(own).max() < far(other).min()
        assert np.hypot(named.loc[name, "x"], named.loc[name, "y"]) > np.hypot(own["x"], own["y"]).max()


def test_more_hosts_than_can_be_shown_are_one_place_a_region(tmp_path):
    frame, said = map_of(write_record(tmp_path / "a.h5", [five_regions(30)]))
    hosts, lines = frame[frame["kind"] == "host"], frame[frame["kind"] == "link"]
    assert sorted(hosts["name"]) == sorted(REGIONS) and (hosts["bytes"] == 30 * 2e3).all()
    assert sorted(lines["name"]) == ["Ireland-Tokyo", "Oregon-Frankfurt", "Tokyo-Oregon", "Virginia-Frankfurt", "Virginia-Ireland"]
    assert lines["use"].to_numpy() == pytest.approx(np.full(5, 0.02)) and (lines["bytes"] == 2e3).all()
    assert said == "all hosts of a region are one place, their own links are not drawn; hosts: 150"


def test_without_regions_nothing_is_named(tmp_path):
    run = five_regions(4, False)
    run["config"]["platform"] = {"name": "lan"}
    frame, _ = map_of(write_record(tmp_path / "a.h5", [run]))
    assert not (frame["kind"] == "region").any()


def lightness(colour: str) -> float:
    return colorsys.rgb_to_hls(*(int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)))[1]


def test_nearly_nothing_is_pale_even_where_nothing_is_busier():
    assert platform.top_of([1e-8, 0.0]) == 1.0 and platform.top_of([]) == 1.0
    for use in (1e-8, 1e-5):
        assert platform.shade(use, platform.top_of([use])) == platform.shade(1e-12, 100.0)       # as pale as can be
        assert lightness(platform.shade(use, 1.0)) > 0.75 and lightness(platform.shade(use, 1.0, "night")) < 0.4
    assert platform.shade(0.0, 1.0) != platform.shade(1e-12, 1.0)


def test_the_scale_of_use_is_even_and_ends_at_the_next_round_number():
    assert [platform.top_of([use]) for use in (0.009, 0.013, 0.07, 0.1, 0.34, 0.51, 1.0)] == [1, 2, 10, 10, 50, 100, 100]
    shades = [lightness(platform.shade(use, 100.0)) for use in np.linspace(0.01, 1, 12)]
    assert shades == sorted(shades, reverse=True) and shades[0] - shades[-1] > 0.4
    night = [lightness(platform.shade(use, 100.0, "night")) for use in np.linspace(0.01, 1, 12)]
    assert night == sorted(night) and night[-1] - night[0] > 0.3


def test_the_server_is_named_among_many_hosts(fleet_file):
    with load(fleet_file) as record:
        scene = Scene(record)
        figure = platform.draw(scene, platform.data(scene, Choice()), Choice())
        assert [text.get_text() for text in figure.axes[0].texts if "%" not in text.get_text()] == ["server"]
