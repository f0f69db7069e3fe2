"""Partitions by density: clusters are where items crowd, and whatever lies between them is in no cluster.

Reference: Campello, Moulavi, Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", PAKDD 2013.
"""

import logging
from typing import Literal

import numpy as np
from jaxtyping import Float32, Int32
from pydantic import Field

from umeta.partitions.partition import OUTSIDE, Partition, rescaled
from umeta.stage import Method, OnStep, Step, UserError, ignore_step
from umeta.vectors import principal_components
from umeta.vectors.kmeans import check_embeddings

log = logging.getLogger(__name__)


class Hdbscan(Method):
    """HDBSCAN over the first principal components; it finds the number of clusters itself.

    Few dimensions on purpose: with more, hardly any item lies in a crowd. Omniglot's 22,000 drawings (PCA-64) with
    clusters of 16 or more gave 366 clusters and 56% noise in 3 dimensions, 107 and 89% in 6, 65 and 93% in 8,
    19 and 97% in all 64. Scaling comes before the reduction, so each partition has other components. 22,000 × 256
    items take 3 seconds on one core, and 0.4 GB.
    """

    name: Literal["hdbscan"] = "hdbscan"
    n_partitions: int = Field(default=1, ge=1)
    scaling: bool = True
    """Multiply every dimension by Uniform(0, 1), anew for each partition but the first."""
    max_dim: int = Field(default=6, ge=1)
    """An embedding of more dimensions is reduced to so many principal components."""
    min_cluster_size: int | None = Field(default=None, ge=2)
    """No cluster is smaller. None: what a task needs of one class, n_shot + n_query; 5 where there is no task."""
    min_samples: int = Field(default=1, ge=1)
    """How many neighbours make a crowd; more of them leave more items in no cluster."""
    selection: Literal["leaf", "eom"] = "leaf"
    """Which clusters of the hierarchy: the finest, or the longest-lived, often a few that hold almost everything."""
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
        least = self.min_cluster_size or 5
        if 2 * least > len(embeddings):
            raise UserError(
                f"two clusters of partition.min_cluster_size={least} items (n_shot + n_query) need {2 * least} items; "
                f"there are {len(embeddings)}. Lower task.n_shot or task.n_query."
            )
        partitions = []
        for number in range(self.n_partitions):
            on_step(Step("partition", number, self.n_partitions))
            scaled = rescaled(embeddings, number, scaling=self.scaling, rng=rng)
            reduced = principal_components(scaled, self.max_dim, seed=int(rng.integers(2**31)))
            partitions.append(self._crowds(reduced, least, number))
        on_step(Step("partition", self.n_partitions, self.n_partitions))
        return partitions

    def _crowds(self, embeddings: Float32[np.ndarray, "n_items dim"], least: int, number: int) -> Partition:
        from sklearn.cluster import HDBSCAN

        found: Int32[np.ndarray, " n_items"] = (
            HDBSCAN(
                min_cluster_size=least,
                min_samples=self.min_samples,
                cluster_selection_method=self.selection,
                algorithm="kd_tree",  # "auto" may build the full distance matrix
                copy=True,  # pyright: ignore[reportArgumentType]  its stub knows only the default, which warns
            )
            .fit_predict(embeddings.astype(np.float64))
            .astype(np.int32)
        )
        n_clusters = int(found.max()) + 1
        log.info(
            "partition %d: %d clusters, %.0f %% of the items are noise",
            number,
            n_clusters,
            100 * (found == OUTSIDE).mean(),
        )
        if n_clusters == 0:
            raise UserError(
                f"partition {number}: HDBSCAN finds no cluster of min_cluster_size={least} items among "
                f"{len(embeddings)} in {embeddings.shape[1]} dimensions; all are noise. Lower partition.max_dim, "
                "task.n_shot or task.n_query, or take partition=kmeans."
            )
        return Partition(np.where(found < 0, OUTSIDE, found).astype(np.int32), n_made=n_clusters)
