import numpy as np
from sklearn.cluster import kmeans_plusplus

from umeta.vectors.seeding import plus_plus, squared_distances


def potential(points: np.ndarray, centroids: np.ndarray) -> float:
    return float(squared_distances(points, centroids).min(axis=1).sum())


def test_leaves_less_than_points_at_random_and_about_what_scikit_learn_leaves():
    points = np.random.default_rng(0).normal(size=(1000, 4)).astype(np.float32) ** 3
    seeds = range(10)
    ours = np.mean([potential(points, plus_plus(points, 100, rng=np.random.default_rng(s))) for s in seeds])
    theirs = np.mean([potential(points, kmeans_plusplus(points, 100, random_state=s)[0]) for s in seeds])
    random = np.mean([potential(points, points[np.random.default_rng(s).choice(1000, 100)]) for s in seeds])
    assert ours < 1.03 * theirs
    assert ours < 0.8 * random


def test_every_group_far_from_the_others_is_found():
    rng = np.random.default_rng(0)
    groups = rng.normal(size=(20, 8)).astype(np.float32) * 1000
    points = np.repeat(groups, 10, axis=0) + rng.normal(size=(200, 8)).astype(np.float32)
    found = plus_plus(points, 20, rng=rng)
    assert len(np.unique(squared_distances(groups, found).argmin(axis=1))) == 20


def test_of_copies_as_many_are_taken_as_are_needed():
    points = np.repeat(np.array([[0, 1], [3, 4]], np.float32), 5, axis=0)
    found = plus_plus(points, 10, rng=np.random.default_rng(0))
    assert sorted(found.tolist()) == points.tolist()
