"""Partitions by density: clusters are where items crowd, and whatever lies between them is in no cluster.

Reference: Campello, Moulavi, Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", PAKDD 2013.
"""

import logging
from collections.abc import Callable
from typing import ClassVar, Literal

import numpy as np
from jaxtyping import Float32, Int32
from pydantic import Field

from umeta.partitions.partition import OUTSIDE, Partition
from umeta.partitions.strategy import StrategyOptions, repeat_clustering
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, UserError, ignore_step
from umeta.vectors import principal_components
from umeta.vectors.kmeans import check_embeddings

log = logging.getLogger(__name__)


class Hdbscan(StrategyOptions):
    """HDBSCAN over the first principal components; it finds the number of clusters itself.

    Few dimensions on purpose: with more, hardly any item lies in a crowd. Omniglot's 22,000 drawings (PCA-64) with
    clusters of 16 or more gave 366 clusters and 56% noise in 3 dimensions, 107 and 89% in 6, 65 and 93% in 8,
    19 and 97% in all 64. Scaling comes before the reduction, so each partition has other components. 22,000 × 256
    items take 3 seconds on one core, and 0.4 GB.
    """

    page_options: ClassVar[frozenset[str]] = frozenset({"n_partitions", "scaling"})

    name: Literal["hdbscan"] = "hdbscan"
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

    def make_partitions(
        self, embeddings: Float32[np.ndarray, "n_items dim"], *, on_step: OnStep = ignore_step
    ) -> list[Partition]:
        """Return partitions of int32 cluster ids `(n_items,)`, -1 for the items that lie in no crowd.

        Raises:
            UserError: too few items for two clusters, or no cluster is found.
        """
        check_embeddings(embeddings)
        min_size = self.min_cluster_size or 5
        if 2 * min_size > len(embeddings):
            raise UserError(
                f"two clusters of partition.min_cluster_size={min_size} items (n_shot + n_query) need {2 * min_size} "
                f"items; there are {len(embeddings)}. Lower task.n_shot or task.n_query."
            )
        rng = numpy_generator(self.seed, Stream.PARTITION)

        def cluster(scaled: np.ndarray, number: int, report: Callable[[int], None]) -> Partition:
            reduced = principal_components(scaled, self.max_dim, seed=int(rng.integers(2**31)))
            return self._crowds(reduced, min_size, number)

        return repeat_clustering(
            cluster, embeddings, self.n_partitions, scaling=self.scaling, rng=rng, on_step=on_step
        )

    def _crowds(
        self, embeddings: Float32[np.ndarray, "n_items dim"], min_size: int, number: int
    ) -> Partition:
        from sklearn.cluster import HDBSCAN

        clusters: Int32[np.ndarray, " n_items"] = (
            HDBSCAN(
                min_cluster_size=min_size,
                min_samples=self.min_samples,
                cluster_selection_method=self.selection,
                algorithm="kd_tree",  # "auto" may build the full distance matrix
                copy=True,  # pyright: ignore[reportArgumentType]  its stub knows only the default, which warns
            )
            .fit_predict(embeddings.astype(np.float64))
            .astype(np.int32)
        )
        n_clusters = int(clusters.max()) + 1
        log.info(
            "partition %d: %d clusters, %.0f %% of the items are noise",
            number,
            n_clusters,
            100 * (clusters == OUTSIDE).mean(),
        )
        if n_clusters == 0:
            raise UserError(
                f"partition {number}: HDBSCAN finds no cluster of min_cluster_size={min_size} items among "
                f"{len(embeddings)} in {embeddings.shape[1]} dimensions; all are noise. Lower partition.max_dim, "
                "task.n_shot or task.n_query, or take partition=kmeans."
            )
        return Partition(np.where(clusters < 0, OUTSIDE, clusters).astype(np.int32), n_made=n_clusters)
