import numpy as np

from umeta.partitions.pair_evidence import pair_evidence

VECTORS = np.array([[0], [1], [3], [-2], [10], [50]], np.float32)
PARTITIONS = (
    np.array([0, 0, 1, 0, 1, -1]),
    np.array([2, 2, 2, 3, 3, -1]),
    np.array([-1, 5, 5, 5, 5, -1]),
)


def test_evidence_by_hand():
    found = pair_evidence(0, np.array([1, 3, 2, 5]), np.array([0, 1, 2, 3, 4]), VECTORS, PARTITIONS)
    assert found.together.tolist() == [2, 1, 1, 0]
    assert found.judged.tolist() == [
        2,
        2,
        2,
        0,
    ]  # the item is in no cluster of the third, item 5 in none at all
    assert found.rank.tolist() == [1, 2, 3, 5]  # item 5 is no neighbour, and farther than all four
    assert found.n_neighbours == 4


def test_equal_distances_share_a_place():
    vectors = np.array([[0], [1], [-1], [2]], np.float32)
    found = pair_evidence(0, np.array([1, 2, 3]), np.arange(4), vectors, ())
    assert found.rank.tolist() == [1, 1, 3]
    assert found.judged.tolist() == [0, 0, 0]
