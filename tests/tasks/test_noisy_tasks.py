import numpy as np
import pytest

from umeta.tasks import PartitionSource, TaskConfig
from umeta.tasks.noisy_tasks import NoisyTasks
from umeta.tasks.partition_tasks import PartitionTasks

CLUSTERS = np.repeat(np.arange(8), 12).astype(np.int32)
SHAPE = TaskConfig(n_way=4, n_shot=1, n_query=3)


def items_of(source, n_tasks: int = 400) -> np.ndarray:
    tasks = source.sample(n_tasks, SHAPE, rng=np.random.default_rng(6))
    return np.concatenate([tasks.support, tasks.query], axis=2)


def test_other_items_take_the_places_of_some_by_the_partition_of_each_task():
    swap = {0: np.arange(96), 1: np.roll(np.arange(96), 12)}
    asked = []

    def stand_in(number: int) -> np.ndarray:
        asked.append(number)
        return swap[number].astype(np.int32)

    clean = PartitionSource([CLUSTERS, CLUSTERS]).sample(50, SHAPE, rng=np.random.default_rng(6))
    noisy_source = NoisyTasks(PartitionSource([CLUSTERS, CLUSTERS]), stand_in)
    noisy = noisy_source.sample(50, SHAPE, rng=np.random.default_rng(6))
    for k in range(50):
        assert (noisy.support[k] == swap[int(clean.origin[k])][clean.support[k]]).all()
        assert (noisy.query[k] == swap[int(clean.origin[k])][clean.query[k]]).all()
    assert (noisy.clusters == clean.clusters).all()
    noisy_source.sample(50, SHAPE, rng=np.random.default_rng(7))
    assert sorted(asked) == [0, 1]  # each is made once


def test_more_noise_changes_more_of_the_same_tasks():
    changed = []
    clean = items_of(PartitionTasks().over(np.arange(96), lambda: [CLUSTERS]))
    for noise in (0.1, 0.3, 0.6):
        noisy = items_of(PartitionTasks(noise=noise).over(np.arange(96), lambda: [CLUSTERS]))
        assert (noisy != clean).mean() == pytest.approx(noise, abs=0.06)
        assert all(len(set(task.tolist())) == task.size for task in noisy.reshape(len(noisy), -1))
        changed.append(noisy != clean)
    assert (changed[0] & ~changed[1]).mean() < 0.02
    assert (changed[1] & ~changed[2]).mean() < 0.02


def test_tasks_are_as_likely_as_those_of_the_noisy_partition():
    dials = PartitionTasks(noise=0.5)
    noisy_partition = dials.turned(CLUSTERS, 0)
    drawn = items_of(dials.over(np.arange(96), lambda: [CLUSTERS]), n_tasks=6000)
    assert (noisy_partition[drawn] == noisy_partition[drawn[:, :, :1]]).all()
    used = np.bincount(drawn.ravel(), minlength=96)
    assert used == pytest.approx(np.full(96, drawn.size / 96), rel=0.12)
