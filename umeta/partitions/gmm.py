"""Partitions by a mixture of Gaussians: clusters that differ in width, direction by direction, and in weight.

Reference: Dempster, Laird, Rubin, "Maximum Likelihood from Incomplete Data via the EM Algorithm", JRSS B 1977.
"""

import warnings
from collections.abc import Callable
from typing import Literal

import numpy as np
from jaxtyping import Float32, Float64, Int32
from pydantic import Field

from umeta.partitions.kmeans import default_n_clusters
from umeta.partitions.partition import Partition, rescaled, without_small
from umeta.stage import Method, OnStep, Step, ignore_step
from umeta.vectors import kmeans, principal_components
from umeta.vectors.kmeans import KMeansResult, check_embeddings

STEPS_TOGETHER = 5  # EM steps between two looks at the clock; each look costs half a step


class Gmm(Method):
    """Gaussians with diagonal covariances, fitted by EM from a k-means start; an item's cluster is the most probable.

    EM itself hardly feels a scaling of the dimensions: with `scaling`, partitions differ by their k-means start, by
    the smallest width and, where the embedding is reduced, by its principal components.
    """

    name: Literal["gmm"] = "gmm"
    n_clusters: int | None = Field(default=None, ge=2)
    """None: one Gaussian per 40 items, at most 500."""
    n_partitions: int = Field(default=1, ge=1)
    scaling: bool = True
    """Multiply every dimension by Uniform(0, 1), anew for each partition but the first."""
    max_dim: int = Field(default=64, ge=1)
    """An embedding of more dimensions is reduced to so many principal components: time grows with them."""
    regularisation: float = Field(default=0.1, gt=0, allow_inf_nan=False)
    """Added to every variance, as a share of the mean variance within the clusters of k-means."""
    max_iterations: int = Field(default=20, ge=1)
    """EM steps at most; few items per Gaussian settle early. 22,000 × 256 items and 500 Gaussians take half a
    minute on one core, and 0.8 GB."""
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
        """Return the partitions."""
        check_embeddings(embeddings)
        n_clusters = self.n_clusters or default_n_clusters(len(embeddings))
        partitions = []
        total = self.n_partitions * self.max_iterations
        for number in range(self.n_partitions):
            scaled = rescaled(embeddings, number, scaling=self.scaling, rng=rng)
            seed = int(rng.integers(2**31))
            reduced = principal_components(scaled, self.max_dim, seed=seed)
            before = number * self.max_iterations
            on_step(Step("partition", before, total))
            clusters = self._most_probable(
                reduced,
                kmeans(reduced, n_clusters, seed=seed),
                lambda done, before=before: on_step(Step("partition", before + done, total)),
            )
            partitions.append(without_small(clusters, n_clusters, self.min_cluster_size or 1))
        on_step(Step("partition", total, total))
        return partitions

    def _most_probable(
        self,
        embeddings: Float32[np.ndarray, "n_items dim"],
        start: KMeansResult,
        report: Callable[[int], None],
    ) -> Int32[np.ndarray, " n_items"]:
        """Fit the mixture, reporting the EM steps done, and return each item's most probable Gaussian."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.mixture import GaussianMixture

        n_items, dim = embeddings.shape
        points = embeddings.astype(np.float64)
        within = start.inertia / (n_items * dim)
        least = self.regularisation * within + 1e-6 * points.var(axis=0).mean()  # > 0 for duplicates too
        weights, variances = _moments(points, start, least)
        mixture = GaussianMixture(
            len(weights),
            covariance_type="diag",
            reg_covar=least,
            warm_start=True,  # goes on where it stopped
            weights_init=weights,
            means_init=start.centroids.astype(np.float64),
            precisions_init=1 / variances,
        )
        done, found = 0, start.clusters
        while done < self.max_iterations and not getattr(mixture, "converged_", False):
            together = min(STEPS_TOGETHER, self.max_iterations - done)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)  # the cap on steps is on purpose
                found = mixture.set_params(max_iter=together).fit_predict(points).astype(np.int32)
            done += together
            report(done)
        return found


def _moments(
    points: np.ndarray, start: KMeansResult, least: float
) -> tuple[Float64[np.ndarray, " n_clusters"], Float64[np.ndarray, "n_clusters dim"]]:
    """Return the weight of every k-means cluster and its variances, none below `least`."""
    n_clusters = len(start.centroids)
    sizes = np.bincount(start.clusters, minlength=n_clusters)
    squares = (points - start.centroids[start.clusters]) ** 2  # (n_items, dim)
    sums = np.stack([np.bincount(start.clusters, column, n_clusters) for column in squares.T], axis=1)
    filled = np.maximum(sizes, 1)  # an empty cluster starts as small as one item
    return filled / filled.sum(), sums / filled[:, None] + least
