"""Partitions by spherical k-means: clusters of directions, whatever the vectors' lengths.

Reference: Dhillon, Modha, "Concept Decompositions for Large Sparse Text Data Using Clustering", Machine Learning 2001.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from jaxtyping import Float32, Int32
from pydantic import Field

from umeta.partitions.partition import OUTSIDE, Partition
from umeta.partitions.retries import best_of_retries
from umeta.partitions.strategy import ClusteringOptions, repeat_clustering
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, ignore_step
from umeta.vectors import kmeans
from umeta.vectors.kmeans import check_embeddings


class SphericalKMeans(ClusteringOptions):
    """k-means on the unit sphere; partitions after the first scale the embedding before it is put there.

    Items at the origin have no direction and are in no cluster.
    """

    name: Literal["spherical"] = "spherical"
    max_retries: int = Field(default=5, ge=0)
    """How often a partition is clustered again while a quarter of its clusters or more is too small."""

    def make_partitions(
        self, embeddings: Float32[np.ndarray, "n_items dim"], *, on_step: OnStep = ignore_step
    ) -> list[Partition]:
        """Return partitions of int32 cluster ids `(n_items,)`, -1 for items at the origin and of small clusters."""
        check_embeddings(embeddings)
        n_clusters = self.n_clusters_of(len(embeddings))
        rng = numpy_generator(self.seed, Stream.PARTITION)

        def cluster(scaled: np.ndarray, number: int, report: Callable[[int], None]) -> Partition:
            return best_of_retries(
                _by_direction(scaled, n_clusters),
                n_clusters,
                self.min_cluster_size or 1,
                number,
                max_retries=self.max_retries,
                rng=rng,
            )

        return repeat_clustering(
            cluster, embeddings, self.n_partitions, scaling=self.scaling, rng=rng, on_step=on_step
        )


def _by_direction(
    embeddings: Float32[np.ndarray, "n_items dim"], n_clusters: int
) -> Callable[[int], Int32[np.ndarray, " n_items"]]:
    """Return what clusters the items by their directions, from a seed."""
    lengths = np.linalg.norm(embeddings, axis=1)
    has_direction = lengths > 0
    directions = embeddings[has_direction] / lengths[has_direction, None]

    def cluster(seed: int) -> Int32[np.ndarray, " n_items"]:
        clusters = np.full(len(embeddings), OUTSIDE, np.int32)
        clusters[has_direction] = kmeans(directions, n_clusters, seed=seed, spherical=True).clusters
        return clusters

    return cluster
