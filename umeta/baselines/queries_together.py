"""Class means moved by the queries of a task, all of them together: soft k-means and balanced optimal transport.

Both start from the means of the support, then in turn share each query out among the classes by its distances to the
means, and move each mean to what its class has: support items count 1, queries their share. They differ in the shares.
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from umeta.baselines.distances import squared_distances

Closeness = Float[Tensor, "n_tasks n_queries n_way"]
"""How near each query is to each class, on a scale of logits."""
Shares = Float[Tensor, "n_tasks n_queries n_way"]
"""How each query is shared out among the classes; the shares of a query add up to 1."""

N_ROUNDS = 10
"""Moves of the means; after so many they hardly move."""
N_SCALINGS = 20
"""Of rows and columns in turn, for one plan of transport."""
LEAST_LOGIT = -60.0
"""e^-60 is nothing beside 1, and can still be divided by."""


def scores_together(
    support: Float[Tensor, "n_tasks n_way n_shot dim"],
    queries: Float[Tensor, "n_tasks n_queries dim"],
    *,
    share_out: Callable[[Closeness], Shares],
    sharpness: float,
) -> Shares:
    """Return the last shares of the queries.

    Args:
        support: Support items.
        queries: Query items.
        share_out: Turns closeness into shares.
        sharpness: Of the closeness, which is minus this many times the squared distances, in units of their mean over
            the task, so that it means the same in embeddings of every scale.
    """
    n_shot, sums = support.shape[2], support.sum(2)
    distances = squared_distances(queries, sums / n_shot)
    unit = distances.mean((1, 2), keepdim=True).clamp_min(torch.finfo(distances.dtype).tiny)
    shares = share_out(-sharpness * (distances / unit))
    for _ in range(N_ROUNDS):
        means = (sums + shares.mT @ queries) / (n_shot + shares.sum(1))[:, :, None]
        shares = share_out(-sharpness * (squared_distances(queries, means) / unit))
    return shares


def soft_kmeans(closeness: Closeness) -> Shares:
    """Return shares by softmax, each query for itself.

    Reference: Ren, Triantafillou, Ravi, Snell, Swersky, Tenenbaum, Larochelle, Zemel, "Meta-Learning for
    Semi-Supervised Few-Shot Classification", ICLR 2018, equation 3; there with one move of the means, on items without
    a label that are not the queries.
    """
    return closeness.softmax(2)


def balanced_transport(closeness: Closeness) -> Shares:
    """Return the shares under which every class gets equally many queries, by Sinkhorn's scaling of rows and columns.

    It is the plan of entropic optimal transport from queries to classes. It knows something of the test that no
    method knows in use: that queries are equally many of each class.

    Reference: Cuturi, "Sinkhorn Distances: Lightspeed Computation of Optimal Transport", NeurIPS 2013, algorithm 1;
    Hu, Gripon, Pateux, "Leveraging the Feature Distribution in Transfer-based Few-Shot Learning" (PT-MAP), ICANN 2021,
    equations 4 to 7, without its power transform and with whole moves of the means.
    """
    n_queries, n_way = closeness.shape[1:]
    nearest = closeness.amax(2, keepdim=True)  # a factor of a row is undone by the row's own scale
    kernel = (closeness - nearest).clamp_min(LEAST_LOGIT).exp()
    of_class = torch.ones_like(kernel[:, :1].mT)  # (n_tasks, n_way, 1)
    for _ in range(N_SCALINGS):
        of_query = 1 / (kernel @ of_class)
        of_class = (n_queries / n_way) / (kernel.mT @ of_query)
    shares = kernel * of_class.mT
    return shares / shares.sum(2, keepdim=True)
