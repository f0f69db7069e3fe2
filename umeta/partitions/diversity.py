"""How different partitions of the same items are, and what one more of them adds. No true classes are used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float, Int

from umeta.partitions.partition import OUTSIDE
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, Step, ignore_step

Clusters = Int[np.ndarray, " n_items"]
PAIRS = 20_000
"""Pairs looked at for each partition: a share is then known to within 0.4 points, one standard error."""


def pairwise(
    partitions: Sequence[Clusters],
    measure: Callable[[Clusters, Clusters], float],
    *,
    on_step: OnStep = ignore_step,
) -> Float[np.ndarray, "n_partitions n_partitions"]:
    """Compare every partition with every other by a symmetric measure that is 1 for equal ones, e.g. `ari` or `iou`."""
    likeness = np.eye(len(partitions))
    pairs = list(combinations(range(len(partitions)), 2))
    for done, (a, b) in enumerate(pairs):
        on_step(Step("diversity", done, len(pairs), note="comparing partitions"))
        likeness[a, b] = likeness[b, a] = measure(partitions[a], partitions[b])
    on_step(Step("diversity", len(pairs), len(pairs), note="comparing partitions"))
    return likeness


def ari(a: Clusters, b: Clusters) -> float:
    """Return the adjusted Rand index over the items that are in a cluster of both."""
    from sklearn.metrics import adjusted_rand_score

    both = (a != OUTSIDE) & (b != OUTSIDE)
    return float(adjusted_rand_score(a[both], b[both])) if both.any() else 0.0


def iou(a: Clusters, b: Clusters) -> float:
    """Match clusters greedily by intersection over union, and return the mean over the matches.

    The pair of clusters with the greatest IoU is matched first, then the greatest of what is left. A cluster
    without a partner counts as 0, so that the measure punishes a difference in number.

    Reference: DRESS (2025), whose task diversity is 1 − this.
    """
    inside_a, inside_b, both = a != OUTSIDE, b != OUTSIDE, (a != OUTSIDE) & (b != OUTSIDE)
    ids_a, sizes_a = np.unique(a[inside_a], return_counts=True)
    ids_b, sizes_b = np.unique(b[inside_b], return_counts=True)
    if not both.any():
        return 0.0
    cells = np.searchsorted(ids_a, a[both]) * len(ids_b) + np.searchsorted(ids_b, b[both])
    cells, shared = np.unique(cells, return_counts=True)
    rows, columns = np.divmod(cells, len(ids_b))
    scores = shared / (sizes_a[rows] + sizes_b[columns] - shared)
    order = np.argsort(-scores, kind="stable")
    rows, columns, scores = rows[order], columns[order], scores[order]
    total = 0.0
    while len(scores):
        # What is the first of its row and of its column no earlier match can take away: all of these at once.
        places = np.arange(len(scores))
        first_row, first_column = np.empty(len(ids_a), int), np.empty(len(ids_b), int)
        first_row[rows[::-1]], first_column[columns[::-1]] = places[::-1], places[::-1]
        matched = (first_row[rows] == places) & (first_column[columns] == places)
        total += float(scores[matched].sum())
        left = ~np.isin(rows, rows[matched]) & ~np.isin(columns, columns[matched])
        rows, columns, scores = rows[left], columns[left], scores[left]
    return total / max(len(ids_a), len(ids_b))


def diversity(likeness: Float[np.ndarray, "n_partitions n_partitions"]) -> float:
    """Return 1 − the mean likeness of different partitions; DRESS's measure of a matrix by `iou`. One alone has 0."""
    above = np.triu_indices(len(likeness), 1)
    return float(1 - likeness[above].mean()) if len(above[0]) else 0.0


@dataclass(frozen=True)
class AddedPairs:
    """What partition number `n_partitions` brings to those before it."""

    n_partitions: int
    pairs: int
    """Pairs of items that it puts together."""
    new: float
    """Those of them that no partition before it puts together."""
    new_error: float
    """Its standard error; 0 where every pair was looked at."""
    together: float
    """Pairs that some partition so far puts together."""


def count_added_pairs(
    partitions: Sequence[Clusters], *, n_pairs: int = PAIRS, seed: int = 0, on_step: OnStep = ignore_step
) -> list[AddedPairs]:
    """Count the distinct pairs of items in one cluster as partitions are added one by one.

    Such a pair is what a pseudo-task can teach to be the same; a partition without new pairs teaches nothing new.
    A partition of at most `n_pairs` pairs is counted out, else `n_pairs` of its pairs are drawn at random.
    """
    rng = numpy_generator(seed, Stream.SAMPLE)
    added, together = [], 0.0
    for number, clusters in enumerate(partitions):
        on_step(Step("diversity", number, len(partitions), note="counting new pairs"))
        total = n_pairs_together(clusters)
        exact = total <= n_pairs
        first, second = all_pairs(clusters) if exact else random_pairs(clusters, n_pairs, rng=rng)
        is_old = np.zeros(len(first), bool)
        for earlier in partitions[:number]:
            is_old |= (earlier[first] == earlier[second]) & (earlier[first] != OUTSIDE)
        share = float((~is_old).mean()) if len(is_old) else 0.0
        error = 0.0 if exact else total * (share * (1 - share) / n_pairs) ** 0.5
        together += total * share
        added.append(AddedPairs(number + 1, total, total * share, error, together))
    on_step(Step("diversity", len(partitions), len(partitions), note="counting new pairs"))
    return added


def n_pairs_together(clusters: Clusters) -> int:
    """Return how many pairs of items share a cluster."""
    sizes = np.bincount(clusters[clusters != OUTSIDE]).astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def all_pairs(clusters: Clusters) -> tuple[Int[np.ndarray, " n_pairs"], Int[np.ndarray, " n_pairs"]]:
    """Return all pairs of items that share a cluster."""
    items, starts, sizes = _items_by_cluster(clusters)
    pairs = [np.stack(np.triu_indices(size, 1)) + start for start, size in zip(starts, sizes, strict=True)]
    both = np.concatenate(pairs, axis=1) if pairs else np.zeros((2, 0), int)
    return items[both[0]], items[both[1]]


def random_pairs(
    clusters: Clusters, n_pairs: int, *, rng: np.random.Generator
) -> tuple[Int[np.ndarray, " n_pairs"], Int[np.ndarray, " n_pairs"]]:
    """Draw pairs of items that share a cluster, with replacement, each such pair equally likely."""
    items, starts, sizes = _items_by_cluster(clusters)
    pairs = sizes * (sizes - 1) / 2
    drawn = rng.choice(len(sizes), n_pairs, p=pairs / pairs.sum())
    first = rng.integers(0, sizes[drawn])
    second = rng.integers(0, sizes[drawn] - 1)
    second += second >= first
    return items[starts[drawn] + first], items[starts[drawn] + second]


def _items_by_cluster(clusters: Clusters) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all items in clusters, cluster after cluster, and where each begins and how many it has."""
    items = np.flatnonzero(clusters != OUTSIDE)
    items = items[np.argsort(clusters[items], kind="stable")]
    _, starts, sizes = np.unique(clusters[items], return_index=True, return_counts=True)
    return items, starts, sizes
