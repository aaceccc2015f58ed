"""Twenty kills at random moments; `make torture N=1000` tries more."""
from conftest import DTSIM
from torture import Torture


def test_kills_at_random_moments_lose_and_repeat_nothing(tmp_path, count):
    count(Torture(DTSIM, tmp_path, seed=1).go(20))
