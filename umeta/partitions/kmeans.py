"""Partitions by k-means under random scalings of the embedding.

Reference: Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019, Algorithm 1 and the authors' code.
"""

import logging
from typing import Literal

import numpy as np
from jaxtyping import Float32
from pydantic import Field

from umeta.partitions.partition import Partition, drop_small
from umeta.stage import Method, OnStep, Step, UserError, ignore_step
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
        """Return the partitions; the embedding is neither standardised before scaling nor re-normalised after."""
        check_embeddings(embeddings)
        partitions = []
        for number in range(self.n_partitions):
            on_step(Step("partition", number, self.n_partitions))
            scale = rng.uniform(size=embeddings.shape[1]) if self.scaling and number > 0 else None
            scaled = embeddings if scale is None else embeddings * scale.astype(np.float32)
            partitions.append(self._cluster(scaled, number, rng=rng))
        on_step(Step("partition", self.n_partitions, self.n_partitions))
        return partitions

    def _cluster(self, embeddings: np.ndarray, number: int, *, rng: np.random.Generator) -> Partition:
        """Cluster once; again, at most `max_retries` times, while too many clusters are small; keep the best."""
        n_clusters = self.n_clusters or default_n_clusters(len(embeddings))
        least = self.min_cluster_size or 1
        best, most_good, retries = np.zeros(0, np.int32), -1, 0
        for retries in range(self.max_retries + 1):  # noqa: B007
            clusters = kmeans(embeddings, n_clusters, seed=int(rng.integers(2**31))).clusters
            good = int((np.bincount(clusters, minlength=n_clusters) >= least).sum())
            if good > most_good:
                best, most_good = clusters, good
            if good > GOOD_SHARE * n_clusters:
                break
        else:
            log.warning(
                "partition %d: after %d retries only %d of %d clusters hold %d items; the best clustering is kept. "
                "Lower partition.n_clusters, task.n_shot or task.n_query.",
                number,
                self.max_retries,
                most_good,
                n_clusters,
                least,
            )
        if most_good == 0:
            raise UserError(
                f"partition.n_clusters={n_clusters} leaves no cluster of {least} items (n_shot + n_query) among "
                f"{len(embeddings)} items; lower partition.n_clusters to {max(2, len(embeddings) // (2 * least))}."
            )
        return Partition(drop_small(best, least), n_made=n_clusters, retries=retries)


def default_n_clusters(n_items: int) -> int:
    """Return one cluster per 40 items, at least 2 and at most the paper's 500."""
    return min(500, max(2, n_items // 40))
