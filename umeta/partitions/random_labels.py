"""The control: every item gets a cluster by chance, so that tasks have no content to learn."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Literal

import numpy as np
from jaxtyping import Float32
from pydantic import Field

from umeta.partitions.partition import Partition, drop_small
from umeta.partitions.strategy import StrategyOptions, default_n_clusters, repeat_clustering, unfit_n_clusters
from umeta.randomness import Stream, numpy_generator
from umeta.stage import Fit, OnStep, UserError, ignore_step


class RandomLabels(StrategyOptions):
    """Cluster ids drawn uniformly and independently, whatever the embedding."""

    page_options: ClassVar[frozenset[str]] = frozenset({"n_clusters", "n_partitions"})
    tasks_of: ClassVar = "random labels"

    name: Literal["random"] = "random"
    n_clusters: int | None = Field(default=None, ge=2)
    """None: one cluster per 40 items, at most 500."""

    def unfit_options(self, n_items: int, item_shape: tuple[int, ...]) -> Mapping[str, Fit]:
        """Return a number of clusters that so many items bear, where they do not bear `n_clusters`."""
        return unfit_n_clusters(self.n_clusters, n_items)

    def make_partitions(
        self, embeddings: Float32[np.ndarray, "n_items dim"], *, on_step: OnStep = ignore_step
    ) -> list[Partition]:
        """Return partitions of int32 cluster ids `(n_items,)`, -1 for the items of clusters that are too small.

        Of the embeddings only their number is used.

        Raises:
            UserError: more clusters than items.
        """
        n_items = len(embeddings)
        n_clusters = self.n_clusters or default_n_clusters(n_items)
        if n_clusters > n_items:
            raise UserError(
                f"n_clusters={n_clusters} is more than the {n_items} items; use {n_items // 2} or fewer."
            )
        rng = numpy_generator(self.seed, Stream.PARTITION)

        def cluster(_: np.ndarray, number: int, report: Callable[[int], None]) -> Partition:
            clusters = rng.integers(n_clusters, size=n_items).astype(np.int32)
            return Partition(drop_small(clusters, self.min_cluster_size or 1), n_made=n_clusters)

        return repeat_clustering(
            cluster, embeddings, self.n_partitions, scaling=False, rng=rng, on_step=on_step
        )
