import numpy as np
import pytest

from umeta.evaluation.agreement import agreement, task_pairs
from umeta.stage import UserError

# three tasks of two ways and two queries
A = np.array([[[1, 1], [0, 0]], [[1, 0], [1, 0]], [[1, 1], [1, 1]]], bool)
B = np.array([[[1, 0], [1, 0]], [[0, 0], [1, 1]], [[1, 1], [0, 0]]], bool)


def test_who_is_right_by_hand():
    found = agreement(A, B)
    assert found == (4, 4, 2, 2)
    assert sum(found) == A.size


def test_the_other_way_round_the_single_ones_change_places():
    assert agreement(B, A) == (4, 2, 4, 2)


def test_tasks_with_the_same_pair_of_accuracies_are_counted():
    found = task_pairs(A, B)
    assert list(zip(*(one.tolist() for one in found), strict=True)) == [(0.5, 0.5, 2), (1.0, 0.5, 1)]


def test_answers_to_other_tasks_are_refused():
    for compare in (agreement, task_pairs):
        with pytest.raises(UserError, match="judged on different tasks cannot be compared"):
            compare(A, B[:2])
