import numpy as np

from umeta.partitions.shared_pairs import shared_pairs
from umeta.ui.partitions.similarity import similarity_text

A = np.array([0, 0, 0, 1, 1, -1], np.int32)


def test_the_share_of_pairs_stands_beside_what_chance_would_give():
    b = np.array([0, 0, 1, 1, 1, 0], np.int32)
    pairs = shared_pairs(A, b)  # of five items: A has 3 + 1 pairs, B 1 + 3, both {0, 1} and {3, 4}
    assert "share a cluster of A, 50% share one of B too" in similarity_text(pairs)
    assert "40% would. They differ more than they agree." in similarity_text(pairs)


def test_the_same_split_and_merged_clusters_are_told():
    assert similarity_text(shared_pairs(A, A + 7 * (A >= 0))).endswith("They are the same clusters.")
    finer = np.array([0, 0, 1, 2, 2, 2], np.int32)
    assert similarity_text(shared_pairs(A, finer)).endswith("B only splits clusters of A.")
    assert similarity_text(shared_pairs(finer, A)).endswith("B only merges clusters of A.")


def test_chance_has_nothing_in_common():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 10, (2, 5000)).astype(np.int32)
    assert similarity_text(shared_pairs(a, b)).endswith("They have no more in common than chance.")
    moved = a.copy()
    moved[:100] = b[:100]
    assert similarity_text(shared_pairs(a, moved)).endswith("They are nearly the same.")


def test_clusters_of_one_have_no_pairs():
    alone = np.arange(4, dtype=np.int32)
    assert "nothing to compare" in similarity_text(shared_pairs(alone, alone))
