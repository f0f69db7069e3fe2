"""The strokes of a character, and what is measured of them.

A stroke is `N_POINTS` points at equal distances, in a frame of about [-1, 1], y downwards. Along an axis of two, as
that of x and y is, numpy is slow: hence these functions in place of its own.
"""

import numpy as np
from jaxtyping import Complex, Float

N_POINTS = 64  # even the longest stroke then has a point in every pixel that it crosses

Path = Float[np.ndarray, "n_knots 2"]
Stroke = Float[np.ndarray, "n_points 2"]
Strokes = Float[np.ndarray, "_n_strokes n_points 2"]  # _ because a function may return more than it was given


def resample(path: Path) -> Stroke:
    """The path as points at equal distances."""
    along = np.append(0.0, np.hypot(*np.diff(path, axis=0).T).cumsum())
    at = np.linspace(0, along[-1], N_POINTS)
    return np.stack([np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])], 1)


def lengths(strokes: Strokes) -> Float[np.ndarray, " _n_strokes"]:
    """How long each stroke is."""
    return np.sqrt(squares(strokes[:, 1:] - strokes[:, :-1])).sum(1)


def corners(strokes: Strokes) -> tuple[Float[np.ndarray, " 2"], Float[np.ndarray, " 2"]]:
    """The least and the most of x and y."""
    x, y = strokes.reshape(-1, 2).T.copy()
    return np.array([x.min(), y.min()]), np.array([x.max(), y.max()])


def as_complex(points: Float[np.ndarray, "*shape 2"]) -> Complex[np.ndarray, "*shape"]:
    """Return points as x + iy, over the same memory."""
    return points.view(complex)[..., 0]


def sides(points: Complex[np.ndarray, "*shape"]) -> tuple[np.ndarray, np.ndarray]:
    """How far points are from the middle across, and how far up or down."""
    return np.abs(np.real(points)), np.abs(np.imag(points))


def gaps(points: Float[np.ndarray, "*shape 2"], strokes: Strokes) -> Float[np.ndarray, "*shape"]:
    """How far each of the points is from the nearest stroke: |t - p|² = |p|² - (2 t·p - |t|²)."""
    here, there = points.reshape(-1, 2), strokes[:, ::4].reshape(-1, 2)
    nearness = (2 * there) @ here.T
    nearness -= squares(there)[:, None]
    return np.sqrt(np.maximum(squares(here) - nearness.max(0), 0)).reshape(points.shape[:-1])


def squares(points: Float[np.ndarray, "*shape 2"]) -> Float[np.ndarray, "*shape"]:
    """The squared distances of points from the middle."""
    return points[..., 0] ** 2 + points[..., 1] ** 2


def means(rows: np.ndarray) -> np.ndarray:
    """The mean of each row: of a few numbers, by half of what `mean` needs for them."""
    return rows.sum(1) / rows.shape[1]
