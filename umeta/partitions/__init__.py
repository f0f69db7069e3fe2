"""Partitions: embeddings → P assignments of items to clusters, the pseudo-classes that tasks are made of.

One strategy per file; `PARTITIONS` finds them by name. `report` judges a partition; `stability`, `diversity` and
`audit` say without true classes how good clusterings are, `overlap` compares two, and
`following` says what one follows.
"""

from umeta.partitions.partition import OUTSIDE, Partition, spread
from umeta.partitions.report import PartitionReport, report
from umeta.partitions.strategy import PartitionStrategy
from umeta.stage import Registry

PARTITIONS = Registry(
    "partition",
    {
        "kmeans": "umeta.partitions.kmeans:KMeans",
        "hyperplanes": "umeta.partitions.hyperplanes:Hyperplanes",
        "random": "umeta.partitions.random_labels:RandomLabels",
        "oracle": "umeta.partitions.oracle:Oracle",
        "spherical": "umeta.partitions.spherical:SphericalKMeans",
        "balanced": "umeta.partitions.balanced:BalancedKMeans",
        "gmm": "umeta.partitions.gmm:Gmm",
        "hdbscan": "umeta.partitions.hdbscan:Hdbscan",
        "dbscan": "umeta.partitions.dbscan:Dbscan",
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
