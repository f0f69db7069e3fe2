"""The source of a run's training tasks, over its partitions and its embedding."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float32, Int

from umeta.data import Dataset
from umeta.runs.config import RunConfig
from umeta.tasks import TaskSource
from umeta.tasks.partition_tasks import PartitionTasks


def task_source(
    config: RunConfig,
    dataset: Dataset,
    partitions: Callable[[], Sequence[Int[np.ndarray, " n_items"]]],
    vectors: Callable[[], Float32[np.ndarray, "n_items dim"]],
) -> TaskSource:
    """Return the source of a run's training tasks over meta_train.

    `partitions` and `vectors`, those of all items, are called if the source asks for them.

    Raises:
        UserError: the partitions cannot be made.
    """
    items = dataset.items("meta_train")
    if isinstance(config.source, PartitionTasks):
        return config.source.over(items, partitions, vectors)
    return config.source.over(items, partitions)
