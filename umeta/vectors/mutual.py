"""Items that are each other's near neighbours.

Reference: Qin, Gammeter, Bossard, Quack, Van Gool, "Hello Neighbor: Accurate Object Retrieval with k-Reciprocal Nearest
Neighbors", CVPR 2011.
"""

import numpy as np
from jaxtyping import Float32, Int

from umeta.vectors.neighbours import nearest_neighbours


def mutual_neighbours(
    vectors: Float32[np.ndarray, "n_items dim"], count: int
) -> Int[np.ndarray, "n_items count"]:
    """Return each item's nearest others that have it among their own nearest; -1 for those that have not."""
    n_items = len(vectors)
    own = np.arange(n_items)[:, None]
    nearest, _ = nearest_neighbours(vectors, vectors, count + 1)
    is_other = nearest != own
    is_other[is_other.all(1), -1] = False  # copies of an item may leave it itself no place
    others = nearest[is_other].reshape(n_items, count)
    is_mutual = (others[others] == own[:, :, None]).any(2)
    return np.where(is_mutual, others, -1)


def pairs_of(neighbours: Int[np.ndarray, "n_items count"]) -> Int[np.ndarray, "n_pairs 2"]:
    """Return every pair of mutual neighbours once, the lower number first."""
    items, places = np.nonzero(neighbours > np.arange(len(neighbours))[:, None])
    return np.stack([items, neighbours[items, places]], axis=1)
