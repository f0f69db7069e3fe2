"""The majority class of a cluster: clusters of meta_train carry labels from support to queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Int
from pydantic import Field
from torch import Tensor

from umeta.baselines.baseline import Baseline
from umeta.baselines.distances import squared_distances
from umeta.cache import Arrays
from umeta.partitions.strategy import unfit_n_clusters
from umeta.stage import Fit, UserError
from umeta.vectors import kmeans

PAPER_CLUSTERS = 500


class ClusterMatching(Baseline):
    """Each query takes the label of the nearest cluster among those that the support hits.

    k-means clusters the embeddings of meta_train as they are. Each support item falls into the cluster of its nearest
    centroid, and each cluster hit so takes the majority label of its support items; of equally many, the first class.

    Reference: Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019 (embedding cluster matching).
    """

    code_version: ClassVar[int] = 2
    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"paper": {"n_init": 10}}

    name: Literal["cluster-matching"] = "cluster-matching"
    n_clusters: int | None = Field(default=None, ge=2)
    """None: the paper's 500, or one per two items of meta_train where it has fewer than 1,000."""
    n_init: int = Field(default=1, ge=1)
    """Runs of k-means, of which the tightest is kept (the paper: 10)."""

    def unfit_options(self, n_items: int, item_shape: tuple[int, ...]) -> Mapping[str, Fit]:
        """Return a number of clusters that so many items bear, where they do not bear `n_clusters`."""
        return unfit_n_clusters(self.n_clusters, n_items)

    def fit(self, meta_train: Float32[np.ndarray, "n_items dim"], *, rng: np.random.Generator) -> Arrays:
        """Return the centroids of the clusters of meta_train.

        Raises:
            UserError: more clusters than items, or embeddings that cannot be clustered.
        """
        n_clusters = self.n_clusters or min(PAPER_CLUSTERS, max(2, len(meta_train) // 2))
        seeds = rng.integers(2**31, size=self.n_init).tolist()
        clusterings = (kmeans(meta_train, n_clusters, seed=seed) for seed in seeds)
        return {"centroids": min(clusterings, key=lambda clustering: clustering.inertia).centroids}

    def classifier(
        self,
        state: Arrays,
        item_shape: tuple[int, ...],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> "ClusterClassifier":
        """Return the solver, which needs the centroids that `fit` returns."""
        if "centroids" not in state:
            raise UserError(
                "cluster-matching needs the clusters of meta_train: give the state that `fit` returns."
            )
        return ClusterClassifier(torch.from_numpy(state["centroids"]).to(device))


@dataclass(frozen=True)
class ClusterClassifier:
    """Matches items by the clusters they are nearest to."""

    centroids: Float[Tensor, "n_clusters dim"]

    def embed(self, items: Float[Tensor, "n_items dim"]) -> Float[Tensor, "n_items dim_1"]:
        """Return the items, each with the number of its nearest centroid as one value more."""
        # float64, which mps does not know, loses nothing in a matrix product that float32 has
        exact = torch.float32 if items.device.type == "mps" else torch.float64
        points, centroids = items.to(exact), self.centroids.to(exact)
        distances = torch.addmm(centroids.square().sum(1), points, centroids.T, alpha=-2)  # but for |point|²
        return torch.cat([items, distances.argmin(1, keepdim=True).to(items.dtype)], dim=1)

    def scores(
        self,
        support: Float[Tensor, "n_tasks n_way n_shot dim_1"],
        queries: Float[Tensor, "n_tasks n_queries dim_1"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the negative squared distance to the nearest cluster of each class, minus infinity without one."""
        n_way, n_shot = support.shape[1:3]
        hit = support[..., -1].int()  # (n_tasks, n_way, n_shot)
        centroids = self.centroids.index_select(0, hit.flatten()).view(len(hit), n_way * n_shot, -1)
        distances = squared_distances(centroids, queries[..., :-1]).unflatten(1, (n_way, n_shot))
        distances += torch.where(_wins(hit), 0, torch.inf)[..., None]
        return -distances.amin(2).mT.contiguous()


def _wins(hit: Int[Tensor, "n_tasks n_way n_shot"]) -> Bool[Tensor, "n_tasks n_way n_shot"]:
    """Return whether a support item is of the majority class of the cluster it hits, of equally many the first."""
    _, n_way, n_shot = hit.shape
    together = hit[..., None] == hit.flatten(1)[:, None, None]
    votes = together.float().sum(2)  # (n_tasks, n_way, n_way * n_shot): of each class for each item's cluster
    votes = votes * n_way - torch.arange(n_way, device=hit.device)[:, None]
    votes = votes.unflatten(2, (n_way, n_shot))
    return votes.diagonal(dim1=1, dim2=2).mT == votes.amax(1)
