import numpy as np
import pytest

from umeta.partitions.shared_pairs import SharedPairs, shared_pairs


def test_pairs_are_counted_by_hand():
    a = np.array([0, 0, 0, 1, 1, -1], np.int32)
    b = np.array([0, 0, 1, 1, 1, 0], np.int32)
    pairs = shared_pairs(a, b)  # of five items: A has 3 + 1 pairs, B 1 + 3, both {0, 1} and {3, 4}
    assert pairs == SharedPairs(n_items=5, of_a=4, of_b=4, both=2)
    assert pairs.chance == pytest.approx(0.4)
