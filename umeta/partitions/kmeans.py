"""Partitions by k-means under random scalings of the embedding.

Reference: Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019, Algorithm 1 and the authors' code.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from jaxtyping import Float32
from pydantic import Field

from umeta.partitions.partition import Partition
from umeta.partitions.retries import best_of_retries
from umeta.partitions.strategy import ClusteringOptions, repeat_clustering
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, ignore_step
from umeta.vectors import kmeans
from umeta.vectors.kmeans import check_embeddings


class KMeans(ClusteringOptions):
    """Partition 0 clusters the embedding as it is; each other one multiplies every dimension by Uniform(0, 1) first."""

    name: Literal["kmeans"] = "kmeans"
    max_retries: int = Field(default=5, ge=0)
    """How often a partition is clustered again while a quarter of its clusters or more is too small."""

    def make_partitions(
        self, embeddings: Float32[np.ndarray, "n_items dim"], *, on_step: OnStep = ignore_step
    ) -> list[Partition]:
        """Return partitions of int32 cluster ids `(n_items,)`, -1 for the items of clusters that are too small."""
        check_embeddings(embeddings)
        n_clusters = self.n_clusters_of(len(embeddings))
        rng = numpy_generator(self.seed, Stream.PARTITION)

        def cluster(scaled: np.ndarray, number: int, report: Callable[[int], None]) -> Partition:
            return best_of_retries(
                lambda seed: kmeans(scaled, n_clusters, seed=seed).clusters,
                n_clusters,
                self.min_cluster_size or 1,
                number,
                max_retries=self.max_retries,
                rng=rng,
            )

        return repeat_clustering(
            cluster, embeddings, self.n_partitions, scaling=self.scaling, rng=rng, on_step=on_step
        )
