import numpy as np
import pytest

from umeta.evaluation import accuracy, paired_difference
from umeta.stage import UserError

# four tasks of two ways and one query: 1, 0.5, 0.5 and 0 right
A = np.array([[[1], [1]], [[1], [0]], [[0], [1]], [[0], [0]]], bool)
B = np.zeros_like(A)


def test_mean_and_interval_by_hand():
    found = accuracy(A)
    assert found.mean == 0.5
    assert found.ci95 == pytest.approx(1.96 * np.sqrt(0.5 / 3) / 2)  # sd of (1, .5, .5, 0) is sqrt(.5/3)
    assert found.n_tasks == 4


def test_paired_difference_and_win_rate_by_hand():
    found = paired_difference(A, B)
    assert found.mean == 0.5
    assert found.win_rate == 3.5 / 4  # three wins, one tie


def test_a_constant_difference_has_no_width_though_each_method_varies():
    assert paired_difference(A, A).ci95 == 0
    assert accuracy(A).ci95 > 0


def test_the_interval_covers_the_true_mean_95_times_in_100():
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(1000):
        found = accuracy(rng.random((200, 5, 5)) < 0.6)
        inside += abs(found.mean - 0.6) <= found.ci95
    assert 930 <= inside <= 970


def test_methods_on_different_tasks_are_not_paired():
    with pytest.raises(UserError, match="different tasks cannot be paired"):
        paired_difference(A, A[:2])
