"""How long steps take: what is drawn, from which stream, and which worker gets which of the values that were measured."""
import h5py
import numpy as np
import pytest

from conftest import SMALL

QUIET = SMALL.replace('strategy = { "localsgd", period = 4 }', 'strategy = "sgd", trace = "spans", learn = false, '
                      'collective = "star"')


def steps(folder, text, *words):
    """Seconds that each step of each worker took: [workers, steps]."""
    done = folder.run("run", folder.write(text), "-o", "p.h5", "--quiet", "--fresh", *words)
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "p.h5") as f:
        spans = {name: column[()] for name, column in f["runs/0000/spans"].items()}
    own = spans["kind"] == b"compute"
    ranks = range(int(spans["rank"].max()) + 1)
    return np.array([(spans["end_s"] - spans["start_s"])[own & (spans["rank"] == r)] for r in ranks])


def paced(*parts):
    return QUIET.replace("workers = 4", ", ".join(("workers = 4", *parts)))


def test_jitter_and_seconds_are_drawn_from_streams_of_their_own(folder):
    jitter, seconds = "jitter = dt.lognormal { sigma = 0.5 }", "compute = { seconds = dt.exponential {} }"
    both = steps(folder, paced(jitter, seconds))
    alone = steps(folder, paced(seconds))
    factor = steps(folder, paced(jitter, "compute = { seconds = 1 }"))
    np.testing.assert_allclose(both, alone * factor, rtol=1e-6)
    assert abs(np.corrcoef(alone.ravel(), factor.ravel())[0, 1]) < 0.3        # 160 pairs: 4 standard errors
