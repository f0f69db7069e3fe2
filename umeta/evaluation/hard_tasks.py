"""Which tasks are hard, or divide two methods: ranked on one half of their queries, and judged on the other."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from umeta.stage import UserError


class RankedTasks(NamedTuple):
    """Tasks in the order of their values on one half of the queries, the lowest first."""

    order: Int[np.ndarray, " n_tasks"]
    ranking_half: Float[np.ndarray, " n_tasks"]
    """By task, not in the order: the mean over the half that the tasks are ranked on."""
    other_half: Float[np.ndarray, " n_tasks"]
    """By task: the mean over the other half, on which the extremes of the ranking are no extremes by luck."""
    reliability: float
    """How much of what the tasks differ by on all queries is lasting, not luck: the correlation of the halves, raised
    to the full length by the formula of Spearman and Brown. Near 0 the order says nothing; nan where all tasks are
    alike on a half."""


def hard_tasks(
    correct: Bool[np.ndarray, "n_tasks n_way n_query"], *, rng: np.random.Generator
) -> RankedTasks:
    """Rank tasks by a method's accuracy, the hardest first.

    Raises:
        UserError: there is one query per class only, so that no half can be set apart.
    """
    return rank_on_half(correct, rng=rng)


def disputed_tasks(
    a: Bool[np.ndarray, "n_tasks n_way n_query"],
    b: Bool[np.ndarray, "n_tasks n_way n_query"],
    *,
    rng: np.random.Generator,
) -> RankedTasks:
    """Rank tasks by the share of queries that only one of two methods gets right, the most disputed last.

    Raises:
        UserError: there is one query per class only.
    """
    return rank_on_half(a != b, rng=rng)


def rank_on_half(
    values: Shaped[np.ndarray, "n_tasks n_way n_query"], *, rng: np.random.Generator
) -> RankedTasks:
    """Rank tasks by the mean value of one half of each class's queries, drawn at random for each task.

    Of an odd number of queries the larger half goes to either side, class by class in turn. Tasks that tie on their
    half stand in random order.

    Reference: Spearman and Brown, both British Journal of Psychology 3, 1910 (reliability of a longer test).

    Raises:
        UserError: there is one query per class only.
    """
    n_tasks, n_way, n_query = values.shape
    if n_query < 2:
        raise UserError(
            "tasks are ranked on half of the queries and judged on the other half; with n_query=1 there is no other "
            "half. Judge with test.n_query=2 or more."
        )
    place = rng.permuted(np.broadcast_to(np.arange(n_query), values.shape), axis=2)
    larger = np.arange(n_way)[:, None] % 2
    first = place < (n_query + larger) // 2
    ranking_half, other_half = (np.average(values, axis=(1, 2), weights=half) for half in (first, ~first))
    order = np.lexsort((rng.random(n_tasks), ranking_half))
    return RankedTasks(order, ranking_half, other_half, _reliability(ranking_half, other_half))


def _reliability(half: np.ndarray, other_half: np.ndarray) -> float:
    if len(half) < 2 or half.std() == 0 or other_half.std() == 0:
        return float("nan")
    correlation = float(np.corrcoef(half, other_half)[0, 1])
    return 2 * correlation / (1 + correlation) if correlation > -1 else float("nan")
