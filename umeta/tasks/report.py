"""The report card of tasks: do they teach what the true classes mean, and are they as hard as the test tasks?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, Int

from umeta.stage import UserError
from umeta.tasks.task import TaskBatch

TASKS_AT_ONCE = 50


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


def nearest_accuracy(
    embeddings: Float32[np.ndarray, "n_items dim"], tasks: TaskBatch
) -> Float[np.ndarray, " n_tasks"]:
    """Return the share of each task's queries whose nearest support image is of their own row: how easy a task is.

    Pseudo-tasks are judged by their clusters, test tasks by true classes; no true class is needed for the former.

    Raises:
        UserError: augmented tasks, whose queries are views that have no embedding.
    """
    if tasks.views is not None:
        raise UserError(
            "the queries of augmented tasks are random views, which the embedding does not hold; "
            "choose tasks of clusters or of true classes."
        )
    parts = [
        _nearest(embeddings, tasks[start : start + TASKS_AT_ONCE])
        for start in range(0, len(tasks), TASKS_AT_ONCE)
    ]
    return np.concatenate(parts)


def _nearest(embeddings: np.ndarray, tasks: TaskBatch) -> np.ndarray:
    n_tasks, n_way, n_shot = tasks.support.shape
    support = embeddings[tasks.support.reshape(n_tasks, -1)]
    query = embeddings[tasks.query.reshape(n_tasks, -1)]
    centre = support.mean(axis=1, keepdims=True)  # about it nothing large cancels
    support, query = support - centre, query - centre
    # |q − s|² without |q|², which is the same for all s
    distances = (support**2).sum(axis=-1)[:, None, :] - 2 * query @ support.transpose(0, 2, 1)
    answers = distances.argmin(axis=2) // n_shot
    return (answers == np.arange(n_way).repeat(tasks.query.shape[2])).mean(axis=1)
