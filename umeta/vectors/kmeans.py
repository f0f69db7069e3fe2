"""k-means: k-means++ on a sample, then Hartigan's moves of items until a pass gains little.

With some 40 items in a cluster it is below Lloyd's end after two or three passes, each of which takes as long as one
of Lloyd's.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Int32

from umeta.large_arrays import blocks_of
from umeta.stage import UserError
from umeta.vectors.hartigan import Clusters, Items
from umeta.vectors.seeding import plus_plus

MAX_ITERATIONS = 300
"""Passes over the items at most."""
MIN_GAIN = 0.02
"""The last pass is the first that gains less than this share of the squared distances of one item per cluster.

Large clusters settle in more passes, and each of these gains less.
"""
SAMPLE, MIN_SAMPLE = 5, 2000
"""Items per cluster, and at least in all, among which the first centroids are drawn."""


class KMeansResult(NamedTuple):
    """Centroids, each item's nearest centroid, and the sum of squared distances."""

    centroids: Float32[np.ndarray, "n_clusters dim"]
    clusters: Int32[np.ndarray, " n_items"]
    inertia: float


def kmeans(
    embeddings: Float32[np.ndarray, "n_items dim"],
    n_clusters: int,
    *,
    seed: int,
    spherical: bool = False,
    max_iterations: int = MAX_ITERATIONS,
) -> KMeansResult:
    """Cluster all the items given; Euclidean. A seed gives one result, however many threads there are.

    Of `spherical` k-means the items must have unit length; its centroids have too, so that an item's nearest
    centroid is the one of the smallest angle.

    Raises:
        UserError: more clusters than items, or an embedding with NaN or infinite values.
    """
    check_embeddings(embeddings)
    n_items = len(embeddings)
    if n_clusters > n_items:
        raise UserError(
            f"n_clusters={n_clusters} is more than the {n_items} items to cluster; use {n_items // 2} or fewer."
        )
    rng = np.random.default_rng(seed)
    n_sample = min(n_items, max(SAMPLE * n_clusters, MIN_SAMPLE))
    sample = embeddings[np.sort(rng.choice(n_items, n_sample, replace=False))]
    middle = np.zeros_like(sample[0]) if spherical else sample.mean(axis=0, dtype=np.float64)
    items = Items(embeddings, middle.astype(np.float32))
    clusters = Clusters(items, plus_plus(sample - items.middle, n_clusters, rng=rng), spherical=spherical)
    before, enough = np.inf, 1 - MIN_GAIN * n_clusters / n_items
    for _ in range(max_iterations):
        inertia = clusters.improve()
        if inertia >= enough * before:
            break
        before = inertia
    nearest, distances = items.nearest(clusters.centroids)
    return KMeansResult(clusters.centroids + items.middle, nearest, float(distances.sum(dtype=np.float64)))


def check_embeddings(embeddings: Float32[np.ndarray, "n_items dim"]) -> None:
    """Refuse what cannot be clustered or compared.

    Raises:
        UserError: NaN or infinite values, or all items at one point.
    """
    broken = np.concatenate([~np.isfinite(embeddings[rows]).all(axis=1) for rows in blocks_of(embeddings)])
    if broken.any():
        raise UserError(
            f"{broken.sum()} of {len(embeddings)} embeddings hold NaN or infinite values, the first at item "
            f"{int(np.flatnonzero(broken)[0])}; leave these items out or mend the encoder."
        )
    if len(embeddings) > 1 and all(
        (embeddings[rows] == embeddings[0]).all() for rows in blocks_of(embeddings)
    ):
        raise UserError(
            f"all {len(embeddings)} embeddings are the same point; this encoder tells no items apart."
        )
