"""Do clusters hold together what is certainly alike? How often a view of an image falls into the image's cluster.

No true classes are used. By itself it must never choose a number of clusters: with fewer of them a view falls into its
image's cluster more often, while pairs of images in one cluster are of one class less often.
"""

import numpy as np
from jaxtyping import Float32, Int

from umeta.partitions.nearest_cluster import nearest_clusters
from umeta.partitions.partition import OUTSIDE


def view_agreement(
    vectors: Float32[np.ndarray, "n_items dim"],
    clusters: Int[np.ndarray, " n_items"],
    items: Int[np.ndarray, " n_seen"],
    views: Float32[np.ndarray, "n_seen dim"],
) -> float:
    """Return the share of images of which a random view lies nearest to the mean of the image's own cluster.

    Args:
        vectors: The embedding of every item.
        clusters: The partition; means are of its own items.
        items: Of which images there are views; those in no cluster are left out.
        views: The embedding of a view of each.
    """
    inside = clusters[items] != OUTSIDE
    items, views = items[inside], views[inside]
    if len(items) == 0:
        return float("nan")
    together = np.concatenate([vectors, views])
    padded = np.concatenate([clusters, np.full(len(views), OUTSIDE, clusters.dtype)])
    nearest = nearest_clusters(together, padded, np.arange(len(vectors), len(together)))
    return float((nearest.clusters == clusters[items]).mean())
