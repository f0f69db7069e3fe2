import numpy as np

from umeta.partitions import OUTSIDE, Partition, spread
from umeta.partitions.partition import drop_small


def test_small_clusters_are_dropped_neither_merged_nor_refilled():
    clusters = np.array([0, 0, 0, 1, 2, 2], np.int32)
    assert drop_small(clusters, 2).tolist() == [0, 0, 0, OUTSIDE, 2, 2]
    assert drop_small(clusters, 3).tolist() == [0, 0, 0, OUTSIDE, OUTSIDE, OUTSIDE]


def test_spread_leaves_items_outside_the_split_in_no_cluster():
    whole = spread([Partition(np.array([0, 1, OUTSIDE], np.int32), n_made=2)], np.array([1, 3, 4]), 6)
    assert whole[0].clusters.tolist() == [-1, 0, -1, 1, -1, -1]
