import pytest
import torch

from tests.baselines.random_tasks import random_tasks
from umeta.baselines.newton import newton_scores
from umeta.baselines.quasi_newton import quick_scores


@pytest.mark.parametrize(
    ("n_way", "n_shot", "dim", "scale"),
    [(5, 1, 64, 0.1), (5, 5, 16, 0.3), (20, 5, 64, 0.2), (20, 5, 200, 0.1)],
)
def test_sure_answers_are_those_of_newtons_method_in_double_precision(n_way, n_shot, dim, scale):
    support, queries = random_tasks(60, n_way, n_shot, dim, scale)
    expected = newton_scores(support, queries, 1.0)
    found, sure = quick_scores(support, queries, 1.0)
    assert sure.float().mean() > 0.6
    assert torch.equal(found[sure].argmax(-1), expected[sure].argmax(-1))
    relative = (found - found.mean(-1, keepdim=True)) - (expected - expected.mean(-1, keepdim=True))
    assert relative[sure].abs().max() < 0.025


def test_a_query_half_way_between_two_classes_is_never_sure():
    support = torch.tensor([[[[-1.0, 0.0]], [[1.0, 0.0]]]])
    asked = torch.tensor([[[-0.3, 0.0], [0.0, 1.0]]])
    assert quick_scores(support, asked[:, :1], 1.0)[1].tolist() == [True]
    assert quick_scores(support, asked, 1.0)[1].tolist() == [False]


@pytest.mark.parametrize(("scale", "C"), [(1e4, 1.0), (1.0, 1e6), (1e-6, 1.0)])
def test_where_single_precision_is_not_enough_no_sure_answer_is_wrong(scale, C):
    support, queries = random_tasks(40, 5, 5, 16, scale)
    found, sure = quick_scores(support - 1, queries - 1, C)
    expected = newton_scores(support - 1, queries - 1, C)
    assert torch.equal(found[sure].argmax(-1), expected[sure].argmax(-1))


def test_a_task_is_solved_alike_whatever_tasks_stand_beside_it(monkeypatch):
    support, queries = random_tasks(40, 5, 5, 16, 0.3)
    found, sure = quick_scores(support, queries, 1.0)
    monkeypatch.setattr("umeta.baselines.quasi_newton.VALUES_AT_ONCE", 1)
    alone, sure_alone = quick_scores(support, queries, 1.0)
    assert torch.equal(sure, sure_alone)
    torch.testing.assert_close(found[sure], alone[sure], rtol=1e-4, atol=1e-4)
