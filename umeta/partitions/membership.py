"""Why an item is in its cluster: how near it lies to the middle, to other members, and to the next cluster."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int

from umeta.partitions.partition import OUTSIDE
from umeta.vectors.neighbours import nearest_items


@dataclass(frozen=True, eq=False)
class Membership:
    """What an embedding says of one item and its cluster. Distances are Euclidean, in the embedding."""

    cluster: int
    n_members: int
    distance: float
    """To the mean of the cluster."""
    share_farther: float
    """The share of the other members that lie farther from that mean; not a number for the only member."""
    next_cluster: int | None
    """The other cluster whose mean is nearest; None where there is no other."""
    next_distance: float
    """To that mean; infinite where there is none."""
    nearest_members: Int[np.ndarray, " n_nearest"]
    """Other members, the nearest first."""
    n_nearest: int
    """How many of the nearest items in clusters were looked at."""
    n_nearest_inside: int
    """How many of these are members."""


def membership(
    item: int,
    clusters: Int[np.ndarray, " n_items"],
    vectors: Float32[np.ndarray, "n_items dim"],
    *,
    n_nearest: int = 10,
) -> Membership:
    """Return why an item is in its cluster.

    Raises:
        ValueError: the item is in no cluster.
    """
    cluster = int(clusters[item])
    if cluster == OUTSIDE:
        raise ValueError(f"item {item} is in no cluster; ask for one that is.")
    inside = np.flatnonzero(clusters != OUTSIDE)
    members = np.flatnonzero(clusters == cluster)
    to_own = np.linalg.norm(vectors[members] - vectors[members].mean(axis=0), axis=1)
    distance = float(to_own[members == item][0])
    others = to_own[members != item]
    next_cluster, next_distance = _next_cluster(item, clusters, vectors)
    nearest = nearest_items(item, inside, vectors[inside], n_nearest)
    return Membership(
        cluster=cluster,
        n_members=len(members),
        distance=distance,
        share_farther=float((others > distance).mean()) if len(others) else float("nan"),
        next_cluster=next_cluster,
        next_distance=next_distance,
        nearest_members=nearest_items(item, members, vectors[members], n_nearest),
        n_nearest=len(nearest),
        n_nearest_inside=int((clusters[nearest] == cluster).sum()),
    )


def _next_cluster(item: int, clusters: np.ndarray, vectors: np.ndarray) -> tuple[int | None, float]:
    """Return the other cluster whose mean is nearest to an item, and its distance."""
    others = np.flatnonzero((clusters != OUTSIDE) & (clusters != clusters[item]))
    if len(others) == 0:
        return None, float("inf")
    order = others[np.argsort(clusters[others], kind="stable")]
    ids, starts, counts = np.unique(clusters[order], return_index=True, return_counts=True)
    means = np.add.reduceat(vectors[order], starts, axis=0, dtype=float) / counts[:, None]
    distances = np.linalg.norm(means - vectors[item], axis=1)
    nearest = int(np.argmin(distances))
    return int(ids[nearest]), float(distances[nearest])
