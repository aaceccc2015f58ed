"""Where dtsim's flows agree with TCP packet by packet, and where they are known not to: `make check-ns3`."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import compare  # noqa: E402

BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
DUMBBELL, FLOWS = BUILD / "tests/ns3/dumbbell", BUILD / "tests/ns3/flows"

pytestmark = pytest.mark.skipif(not DUMBBELL.exists(), reason="ns-3 is not installed")

NEW, SECOND = 0, 1


@pytest.fixture(scope="module")
def ns3():
    return {name(case): compare.by_ns3(DUMBBELL, case) for case in compare.CASES}


def name(case):
    return case[0], case[3][0][0] / 1e6


def error(tmp_path, ns3, which, network, message):
    """Of the flow that arrives last."""
    case = next(c for c in compare.CASES if name(c) == which)
    return max(compare.by_dtsim(FLOWS, tmp_path, network, case)) / max(t[message] for t in ns3[which]) - 1


@pytest.mark.parametrize("which, bound", [(("one flow", 1), 0.02), (("one flow", 10), 0.02), (("one flow", 100), 0.02),
                                          (("two alike", 20), 0.05), (("long fat pipe", 100), 0.05)])
def test_lv08_times_a_message_on_a_new_connection(tmp_path, ns3, which, bound):
    assert abs(error(tmp_path, ns3, which, "LV08", NEW)) < bound


@pytest.mark.parametrize("which, bound", [(("one flow", 0.1), 0.02), (("one flow", 1), 0.05), (("one flow", 10), 0.05),
                                          (("one flow", 100), 0.05), (("two alike", 20), 0.05),
                                          (("long fat pipe", 100), 0.05)])
def test_cm02_times_a_message_on_a_connection_in_use(tmp_path, ns3, which, bound):
    assert abs(error(tmp_path, ns3, which, "CM02", SECOND)) < bound


def test_the_nearer_of_two_gets_more_and_neither_model_is_far_off(tmp_path, ns3):
    case = next(c for c in compare.CASES if c[0] == "near and far")
    packets = ns3[name(case)]
    for network in ("LV08", "CM02"):
        near, far = compare.by_dtsim(FLOWS, tmp_path, network, case)
        assert near < far and packets[0][SECOND] < packets[1][SECOND]
        assert abs(near / packets[0][SECOND] - 1) < 0.4 and abs(far / packets[1][SECOND] - 1) < 0.1


def test_lv08_is_known_to_be_far_too_slow_for_small_messages_on_connections_in_use(tmp_path, ns3):
    assert error(tmp_path, ns3, ("one flow", 0.1), "LV08", SECOND) > 5
    assert error(tmp_path, ns3, ("long fat pipe", 1), "LV08", SECOND) > 5


def test_both_are_known_to_miss_what_shallow_queues_lose(tmp_path, ns3):
    case = next(c for c in compare.CASES if name(c) == ("one flow", 1))
    ns3 = {name(case): compare.by_ns3(DUMBBELL, case, compare.SHALLOW)}
    assert error(tmp_path, ns3, name(case), "CM02", SECOND) < -0.5
    assert error(tmp_path, ns3, name(case), "LV08", SECOND) < -0.5
