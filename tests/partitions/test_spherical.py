import numpy as np
import pytest

from tests.partitions.points import agreement, blobs, partitions_of
from umeta.partitions import OUTSIDE
from umeta.partitions.spherical import SphericalKMeans
from umeta.stage import UserError
from umeta.vectors import kmeans


def test_clusters_are_directions_not_places():
    points = np.array([[1, 0], [100, 1], [0, 1], [1, 100], [-1, 0], [-50, 1]], np.float32)
    clusters = partitions_of(SphericalKMeans(n_clusters=3), points)[0].clusters
    assert clusters[0] == clusters[1]
    assert clusters[2] == clusters[3]
    assert clusters[4] == clusters[5]
    assert len(set(clusters.tolist())) == 3


def test_centroids_have_unit_length_and_inertia_is_the_squared_distance_to_them():
    points = np.random.default_rng(0).normal(size=(400, 6)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    found = kmeans(points, 10, seed=0, spherical=True)
    assert np.linalg.norm(found.centroids, axis=1) == pytest.approx(np.ones(10), abs=1e-5)
    assert found.inertia == pytest.approx(((points - found.centroids[found.clusters]) ** 2).sum(), rel=1e-4)
    assert (found.clusters == (points @ found.centroids.T).argmax(axis=1)).mean() > 0.999


def test_lengths_do_not_matter():
    lengths = np.random.default_rng(1).uniform(0.1, 10, (240, 1)).astype(np.float32)
    one, other = (
        partitions_of(SphericalKMeans(n_clusters=8), blobs()),
        partitions_of(SphericalKMeans(n_clusters=8), blobs() * lengths),
    )
    assert agreement(one[0].clusters, other[0].clusters) > 0.99


def test_items_at_the_origin_are_in_no_cluster():
    points = blobs()
    points[5] = 0
    clusters = partitions_of(SphericalKMeans(n_clusters=8), points)[0].clusters
    assert np.flatnonzero(clusters == OUTSIDE).tolist() == [5]


def test_scaling_happens_before_normalising_and_spares_partition_0():
    points = np.random.default_rng(0).normal(size=(600, 12)).astype(np.float32)
    before = points.copy()
    scaled = partitions_of(SphericalKMeans(n_clusters=10, n_partitions=3), points)
    again = partitions_of(SphericalKMeans(n_clusters=10, n_partitions=3), points)
    alone = partitions_of(SphericalKMeans(n_clusters=10), points)
    assert (scaled[0].clusters == alone[0].clusters).all()
    assert agreement(scaled[1].clusters, scaled[2].clusters) < 0.9
    assert all((a.clusters == b.clusters).all() for a, b in zip(scaled, again, strict=True))
    assert (points == before).all()


def test_small_clusters_are_dropped_and_none_left_is_an_error():
    (partition,) = partitions_of(SphericalKMeans(n_clusters=40, min_cluster_size=6, max_retries=1), blobs())
    assert partition.sizes()[1].min() >= 6
    with pytest.raises(
        UserError, match=r"n_clusters=100 leaves no cluster of 16 items .* lower partition.n_clusters to 3"
    ):
        partitions_of(SphericalKMeans(n_clusters=100, min_cluster_size=16, max_retries=0), blobs(4, 30))


def test_bad_embeddings_are_refused():
    broken = blobs()
    broken[7, 2] = np.nan
    with pytest.raises(UserError, match="the first at item 7"):
        partitions_of(SphericalKMeans(n_clusters=4), broken)
    with pytest.raises(UserError, match="are the same point"):
        partitions_of(SphericalKMeans(n_clusters=4), np.ones((240, 6), np.float32))
    with pytest.raises(UserError, match="n_clusters=300 is more than the 240 items"):
        partitions_of(SphericalKMeans(n_clusters=300), blobs())
