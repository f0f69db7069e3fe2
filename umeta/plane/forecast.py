"""What practice on a construction would add, forecast from the constructions that were tried.

Ridge regression (Hoerl, Kennard, "Ridge Regression: Biased Estimation for Nonorthogonal Problems", Technometrics 1970)
of the gain over the embedding's best baseline on what is known without labels: the estimated noise, the diversity, the
number of clusters, and the agreement of views. How far to trust it is measured on encoders and data sets left out,
beside always guessing the mean.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from umeta.plane.noise_estimate import LEAST_POINTS, NoiseEstimate, estimable, fit_noise
from umeta.plane.points import Point

PENALTY = 1.0
"""On weights of features that have the standard deviation 1."""
COVERED = 0.9
"""The share of left-out errors that the band covers."""


@dataclass(frozen=True, eq=False)
class GainModel:
    """A fitted forecast."""

    noise: NoiseEstimate
    middle: Float[np.ndarray, " n_features"]
    spread: Float[np.ndarray, " n_features"]
    weights: Float[np.ndarray, " n_features"]
    mean_gain: float

    def gain(self, noise: float, diversity: float, n_clusters: int, agreement: float) -> float:
        """Return the gain that is forecast for a construction of so much noise, as a fraction."""
        features = _features(noise, diversity, n_clusters, agreement)
        return self.mean_gain + float((features - self.middle) / self.spread @ self.weights)


@dataclass(frozen=True)
class LeftOut:
    """Mean absolute errors of the gain, where what is judged was left out of the fit."""

    model: float
    mean: float
    """Of always guessing the mean gain of the others."""
    band: float
    """Within which 90% of the model's errors lie."""
    n_groups: int

    @property
    def is_better(self) -> bool:
        """Whether the model is worth more than the mean."""
        return self.model < self.mean


def fit_gain(points: Sequence[Point]) -> GainModel:
    """Fit the forecast on points that `estimable` returns."""
    noise = fit_noise(points)
    features = np.array([_features_of(noise, point) for point in points])
    gains = np.array([point.gain for point in points])
    middle, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    scaled = (features - middle) / spread
    weights = np.linalg.solve(
        scaled.T @ scaled + PENALTY * np.eye(scaled.shape[1]), scaled.T @ (gains - gains.mean())
    )
    return GainModel(noise, middle, spread, weights, float(gains.mean()))


def left_out(points: Sequence[Point], group: Callable[[Point], str]) -> LeftOut | None:
    """Return the errors on each group of points when the model is fitted on the others; None for too few."""
    points = estimable(points)
    groups = sorted({group(point) for point in points})
    errors, of_mean = [], []
    for one in groups:
        others = [point for point in points if group(point) != one]
        if len(others) < LEAST_POINTS:
            return None
        model = fit_gain(others)
        for point in (point for point in points if group(point) == one):
            errors.append(_forecast(model, point) - point.gain)
            of_mean.append(model.mean_gain - point.gain)
    if not errors:
        return None
    model_errors, mean_errors = np.abs(errors), np.abs(of_mean)
    band = float(np.quantile(model_errors, COVERED))
    return LeftOut(float(model_errors.mean()), float(mean_errors.mean()), band, len(groups))


def by_encoder(point: Point) -> str:
    """Return the group of a point where encoders are left out."""
    return f"{point.study} {point.encoder}"


def by_dataset(point: Point) -> str:
    """Return the group of a point where data sets are left out."""
    return point.study


def _forecast(model: GainModel, point: Point) -> float:
    n_clusters, agreement = point.n_clusters or 1, point.agreement or 0.0
    return model.gain(model.noise.noise(n_clusters, agreement), point.diversity, n_clusters, agreement)


def _features_of(noise: NoiseEstimate, point: Point) -> Float[np.ndarray, " n_features"]:
    n_clusters, agreement = point.n_clusters or 1, point.agreement or 0.0
    return _features(noise.noise(n_clusters, agreement), point.diversity, n_clusters, agreement)


def _features(
    noise: float, diversity: float, n_clusters: int, agreement: float
) -> Float[np.ndarray, " n_features"]:
    return np.array(
        [np.log(max(1 - noise, 1e-3)), np.log(diversity), np.log(n_clusters), np.log(max(agreement, 1e-3))]
    )
