"""Partitions by spherical k-means: clusters of directions, whatever the vectors' lengths.

Reference: Dhillon, Modha, "Concept Decompositions for Large Sparse Text Data Using Clustering", Machine Learning 2001.
"""

from typing import Literal

import numpy as np
from jaxtyping import Float32
from pydantic import Field

from umeta.partitions.kmeans import best_of_retries, default_n_clusters
from umeta.partitions.partition import OUTSIDE, Partition, rescaled
from umeta.stage import Method, OnStep, Step, ignore_step
from umeta.vectors import kmeans
from umeta.vectors.kmeans import check_embeddings


class SphericalKMeans(Method):
    """k-means on the unit sphere; partitions after the first scale the embedding before it is put there.

    Items at the origin have no direction and are in no cluster.
    """

    name: Literal["spherical"] = "spherical"
    n_clusters: int | None = Field(default=None, ge=2)
    """None: one cluster per 40 items, at most 500."""
    n_partitions: int = Field(default=1, ge=1)
    scaling: bool = True
    """Multiply every dimension by Uniform(0, 1), anew for each partition but the first."""
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
        lengths = np.linalg.norm(embeddings, axis=1)
        somewhere = lengths > 0
        directions = embeddings[somewhere] / lengths[somewhere, None]

        def cluster(seed: int) -> np.ndarray:
            clusters = np.full(len(embeddings), OUTSIDE, np.int32)
            clusters[somewhere] = kmeans(directions, n_clusters, seed=seed, spherical=True).clusters
            return clusters

        return best_of_retries(
            cluster, n_clusters, self.min_cluster_size or 1, number, max_retries=self.max_retries, rng=rng
        )
