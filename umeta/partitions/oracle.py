"""The true classes as the partition: what an unsupervised strategy is measured against."""

from typing import Literal

from umeta.data import Dataset
from umeta.partitions.partition import Partition
from umeta.stage import Method


class Oracle(Method):
    """The true classes of meta_train. It reads labels, so it is no `PartitionStrategy` and is asked for openly."""

    name: Literal["oracle"] = "oracle"

    def classes(self, dataset: Dataset, split: str) -> list[Partition]:
        """Return the true partitions of a split."""
        return [
            Partition(clusters, n_made=len(set(clusters.tolist()) - {-1}))
            for clusters in dataset.truth(split)
        ]
