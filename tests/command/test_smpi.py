"""The network side against SMPI, SimGrid's own MPI, on the same platforms: it shares the model of links with dtsim,
but neither the transport nor the collectives."""
import shutil
import sys

import pytest

from conftest import DTSIM, ROOT

sys.path.insert(0, str(ROOT / "tests/smpi"))
import compare  # noqa: E402

pytestmark = pytest.mark.skipif(not (shutil.which("smpirun") and shutil.which("smpicc")), reason="SMPI is not installed")


@pytest.mark.parametrize("network", compare.ALIKE)
@pytest.mark.parametrize("where", compare.PLATFORMS)
def test_ring_and_tree_take_the_time_of_the_same_mpi_program(tmp_path, where, network):
    compare.platform(DTSIM, tmp_path, *compare.PLATFORMS[where])
    ours = compare.by_dtsim(DTSIM, tmp_path, network)
    theirs = compare.by_smpi(tmp_path, compare.ALIKE[network] + compare.SENDS_WAIT)
    assert len(ours) == 2 * len(compare.FLOATS)
    for case, seconds in ours.items():
        assert theirs[case] == pytest.approx(seconds, rel=1e-3), case


def test_large_messages_hardly_feel_how_mpi_begins_them(tmp_path):
    """MPI's defaults: small sends return at once, large ones wait for their receiver, who comes late."""
    compare.platform(DTSIM, tmp_path, *compare.PLATFORMS["lan"])
    ours, theirs = compare.by_dtsim(DTSIM, tmp_path, "CM02"), compare.by_smpi(tmp_path, compare.ALIKE["CM02"])
    for n in (250000, 2500000):
        assert theirs["ring", n] == pytest.approx(ours["ring", n], rel=0.01)
        assert theirs["late_tree", n] == pytest.approx(ours["tree", n], rel=0.01)
    assert theirs["late_tree", 25000] > 1.05 * ours["tree", 25000]
