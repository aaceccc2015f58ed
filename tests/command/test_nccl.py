"""Predictions against measured all-reduces of NCCL: four fitted numbers a machine, judged on the sizes left out."""
import pathlib
import sys

import pytest

from conftest import DTSIM, ROOT

sys.path.insert(0, str(ROOT / "tests/nccl"))
import fit  # noqa: E402


@pytest.fixture
def file(data):
    path = pathlib.Path(data) / "compute/nccl_profile_a100.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    return path


@pytest.mark.parametrize("machine, median", [("a100_dgx", 0.15), ("a100_pairwise_nvlink", 0.02)])
def test_four_numbers_predict_the_sizes_they_were_not_fitted_on(file, tmp_path, machine, median):
    t = fit.measured(file, machine)
    assert t.train.mean() == pytest.approx(0.5, abs=0.01)
    numbers = fit.fit(t)
    error = fit.errors(t, numbers)
    assert error[t.bytes[~t.train] > fit.LARGE].median() < median
    assert fit.off_formula(DTSIM, tmp_path, t, numbers) < 1e-9


def test_the_fit_finds_the_numbers_that_made_the_times(file):
    t = fit.measured(file, "a100_dgx")
    numbers = [3e-6, 2e11, 4e-5, 7e9]
    t["seconds"] = fit.predicted(t, numbers)
    assert fit.fit(t) == pytest.approx(numbers, rel=1e-3)
