"""Are clusters in the vectors, or made by the start: does k-means find the same ones again from another start?

No true classes are used. Agreement compares embeddings at one number of clusters, and chooses no number: fewer clusters
are found again more surely whatever they hold, while fewer of their pairs are of one class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float32

from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, Step, UserError, ignore_step
from umeta.vectors import kmeans

SAMPLE = 8000
STARTS = 3
NUMBERS = (2, 5, 10, 20, 50, 100, 200, 500)
MIN_SIZE = 10
"""Images that a cluster must have in the mean for its number to be tried."""


@dataclass(frozen=True)
class Stability:
    """How alike clusterings of one number of clusters are that differ in their start alone."""

    n_clusters: int
    mean: float
    """Mean adjusted Rand index of the pairs of clusterings: 1 for the same clusters, 0 for what chance gives."""
    least: float
    most: float
    n_sampled: int


def stability(
    embeddings: Float32[np.ndarray, "n_items dim"],
    numbers: Sequence[int],
    *,
    n_starts: int = STARTS,
    n_sample: int = SAMPLE,
    seed: int = 0,
    on_step: OnStep = ignore_step,
) -> list[Stability]:
    """Cluster the same items, at most `n_sample` of them, `n_starts` times for each number of clusters.

    Raises:
        UserError: more clusters than half the items, fewer than two clusters or fewer than two starts.
    """
    from sklearn.metrics import adjusted_rand_score

    if n_starts < 2:
        raise UserError(f"n_starts={n_starts} leaves nothing to compare; use 2 or more.")
    if len(embeddings) > n_sample:
        chosen = numpy_generator(seed, Stream.SAMPLE).choice(len(embeddings), n_sample, replace=False)
        embeddings = embeddings[np.sort(chosen)]
    n_items = len(embeddings)
    if wrong := [k for k in numbers if not 2 <= k <= n_items // 2]:
        raise UserError(
            f"n_clusters={wrong[0]} cannot be judged on {n_items} items; choose 2 to {n_items // 2}."
        )
    stabilities, total = [], len(numbers) * n_starts
    for row, k in enumerate(numbers):
        clusterings = []
        for start in range(n_starts):
            on_step(Step("stability", row * n_starts + start, total, note=f"{k} clusters"))
            clusterings.append(kmeans(embeddings, k, seed=seed * n_starts + start).clusters)
        scores = [float(adjusted_rand_score(a, b)) for a, b in combinations(clusterings, 2)]
        stabilities.append(Stability(k, float(np.mean(scores)), min(scores), max(scores), n_items))
    on_step(Step("stability", total, total))
    return stabilities


def numbers_to_try(n_items: int) -> tuple[int, ...]:
    """Return the numbers of clusters to try for so many items."""
    return tuple(k for k in NUMBERS if k <= max(2, min(n_items, SAMPLE) // MIN_SIZE))
