"""A partition strategy: equal slices along random directions."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from umeta.partitions import Partition
from umeta.partitions.partition import without_small
from umeta.partitions.strategy import ClusteringOptions, repeat_clustering
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, ignore_step


class Slices(ClusteringOptions):
    """Sort the items along a random direction and cut them into slices of equal size."""

    name: Literal["slices"] = "slices"

    def make_partitions(self, embeddings: np.ndarray, *, on_step: OnStep = ignore_step) -> list[Partition]:
        """Return partitions of int32 cluster ids `(n_items,)`, -1 for the items of slices that are too small."""
        n_items, dim = embeddings.shape
        n_clusters = self.n_clusters_of(n_items)
        rng = numpy_generator(self.seed, Stream.PARTITION)

        def cluster(scaled: np.ndarray, number: int, report: Callable[[int], None]) -> Partition:
            ranks = (scaled @ rng.normal(size=dim)).argsort().argsort()
            clusters = (ranks * n_clusters // n_items).astype(np.int32)
            return without_small(clusters, n_clusters, self.min_cluster_size or 1)

        return repeat_clustering(
            cluster, embeddings, self.n_partitions, scaling=self.scaling, rng=rng, on_step=on_step
        )
