"""Tests umeta.baselines.auto_option too."""

import warnings

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from umeta.baselines.linear import Linear

CPU = torch.device("cpu")


def tasks(n_tasks, n_way, n_shot, dim, scale, seed=0):
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(n_tasks, n_way, 1, dim, generator=generator)
    support = centres + torch.randn(n_tasks, n_way, n_shot, dim, generator=generator)
    queries = centres + torch.randn(n_tasks, n_way, 2, dim, generator=generator)
    return scale * support + 1, scale * queries.flatten(1, 2) + 1


def fit(support, queries, C=1.0):
    method = Linear(C=C)
    solver = method.classifier(
        {}, support.shape[3:], support.shape[1], generator=torch.Generator(), device=CPU
    )
    return torch.softmax(solver.scores(support, queries), -1)


@pytest.mark.parametrize(
    ("n_way", "n_shot", "dim", "scale", "C"),
    [
        (5, 1, 64, 1, 1),
        (20, 5, 64, 1, 1),
        (20, 5, 128, 1, 0.1),
        (3, 40, 4, 1, 1),
        (5, 2, 8, 10, 10),
        (4, 3, 6, 0.01, 1),
    ],
)
def test_probabilities_equal_scikit_learns(n_way, n_shot, dim, scale, C):
    support, queries = tasks(4, n_way, n_shot, dim, scale)
    found = fit(support, queries, C)
    labels = np.repeat(np.arange(n_way), n_shot)
    for task in range(4):
        reference = LogisticRegression(C=C, solver="newton-cg", tol=1e-10, max_iter=1_000)
        reference.fit(support[task].flatten(0, 1).double().numpy(), labels)
        expected = reference.predict_proba(queries[task].double().numpy())
        np.testing.assert_allclose(found[task].numpy(), expected, atol=2e-5)


def test_a_task_is_solved_alike_whatever_tasks_stand_beside_it():
    support, queries = tasks(5, 5, 3, 16, 1)
    support[1:] *= 30
    together = fit(support, queries)
    alone = fit(support[:1], queries[:1])
    torch.testing.assert_close(together[:1], alone, rtol=1e-5, atol=1e-6)


def test_tasks_solved_long_before_those_beside_them_keep_their_solution():
    support, queries = tasks(200, 3, 2, 8, 0.05)
    alone = fit(support[:100], queries[:100])
    support[100:] *= 20
    queries[100:] *= 20
    torch.testing.assert_close(fit(support, queries)[:100], alone, rtol=1e-5, atol=1e-6)


def test_constant_embeddings_give_even_odds():
    support, queries = torch.ones(2, 4, 3, 6), torch.ones(2, 5, 6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        torch.testing.assert_close(fit(support, queries), torch.full((2, 5, 4), 0.25))


def test_inputs_are_left_alone():
    support, queries = tasks(2, 3, 2, 5, 1)
    before = support.clone(), queries.clone()
    fit(support, queries)
    assert torch.equal(support, before[0])
    assert torch.equal(queries, before[1])
