"""The first centroids of k-means, by greedy k-means++.

Reference: Arthur, Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA 2007; it names the greedy variant
at its end.
"""

import math

import numpy as np
from jaxtyping import Float32


def plus_plus(
    points: Float32[np.ndarray, "n_points dim"], n_clusters: int, *, rng: np.random.Generator
) -> Float32[np.ndarray, "n_clusters dim"]:
    """Return points drawn one after the other, in proportion to the squared distance to the nearest drawn before.

    A few are drawn so each time, and the one is taken that leaves the least sum of these distances. To draw for a
    sixteenth more points at once makes a matrix product of it; the distances change little meanwhile.
    """
    n_draws = 2 + int(math.log(n_clusters))
    chosen = [int(rng.integers(len(points)))]
    distances = squared_distances(points[chosen], points)[0]
    while len(chosen) < n_clusters:
        distances[chosen] = 0
        cumulative = np.cumsum(distances, dtype=np.float64)
        if cumulative[-1] == 0:  # what is left are copies of what is chosen
            others = np.setdiff1d(np.arange(len(points)), chosen)
            chosen += rng.choice(others, n_clusters - len(chosen), replace=False).tolist()
            break
        n_more = min(1 + len(chosen) // 16, n_clusters - len(chosen))
        drawn = np.searchsorted(cumulative, rng.random((n_more, n_draws)) * cumulative[-1], side="right")
        to_all = squared_distances(points[drawn.ravel()], points).reshape(n_more, n_draws, len(points))
        for tried, left in zip(drawn, to_all, strict=True):
            np.minimum(left, distances, out=left)
            best = left.sum(axis=1).argmin()
            chosen.append(int(tried[best]))
            distances = left[best]
    return points[chosen]


def squared_distances(
    points: Float32[np.ndarray, "n_points dim"], others: Float32[np.ndarray, "n_others dim"]
) -> Float32[np.ndarray, "n_points n_others"]:
    """Return all squared distances; the points must not lie far from the origin, or float32 loses them."""
    squares = (points**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)
    return np.maximum(squares - 2 * points @ others.T, 0)
