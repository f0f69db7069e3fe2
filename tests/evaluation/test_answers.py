import numpy as np
import torch

from umeta.baselines.nearest_neighbour import NeighbourClassifier
from umeta.evaluation.answers import task_answers


def test_each_query_is_put_in_the_row_of_its_nearest_support_item():
    support = np.array([[[0.0, 0.0]], [[4.0, 0.0]]], np.float32)  # (n_way, n_shot, dim)
    query = np.array([[[1.0, 0.0], [3.5, 0.0]], [[5.0, 1.0], [-1.0, 0.0]]], np.float32)
    answers = task_answers(NeighbourClassifier(1), support, query, device=torch.device("cpu"))
    assert answers.tolist() == [[0, 1], [1, 0]]
