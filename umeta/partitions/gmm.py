"""Partitions by a mixture of Gaussians: clusters that differ in width, direction by direction, and in weight.

Reference: Dempster, Laird, Rubin, "Maximum Likelihood from Incomplete Data via the EM Algorithm", JRSS B 1977.
"""

import warnings
from collections.abc import Callable
from typing import Literal

import numpy as np
from jaxtyping import Float32, Float64, Int32
from pydantic import Field

from umeta.partitions.partition import Partition, without_small
from umeta.partitions.strategy import ClusteringOptions, repeat_clustering
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, ignore_step
from umeta.vectors import kmeans, principal_components
from umeta.vectors.kmeans import KMeansResult, check_embeddings

STEPS_TOGETHER = 5
"""EM steps between two reports of progress; each report costs half a step."""


class Gmm(ClusteringOptions):
    """Gaussians with diagonal covariances, fitted by EM from a k-means start; an item's cluster is the most probable.

    EM itself hardly feels a scaling of the dimensions: with `scaling`, partitions differ by their k-means start, by
    the smallest width and, where the embedding is reduced, by its principal components.
    """

    name: Literal["gmm"] = "gmm"
    max_dim: int = Field(default=64, ge=1)
    """An embedding of more dimensions is reduced to so many principal components: time grows with them."""
    regularisation: float = Field(default=0.1, gt=0, allow_inf_nan=False)
    """Added to every variance, as a share of the mean variance within the clusters of k-means."""
    max_iterations: int = Field(default=20, ge=1)
    """EM steps at most; few items per Gaussian settle early. 22,000 × 256 items and 500 Gaussians take half a
    minute on one core, and 0.8 GB."""

    def make_partitions(
        self, embeddings: Float32[np.ndarray, "n_items dim"], *, on_step: OnStep = ignore_step
    ) -> list[Partition]:
        """Return partitions of int32 cluster ids `(n_items,)`, -1 for the items of clusters that are too small."""
        check_embeddings(embeddings)
        n_clusters = self.n_clusters_of(len(embeddings))
        rng = numpy_generator(self.seed, Stream.PARTITION)

        def cluster(scaled: np.ndarray, number: int, report: Callable[[int], None]) -> Partition:
            seed = int(rng.integers(2**31))
            reduced = principal_components(scaled, self.max_dim, seed=seed)
            clusters = self._most_probable(reduced, kmeans(reduced, n_clusters, seed=seed), report)
            return without_small(clusters, n_clusters, self.min_cluster_size or 1)

        return repeat_clustering(
            cluster,
            embeddings,
            self.n_partitions,
            scaling=self.scaling,
            rng=rng,
            n_steps=self.max_iterations,
            on_step=on_step,
        )

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
        min_variance = (
            self.regularisation * within + 1e-6 * points.var(axis=0).mean()
        )  # > 0 for duplicates too
        weights, variances = _moments(points, start, min_variance)
        mixture = GaussianMixture(
            len(weights),
            covariance_type="diag",
            reg_covar=min_variance,
            warm_start=True,  # goes on where it stopped
            weights_init=weights,
            means_init=start.centroids.astype(np.float64),
            precisions_init=1 / variances,
        )
        n_done, clusters = 0, start.clusters
        while n_done < self.max_iterations and not getattr(mixture, "converged_", False):
            together = min(STEPS_TOGETHER, self.max_iterations - n_done)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)  # the cap on steps is on purpose
                clusters = mixture.set_params(max_iter=together).fit_predict(points).astype(np.int32)
            n_done += together
            report(n_done)
        return clusters


def _moments(
    points: np.ndarray, start: KMeansResult, min_variance: float
) -> tuple[Float64[np.ndarray, " n_clusters"], Float64[np.ndarray, "n_clusters dim"]]:
    """Return the weight of every k-means cluster and its variances, none below `min_variance`."""
    n_clusters = len(start.centroids)
    sizes = np.bincount(start.clusters, minlength=n_clusters)
    squares = (points - start.centroids[start.clusters]) ** 2  # (n_items, dim)
    sums = np.stack([np.bincount(start.clusters, column, n_clusters) for column in squares.T], axis=1)
    filled = np.maximum(sizes, 1)  # an empty cluster starts as small as one item
    return filled / filled.sum(), sums / filled[:, None] + min_variance
