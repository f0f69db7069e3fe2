import numpy as np
import pytest

from tests.partitions.points import agreement, blobs, partitions_of
from umeta.partitions.diversity import ari, diversity, pairwise
from umeta.partitions.kmeans import KMeans
from umeta.stage import UserError


def test_partition_0_is_unscaled_and_the_others_are_scaled_by_their_own_draw():
    points = np.random.default_rng(0).normal(size=(600, 12)).astype(np.float32)
    made = partitions_of(KMeans(n_clusters=10, n_partitions=3), points)
    alone = partitions_of(KMeans(n_clusters=10, n_partitions=1), points)
    assert (made[0].clusters == alone[0].clusters).all()
    assert agreement(made[0].clusters, made[1].clusters) < 0.9
    assert agreement(made[1].clusters, made[2].clusters) < 0.9


def test_scaling_makes_partitions_differ_more_than_seeding_alone():
    points = np.random.default_rng(0).normal(size=(1500, 16)).astype(np.float32)
    strategy = KMeans(n_clusters=20, n_partitions=5)
    scaled, seeded = (
        [partition.clusters for partition in partitions_of(method, points)][1:]
        for method in (strategy, strategy.model_copy(update={"scaling": False}))
    )
    assert diversity(pairwise(scaled, ari)) > diversity(pairwise(seeded, ari))


def test_every_cluster_left_is_large_enough():
    made = partitions_of(KMeans(n_clusters=40, min_cluster_size=6), blobs())
    _, sizes = made[0].sizes()
    assert sizes.min() >= 6
    assert made[0].n_made == 40


def test_no_cluster_left_is_an_error_with_a_remedy():
    with pytest.raises(UserError, match=r"leaves no cluster of 16 items .* lower partition.n_clusters to 3"):
        partitions_of(KMeans(n_clusters=100, min_cluster_size=16, max_retries=0), blobs(4, 30))


def test_more_clusters_than_items_are_refused():
    with pytest.raises(UserError, match="n_clusters=300 is more than the 240 items"):
        partitions_of(KMeans(n_clusters=300), blobs())


def test_nan_and_constant_embeddings_are_refused():
    broken = blobs()
    broken[7, 2] = np.nan
    with pytest.raises(UserError, match="1 of 240 embeddings hold NaN .* the first at item 7"):
        partitions_of(KMeans(n_clusters=4), broken)
    with pytest.raises(UserError, match="all 240 embeddings are the same point"):
        partitions_of(KMeans(n_clusters=4), np.ones((240, 6), np.float32))


def test_embeddings_are_not_changed():
    points = blobs()
    before = points.copy()
    partitions_of(KMeans(n_clusters=8, n_partitions=3), points)
    assert (points == before).all()
