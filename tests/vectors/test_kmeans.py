import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import normalized_mutual_info_score
from threadpoolctl import threadpool_limits

from umeta.vectors import kmeans
from umeta.vectors.seeding import plus_plus, squared_distances


def lloyd(points: np.ndarray, n_clusters: int, seed: int) -> tuple[np.ndarray, float]:
    """Lloyd's algorithm from k-means++ of all points until nothing changes: the clusters and the inertia."""
    centroids = plus_plus(points, n_clusters, rng=np.random.default_rng(seed))
    before = np.inf
    while True:
        distances = squared_distances(points, centroids)
        clusters, inertia = distances.argmin(axis=1), float(distances.min(axis=1).sum(dtype=np.float64))
        if inertia >= before:
            return clusters, inertia
        before = inertia
        for cluster in np.unique(clusters):
            centroids[cluster] = points[clusters == cluster].mean(axis=0)


def test_kmeans_finds_the_centres_of_hand_made_groups():
    points = np.array([[0, 0], [0, 2], [10, 0], [10, 2]], np.float32)
    found = kmeans(points, 2, seed=0)
    assert sorted(map(tuple, found.centroids.tolist())) == [(0, 1), (10, 1)]
    assert found.clusters[0] == found.clusters[1] != found.clusters[2] == found.clusters[3]
    assert found.inertia == pytest.approx(4)


def test_kmeans_is_the_same_for_the_same_seed_on_one_thread_or_many():
    points = np.random.default_rng(0).normal(size=(2000, 16)).astype(np.float32)
    with threadpool_limits(1):
        alone = kmeans(points, 50, seed=3)
    with threadpool_limits(2):
        together = kmeans(points, 50, seed=3)
    assert (alone.clusters == together.clusters).all()
    assert alone.inertia == together.inertia


@pytest.mark.parametrize("spherical", [False, True])
def test_each_item_is_in_the_cluster_of_its_nearest_centroid(spherical: bool):
    points = np.random.default_rng(0).normal(size=(500, 8)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    found = kmeans(points, 20, seed=0, spherical=spherical)
    distances = squared_distances(points, found.centroids)
    assert (found.clusters == distances.argmin(axis=1)).all()
    assert found.inertia == pytest.approx(distances.min(axis=1).sum(), rel=1e-5)
    assert not spherical or np.allclose(np.linalg.norm(found.centroids, axis=1), 1)


@pytest.mark.parametrize("n_clusters", [20, pytest.param(60, marks=pytest.mark.slow)])
def test_on_digits_it_is_as_good_as_lloyds_algorithm_to_its_end(n_clusters: int):
    images, classes = load_digits(return_X_y=True)
    points = np.asarray(images, np.float32)
    found = [kmeans(points, n_clusters, seed=seed) for seed in range(20)]
    reference = [lloyd(points, n_clusters, seed) for seed in range(20)]
    inertia = np.mean([one.inertia for one in found])
    assert inertia < 1.002 * np.mean([inertia for _, inertia in reference])
    agreement = np.mean([normalized_mutual_info_score(classes, one.clusters) for one in found])
    least = np.mean([normalized_mutual_info_score(classes, clusters) for clusters, _ in reference])
    assert agreement > least - 0.01


def test_distance_from_the_origin_does_not_matter():
    points = np.random.default_rng(0).normal(size=(1000, 4)).astype(np.float32)
    near, far = (kmeans(points + np.float32(one), 20, seed=0).inertia for one in (0, 1e4))
    assert far == pytest.approx(near, rel=0.02)


def test_copies_may_be_fewer_points_than_clusters():
    points = np.repeat(np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32), 20, axis=0)
    found = kmeans(points, 10, seed=0)
    assert found.inertia == pytest.approx(0, abs=1e-3)
    assert np.isfinite(found.centroids).all()


def test_as_many_clusters_as_items_are_one_each():
    points = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    assert len(np.unique(kmeans(points, 40, seed=0).clusters)) == 40
