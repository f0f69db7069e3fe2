import numpy as np
import pytest

from tests.tasks.batches import CLASSES, task_batch
from umeta.stage import UserError
from umeta.tasks.task_order import ORDERS, centroid_distances, sorted_tasks, task_traits

EMBEDDINGS = np.array([[0], [1], [2], [3], [10], [11], [12], [40]], np.float32)

BATCH = task_batch(
    support=[[[0], [4]], [[0], [1]], [[0], [7]]],
    query=[[[1], [5]], [[2], [3]], [[4], [7]]],
)
# accuracies 1; items 2 and 3 are nearest to 1, so half; 10 is nearer to 0 than to 40, so 1
# means of the rows 0.5 10.5 · 1 2 · 5 40
# purities 1 · 1 · half of the queries: row 0 is of class 5, its query of 7


def test_traits_by_hand():
    traits = task_traits(BATCH, EMBEDDINGS, classes=CLASSES)
    assert traits.accuracy.tolist() == [1, 0.5, 1]
    assert traits.diversity.tolist() == [10, 1, 35]
    assert traits.purity is not None
    assert traits.purity.tolist() == [1, 1, 0.5]


def test_diversity_is_the_mean_over_all_pairs_of_rows():
    batch = task_batch([[[0], [2], [4]]], [[[0], [2], [4]]])
    assert centroid_distances(EMBEDDINGS, batch).tolist() == pytest.approx([(2 + 8 + 10) / 3])


def test_orders_begin_with_what_they_are_called_and_equal_tasks_keep_theirs():
    clusters = np.array(
        [0, 0, 0, 1, 1, 1, 1, 1]
    )  # pairs together 0-1 4-5, of the second 1-3 not, of the third 0-4 not
    traits = task_traits(BATCH, EMBEDDINGS, classes=CLASSES, partitions=[clusters])
    assert traits.agreement is not None
    assert traits.agreement.tolist() == [1, 0.5, 0.5]
    found = {order: sorted_tasks(traits, order).tolist() for order in ORDERS}
    assert found == {
        "hardest": [1, 0, 2],
        "easiest": [0, 2, 1],
        "most diverse": [2, 0, 1],
        "least diverse": [1, 0, 2],
        "least sure": [1, 2, 0],
        "surest": [0, 1, 2],
        "purest": [0, 1, 2],
        "least pure": [2, 0, 1],
    }


def test_a_learners_accuracy_decides_what_is_hard_for_it():
    traits = task_traits(BATCH, EMBEDDINGS, accuracy=np.array([0.2, 0.9, 0.1]))
    assert sorted_tasks(traits, "hardest").tolist() == [2, 0, 1]


def test_purity_needs_classes():
    with pytest.raises(UserError, match="sorted by 'purest' only with true classes"):
        sorted_tasks(task_traits(BATCH, EMBEDDINGS), "purest")


def test_sureness_needs_partitions():
    with pytest.raises(UserError, match="sorted by 'surest' only with partitions"):
        sorted_tasks(task_traits(BATCH, EMBEDDINGS), "surest")
