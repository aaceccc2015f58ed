"""A step accumulates the gradients of several batches, as many as there are until the end of a pass."""
from conftest import SMALL


def test_a_shard_with_fewer_batches_is_said(folder):
    folder.write(SMALL.replace("stop =", "batch_size = 20, accumulate = 2, stop ="))       # 50 samples each
    assert "accumulate" not in folder.run("run", "scenario.lua", "-o", "a.h5").stderr
    folder.write(SMALL.replace("stop =", "batch_size = 20, accumulate = 4, stop ="))
    said = folder.run("run", "scenario.lua", "-o", "b.h5").stderr
    assert "worker 0 has 50 samples, so that its steps take 3 batches, not 4" in said
