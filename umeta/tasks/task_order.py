"""Tasks in an order worth browsing: the purest, the hardest, those of the most different classes, and the opposites."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, Float32, Int

from umeta.stage import UserError
from umeta.tasks.difficulty import nearest_accuracy
from umeta.tasks.pair_agreement import pair_agreement
from umeta.tasks.task import TaskBatch
from umeta.tasks.task_truth import against_classes

Order = Literal[
    "hardest", "easiest", "most diverse", "least diverse", "least sure", "surest", "purest", "least pure"
]
ORDERS: tuple[Order, ...] = get_args(Order)
ORDERS_BY_PARTITIONS: tuple[Order, ...] = ("least sure", "surest")
ORDERS_BY_CLASSES: tuple[Order, ...] = ("purest", "least pure")


@dataclass(frozen=True, eq=False)
class TaskTraits:
    """What tasks are sorted by, one value per task."""

    accuracy: Float[np.ndarray, " n_tasks"]
    """Of the nearest neighbour, or of a learner that was chosen."""
    diversity: Float[np.ndarray, " n_tasks"]
    """Mean distance between the means of two rows in the embedding."""
    purity: Float[np.ndarray, " n_tasks"] | None
    """Share of query images that are of their row's class; None while classes are not revealed."""
    agreement: Float[np.ndarray, " n_tasks"] | None = None
    """Share of support–query pairs that partitions put together; None where there are no partitions to ask."""


def task_traits(
    tasks: TaskBatch,
    embeddings: Float32[np.ndarray, "n_items dim"],
    *,
    accuracy: Float[np.ndarray, " n_tasks"] | None = None,
    classes: Int[np.ndarray, " n_items"] | None = None,
    partitions: Sequence[Int[np.ndarray, " n_items"]] = (),
) -> TaskTraits:
    """Measure tasks; `accuracy` is a learner's on them, else the nearest neighbour's is computed."""
    return TaskTraits(
        accuracy=nearest_accuracy(embeddings, tasks) if accuracy is None else accuracy,
        diversity=centroid_distances(embeddings, tasks),
        purity=None if classes is None else against_classes(tasks, classes).purity,
        agreement=pair_agreement(tasks, partitions) if partitions else None,
    )


def centroid_distances(
    embeddings: Float32[np.ndarray, "n_items dim"], tasks: TaskBatch
) -> Float[np.ndarray, " n_tasks"]:
    """Return each task's mean distance between the means of two of its rows."""
    first, second = np.triu_indices(tasks.support.shape[1], 1)
    distances = np.empty(len(tasks))
    for number in range(len(tasks)):
        items = np.concatenate([tasks.support[number], tasks.query[number]], axis=1)
        centroids = embeddings[items].mean(axis=1)
        distances[number] = np.linalg.norm(centroids[first] - centroids[second], axis=1).mean()
    return distances


def sorted_tasks(traits: TaskTraits, order: Order) -> Int[np.ndarray, " n_tasks"]:
    """Return the numbers of the tasks in an order; equal ones keep theirs.

    Raises:
        UserError: an order by purity while true classes are not revealed, or by sureness without partitions to ask.
    """
    if order in ORDERS_BY_CLASSES and traits.purity is None:
        raise UserError(f"tasks can be sorted by {order!r} only with true classes. Reveal them first.")
    if order in ORDERS_BY_PARTITIONS and traits.agreement is None:
        raise UserError(f"tasks can be sorted by {order!r} only with partitions that say how sure pairs are.")
    trait, sign = {
        "purest": (traits.purity, 1),
        "hardest": (traits.accuracy, -1),
        "most diverse": (traits.diversity, 1),
        "surest": (traits.agreement, 1),
        "least pure": (traits.purity, -1),
        "easiest": (traits.accuracy, 1),
        "least diverse": (traits.diversity, -1),
        "least sure": (traits.agreement, -1),
    }[order]
    return np.argsort(-sign * np.asarray(trait), kind="stable")
