import numpy as np
import pytest
import torch

from tests.tasks.batches import CLASSES, task_batch
from umeta.baselines.nearest_neighbour import NeighbourClassifier
from umeta.evaluation import evaluate
from umeta.evaluation.intervals import per_task
from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskConfig
from umeta.tasks.augmented import AugmentedSource
from umeta.tasks.difficulty import nearest_accuracy
from umeta.tasks.task_truth import against_classes


def test_nearest_neighbours_by_hand():
    embeddings = np.array([[0.0], [1], [2], [10], [11], [4]], np.float32)
    # support 0 and 10; queries of row 0: 1 right, 11 wrong; of row 1: 4 wrong, 11 right
    batch = task_batch([[[0], [3]]], [[[1, 4], [5, 4]]])
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
