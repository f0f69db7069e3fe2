"""How typical each item is of its cluster: its distance to the cluster's mean in the embedding."""

import numpy as np
from jaxtyping import Float, Int, Shaped


def distances_to_means(
    vectors: Shaped[np.ndarray, "n_items dim"], clusters: Int[np.ndarray, " n_items"]
) -> Float[np.ndarray, " n_items"]:
    """Return each item's squared distance to the mean of its cluster; infinite for an item in no cluster."""
    distances = np.full(len(clusters), np.inf)
    inside = np.flatnonzero(clusters >= 0)
    _, rows, counts = np.unique(clusters[inside], return_inverse=True, return_counts=True)
    by_cluster = vectors[inside[np.argsort(rows, kind="stable")]]
    means = np.add.reduceat(by_cluster, np.cumsum(counts) - counts, axis=0, dtype=float) / counts[:, None]
    distances[inside] = ((vectors[inside] - means[rows]) ** 2).sum(axis=1)
    return distances


def medoids(
    clusters: Int[np.ndarray, " n_items"], distances: Float[np.ndarray, " n_items"]
) -> dict[int, int]:
    """Return each cluster's most typical item: the one nearest to its mean."""
    inside = np.flatnonzero(clusters >= 0)
    order = inside[np.lexsort((distances[inside], clusters[inside]))]
    ids, first = np.unique(clusters[order], return_index=True)
    return {int(cluster): int(order[place]) for cluster, place in zip(ids, first, strict=True)}


def by_cluster_typical_first(
    items: Int[np.ndarray, " n_selected"],
    clusters: Int[np.ndarray, " n_items"],
    distances: Float[np.ndarray, " n_items"],
) -> Int[np.ndarray, " n_selected"]:
    """Sort items by the cluster with most of them, then by their distance to the middle of their cluster."""
    ids, place, counts = np.unique(clusters[items], return_inverse=True, return_counts=True)
    return items[np.lexsort((distances[items], ids[place], -counts[place]))]
