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


def nearest_items(
    item: int,
    items: Int[np.ndarray, " n_items"],
    embeddings: Float32[np.ndarray, "n_items dim"],
    max_count: int,
) -> Int[np.ndarray, " count"]:
    """Return the items nearest to one of them by Euclidean distance, the nearest first, without itself.

    Args:
        item: An item number, one of `items`.
        items: The item number of each embedding.
        embeddings: What is searched.
        max_count: The number of items to return; fewer where there are fewer.
    """
    query = embeddings[items == item]
    rows, _ = nearest_neighbours(embeddings, query, min(max_count + 1, len(items)))
    nearest = items[rows[0]]
    return nearest[nearest != item][:max_count]
