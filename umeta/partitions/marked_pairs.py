"""How far clusters follow the classes of a few images that a person marked: by pairs of them, which few images allow.

A purity would mislead here: of one or two images in a cluster almost all are of its most frequent class.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from umeta.partitions.partition import OUTSIDE

MIN_PAIRS = 20
"""Pairs of one cluster below which their share of one class says nothing."""


class MarkedPairs(NamedTuple):
    """What pairs of marked images show."""

    n_items: int
    """Marked images that are in some cluster."""
    n_together: int
    """Pairs of them that are in one cluster."""
    together: float
    """The share of these pairs that are of one class; not a number where there is no pair."""
    by_chance: float
    """The same share among all pairs: what clusters would get that know nothing of classes."""

    @property
    def is_enough(self) -> bool:
        """Whether there are enough pairs to say anything."""
        return self.n_together >= MIN_PAIRS


def marked_pairs(clusters: Int[np.ndarray, " n_items"], classes: Int[np.ndarray, " n_items"]) -> MarkedPairs:
    """Compare the clusters of marked items with their classes; an item of class -1 is not marked."""
    marked = (classes >= 0) & (clusters != OUTSIDE)
    clusters, classes = clusters[marked], classes[marked]
    both = np.stack([clusters, classes])
    n_items, n_together = len(classes), _n_pairs(clusters)
    n_all = n_items * (n_items - 1) // 2
    return MarkedPairs(
        n_items=n_items,
        n_together=n_together,
        together=_n_pairs(both) / n_together if n_together else float("nan"),
        by_chance=_n_pairs(classes) / n_all if n_all else float("nan"),
    )


def _n_pairs(groups: np.ndarray) -> int:
    """Return how many pairs are alike: of numbers, or of columns."""
    counts = np.unique(groups, axis=-1, return_counts=True)[1].astype(np.int64)
    return int((counts * (counts - 1) // 2).sum())
