"""Euclidean distances within each task."""

from jaxtyping import Float
from torch import Tensor


def squared_distances(
    queries: Float[Tensor, "n_tasks n_queries dim"], points: Float[Tensor, "n_tasks n_points dim"]
) -> Float[Tensor, "n_tasks n_queries n_points"]:
    """Return squared distances by one matrix product, about the points' mean so that nothing large cancels."""
    centre = points.mean(1, keepdim=True)
    queries, points = queries - centre, points - centre
    squares = queries.square().sum(-1)[:, :, None] + points.square().sum(-1)[:, None, :]
    return squares.baddbmm_(queries, points.mT, alpha=-2).clamp_min_(0)
