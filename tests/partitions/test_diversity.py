from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umeta.partitions.diversity import (
    all_pairs,
    ari,
    count_added_pairs,
    diversity,
    iou,
    n_pairs_together,
    pairwise,
    random_pairs,
)


def clusters(*ids: int) -> np.ndarray:
    return np.array(ids, np.int32)


def pairs_of(partition: np.ndarray) -> set[tuple[int, int]]:
    """The definition."""
    return {(i, j) for i, j in combinations(range(len(partition)), 2) if partition[i] == partition[j] >= 0}


def greedy(a: np.ndarray, b: np.ndarray) -> float:
    """The definition: match the best pair of clusters left, until no pair shares an item."""
    sets_a = [set(np.flatnonzero(a == k)) for k in np.unique(a[a >= 0])]
    sets_b = [set(np.flatnonzero(b == k)) for k in np.unique(b[b >= 0])]
    most, total = max(len(sets_a), len(sets_b)), 0.0
    while sets_a and sets_b:
        best, i, j = max(
            (len(one & other) / len(one | other), -i, -j)
            for i, one in enumerate(sets_a)
            for j, other in enumerate(sets_b)
        )
        if best == 0:
            break
        total += best
        del sets_a[-i], sets_b[-j]
    return total / most if most else 0.0


def test_iou_by_hand():
    a, b = clusters(0, 0, 0, 1, 1, 1), clusters(7, 7, 9, 9, 9, 9)
    # 1 and 9 share 3 of 4, the best; what is left, 0 and 7, share 2 of 3
    assert iou(a, b) == pytest.approx((3 / 4 + 2 / 3) / 2)
    # three clusters against two: one stays without a partner and counts 0
    assert iou(a, clusters(7, 7, 8, 9, 9, 9)) == pytest.approx((1 + 2 / 3 + 0) / 3)


def test_greedy_takes_the_best_pair_though_others_lose_by_it():
    a, b = clusters(0, 0, 0, 0, 1, 1, 1, 1), clusters(0, 0, 1, 1, 1, 1, 1, 1)
    # 1 and 1: 4 of 6; then 0 and 0: 2 of 4
    assert iou(a, b) == pytest.approx((4 / 6 + 2 / 4) / 2)


partitions = st.integers(1, 12).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(-1, 4), min_size=n, max_size=n) for _ in range(2)])
)


@given(partitions)
def test_iou_is_the_greedy_match_symmetric_but_for_ties_and_one_for_the_same(pair):
    a, b = clusters(*pair[0]), clusters(*pair[1])
    found = iou(a, b)
    assert found == pytest.approx(greedy(a, b))
    assert 0 <= found <= 1
    if (a >= 0).any():
        assert iou(a, a) == pytest.approx(1)
        assert iou(a, np.where(a >= 0, 4 - a, -1).astype(np.int32)) == pytest.approx(1)


def test_ari_by_hand_over_the_items_in_both():
    # pairs together: a 01 23, b 01 12 02; shared 01: (1 − 2·3/6) / ((2 + 3)/2 − 2·3/6) = 0
    assert ari(clusters(0, 0, 1, 1), clusters(0, 0, 0, 1)) == pytest.approx(0)
    assert ari(clusters(0, 0, 1, 1, 5, -1), clusters(3, 3, 2, 2, -1, 4)) == pytest.approx(1)
    assert ari(clusters(0, -1), clusters(-1, 0)) == 0


def test_the_matrix_is_symmetric_with_ones_and_diversity_is_its_distance_from_one():
    three = [clusters(0, 0, 1, 1), clusters(1, 1, 0, 0), clusters(0, 0, 0, 1)]
    found = pairwise(three, ari)
    assert found.tolist() == pytest.approx(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]]))
    assert diversity(found) == pytest.approx(1 - 1 / 3)
    assert diversity(np.eye(1)) == 0


def test_what_each_partition_adds_by_hand():
    # 0: pairs 01 23 · 1: 01 12 02, of which 12 02 are new · 2: 23, nothing new
    given = [clusters(0, 0, 1, 1, -1), clusters(0, 0, 0, 1, -1), clusters(0, -1, 1, 1, -1)]
    found = count_added_pairs(given)
    assert [(one.n_partitions, one.pairs, one.new, one.together) for one in found] == [
        (1, 2, 2, 2),
        (2, 3, 2, 4),
        (3, 1, 0, 4),
    ]
    assert all(one.new_error == 0 for one in found)


def test_a_sampled_estimate_is_within_its_error_of_the_exact_count():
    rng = np.random.default_rng(0)
    several = [rng.integers(-1, 8, 400).astype(np.int32) for _ in range(4)]
    exact = count_added_pairs(several, n_pairs=10**9)
    assert exact[-1].together == len(set().union(*(pairs_of(one) for one in several)))
    guessed = count_added_pairs(several, n_pairs=4000, seed=1)
    for one, other in zip(exact, guessed, strict=True):
        assert other.pairs == one.pairs
        assert abs(other.new - one.new) <= 4 * other.new_error + 1e-6
    assert guessed[0].new == guessed[0].pairs
    assert guessed[3].new_error > 0


def test_pairs_are_those_of_one_cluster_all_or_each_equally_often():
    partition = clusters(0, 2, 0, -1, 2, 2, -1)
    assert n_pairs_together(partition) == 4
    first, second = all_pairs(partition)
    assert {tuple(sorted(pair)) for pair in zip(first.tolist(), second.tolist(), strict=True)} == pairs_of(
        partition
    )
    drawn = np.sort(np.stack(random_pairs(partition, 8000, rng=np.random.default_rng(0))), axis=0)
    pairs, counts = np.unique(drawn, axis=1, return_counts=True)
    assert {(int(a), int(b)) for a, b in pairs.T} == pairs_of(partition)
    assert np.abs(counts - 2000).max() < 200  # 5 standard deviations


def test_a_partition_without_pairs_adds_none():
    found = count_added_pairs([clusters(0, 1, -1), clusters(-1, -1, -1)])
    assert [(one.pairs, one.new, one.together) for one in found] == [(0, 0, 0), (0, 0, 0)]
