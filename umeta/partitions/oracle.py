"""The true classes as the partition: what an unsupervised strategy is measured against."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np

from umeta.data import Dataset
from umeta.partitions.partition import Partition
from umeta.stage import Method


class Oracle(Method):
    """The true classes of meta_train. It reads labels, so it is no `PartitionStrategy` and is asked for openly."""

    tasks_of: ClassVar = "true classes"

    name: Literal["oracle"] = "oracle"

    def classes(self, dataset: Dataset, split: str) -> Sequence[Partition]:
        """Return the true partitions of a split, made when they are asked for if they are many.

        Raises:
            UserError: no class is known there.
        """
        dataset.check_labelled(split, "partition=oracle")
        truth = _Truth(dataset.truth(split))
        return list(truth) if len(truth) == 1 else truth


class _Truth(Sequence[Partition]):
    def __init__(self, partitions: Sequence[np.ndarray]):
        self._partitions = partitions

    def __len__(self) -> int:
        return len(self._partitions)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        clusters = self._partitions[index]
        return Partition(clusters, n_made=len(np.unique(clusters[clusters >= 0])))
