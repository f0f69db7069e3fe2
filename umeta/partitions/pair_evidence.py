"""Why two items are put together: how sure their pair is over partitions, and how near they lie in the embedding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int

from umeta.partitions.partition import OUTSIDE


@dataclass(frozen=True, eq=False)
class PairEvidence:
    """What partitions and the embedding say of the pairs of one item with some others, without true classes."""

    together: Int[np.ndarray, " n_others"]
    """Of each pair, the partitions in which both are in one cluster."""
    judged: Int[np.ndarray, " n_others"]
    """The partitions in which both are in some cluster."""
    rank: Int[np.ndarray, " n_others"]
    """The other's place among the neighbours of the item: 1 for its nearest, by Euclidean distance."""
    n_neighbours: int
    """How many neighbours there are in all."""


def pair_evidence(
    item: int,
    others: Int[np.ndarray, " n_others"],
    items: Int[np.ndarray, " n_items"],
    vectors: Float32[np.ndarray, "n_all dim"],
    partitions: Sequence[Int[np.ndarray, " n_all"]],
) -> PairEvidence:
    """Return the evidence for the pairs of an item with others.

    Args:
        item: Its number.
        others: Numbers of other items.
        items: Among which neighbours are counted, the item with or without.
        vectors: Of all items, by their numbers.
        partitions: Of all items.
    """
    neighbours = items[items != item]
    distances = np.linalg.norm(vectors[neighbours] - vectors[item], axis=1)
    own = np.linalg.norm(vectors[others] - vectors[item], axis=1)
    together, judged = np.zeros(len(others), np.int64), np.zeros(len(others), np.int64)
    for clusters in partitions:
        both = (clusters[others] != OUTSIDE) & (clusters[item] != OUTSIDE)
        judged += both
        together += both & (clusters[others] == clusters[item])
    rank = 1 + (distances[None] < own[:, None]).sum(axis=1)
    return PairEvidence(together, judged, rank, len(neighbours))
