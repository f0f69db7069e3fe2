"""The control: every item gets a cluster by chance, so that tasks have no content to learn."""

from typing import Literal

import numpy as np
from jaxtyping import Float32
from pydantic import Field

from umeta.partitions.kmeans import default_n_clusters
from umeta.partitions.partition import Partition, drop_small
from umeta.stage import Method, OnStep, Step, UserError, ignore_step


class RandomLabels(Method):
    """Cluster ids drawn uniformly and independently, whatever the embedding."""

    name: Literal["random"] = "random"
    n_clusters: int | None = Field(default=None, ge=2)
    """None: one cluster per 40 items, at most 500."""
    n_partitions: int = Field(default=1, ge=1)
    min_cluster_size: int | None = Field(default=None, ge=1)
    """Smaller clusters are dropped. None: what a task needs of one class, n_shot + n_query."""
    seed: int = 0

    def fit(
        self,
        embeddings: Float32[np.ndarray, "n_items dim"],
        *,
        rng: np.random.Generator,
        on_step: OnStep = ignore_step,
    ) -> list[Partition]:
        """Return the partitions; only the number of items is used."""
        n_items = len(embeddings)
        n_clusters = self.n_clusters or default_n_clusters(n_items)
        if n_clusters > n_items:
            raise UserError(
                f"n_clusters={n_clusters} is more than the {n_items} items; use {n_items // 2} or fewer."
            )
        partitions = []
        for number in range(self.n_partitions):
            on_step(Step("partition", number, self.n_partitions))
            clusters = rng.integers(n_clusters, size=n_items).astype(np.int32)
            partitions.append(Partition(drop_small(clusters, self.min_cluster_size or 1), n_made=n_clusters))
        on_step(Step("partition", self.n_partitions, self.n_partitions))
        return partitions
