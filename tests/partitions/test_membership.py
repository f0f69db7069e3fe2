import numpy as np
import pytest

from umeta.partitions.membership import membership

# Two clusters on a line, their means at 1 and at 10, and an item in neither.
VECTORS = np.array([[0], [1], [2], [9], [11], [4]], np.float32)
CLUSTERS = np.array([0, 0, 0, 1, 1, -1])


def test_an_item_is_placed_by_means_and_by_members():
    reason = membership(2, CLUSTERS, VECTORS, n_nearest=3)
    assert (reason.cluster, reason.n_members) == (0, 3)
    assert reason.distance == pytest.approx(1)
    assert reason.share_farther == 0  # item 0 is as far, item 1 nearer
    assert (reason.next_cluster, reason.next_distance) == (1, pytest.approx(8))
    assert reason.nearest_members.tolist() == [1, 0]
    assert (reason.n_nearest, reason.n_nearest_inside) == (
        3,
        2,
    )  # items 1, 0 and 3; the one outside is no one's


def test_the_middle_item_is_nearer_than_all_others():
    assert membership(1, CLUSTERS, VECTORS).share_farther == 1


def test_the_only_member_of_the_only_cluster_has_nothing_beside_it():
    reason = membership(0, np.array([0, -1]), VECTORS[:2])
    assert reason.next_cluster is None
    assert reason.next_distance == np.inf
    assert np.isnan(reason.share_farther)
    assert (reason.n_nearest, len(reason.nearest_members)) == (0, 0)


def test_an_item_in_no_cluster_is_refused():
    with pytest.raises(ValueError, match="item 5 is in no cluster"):
        membership(5, CLUSTERS, VECTORS)
