import numpy as np
import pytest
import torch

from umeta.baselines.nearest_neighbour import NeighbourClassifier
from umeta.evaluation import evaluate
from umeta.evaluation.intervals import per_task
from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskBatch, TaskConfig
from umeta.tasks.augmented import AugmentedSource
from umeta.tasks.report import against_classes, nearest_accuracy, queries_match


def tasks(support, query) -> TaskBatch:
    support, query = np.array(support), np.array(query)
    return TaskBatch(support, query, np.zeros(len(support), np.int64), np.zeros(support.shape[:2], np.int64))


#                   0  1  2  3  4  5  6  7
CLASSES = np.array([5, 5, 5, 5, 7, 7, 7, 9])


def test_by_hand():
    batch = tasks(
        # rows 5|55 and 7|77, all right · rows 5|57 and 5|77: the second is of 7, as two of its three are
        support=[[[0], [4]], [[0], [1]]],
        query=[[[1, 2], [5, 6]], [[2, 4], [5, 6]]],
    )
    found = against_classes(batch, CLASSES)
    assert found.different.tolist() == [True, True]
    assert found.matching.tolist() == [1, 1 / 4]
    assert found.noise.tolist() == [0, 1 / 4]
    assert found.purity.tolist() == [1, 3 / 4]


def test_two_rows_of_one_class_are_not_different_classes():
    found = against_classes(tasks([[[0], [1], [4]]], [[[2], [3], [5]]]), CLASSES)
    assert found.different.tolist() == [False]
    assert found.matching.tolist() == [1]
    assert found.noise.tolist() == [0]


def test_of_equally_frequent_classes_the_first_in_the_row_is_its_class():
    found = against_classes(tasks([[[4, 0], [7, 7]]], [[[1, 5], [4, 4]]]), CLASSES)
    # row 0: 7 5 | 5 7 is of 7, so one of its two queries is noise; row 1: 9 9 | 7 7 is of 9, both are
    assert found.noise.tolist() == [3 / 4]
    assert found.matching.tolist() == [(2 / 4 + 0) / 2]
    assert found.different.tolist() == [True]


def test_true_classes_give_perfect_tasks_and_names_do_not_matter():
    classes = np.repeat(np.arange(30), 20)
    batch = PartitionSource([classes]).sample(100, TaskConfig(), rng=np.random.default_rng(0))
    found = against_classes(batch, 99 - classes)
    assert found.different.all()
    assert (found.matching == 1).all()
    assert (found.noise == 0).all()


def test_random_clusters_match_as_often_as_chance_gives():
    rng = np.random.default_rng(0)
    classes = np.repeat(np.arange(10), 100)
    clusters = rng.permutation(np.repeat(np.arange(20), 50))
    batch = PartitionSource([clusters]).sample(600, TaskConfig(n_shot=5), rng=rng)
    assert against_classes(batch, classes).matching.mean() == pytest.approx(0.1, abs=0.01)


def test_nearest_neighbours_by_hand():
    embeddings = np.array([[0.0], [1], [2], [10], [11], [4]], np.float32)
    # support 0 and 10; queries of row 0: 1 right, 11 wrong; of row 1: 4 wrong, 11 right
    batch = tasks([[[0], [3]]], [[[1, 4], [5, 4]]])
    assert nearest_accuracy(embeddings, batch).tolist() == [0.5]


def test_it_is_the_accuracy_of_the_nearest_neighbour_baseline():
    rng = np.random.default_rng(0)
    classes = np.repeat(np.arange(20), 12)
    embeddings = (rng.normal(size=(20, 6))[classes] + rng.normal(size=(240, 6)) + 100).astype(np.float32)
    batch = PartitionSource([classes]).sample(130, TaskConfig(n_way=4, n_shot=3, n_query=6), rng=rng)
    correct = evaluate(
        NeighbourClassifier(1), torch.from_numpy(embeddings), batch, device=torch.device("cpu")
    )
    found = nearest_accuracy(embeddings, batch)
    assert found == pytest.approx(per_task(correct))
    assert 0.3 < found.mean() < 0.95


def test_augmented_tasks_have_no_embedding():
    batch = AugmentedSource(np.arange(8)).sample(2, TaskConfig(), rng=np.random.default_rng(0))
    with pytest.raises(UserError, match="the queries of augmented tasks are random views"):
        nearest_accuracy(np.zeros((8, 2), np.float32), batch)
    assert (against_classes(batch, CLASSES).matching == 1).all()


def test_a_query_matches_where_the_support_of_its_row_holds_its_class():
    # items 0 and 1 are the support of two rows; classes by item
    classes = np.array([7, 8, 7, 8, 8, 8])
    batch = tasks(support=[[[0], [1]]], query=[[[2, 3], [4, 5]]])
    assert queries_match(batch, classes).tolist() == [[[True, False], [True, True]]]
