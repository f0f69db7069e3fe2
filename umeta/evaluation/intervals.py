"""How sure an accuracy or a difference is: over test tasks, over classes, over training runs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from umeta.stage import UserError


class Accuracy(NamedTuple):
    """A mean accuracy as a fraction, with the half-width of its 95% interval over tasks."""

    mean: float
    ci95: float
    n_tasks: int


class PairedDifference(NamedTuple):
    """Accuracy of A minus that of B on the same tasks, as a fraction, with the half-width of its 95% interval."""

    mean: float
    ci95: float
    win_rate: float
    """Share of tasks on which A is right more often than B; ties count half."""
    n_tasks: int


class Interval(NamedTuple):
    """A mean with the half-width of its 95% interval; nan where n is too small for one."""

    mean: float
    ci95: float
    n: int
    """Over how many classes, or training runs, the interval is."""


def accuracy(correct: Bool[np.ndarray, "n_tasks n_way n_query"]) -> Accuracy:
    """Return mean ± 1.96 · sd / √n over tasks. The interval covers the sampling of tasks, not training runs."""
    return Accuracy(*_mean_interval(per_task(correct)), len(correct))


def paired_difference(
    a: Bool[np.ndarray, "n_tasks n_way n_query"],
    b: Bool[np.ndarray, "n_tasks_b n_way_b n_query_b"],
    *,
    shared: bool = False,
) -> PairedDifference:
    """Compare two methods task by task.

    Args:
        a: which queries A gets right.
        b: the same of B.
        shared: where one was judged on the first tasks of the list alone, compare them on these; the result's
            `n_tasks` says how many they are.

    Raises:
        UserError: the two were not judged on the same number and shape of tasks.
    """
    a, b = shared_tasks(a, b) if shared else (a, b)
    if a.shape != b.shape:
        raise UserError(f"methods judged on different tasks cannot be paired: {a.shape} and {b.shape}.")
    difference = per_task(a) - per_task(b)
    wins = float(np.mean((difference > 0) + 0.5 * (difference == 0)))
    return PairedDifference(*_mean_interval(difference), wins, len(a))


def unpaired_difference(
    a: Float[np.ndarray, " n_tasks_a"], b: Float[np.ndarray, " n_tasks_b"]
) -> tuple[float, float]:
    """Return the mean of A minus that of B, and the half-width of its 95% interval, of accuracies on other tasks each.

    Every value is one task's accuracy as a fraction; the variances of the two means add up. A single task has no
    interval: it is not a number then.
    """
    of_means = [side.var(ddof=1) / len(side) if len(side) > 1 else np.nan for side in (a, b)]
    return float(a.mean() - b.mean()), 1.96 * float(np.sqrt(sum(of_means)))


def shared_tasks(
    a: Shaped[np.ndarray, "n_tasks ..."], b: Shaped[np.ndarray, "n_tasks_b ..."]
) -> tuple[Shaped[np.ndarray, "n_shared ..."], Shaped[np.ndarray, "n_shared ..."]]:
    """Cut both to the tasks that both have, the first ones of the list."""
    n_shared = min(len(a), len(b))
    return a[:n_shared], b[:n_shared]


def per_task(values: Shaped[np.ndarray, "n_tasks ..."]) -> Float[np.ndarray, " n_tasks"]:
    """Return each task's mean: its accuracy, where the values say which queries are right."""
    return values.reshape(len(values), -1).mean(axis=1)


