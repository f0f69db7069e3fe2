import numpy as np
import pytest

from umeta.partitions.overlap import overlap


def clusters(*sizes: tuple[int, int]) -> np.ndarray:
    return np.concatenate([np.full(count, cluster, np.int32) for cluster, count in sizes])


A = clusters((0, 5), (1, 4), (2, 3), (-1, 2))
B = np.array([8, 8, 8, 7, 7, 7, 7, 7, 7, 9, 9, 8, 8, 9], np.int32)
# shared:      7  8  9
#          0   2  3  0
#          1   4  0  0
#          2   0  1  2


def test_the_largest_matches_stand_on_the_diagonal():
    found = overlap(A, B)
    assert (found.rows.tolist(), found.columns.tolist()) == ([1, 0, 2], [7, 8, 9])
    assert found.counts.tolist() == [[4, 0, 0, 0], [2, 3, 0, 0], [0, 1, 2, 0], [0, 0, 0, 0]]
    assert found.matched == pytest.approx(9 / 12)
    assert found.n_clusters == (3, 3)


def test_what_is_not_shown_is_summed():
    found = overlap(A, B, max_matches=1)
    assert (found.rows.tolist(), found.columns.tolist()) == ([1], [7])
    assert found.counts.tolist() == [[4, 0], [2, 6]]
    assert found.matched == pytest.approx(9 / 12)


def test_matching_is_by_the_whole_not_by_the_largest_alone():
    # shared: 5 4 / 4 0: the greedy match gives 5 + 0, the best one 4 + 4
    a, b = np.repeat([0, 0, 1], [5, 4, 4]).astype(np.int32), np.repeat([0, 1, 0], [5, 4, 4]).astype(np.int32)
    found = overlap(a, b)
    assert found.counts[:2, :2].tolist() == [[4, 5], [0, 4]]
    assert found.matched == pytest.approx(8 / 13)


def test_clusters_without_a_partner_are_in_the_sums():
    found = overlap(np.arange(4).astype(np.int32), np.zeros(4, np.int32))
    assert found.counts.tolist() == [[1, 0], [3, 0]]
    assert found.n_clusters == (4, 1)


def test_the_same_partition_under_other_names_matches_wholly():
    found = overlap(A, np.where(A >= 0, 9 - A, -1).astype(np.int32))
    assert found.matched == 1
    assert found.counts.sum() == np.trace(found.counts) == 12
