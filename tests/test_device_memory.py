import json
import subprocess
import sys

import pytest
import torch

from umeta.device_memory import in_parts, is_out_of_memory

LIMITED = """
import json, resource, sys
import numpy as np
import torch
from umeta.data import ImageSet
from umeta.encoders import training
from umeta.encoders.untrained import Untrained
from umeta.evaluation import evaluate, few_shot
from umeta.learners.protonets import ProtoNets
from umeta.learners.training import new_state
from umeta.tasks import TaskBatch

CPU = torch.device("cpu")
training.PIXELS_AT_ONCE = 2**21  # 2,674 images together
few_shot.ITEMS_PER_CHUNK = 3000
rng = np.random.default_rng(0)
images = ImageSet(
    "noise", rng.integers(256, size=(3000, 1, 28, 28), dtype=np.uint8), [f"{number}" for number in range(3000)]
)
encoder = Untrained(n_filters=128, dim=8)
state = encoder.fit(images, device=CPU)
learner = ProtoNets(n_filters=32)
learned = new_state(learner, images.images, 5, seed=0, device=CPU)
items = rng.permutation(3000).reshape(30, 5, 20)
tasks = TaskBatch(items[:, :, :5], items[:, :, 5:], np.zeros(30, int), np.zeros((30, 5), int))

def both(n):
    told = []
    some = images.take(np.arange(n))
    vectors = encoder.encode(state, some, device=CPU, on_step=lambda step: told.append(step.done))
    right = evaluate(learner.classifier(learned, batch_norm="support"), images.images, tasks[:n // 100], device=CPU)
    sums = {"sum": float(np.abs(vectors).sum()), "right": right.mean().item()}
    return {**sums, "first": vectors[0].tolist(), "told": told}

both(100)  # whatever is loaded at the first call is loaded now
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
mb = int(sys.argv[1])
if mb:
    resource.setrlimit(resource.RLIMIT_AS, (size + mb * 2**20,) * 2)
print(json.dumps(both(3000)))
"""


@pytest.mark.process
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the memory of a process")
def test_encoding_and_judging_go_on_in_smaller_parts_with_the_same_result():
    """The limit is the operating system's, and the allocation that fails is a real one."""

    def told(mb: int) -> dict:
        ended = subprocess.run([sys.executable, "-c", LIMITED, str(mb)], capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    whole, parts = told(0), told(150)
    assert whole["told"] == [2674, 3000]
    assert parts["told"][0] < 2674 / 2 + 1
    assert parts["told"][-1] == 3000
    assert parts["sum"] == pytest.approx(whole["sum"], rel=1e-5)
    assert parts["first"] == pytest.approx(whole["first"], rel=1e-3, abs=1e-5)
    assert parts["right"] == pytest.approx(whole["right"], abs=1e-3)


def holding(rows: int):
    """Return a computation on a device that holds so many rows."""

    def compute(part: slice) -> list[int]:
        if part.stop - part.start > rows:
            raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return list(range(part.start, part.stop))

    return compute


def test_every_row_is_computed_once_in_order_whatever_fits():
    for rows in (1, 2, 3, 5, 100):
        parts = list(in_parts(holding(rows), 11, 8))
        assert [row for _, computed in parts for row in computed] == list(range(11))
        assert max(part.stop - part.start for part, _ in parts) <= rows
    assert list(in_parts(holding(1), 0, 8)) == []
    halved = [part.stop - part.start for part, _ in in_parts(holding(3), 11, 8)]
    assert halved == [2, 2, 2, 2, 2, 1]


def test_where_not_one_row_fits_and_for_other_errors_the_error_is_their_own():
    with pytest.raises(RuntimeError, match="CUDA out of memory"):
        list(in_parts(holding(0), 3, 8))

    def fail(part: slice) -> None:
        raise RuntimeError("sizes differ")

    with pytest.raises(RuntimeError, match="sizes differ"):
        list(in_parts(fail, 3, 8))


def test_what_says_that_memory_is_out():
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(ValueError("out of memory"))
    assert not is_out_of_memory(None)
