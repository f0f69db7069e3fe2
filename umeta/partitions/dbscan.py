"""Partitions by shared neighbours: clusters are chains of items whose nearest neighbours are mostly the same.

Reference: Ester, Kriegel, Sander, Xu, "A Density-Based Algorithm for Discovering Clusters", KDD 1996; over the distance
of Zhong, Zheng, Cao, Li, "Re-ranking Person Re-identification with k-reciprocal Encoding", CVPR 2017, as in Ji, Zou,
Huang, Wu, "Unsupervised Few-Shot Feature Learning via Self-Supervised Training" (UFLST), 2020.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from jaxtyping import Float32, Int32
from pydantic import Field

from umeta.partitions.partition import OUTSIDE, Partition, drop_small
from umeta.partitions.strategy import StrategyOptions, repeat_clustering
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, UserError, ignore_step
from umeta.vectors.kmeans import check_embeddings
from umeta.vectors.neighbours import nearest_neighbours

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

log = logging.getLogger(__name__)


class Dbscan(StrategyOptions):
    """DBSCAN over the Jaccard distance of reciprocal neighbours; it finds the number of clusters itself.

    Two items are reciprocal neighbours where each is among the nearest of the other; the distance of two items is 1
    minus the share of their reciprocal neighbours that both have. It does not depend on how dense a region is, so that
    one `eps` suits any embedding: over Euclidean distances, with eps at the knee of the sorted distances to the fourth
    neighbour, all but a few of Omniglot's drawings fell into a single cluster. Items between clusters are in none.
    """

    page_options: ClassVar[frozenset[str]] = frozenset({"n_partitions", "scaling"})

    name: Literal["dbscan"] = "dbscan"
    scaling: bool = True
    """Multiply every dimension by Uniform(0, 1), anew for each partition but the first."""
    n_neighbours: int = Field(default=20, ge=2)
    """Nearest items of which reciprocal neighbours are found; about as many as a class has items."""
    eps: float = Field(default=0.6, gt=0, lt=1)
    """The largest distance of two items that a chain links."""
    min_samples: int = Field(default=4, ge=1)
    """How many items within eps, itself among them, make an item one that links others."""

    def make_partitions(
        self, embeddings: Float32[np.ndarray, "n_items dim"], *, on_step: OnStep = ignore_step
    ) -> list[Partition]:
        """Return partitions of int32 cluster ids `(n_items,)`, -1 for the items that no chain reaches.

        Raises:
            UserError: no cluster is as large as `min_cluster_size`.
        """
        check_embeddings(embeddings)

        def cluster(scaled: np.ndarray, number: int, report: Callable[[int], None]) -> Partition:
            return self._chains(scaled, number)

        rng = numpy_generator(self.seed, Stream.PARTITION)
        return repeat_clustering(
            cluster, embeddings, self.n_partitions, scaling=self.scaling, rng=rng, on_step=on_step
        )

    def _chains(self, embeddings: Float32[np.ndarray, "n_items dim"], number: int) -> Partition:
        from sklearn.cluster import DBSCAN

        distances = reciprocal_distances(embeddings, self.n_neighbours)
        found = DBSCAN(eps=self.eps, min_samples=self.min_samples, metric="precomputed").fit_predict(
            distances
        )
        clusters: Int32[np.ndarray, " n_items"] = np.where(found < 0, OUTSIDE, found).astype(np.int32)
        n_made, min_size = int(clusters.max()) + 1, self.min_cluster_size or 1
        kept = drop_small(clusters, min_size)
        outside = (kept == OUTSIDE).mean()
        log.info("partition %d: %d clusters, %.0f %% of the items are in none", number, n_made, 100 * outside)
        if outside == 1:
            raise UserError(
                f"partition {number}: DBSCAN finds no cluster of min_cluster_size={min_size} items (n_shot + n_query) "
                f"among {len(embeddings)}; it made {n_made} smaller ones. Raise partition.eps={self.eps:g} or "
                f"partition.n_neighbours={self.n_neighbours}, lower task.n_shot or task.n_query, or take "
                "partition=kmeans."
            )
        return Partition(kept, n_made=n_made)


def reciprocal_distances(embeddings: Float32[np.ndarray, "n_items dim"], n_neighbours: int) -> "csr_matrix":
    """Return the Jaccard distances `(n_items, n_items)` of reciprocal neighbours; those that are 1 are left out.

    An item is a neighbour of its own.
    """
    from scipy.sparse import csr_matrix

    n_items = len(embeddings)
    count = min(n_neighbours + 1, n_items)
    nearest, _ = nearest_neighbours(embeddings, embeddings, count)
    rows = np.repeat(np.arange(n_items), count)
    among = csr_matrix((np.ones(nearest.size, np.float32), (rows, nearest.ravel())), (n_items, n_items))
    reciprocal = among.multiply(among.T).tocsr()
    n_own = np.asarray(reciprocal.sum(axis=1)).ravel()
    shared = (reciprocal @ reciprocal.T).tocoo()
    either = n_own[shared.row] + n_own[shared.col] - shared.data
    # zeros of a sparse matrix would count as no distance at all
    distances = np.maximum(1 - shared.data / either, np.finfo(np.float32).tiny)
    return csr_matrix((distances, (shared.row, shared.col)), (n_items, n_items))
