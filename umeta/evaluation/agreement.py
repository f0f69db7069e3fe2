"""Two methods on the same tasks: who is right where."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from umeta.evaluation.intervals import per_task
from umeta.stage import UserError


class QueryAgreement(NamedTuple):
    """How many queries both methods get right, one alone, or neither."""

    both: int
    only_a: int
    only_b: int
    neither: int


class TaskPairs(NamedTuple):
    """The distinct pairs of accuracies that two methods reach on a task, and how many tasks share each."""

    a: Float[np.ndarray, " n_pairs"]
    b: Float[np.ndarray, " n_pairs"]
    n_tasks: Int[np.ndarray, " n_pairs"]


def agreement(
    a: Bool[np.ndarray, "n_tasks n_way n_query"], b: Bool[np.ndarray, "n_tasks_b n_way_b n_query_b"]
) -> QueryAgreement:
    """Count the queries by who gets them right.

    Raises:
        UserError: the two were not judged on the same tasks; `shared_tasks` cuts them to those that both have.
    """
    _check(a, b)
    return QueryAgreement(*(int(np.sum(queries)) for queries in (a & b, a & ~b, ~a & b, ~a & ~b)))


def task_pairs(
    a: Bool[np.ndarray, "n_tasks n_way n_query"], b: Bool[np.ndarray, "n_tasks_b n_way_b n_query_b"]
) -> TaskPairs:
    """Return both methods' accuracies task by task, equal pairs counted once with their number.

    Raises:
        UserError: the two were not judged on the same tasks.
    """
    _check(a, b)
    pairs, counts = np.unique(np.stack([per_task(a), per_task(b)], axis=1), axis=0, return_counts=True)
    return TaskPairs(pairs[:, 0], pairs[:, 1], counts)


def _check(a: np.ndarray, b: np.ndarray) -> None:
    if a.shape != b.shape:
        raise UserError(f"methods judged on different tasks cannot be compared: {a.shape} and {b.shape}.")
