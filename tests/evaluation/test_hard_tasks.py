import math

import numpy as np
import pytest

from umeta.evaluation.hard_tasks import disputed_tasks, hard_tasks, rank_on_half
from umeta.stage import UserError


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def answers(chances: np.ndarray, n_way: int = 5, n_query: int = 10, seed: int = 1) -> np.ndarray:
    return rng(seed).random((len(chances), n_way, n_query)) < chances[:, None, None]


def test_the_halves_are_disjoint_equal_and_make_up_the_whole():
    values = np.arange(3 * 4 * 5, dtype=float).reshape(3, 4, 5)
    ranked = rank_on_half(values, rng=rng())
    # of 5 queries per class 2 go to one half and 3 to the other, in turn: 10 of 20 in all
    assert ranked.ranking_half + ranked.other_half == pytest.approx(2 * values.mean(axis=(1, 2)))
    assert (ranked.ranking_half != ranked.other_half).all()
    assert (ranked.ranking_half[ranked.order] == np.sort(ranked.ranking_half)).all()


def test_the_same_seed_gives_the_same_order():
    correct = answers(np.full(50, 0.5))
    one, same, other = (hard_tasks(correct, rng=rng(seed)).order.tolist() for seed in (0, 0, 1))
    assert one == same != other


def test_hardness_that_is_luck_vanishes_on_the_other_half():
    ranked = hard_tasks(answers(np.full(1000, 0.6)), rng=rng())
    hardest = ranked.order[:50]
    assert ranked.ranking_half[hardest].mean() < 0.45
    assert ranked.other_half[hardest].mean() == pytest.approx(0.6, abs=0.03)
    assert abs(ranked.reliability) < 0.15


def test_hardness_that_lasts_is_found_and_its_reliability_is_the_true_share():
    chances = rng(3).uniform(0.4, 0.8, 2000)
    correct = answers(chances)
    ranked = hard_tasks(correct, rng=rng())
    assert ranked.other_half[ranked.order[:100]].mean() < 0.5
    of_all = correct.mean(axis=(1, 2)).var()
    assert ranked.reliability == pytest.approx(chances.var() / of_all, abs=0.05)


def test_disputed_tasks_come_last():
    a = np.ones((4, 2, 4), bool)
    b = a.copy()
    b[2], b[1, 0] = False, False  # task 2 wholly disputed, task 1 in one class
    ranked = disputed_tasks(a, b, rng=rng())
    assert ranked.order[2:].tolist() == [1, 2]
    assert ranked.other_half.tolist() == [0, 0.5, 1, 0]
    assert ranked.reliability == pytest.approx(1)


def test_tasks_that_are_all_alike_have_no_reliability():
    assert math.isnan(hard_tasks(np.ones((5, 2, 2), bool), rng=rng()).reliability)


def test_one_query_per_class_cannot_be_halved():
    with pytest.raises(UserError, match=r"n_query=1 .* Judge with test.n_query=2 or more"):
        hard_tasks(np.ones((5, 2, 1), bool), rng=rng())
