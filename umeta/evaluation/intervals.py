"""Mean accuracy with its interval over tasks, and the paired difference of two methods on the same tasks."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from umeta.stage import UserError


class Accuracy(NamedTuple):
    """A mean accuracy as a fraction, with the half-width of its 95 % interval over tasks."""

    mean: float
    ci95: float
    n_tasks: int


class PairedDifference(NamedTuple):
    """Accuracy of A minus that of B on the same tasks, as a fraction, with the half-width of its 95 % interval."""

    mean: float
    ci95: float
    win_rate: float
    """Share of tasks on which A is right more often than B; ties count half."""
    n_tasks: int


def accuracy(correct: Bool[np.ndarray, "n_tasks n_way n_query"]) -> Accuracy:
    """Return mean ± 1.96 · sd / √n over tasks. The interval covers the sampling of tasks, not training runs."""
    return Accuracy(*_mean_interval(per_task(correct)), len(correct))


def paired_difference(
    a: Bool[np.ndarray, "n_tasks n_way n_query"], b: Bool[np.ndarray, "n_tasks_b n_way_b n_query_b"]
) -> PairedDifference:
    """Compare two methods task by task.

    Raises:
        UserError: the two were not judged on the same number and shape of tasks.
    """
    if a.shape != b.shape:
        raise UserError(f"methods judged on different tasks cannot be paired: {a.shape} and {b.shape}.")
    difference = per_task(a) - per_task(b)
    wins = float(np.mean((difference > 0) + 0.5 * (difference == 0)))
    return PairedDifference(*_mean_interval(difference), wins, len(a))


def per_task(correct: Bool[np.ndarray, "n_tasks n_way n_query"]) -> np.ndarray:
    """Return each task's accuracy."""
    return correct.reshape(len(correct), -1).mean(axis=1)


def _mean_interval(values: np.ndarray) -> tuple[float, float]:
    spread = values.std(ddof=1) if len(values) > 1 else float("nan")
    return float(values.mean()), float(1.96 * spread / np.sqrt(len(values)))
