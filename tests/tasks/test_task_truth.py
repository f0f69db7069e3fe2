import numpy as np
import pytest

from tests.tasks.batches import CLASSES, task_batch
from umeta.tasks import PartitionSource, TaskConfig
from umeta.tasks.task_truth import against_classes, queries_match


def test_by_hand():
    batch = task_batch(
        # rows 5|55 and 7|77, all right · rows 5|57 and 5|77: the second is of 7, as two of its three are
        support=[[[0], [4]], [[0], [1]]],
        query=[[[1, 2], [5, 6]], [[2, 4], [5, 6]]],
    )
    truth = against_classes(batch, CLASSES)
    assert truth.different.tolist() == [True, True]
    assert truth.matching.tolist() == [1, 1 / 4]
    assert truth.noise.tolist() == [0, 1 / 4]
    assert truth.purity.tolist() == [1, 3 / 4]


def test_two_rows_of_one_class_are_not_different_classes():
    truth = against_classes(task_batch([[[0], [1], [4]]], [[[2], [3], [5]]]), CLASSES)
    assert truth.different.tolist() == [False]
    assert truth.matching.tolist() == [1]
    assert truth.noise.tolist() == [0]


def test_of_equally_frequent_classes_the_first_in_the_row_is_its_class():
    truth = against_classes(task_batch([[[4, 0], [7, 7]]], [[[1, 5], [4, 4]]]), CLASSES)
    # row 0: 7 5 | 5 7 is of 7, so one of its two queries is noise; row 1: 9 9 | 7 7 is of 9, both are
    assert truth.noise.tolist() == [3 / 4]
    assert truth.matching.tolist() == [(2 / 4 + 0) / 2]
    assert truth.different.tolist() == [True]


def test_true_classes_give_perfect_tasks_and_names_do_not_matter():
    classes = np.repeat(np.arange(30), 20)
    batch = PartitionSource([classes]).sample(100, TaskConfig(), rng=np.random.default_rng(0))
    truth = against_classes(batch, 99 - classes)
    assert truth.different.all()
    assert (truth.matching == 1).all()
    assert (truth.noise == 0).all()


def test_random_clusters_match_as_often_as_chance_gives():
    rng = np.random.default_rng(0)
    classes = np.repeat(np.arange(10), 100)
    clusters = rng.permutation(np.repeat(np.arange(20), 50))
    batch = PartitionSource([clusters]).sample(600, TaskConfig(n_shot=5), rng=rng)
    assert against_classes(batch, classes).matching.mean() == pytest.approx(0.1, abs=0.01)


def test_a_query_matches_where_the_support_of_its_row_holds_its_class():
    # items 0 and 1 are the support of two rows; classes by item
    classes = np.array([7, 8, 7, 8, 8, 8])
    batch = task_batch(support=[[[0], [1]]], query=[[[2, 3], [4, 5]]])
    assert queries_match(batch, classes).tolist() == [[[True, False], [True, True]]]


def test_images_of_unknown_class_say_nothing() -> None:
    classes = np.array([0, 0, -1, 1, 1, -1, -1, -1])
    batch = task_batch([[[0], [3]], [[5], [6]]], [[[1, 2], [4, 0]], [[7, 2], [5, 6]]])
    truth = against_classes(batch, classes)
    np.testing.assert_array_equal(truth.different, [1, np.nan])
    np.testing.assert_array_equal(truth.matching, [2 / 3, np.nan])
    np.testing.assert_array_equal(truth.noise, [1 / 3, np.nan])
    assert queries_match(batch, classes).tolist() == [
        [[True, False], [True, False]],
        [[False, False], [False, False]],
    ]
