"""The label noise of clusters, estimated without labels: from where views of images fall, corrected by k.

The trap: a view falls into its image's cluster the more often, the fewer clusters there are, while pairs of one cluster
are of one class the less often. Raw agreement, and the stability of clusters too, rank numbers of clusters backwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from umeta.plane.associations import Correlation, spearman
from umeta.plane.points import Point

LEAST_POINTS = 8


@dataclass(frozen=True)
class NoiseEstimate:
    """log precision ≈ a + b · log k + c · log agreement, where precision is 1 − noise."""

    a: float
    b: float
    c: float

    def noise(self, n_clusters: int, agreement: float) -> float:
        """Return the estimated share of pairs that are not of one class."""
        logarithm = self.a + self.b * np.log(n_clusters) + self.c * np.log(max(agreement, 1e-3))
        return float(1 - np.exp(min(0.0, logarithm)))


@dataclass(frozen=True)
class Trust:
    """How far an estimate holds on encoders that it was not fitted on."""

    estimated: Correlation
    """Of the estimated noise with the true one, each encoder left out in turn."""
    mean_error: float
    """Mean absolute error of the noise."""
    raw: Correlation
    """Of 1 − agreement with the noise, over all points: what the correction is for."""
    raw_over_k: float
    """The same within each encoder, over the number of clusters alone: below 0 where it ranks them backwards."""


def estimable(points: Sequence[Point]) -> list[Point]:
    """Return the points whose noise can be estimated without labels: clusters of an embedding, with no dial turned."""
    return [p for p in points if p.encoder and p.agreement and p.n_clusters and not p.dials]


def fit_noise(points: Sequence[Point]) -> NoiseEstimate:
    """Fit the estimate by least squares on points that `estimable` returns."""
    logarithms, *_ = np.linalg.lstsq(_design(points), np.log(_precision(points)), rcond=None)
    return NoiseEstimate(*map(float, logarithms))


def trust(points: Sequence[Point]) -> Trust | None:
    """Return how well the estimate does on each encoder when it is fitted on the others; None for too few points."""
    points = estimable(points)
    encoders = {(point.study, point.encoder) for point in points}
    if len(points) < LEAST_POINTS or len(encoders) < 2:
        return None
    noise, estimated = np.array([point.noise for point in points]), np.empty(len(points))
    for row, point in enumerate(points):
        others = [other for other in points if other.encoder != point.encoder or other.study != point.study]
        estimated[row] = fit_noise(others).noise(point.n_clusters or 1, point.agreement or 0)
    disagreement = np.array([1 - (point.agreement or 0) for point in points])
    return Trust(
        spearman(estimated, noise),
        float(np.abs(estimated - noise).mean()),
        spearman(disagreement, noise),
        _over_k(points),
    )


def _over_k(points: Sequence[Point]) -> float:
    """Return the mean over encoders of the rank correlation of disagreement with noise, k-means over k."""
    correlations = []
    for encoder in {(point.study, point.encoder) for point in points}:
        row = {
            point.asked_clusters: point
            for point in points
            if (point.study, point.encoder) == encoder and point.made_by == "kmeans" and not point.dials
        }
        if len(row) > 3:
            values = np.array([(1 - (point.agreement or 0), point.noise) for point in row.values()])
            correlations.append(spearman(values[:, 0], values[:, 1]).rho)
    return float(np.mean(correlations)) if correlations else float("nan")


def _design(points: Sequence[Point]) -> Float[np.ndarray, "n_points 3"]:
    rows = [(1.0, np.log(p.n_clusters or 1), np.log(max(p.agreement or 0, 1e-3))) for p in points]
    return np.array(rows, float).reshape(-1, 3)


def _precision(points: Sequence[Point]) -> Float[np.ndarray, " n_points"]:
    return np.maximum(1 - np.array([point.noise for point in points]), 1e-3)