def over_classes(
    values: Shaped[np.ndarray, "n_tasks ..."], classes: Int[np.ndarray, "n_tasks n_way"]
) -> Interval:
    """Return the mean with an interval that also covers which classes there happened to be to draw tasks from.

    A jackknife over classes: leaving out the tasks that contain class c moves the mean by
    D_c = (n_c / T) · (mean of the n_c tasks with c − mean of the others), and (C − 1)/C · Σ D_c² estimates the
    variance that the choice of classes causes. But the tasks are a sample: two random groups of tasks differ anyway,
    by their own noise, and each task brings its noise into n_way of the D_c. So the expected noise of every D_c², from
    the variance among tasks that share a class and among all, is subtracted; and Σ D_c² is scaled down by how much
    unequal n_c inflate it. Where the values are of queries, what the classes' own queries show is a second estimate: it
    has far less noise, but is blind to what a class does to the others of its tasks, so the larger of the two counts.
    To it comes the variance of the mean over a sample of tasks, the square of the interval over tasks. The quantile is
    Student's t with C − 1 degrees of freedom: with 20 classes 2.09 instead of 1.96.

    Args:
        values: which queries are right, or `np.subtract(a, b, dtype=np.int8)` of two methods for their paired
            difference; or one number per task, which does without the second estimate.
        classes: the classes of each task, `TaskBatch.clusters`.

    Returns:
        The interval, with n the number of classes that occur; ci95 is nan where a class cannot be left out because
        every task contains it, or where there are fewer than two tasks.

    Reference: Efron and Stein, "The Jackknife Estimate of Variance", Annals of Statistics 1981.
    """
    y = per_task(values)
    n_tasks, n_way = classes.shape
    _, index = np.unique(classes, return_inverse=True)
    index = index.reshape(classes.shape)
    count = np.bincount(index.ravel())
    if n_tasks < 2 or count.max() == n_tasks:
        return Interval(float(y.mean()), float("nan"), len(count))
    n_classes, rest = len(count), n_tasks - count
    centred = y - y.mean()
    total = np.bincount(index.ravel(), weights=np.repeat(centred, n_way))
    moved = total / rest
    among_all = centred @ centred / (n_tasks - 1)
    among_sharing = _variance_within(centred, index, count, total)
    noise = count * among_sharing / n_tasks**2 + (count / n_tasks) ** 2 * among_all / rest
    share = n_way / n_classes
    unequal = np.mean((count / n_tasks) ** 2) / share**2
    by_classes = (n_classes - 1) / n_classes * (moved @ moved - noise.sum()) / unequal
    variance = max(by_classes, _own_share(values, index, count)) + among_all / n_tasks
    return Interval(float(y.mean()), float(_t95(n_classes - 1) * np.sqrt(variance)), n_classes)


def over_seeds(values: Sequence[float]) -> Interval:
    """Return the mean over training runs with Student's t interval; one run alone has none, its ci95 is nan."""
    means = np.asarray(values, float)
    if len(means) < 2:
        return Interval(float(means.mean()), float("nan"), len(means))
    half = _t95(len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means))
    return Interval(float(means.mean()), float(half), len(means))


def paired_over_seeds(a: Mapping[int, float], b: Mapping[int, float]) -> Interval:
    """Return the mean difference A − B of accuracies by training seed, over the seeds that both were trained with.

    Raises:
        UserError: they share no seed.
    """
    seeds = [seed for seed in a if seed in b]
    if not seeds:
        raise UserError(
            f"training runs are paired by seed; A has {sorted(a)} and B {sorted(b)}: train both with the same."
        )
    return over_seeds([a[seed] - b[seed] for seed in seeds])


def _own_share(values: np.ndarray, index: np.ndarray, count: np.ndarray) -> float:
    """Return what the classes' own queries show of the variance by classes; 0 for one number per task."""
    if values.ndim == 1:
        return 0.0
    rows = values.reshape(*index.shape, -1).mean(axis=2).ravel()
    rows = rows - rows.mean()
    total = np.bincount(index.ravel(), weights=rows)
    between, n_rows, n_classes = (total**2 / count).sum(), len(rows), len(count)
    within = (rows @ rows - between) / max(1, n_rows - n_classes)
    variance = (between - (n_classes - 1) * within) / (n_rows - (count**2).sum() / n_rows)
    return max(variance, 0.0) / n_classes


def _variance_within(centred: np.ndarray, index: np.ndarray, count: np.ndarray, total: np.ndarray) -> float:
    """Return the variance among tasks that share a class, pooled over classes."""
    squares = index.shape[1] * (centred @ centred)
    return float((squares - (total**2 / count).sum()) / max(1, (count - 1).sum()))


def _t95(freedom: int) -> float:
    from scipy.special import stdtrit  # takes a moment to import, which listing methods must not wait for

    return float(stdtrit(freedom, 0.975))


def _mean_interval(values: np.ndarray) -> tuple[float, float]:
    spread = values.std(ddof=1) if len(values) > 1 else float("nan")
    return float(values.mean()), float(1.96 * spread / np.sqrt(len(values)))
