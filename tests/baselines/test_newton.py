import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from tests.baselines.random_tasks import random_tasks
from umeta.baselines.newton import newton_scores


@pytest.mark.parametrize(
    ("n_way", "n_shot", "dim", "scale", "C"),
    [
        (5, 1, 64, 1, 1.0),
        (20, 5, 64, 1, 1.0),
        (20, 5, 128, 1, 0.1),
        (3, 40, 4, 1, 1.0),
        (5, 2, 8, 10, 10.0),
        (4, 3, 6, 0.01, 1.0),
    ],
)
def test_probabilities_equal_scikit_learns(n_way, n_shot, dim, scale, C):
    support, queries = random_tasks(4, n_way, n_shot, dim, scale)
    found = torch.softmax(newton_scores(support, queries, C), -1)
    labels = np.repeat(np.arange(n_way), n_shot)
    for task in range(4):
        reference = LogisticRegression(C=C, solver="newton-cg", tol=1e-10, max_iter=1_000)
        reference.fit(support[task].flatten(0, 1).double().numpy(), labels)
        expected = reference.predict_proba(queries[task].double().numpy())
        np.testing.assert_allclose(found[task].numpy(), expected, atol=2e-5)


def test_tasks_solved_long_before_those_beside_them_keep_their_solution():
    support, queries = random_tasks(200, 3, 2, 8, 0.05)
    alone = newton_scores(support[:100], queries[:100], 1.0)
    support[100:] *= 20
    queries[100:] *= 20
    torch.testing.assert_close(newton_scores(support, queries, 1.0)[:100], alone, rtol=1e-5, atol=1e-6)
