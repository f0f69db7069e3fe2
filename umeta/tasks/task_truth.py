"""Tasks beside the true classes: do they teach what the classes mean? Nothing of it is seen in training."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from umeta.tasks.task import TaskBatch


@dataclass(frozen=True, eq=False)
class TaskTruth:
    """What true classes say of tasks, one value per task. None of it is seen in training.

    A row's class is the most frequent true class of its images, support and query together; of equally frequent
    ones the one that comes first in the row. Images of unknown class say nothing: a value that would rest on them
    alone is not a number.
    """

    different: Float[np.ndarray, " n_tasks"]
    """1 where the rows have different classes, 0 where not; not a number where fewer than two rows have a known one."""
    matching: Float[np.ndarray, " n_tasks"]
    """Share of the support–query pairs of a row that are of one class."""
    noise: Float[np.ndarray, " n_tasks"]
    """Label noise: the share of query images that are not of their row's class."""

    @property
    def purity(self) -> Float[np.ndarray, " n_tasks"]:
        """Share of query images that are of their row's class."""
        return 1 - self.noise


def against_classes(tasks: TaskBatch, classes: Int[np.ndarray, " n_items"]) -> TaskTruth:
    """Compare tasks with the true classes of their items, -1 where one is not known, all tasks at once."""
    support, query = classes[tasks.support], classes[tasks.query]
    both = np.concatenate([support, query], axis=2)
    same = (both[..., :, None] == both[..., None, :]) & (both >= 0)[..., None]
    first = same.sum(axis=-1).argmax(axis=-1)  # argmax takes the first of equal counts
    row_class = np.take_along_axis(
        both, first[..., None], axis=2
    )  # (n_tasks, n_way, 1); -1 if no class is known
    pairs_known = (support >= 0)[..., :, None] & (query >= 0)[..., None, :]
    return TaskTruth(
        different=_all_different(row_class[..., 0]),
        matching=_share(support[..., :, None] == query[..., None, :], pairs_known),
        noise=_share(query != row_class, query >= 0),
    )


def _all_different(row_classes: Int[np.ndarray, "n_tasks n_way"]) -> Float[np.ndarray, " n_tasks"]:
    ordered = np.sort(row_classes, axis=1)
    clash = ((np.diff(ordered, axis=1) == 0) & (ordered[:, 1:] >= 0)).any(axis=1)
    return np.where((ordered >= 0).sum(axis=1) > 1, 1.0 - clash, np.nan)


def _share(
    holds: Bool[np.ndarray, "n_tasks *rest"], is_known: Bool[np.ndarray, "n_tasks *rest"]
) -> Float[np.ndarray, " n_tasks"]:
    """Return the share of the known of each task in which something holds."""
    rest = tuple(range(1, holds.ndim))
    n_known = is_known.sum(axis=rest)
    n_holding = (holds & is_known).sum(axis=rest)
    return np.divide(n_holding, n_known, out=np.full(len(holds), np.nan), where=n_known > 0)


def queries_match(
    batch: TaskBatch, classes: Int[np.ndarray, " n_items"]
) -> Bool[np.ndarray, "n_tasks n_way n_query"]:
    """Return whether the support of each query's row holds an image of the query's true class, which must be known."""
    support, query = classes[batch.support], classes[batch.query]
    return ((query[..., :, None] == support[..., None, :]) & (query >= 0)[..., None]).any(axis=-1)
