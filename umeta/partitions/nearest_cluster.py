"""Items that no cluster was made of, put into the cluster with the nearest mean: only to look at, or to mark them."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int, Int32

from umeta.partitions.partition import OUTSIDE
from umeta.vectors.neighbours import nearest_neighbours


class NearestClusters(NamedTuple):
    """The cluster of each item asked about, and how far from its mean the item is."""

    clusters: Int32[np.ndarray, " n_asked"]
    distances: Float[np.ndarray, " n_asked"]
    """Squared Euclidean distances: the smaller, the more typical."""


def nearest_clusters(
    vectors: Float32[np.ndarray, "n_items dim"],
    clusters: Int[np.ndarray, " n_items"],
    items: Int[np.ndarray, " n_asked"],
) -> NearestClusters:
    """Return for each of some items the cluster whose mean is nearest in the embedding.

    Args:
        vectors: The embedding of every item.
        clusters: The partition; means are of its own items.
        items: Which items to put into clusters.
    """
    inside = np.flatnonzero(clusters != OUTSIDE)
    ids, rows, counts = np.unique(clusters[inside], return_inverse=True, return_counts=True)
    ordered = vectors[inside[np.argsort(rows, kind="stable")]]
    means = np.add.reduceat(ordered, np.cumsum(counts) - counts, axis=0, dtype=np.float64) / counts[:, None]
    nearest, distances = nearest_neighbours(means.astype(np.float32), vectors[items], 1)
    return NearestClusters(ids[nearest[:, 0]].astype(np.int32), distances[:, 0].astype(np.float64) ** 2)
