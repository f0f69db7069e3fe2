import math

import numpy as np

from umeta.partitions.marked_pairs import marked_pairs


def test_pairs_of_one_cluster_are_compared_with_all_pairs():
    clusters = np.array([0, 0, 0, 1, 1, 2, -1])
    classes = np.array([0, 0, 1, 1, 1, -1, 0])
    pairs = marked_pairs(clusters, classes)
    assert pairs.n_items == 5  # one is not marked, one in no cluster
    assert pairs.n_together == 4  # three of cluster 0, one of cluster 1
    assert pairs.together == 2 / 4
    assert pairs.by_chance == 4 / 10  # one pair of class 0 and three of class 1
    assert not pairs.is_enough


def test_without_marks_there_is_no_share():
    pairs = marked_pairs(np.array([0, 1]), np.array([-1, -1]))
    assert (pairs.n_items, pairs.n_together) == (0, 0)
    assert math.isnan(pairs.together)


def test_clusters_that_know_nothing_get_what_chance_gives():
    rng = np.random.default_rng(0)
    pairs = marked_pairs(rng.integers(0, 10, 2000), rng.integers(0, 5, 2000))
    assert abs(pairs.together - pairs.by_chance) < 0.01
    assert pairs.is_enough
