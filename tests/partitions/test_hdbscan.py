"""Tests umeta.vectors.principal too."""

import logging

import numpy as np
import pytest

from tests.partitions.points import agreement, blobs, partitions_of
from umeta.partitions import OUTSIDE
from umeta.partitions.hdbscan import Hdbscan
from umeta.stage import Step, UserError


def crowds_and_noise() -> tuple[np.ndarray, np.ndarray]:
    """Return three tight groups of 40 and 30 points ever farther from them and each other, with the true groups."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.array([[0, 0], [30, 0], [0, 30]]), 40, axis=0) + rng.normal(0, 0.5, (120, 2))
    angles = rng.uniform(0, 2 * np.pi, 30)
    stray = 100 * 1.3 ** np.arange(30)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.concatenate([groups, stray]).astype(np.float32), np.repeat([0, 1, 2, OUTSIDE], [40, 40, 40, 30])


def test_crowds_are_clusters_and_what_lies_apart_is_in_none():
    points, truth = crowds_and_noise()
    (partition,) = partitions_of(Hdbscan(min_cluster_size=20, min_samples=5, selection="eom"), points)
    assert partition.n_clusters == partition.n_made == 3
    assert (partition.clusters[120:] == OUTSIDE).all()
    inside = partition.clusters[:120] != OUTSIDE
    assert inside.mean() > 0.9
    assert agreement(partition.clusters[:120][inside], truth[:120][inside]) == 1


def test_no_cluster_is_smaller_than_a_task_needs():
    for partition in partitions_of(Hdbscan(min_cluster_size=12, n_partitions=3), blobs()):
        assert partition.sizes()[1].min() >= 12
        assert partition.n_clusters <= partition.n_made


def test_many_dimensions_are_reduced_and_scaling_makes_other_clusters():
    points = np.random.default_rng(0).normal(size=(800, 40)).astype(np.float32)
    before = points.copy()
    made, again = (
        partitions_of(Hdbscan(min_cluster_size=4, max_dim=3, n_partitions=3), points) for _ in range(2)
    )
    assert (made[0].clusters != made[1].clusters).any()
    assert all((a.clusters == b.clusters).all() for a, b in zip(made, again, strict=True))
    assert (points == before).all()


def test_the_share_of_noise_is_logged(caplog):
    with caplog.at_level(logging.INFO):
        partitions_of(Hdbscan(min_cluster_size=20, min_samples=5, selection="eom"), crowds_and_noise()[0])
    assert "partition 0: 3 clusters, 2" in caplog.text
    assert "% of the items are noise" in caplog.text


def test_noise_alone_is_an_error_with_a_remedy():
    grid = np.stack(np.meshgrid(np.arange(7), np.arange(7)), axis=-1).reshape(-1, 2).astype(np.float32)
    with pytest.raises(
        UserError,
        match="HDBSCAN finds no cluster of min_cluster_size=20 items among 49 .* take partition=kmeans",
    ):
        partitions_of(Hdbscan(min_cluster_size=20), grid)


def test_too_few_items_are_refused():
    with pytest.raises(
        UserError, match="two clusters of partition.min_cluster_size=16 .* need 32 items; there are 20"
    ):
        partitions_of(Hdbscan(min_cluster_size=16), blobs()[:20])


def test_bad_embeddings_are_refused():
    broken = blobs()
    broken[7, 2] = np.nan
    with pytest.raises(UserError, match="the first at item 7"):
        partitions_of(Hdbscan(), broken)
    with pytest.raises(UserError, match="are the same point"):
        partitions_of(Hdbscan(), np.ones((240, 6), np.float32))


def test_every_partition_is_a_step():
    steps = list[Step]()
    Hdbscan(n_partitions=2).make_partitions(blobs(), on_step=steps.append)
    assert [(step.done, step.total) for step in steps] == [(0, 2), (1, 2), (2, 2)]
