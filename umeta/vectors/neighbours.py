"""Exact nearest neighbours."""

import numpy as np
from jaxtyping import Float32, Int

from umeta.stage import UserError


def nearest_neighbours(
    embeddings: Float32[np.ndarray, "n_items dim"], queries: Float32[np.ndarray, "n_queries dim"], count: int
) -> tuple[Int[np.ndarray, "n_queries count"], Float32[np.ndarray, "n_queries count"]]:
    """Return each query's `count` nearest items and their Euclidean distances, nearest first.

    Raises:
        UserError: fewer than `count` items.
    """
    import faiss

    if count > len(embeddings):
        raise UserError(f"{count} neighbours were asked for, but there are only {len(embeddings)} items.")
    squared, items = faiss.knn(np.ascontiguousarray(queries), np.ascontiguousarray(embeddings), count)
    return items, np.sqrt(np.maximum(squared, 0))
