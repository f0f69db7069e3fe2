"""What a partition is, and what makes partitions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32, Int, Int32

from umeta.stage import OnStep, ignore_step

OUTSIDE = -1
"""The cluster id of an item that is in no cluster, or outside the split."""


@dataclass(frozen=True, eq=False)
class Partition:
    """One assignment of items to clusters, and what became of the others."""

    clusters: Int32[np.ndarray, " n_items"]
    """Each item's cluster id, `OUTSIDE` for none."""
    n_made: int
    """Clusters that the strategy made, before the small ones were dropped."""
    retries: int = 0
    """How often the clustering was made anew because too many clusters were small."""

    @property
    def n_clusters(self) -> int:
        """Clusters that are left."""
        return len(np.unique(self.clusters[self.clusters != OUTSIDE]))

    def sizes(self) -> tuple[Int[np.ndarray, " n_clusters"], Int[np.ndarray, " n_clusters"]]:
        """Return the ids of the clusters and their sizes."""
        return np.unique(self.clusters[self.clusters != OUTSIDE], return_counts=True)


@runtime_checkable
class PartitionStrategy(Protocol):
    """Makes P partitions of embedded items. It never sees labels."""

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the product: options and code version."""
        ...

    def fit(
        self,
        embeddings: Float32[np.ndarray, "n_items dim"],
        *,
        rng: np.random.Generator,
        on_step: OnStep = ignore_step,
    ) -> list[Partition]:
        """Return the partitions of these items.

        Raises:
            UserError: the items cannot be partitioned so; the message gives the values and the remedy.
        """
        ...


def drop_small(
    clusters: Int32[np.ndarray, " n_items"], min_cluster_size: int
) -> Int32[np.ndarray, " n_items"]:
    """Take the items of clusters below `min_cluster_size` out: neither merged nor refilled (Hsu et al., 2019)."""
    sizes = np.bincount(clusters[clusters >= 0], minlength=clusters.max() + 1)
    kept = (clusters >= 0) & (sizes[clusters] >= min_cluster_size)
    return np.where(kept, clusters, OUTSIDE).astype(np.int32)


def spread(
    partitions: Sequence[Partition], items: Int[np.ndarray, " n_split_items"], n_items: int
) -> list[Partition]:
    """Carry partitions of a split's items over to the whole set, where all other items are `OUTSIDE`."""
    whole = np.full((len(partitions), n_items), OUTSIDE, np.int32)
    for row, partition in zip(whole, partitions, strict=True):
        row[items] = partition.clusters
    return [replace(partition, clusters=row) for partition, row in zip(partitions, whole, strict=True)]
