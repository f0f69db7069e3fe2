"""Partitions by k-means under random scalings of the embedding.

Reference: Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019, Algorithm 1 and the authors' code.
"""

import logging
from collections.abc import Callable
from typing import Literal

import numpy as np
from jaxtyping import Float32, Int32
from pydantic import Field

from umeta.partitions.partition import OUTSIDE, Partition, rescaled, without_small
from umeta.stage import Method, OnStep, Step, ignore_step
from umeta.vectors import kmeans
from umeta.vectors.kmeans import check_embeddings

log = logging.getLogger(__name__)

GOOD_SHARE = 0.75
"""A clustering is made anew unless more than this share of its clusters is large enough (the authors' MAML code)."""


class KMeans(Method):
    """Partition 0 clusters the embedding as it is; each other one multiplies every dimension by Uniform(0, 1) first."""

    name: Literal["kmeans"] = "kmeans"
    n_clusters: int | None = Field(default=None, ge=2)
    """None: one cluster per 40 items, at most 500."""
    n_partitions: int = Field(default=1, ge=1)
    scaling: bool = True
    min_cluster_size: int | None = Field(default=None, ge=1)
    """Smaller clusters are dropped. None: what a task needs of one class, n_shot + n_query."""
    max_retries: int = Field(default=5, ge=0)
    seed: int = 0

    def fit(
        self,
        embeddings: Float32[np.ndarray, "n_items dim"],
        *,
        rng: np.random.Generator,
        on_step: OnStep = ignore_step,
    ) -> list[Partition]:
        """Return the partitions."""
        check_embeddings(embeddings)
        partitions = []
        for number in range(self.n_partitions):
            on_step(Step("partition", number, self.n_partitions))
            scaled = rescaled(embeddings, number, scaling=self.scaling, rng=rng)
            partitions.append(self._cluster(scaled, number, rng=rng))
        on_step(Step("partition", self.n_partitions, self.n_partitions))
        return partitions

    def _cluster(self, embeddings: np.ndarray, number: int, *, rng: np.random.Generator) -> Partition:
        n_clusters = self.n_clusters or default_n_clusters(len(embeddings))
        return best_of_retries(
            lambda seed: kmeans(embeddings, n_clusters, seed=seed).clusters,
            n_clusters,
            self.min_cluster_size or 1,
            number,
            max_retries=self.max_retries,
            rng=rng,
        )


def best_of_retries(
    cluster: Callable[[int], Int32[np.ndarray, " n_items"]],
    n_clusters: int,
    min_cluster_size: int,
    number: int,
    *,
    max_retries: int,
    rng: np.random.Generator,
) -> Partition:
    """Cluster once; again, at most `max_retries` times, while too many clusters are small; keep the best.

    `cluster` takes a seed; `number` is the partition's, for the log.

    Raises:
        UserError: every cluster is small.
    """
    best, most_good, retries = np.zeros(0, np.int32), -1, 0
    for retries in range(max_retries + 1):  # noqa: B007
        clusters = cluster(int(rng.integers(2**31)))
        sizes = np.bincount(clusters[clusters != OUTSIDE], minlength=n_clusters)
        good = int((sizes >= min_cluster_size).sum())
        if good > most_good:
            best, most_good = clusters, good
        if good > GOOD_SHARE * n_clusters:
            break
    else:
        log.warning(
            "partition %d: after %d retries only %d of %d clusters hold %d items; the best clustering is kept. "
            "Lower partition.n_clusters, task.n_shot or task.n_query.",
            number,
            max_retries,
            most_good,
            n_clusters,
            min_cluster_size,
        )
    return without_small(best, n_clusters, min_cluster_size, retries=retries)


def default_n_clusters(n_items: int) -> int:
    """Return one cluster per 40 items, at least 2 and at most the paper's 500."""
    return min(500, max(2, n_items // 40))
