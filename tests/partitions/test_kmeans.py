import logging

import numpy as np
import pytest

from tests.partitions.points import agreement, blobs, partitions_of
from umeta.partitions import OUTSIDE, PARTITIONS, Partition, spread
from umeta.partitions.kmeans import KMeans, default_n_clusters
from umeta.partitions.partition import drop_small
from umeta.stage import UserError
from umeta.vectors import kmeans


def test_kmeans_finds_the_centres_of_hand_made_groups():
    points = np.array([[0, 0], [0, 2], [10, 0], [10, 2]], np.float32)
    found = kmeans(points, 2, seed=0)
    assert sorted(map(tuple, found.centroids.tolist())) == [(0, 1), (10, 1)]
    assert found.clusters[0] == found.clusters[1] != found.clusters[2] == found.clusters[3]
    assert found.inertia == pytest.approx(4)


def test_kmeans_is_the_same_for_the_same_seed():
    points = np.random.default_rng(0).normal(size=(2000, 16)).astype(np.float32)
    assert (kmeans(points, 50, seed=3).clusters == kmeans(points, 50, seed=3).clusters).all()


def test_kmeans_is_no_worse_than_scikit_learns():
    from sklearn.cluster import KMeans as Reference

    points = np.random.default_rng(0).normal(size=(1500, 8)).astype(np.float32)
    reference = Reference(30, n_init="auto", random_state=0).fit(points)
    assert kmeans(points, 30, seed=0).inertia < 1.02 * float(reference.inertia_ or 0)


def test_partition_0_is_unscaled_and_the_others_are_scaled_by_their_own_draw():
    points = np.random.default_rng(0).normal(size=(600, 12)).astype(np.float32)
    made = partitions_of(KMeans(n_clusters=10, n_partitions=3), points)
    alone = partitions_of(KMeans(n_clusters=10, n_partitions=1), points)
    assert (made[0].clusters == alone[0].clusters).all()
    assert agreement(made[0].clusters, made[1].clusters) < 0.9
    assert agreement(made[1].clusters, made[2].clusters) < 0.9


def test_scaling_makes_partitions_differ_more_than_seeding_alone():
    points = np.random.default_rng(0).normal(size=(1500, 16)).astype(np.float32)
    scaled = partitions_of(KMeans(n_clusters=20, n_partitions=3), points)
    seeded = partitions_of(KMeans(n_clusters=20, n_partitions=3, scaling=False), points)
    assert agreement(scaled[1].clusters, scaled[2].clusters) < agreement(
        seeded[1].clusters, seeded[2].clusters
    )


def test_small_clusters_are_dropped_neither_merged_nor_refilled():
    clusters = np.array([0, 0, 0, 1, 2, 2], np.int32)
    assert drop_small(clusters, 2).tolist() == [0, 0, 0, OUTSIDE, 2, 2]
    assert drop_small(clusters, 3).tolist() == [0, 0, 0, OUTSIDE, OUTSIDE, OUTSIDE]


def test_every_cluster_left_is_large_enough():
    made = partitions_of(KMeans(n_clusters=40, min_cluster_size=6), blobs())
    _, sizes = made[0].sizes()
    assert sizes.min() >= 6
    assert made[0].n_made == 40


def test_retries_end_and_are_reported(caplog):
    with caplog.at_level(logging.WARNING):
        made = partitions_of(KMeans(n_clusters=60, min_cluster_size=8, max_retries=2), blobs())
    assert made[0].retries == 2
    assert "after 2 retries only" in caplog.text
    assert "hold 8 items" in caplog.text


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


def test_the_default_number_of_clusters_grows_to_the_papers_500():
    assert [default_n_clusters(n) for n in (10, 1200, 22_000)] == [2, 30, 500]


def test_embeddings_are_not_changed():
    points = blobs()
    before = points.copy()
    partitions_of(KMeans(n_clusters=8, n_partitions=3), points)
    assert (points == before).all()


def test_spread_leaves_items_outside_the_split_in_no_cluster():
    whole = spread([Partition(np.array([0, 1, OUTSIDE], np.int32), n_made=2)], np.array([1, 3, 4]), 6)
    assert whole[0].clusters.tolist() == [-1, 0, -1, 1, -1, -1]


def test_random_labels_ignore_the_embedding():
    strategy = PARTITIONS.parse({"name": "random", "n_clusters": 5})
    a = strategy.make_partitions(blobs())
    b = strategy.make_partitions(blobs(seed=9))
    assert (a[0].clusters == b[0].clusters).all()
    assert set(a[0].clusters.tolist()) == set(range(5))
