import numpy as np
import pytest

from umeta.partitions.typicality import by_cluster_typical_first, distances_to_means, medoids

CLUSTERS = np.array([1, 1, 4, -1, 4, 4], np.int32)


def test_distances_are_to_the_mean_of_the_own_cluster_and_infinite_outside():
    vectors = np.array([[0.0], [2], [3], [50], [6], [9]], np.float32)  # the means are 1 and 6
    assert distances_to_means(vectors, CLUSTERS).tolist() == pytest.approx([1, 1, 9, np.inf, 0, 9])


def test_the_medoid_of_a_cluster_is_its_nearest_item_to_the_mean():
    assert medoids(CLUSTERS, np.array([0.0, 1, 9, 5, 7, 8])) == {1: 0, 4: 4}


def test_the_largest_cluster_comes_first_and_in_it_the_most_typical_item():
    distances = np.array([0.0, 1, 9, 5, 7, 8])
    assert by_cluster_typical_first(np.arange(6), CLUSTERS, distances).tolist() == [4, 5, 2, 0, 1, 3]
