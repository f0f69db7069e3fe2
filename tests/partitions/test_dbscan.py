import numpy as np
import pytest

from tests.partitions.points import agreement, blobs, partitions_of
from umeta.partitions import OUTSIDE
from umeta.partitions.dbscan import Dbscan, reciprocal_distances
from umeta.stage import UserError


def test_items_that_are_each_others_neighbours_have_no_distance_and_strangers_have_none_kept():
    line = np.array([0, 1, 3, 7, 100], np.float32)[:, None]
    # the two nearest of each: 0: 1 3 | 1: 0 3 | 3: 1 0 | 7: 3 1 | 100: 7 3; only 0, 1 and 3 are in each other's
    distances = reciprocal_distances(line, 2).toarray()
    linked = np.eye(5, dtype=bool)
    linked[:3, :3] = True
    assert ((distances > 0) == linked).all()
    assert distances.max() < 1e-6


def test_distances_are_shares_of_neighbours_that_are_not_shared():
    points = np.array([0, 1, 2.1, 3.3], np.float32)[:, None]
    # one nearest beside itself: 0: 1 | 1: 0 | 2.1: 1 | 3.3: 2.1; only 0 and 1 have each other
    one = reciprocal_distances(points, 1).toarray()
    assert one[0, 1] == pytest.approx(0, abs=1e-6)
    assert one[1, 2] == one[2, 3] == 0  # a distance of 1, left out
    # two nearest: 0: 1 2.1 | 1: 0 2.1 | 2.1: 1 3.3 | 3.3: 2.1 1; reciprocal 0-1, 1-2.1, 2.1-3.3
    two = reciprocal_distances(points, 2).toarray()
    assert two[0, 1] == pytest.approx(1 - 2 / 3)  # {0 1} and {0 1 2.1}
    assert two[0, 2] == pytest.approx(1 - 1 / 4)  # {0 1} and {1 2.1 3.3}
    assert two[1, 2] == pytest.approx(1 - 2 / 4)  # {0 1 2.1} and {1 2.1 3.3}
    assert two[0, 3] == 0
    assert (two == two.T).all()


def test_groups_are_clusters_however_dense_and_strays_are_in_none():
    groups = blobs(n_blobs=5)
    groups[:30] = groups[:30].mean(axis=0) + 0.01 * (groups[:30] - groups[:30].mean(axis=0))
    strays = 1000 * np.eye(6, dtype=np.float32)[:4] * np.arange(1, 5, dtype=np.float32)[:, None]
    (partition,) = partitions_of(Dbscan(min_cluster_size=20), np.concatenate([groups, strays]))
    assert partition.n_clusters == 5
    inside = partition.clusters[:150] != OUTSIDE
    assert inside.mean() > 0.9
    assert agreement(partition.clusters[:150][inside], np.repeat(np.arange(5), 30)[inside]) == 1
    assert (partition.clusters[150:] == OUTSIDE).all()


def test_small_clusters_are_dropped_and_scaling_makes_other_ones():
    points = np.random.default_rng(0).normal(size=(400, 8)).astype(np.float32)
    before = points.copy()
    first, scaled = partitions_of(Dbscan(min_cluster_size=6, n_partitions=2), points)
    assert (first.clusters != scaled.clusters).any()
    for partition in (first, scaled):
        assert partition.sizes()[1].min() >= 6
        assert partition.n_clusters <= partition.n_made
    assert (points == before).all()


def test_where_no_cluster_is_large_enough_the_remedy_is_told():
    with pytest.raises(UserError, match=r"no cluster of min_cluster_size=200 .* Raise partition\.eps=0\.6"):
        partitions_of(Dbscan(min_cluster_size=200), blobs())
