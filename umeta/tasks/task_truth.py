"""Tasks beside the true classes: do they teach what the classes mean? Nothing of it is seen in training."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from umeta.tasks.task import TaskBatch


@dataclass(frozen=True, eq=False)
class TaskTruth:
    """What true classes say of tasks, one value per task. None of it is seen in training.

    A row's class is the most frequent true class of its images, support and query together; of equally frequent
    ones the one that comes first in the row.
    """

    different: Bool[np.ndarray, " n_tasks"]
    """Whether the N rows have N different classes."""
    matching: Float[np.ndarray, " n_tasks"]
    """Share of the support–query pairs of a row that are of one class."""
    noise: Float[np.ndarray, " n_tasks"]
    """Label noise: the share of query images that are not of their row's class."""

    @property
    def purity(self) -> Float[np.ndarray, " n_tasks"]:
        """Share of query images that are of their row's class."""
        return 1 - self.noise


def against_classes(tasks: TaskBatch, classes: Int[np.ndarray, " n_items"]) -> TaskTruth:
    """Compare tasks with the true classes of their items, all tasks at once."""
    support, query = classes[tasks.support], classes[tasks.query]
    both = np.concatenate([support, query], axis=2)
    same = both[..., :, None] == both[..., None, :]
    first = same.sum(axis=-1).argmax(axis=-1)  # argmax takes the first of equal counts
    row_class = np.take_along_axis(both, first[..., None], axis=2)  # (n_tasks, n_way, 1)
    ordered = np.sort(row_class[..., 0], axis=1)
    return TaskTruth(
        different=(np.diff(ordered, axis=1) != 0).all(axis=1),
        matching=(support[..., :, None] == query[..., None, :]).mean(axis=(1, 2, 3)),
        noise=(query != row_class).mean(axis=(1, 2)),
    )


def queries_match(
    batch: TaskBatch, classes: Int[np.ndarray, " n_items"]
) -> Bool[np.ndarray, "n_tasks n_way n_query"]:
    """Return whether the support of each query's row holds an image of the query's true class."""
    support, query = classes[batch.support], classes[batch.query]
    return (query[..., :, None] == support[..., None, :]).any(axis=-1)
