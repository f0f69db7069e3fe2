"""Partitions: embeddings → P assignments of items to clusters, the pseudo-classes that tasks are made of.

One strategy per file; `PARTITIONS` finds them by name. `report` judges a partition.
"""

from umeta.partitions.partition import OUTSIDE, Partition, PartitionStrategy, spread
from umeta.partitions.report import PartitionReport, report
from umeta.stage import Registry

PARTITIONS = Registry(
    "partition",
    {
        "kmeans": "umeta.partitions.kmeans:KMeans",
        "random": "umeta.partitions.random_labels:RandomLabels",
        "oracle": "umeta.partitions.oracle:Oracle",
    },
)

__all__ = [
    "OUTSIDE",
    "PARTITIONS",
    "Partition",
    "PartitionReport",
    "PartitionStrategy",
    "report",
    "spread",
]
