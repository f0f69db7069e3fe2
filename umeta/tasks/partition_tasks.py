"""Tasks from partitions, as a run's config names them."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Literal

import numpy as np
from jaxtyping import Int

from umeta.stage import Method
from umeta.tasks.source import PartitionSource


class PartitionTasks(Method):
    """Tasks of clusters, as in CACTUs; whatever partitions the run's config makes."""

    task_defaults: ClassVar[Mapping[str, int]] = {}

    name: Literal["partition"] = "partition"

    def over(
        self,
        items: Int[np.ndarray, " n_split_items"],
        partitions: Callable[[], Sequence[Int[np.ndarray, " n_items"]]],
    ) -> PartitionSource:
        """Return the source of tasks over the partitions, which are made now."""
        return PartitionSource(partitions())
