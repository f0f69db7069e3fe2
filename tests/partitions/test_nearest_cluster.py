import numpy as np

from umeta.partitions.nearest_cluster import nearest_clusters


def test_items_outside_go_to_the_cluster_with_the_nearest_mean():
    vectors = np.array([[0, 0], [2, 0], [10, 0], [12, 0], [4, 0], [9, 1]], np.float32)
    clusters = np.array([3, 3, 7, 7, -1, -1], np.int32)
    nearest = nearest_clusters(vectors, clusters, np.array([5, 4]))
    assert nearest.clusters.tolist() == [7, 3]  # means are (1, 0) and (11, 0)
    assert np.allclose(nearest.distances, [5, 9])
