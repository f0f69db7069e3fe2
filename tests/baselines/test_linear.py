"""Tests umeta.baselines.auto_option too."""

import warnings

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from tests.baselines.random_tasks import random_tasks
from umeta.baselines.linear import Linear
from umeta.baselines.newton import newton_scores

CPU = torch.device("cpu")


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
def test_answers_are_scikit_learns(n_way, n_shot, dim, scale, C):
    support, queries = random_tasks(4, n_way, n_shot, dim, scale)
    found = fit(support, queries, C)
    labels = np.repeat(np.arange(n_way), n_shot)
    for task in range(4):
        reference = LogisticRegression(C=C, solver="newton-cg", tol=1e-10, max_iter=1_000)
        reference.fit(support[task].flatten(0, 1).double().numpy(), labels)
        expected = reference.predict_proba(queries[task].double().numpy())
        np.testing.assert_array_equal(found[task].argmax(-1), expected.argmax(-1))
        np.testing.assert_allclose(found[task].numpy(), expected, atol=5e-3)


def test_tasks_of_any_spread_are_answered_as_newtons_method_does():
    support, queries = random_tasks(120, 5, 3, 16, 1)
    scales = torch.logspace(-3, 2, 120)[:, None, None]
    support, queries = support * scales[..., None], queries * scales
    expected = newton_scores(support, queries, 1.0).argmax(-1)
    assert torch.equal(fit(support, queries).argmax(-1), expected)


def test_a_task_is_solved_alike_whatever_tasks_stand_beside_it():
    support, queries = random_tasks(5, 5, 3, 16, 1)
    support[1:] *= 30
    together = fit(support, queries)
    alone = fit(support[:1], queries[:1])
    torch.testing.assert_close(together[:1], alone, rtol=1e-5, atol=1e-6)


def test_constant_embeddings_give_even_odds():
    support, queries = torch.ones(2, 4, 3, 6), torch.ones(2, 5, 6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        torch.testing.assert_close(fit(support, queries), torch.full((2, 5, 4), 0.25))


def test_inputs_are_left_alone():
    support, queries = random_tasks(2, 3, 2, 5, 1)
    before = support.clone(), queries.clone()
    fit(support, queries)
    assert torch.equal(support, before[0])
    assert torch.equal(queries, before[1])
