import numpy as np
import pytest

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
