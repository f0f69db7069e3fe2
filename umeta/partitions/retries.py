"""Clustering anew while too many clusters are small, as the authors of CACTUs do."""

import logging
from collections.abc import Callable

import numpy as np
from jaxtyping import Int32

from umeta.partitions.partition import OUTSIDE, Partition, without_small

log = logging.getLogger(__name__)

MIN_LARGE_SHARE = 0.75
"""A clustering is made anew unless more than this share of its clusters is large enough (the authors' MAML code)."""


def best_of_retries(
    cluster: Callable[[int], Int32[np.ndarray, " n_items"]],
    n_clusters: int,
    min_cluster_size: int,
    number: int,
    *,
    max_retries: int,
    rng: np.random.Generator,
) -> Partition:
    """Cluster; cluster again, at most `max_retries` times, while too many clusters are small; return the best.

    `cluster` takes a seed; `number` is the partition's, for the log.

    Raises:
        UserError: every cluster is small.
    """
    best, max_large, retries = np.zeros(0, np.int32), -1, 0
    for retries in range(max_retries + 1):  # noqa: B007
        clusters = cluster(int(rng.integers(2**31)))
        sizes = np.bincount(clusters[clusters != OUTSIDE], minlength=n_clusters)
        n_large = int((sizes >= min_cluster_size).sum())
        if n_large > max_large:
            best, max_large = clusters, n_large
        if n_large > MIN_LARGE_SHARE * n_clusters:
            break
    else:
        log.warning(
            "partition %d: after %d retries only %d of %d clusters hold %d items; the best clustering is kept. "
            "Lower partition.n_clusters, task.n_shot or task.n_query.",
            number,
            max_retries,
            max_large,
            n_clusters,
            min_cluster_size,
        )
    return without_small(best, n_clusters, min_cluster_size, retries=retries)
