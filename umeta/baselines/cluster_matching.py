"""The majority class of a cluster: clusters of meta_train carry labels from support to queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float, Float32
from pydantic import Field
from torch import Tensor

from umeta.baselines.baseline import Baseline
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

    def embed(self, items: Float[Tensor, "n_items dim"]) -> Float[Tensor, "n_items n_clusters"]:
        """Return the distance of each item to each centroid: all that tasks ask for."""
        if (
            items.device.type == "mps"
        ):  # it knows no float64, in which a matrix product loses nothing that float32 has
            return torch.cdist(items, self.centroids, compute_mode="donot_use_mm_for_euclid_dist")
        points, centroids = items.double(), self.centroids.double()
        squares = points.square().sum(1, keepdim=True) + centroids.square().sum(1)
        return torch.addmm(squares, points, centroids.T, alpha=-2).clamp_min_(0).sqrt_().to(items.dtype)

    def scores(
        self,
        support: Float[Tensor, "n_tasks n_way n_shot n_clusters"],
        queries: Float[Tensor, "n_tasks n_queries n_clusters"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the negative distance to the nearest cluster of each class, minus infinity for a class without one."""
        n_tasks, n_way, n_shot, n_clusters = support.shape
        hit = support.argmin(-1)  # (n_tasks, n_way, n_shot)
        votes = torch.zeros(n_tasks, n_way, n_clusters, device=support.device)
        votes.scatter_add_(2, hit, torch.ones_like(hit, dtype=votes.dtype))
        hit = hit.flatten(1)
        label = votes.argmax(1).gather(1, hit)  # argmax gives the first
        own = torch.arange(n_way, device=hit.device).repeat_interleave(n_shot)
        distances = queries.gather(2, hit[:, None].expand(-1, queries.shape[1], -1))
        distances = distances.where((label == own)[:, None], torch.inf)  # a cluster that another class won
        return -distances.unflatten(2, (n_way, n_shot)).amin(-1)
