"""What a partition is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int, Int32

from umeta.stage import UserError

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


def drop_small(
    clusters: Int32[np.ndarray, " n_items"], min_cluster_size: int
) -> Int32[np.ndarray, " n_items"]:
    """Take the items of clusters below `min_cluster_size` out: neither merged nor refilled (Hsu et al., 2019)."""
    sizes = np.bincount(clusters[clusters >= 0], minlength=max(1, clusters.max() + 1))
    kept = (clusters >= 0) & (sizes[clusters] >= min_cluster_size)
    return np.where(kept, clusters, OUTSIDE).astype(np.int32)


def without_small(
    clusters: Int32[np.ndarray, " n_items"], n_clusters: int, min_cluster_size: int, *, retries: int = 0
) -> Partition:
    """Return the partition of `n_clusters` clusters without the small ones.

    Raises:
        UserError: all of them are small.
    """
    kept = drop_small(clusters, min_cluster_size)
    if (kept == OUTSIDE).all():
        raise UserError(
            f"partition.n_clusters={n_clusters} leaves no cluster of {min_cluster_size} items (n_shot + n_query) among "
            f"{len(clusters)} items; lower partition.n_clusters to {max(2, len(clusters) // (2 * min_cluster_size))}."
        )
    return Partition(kept, n_made=n_clusters, retries=retries)


def spread(
    partitions: Sequence[Partition], items: Int[np.ndarray, " n_split_items"], n_items: int
) -> list[Partition]:
    """Carry partitions of a split's items over to the whole set, where all other items are `OUTSIDE`."""
    whole = np.full((len(partitions), n_items), OUTSIDE, np.int32)
    for row, partition in zip(whole, partitions, strict=True):
        row[items] = partition.clusters
    return [replace(partition, clusters=row) for partition, row in zip(partitions, whole, strict=True)]
