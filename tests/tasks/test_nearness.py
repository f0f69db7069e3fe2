import numpy as np
import pytest

from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskConfig
from umeta.tasks.nearness import Nearness


def on_a_line(n_clusters: int = 40, size: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Clusters whose centroids stand in a row, numbered from left to right, and items in another order."""
    order = np.random.default_rng(0).permutation(n_clusters * size)
    clusters = np.repeat(np.arange(n_clusters), size).astype(np.int32)[order]
    return clusters, np.stack([clusters, np.zeros(len(clusters))], axis=1).astype(np.float32)


def spans(share: float, n_way: int = 5) -> np.ndarray:
    clusters, vectors = on_a_line()
    source = PartitionSource([clusters], Nearness(share, vectors))
    tasks = source.sample(4000, TaskConfig(n_way=n_way, n_shot=1, n_query=1), rng=np.random.default_rng(1))
    rows = np.sort(tasks.clusters, axis=1)
    assert (np.diff(rows, axis=1) > 0).all()  # no class twice
    return np.ptp(rows, axis=1)


def test_no_nearness_draws_as_cactus_does_and_full_nearness_stays_in_the_neighbourhood():
    anywhere, near = spans(0.0), spans(1.0)
    assert anywhere.mean() == pytest.approx(41 * 4 / 6, abs=0.5)  # of five of forty in a row
    assert near.max() <= 8  # at an end, all eight neighbours lie on one side
    assert spans(0.5).mean() < anywhere.mean()


def test_a_part_of_the_classes_is_near_the_others_are_drawn_anywhere():
    clusters, vectors = on_a_line()
    source = PartitionSource([clusters], Nearness(0.5, vectors))
    tasks = source.sample(2000, TaskConfig(n_way=5, n_shot=1, n_query=1), rng=np.random.default_rng(2))
    nearest = np.abs(tasks.clusters[:, :, None] - tasks.clusters[:, None, :])
    two_near = ((nearest <= 8).sum(axis=2) >= 3).any(axis=1)  # itself and two others
    assert two_near.all()


def test_every_class_is_drawn_equally_often_in_every_row():
    clusters = np.repeat(np.arange(6), 2).astype(np.int32)
    ring = np.stack([np.cos(clusters * np.pi / 3), np.sin(clusters * np.pi / 3)], axis=1).astype(np.float32)
    source = PartitionSource([clusters], Nearness(1.0, ring))
    tasks = source.sample(12_000, TaskConfig(n_way=2, n_shot=1, n_query=1), rng=np.random.default_rng(3))
    for row in tasks.clusters.T:
        assert np.bincount(row) / 12_000 == pytest.approx(np.full(6, 1 / 6), abs=0.02)
    apart = np.abs(np.diff(tasks.clusters, axis=1)[:, 0])
    assert set(apart.tolist()) == {1, 5}  # its two neighbours on the ring


def test_partitions_of_few_clusters_are_drawn_whole():
    few = np.array([0, 0, 1, 1, 2, 2, -1], np.int32)
    many = np.array([3, 1, 1, 0, 0, 2, 2], np.int32)
    vectors = np.arange(7, dtype=np.float32)[:, None]
    source = PartitionSource([few, many], Nearness(1.0, vectors))
    tasks = source.sample(200, TaskConfig(n_way=3, n_shot=1, n_query=1), rng=np.random.default_rng(4))
    assert set(tasks.origin.tolist()) == {0, 1}
    assert (np.sort(tasks.clusters, axis=1) == [0, 1, 2]).all()
    with pytest.raises(UserError, match="at most 3"):
        source.sample(1, TaskConfig(n_way=4, n_shot=1, n_query=1), rng=np.random.default_rng(0))
