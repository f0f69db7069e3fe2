"""The pairs of items that share a cluster of two partitions: how alike the two are."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from umeta.partitions.diversity import n_pairs_together
from umeta.partitions.partition import OUTSIDE


@dataclass(frozen=True)
class SharedPairs:
    """Pairs of the images that are in a cluster of both A and B."""

    n_items: int
    of_a: int
    """Pairs that share a cluster of A."""
    of_b: int
    both: int
    """Pairs that share a cluster of A and one of B."""

    @property
    def chance(self) -> float:
        """The share of all pairs that share a cluster of B: what clusters that know nothing of B would give."""
        return self.of_b / max(1, self.n_items * (self.n_items - 1) // 2)


def shared_pairs(a: Int[np.ndarray, " n_items"], b: Int[np.ndarray, " n_items"]) -> SharedPairs:
    """Count the pairs of images that share a cluster of A, of B, and of both."""
    inside = (a != OUTSIDE) & (b != OUTSIDE)
    a, b = a[inside].astype(np.int64), b[inside].astype(np.int64)
    cells = np.unique(a * (b.max(initial=0) + 1) + b, return_inverse=True)[1]
    return SharedPairs(len(a), n_pairs_together(a), n_pairs_together(b), n_pairs_together(cells))
