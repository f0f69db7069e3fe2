"""How hard tasks are: the accuracy of the nearest neighbour in each."""

import numpy as np
from jaxtyping import Float, Float32

from umeta.stage import UserError
from umeta.tasks.task import TaskBatch

TASKS_AT_ONCE = 50


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
