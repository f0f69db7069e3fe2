"""Label noise: a share of a partition's items exchange their places, one by one or in pieces that go wrong together."""

from typing import Literal

import numpy as np
from jaxtyping import Float32, Int, Int32

NoiseForm = Literal["random", "clustered"]
PIECES = 4
"""Pieces that a cluster of the mean size is cut into."""


def exchanged(
    clusters: Int32[np.ndarray, " n_items"],
    share: float,
    form: NoiseForm,
    vectors: Float32[np.ndarray, "n_items dim"] | None = None,
    *,
    rng: np.random.Generator,
) -> Int32[np.ndarray, " n_items"]:
    """Return for each item the one that takes its place where a share of the items in clusters exchange theirs.

    They are permuted, each permutation being equally likely: an item comes into its own cluster again as often as into
    any other of that size. Sizes stay. More noise keeps the exchanges of less but for the last: what a share of 0.2
    makes wrong is wrong at 0.4 too. With a share of 1 nothing but the sizes is left: labels are random.

    Args:
        clusters: Each item's cluster, -1 for none; those items stay outside.
        share: From 0 to 1.
        form: `random`: the items are permuted one by one. `clustered`: in whole pieces of items near each other, a
            quarter of the mean cluster each; what one piece has more than the next goes where another has less.
        vectors: Every item's vector, for pieces.
        rng: Draws the permutation, the same for every share.
    """
    stand_in = np.arange(len(clusters), dtype=np.int32)
    inside = np.flatnonzero(clusters >= 0)
    if form == "random":
        chosen = rng.permutation(inside)[: round(share * len(inside))]
        stand_in[chosen] = _permuted(chosen)
        return stand_in
    if vectors is None:
        raise ValueError("form='clustered' cuts clusters into pieces by the items' vectors; none are given")
    pieces = _pieces(clusters, inside, vectors)
    order = rng.permutation(len(pieces))
    n_so_far = np.cumsum([0, *(len(pieces[piece]) for piece in order)])
    chosen = order[: np.abs(n_so_far - share * len(inside)).argmin()]
    free, left = [], []
    for piece, comes in zip(chosen, _permuted(chosen), strict=True):
        places, items = pieces[piece], pieces[comes]
        n = min(len(places), len(items))
        stand_in[places[:n]] = items[:n]
        free += places[n:].tolist()
        left += items[n:].tolist()
    stand_in[free] = left[
        ::-1
    ]  # in their order many would come home: what a piece leaves is beside its own places
    return stand_in


def with_noise(
    clusters: Int32[np.ndarray, " n_items"], stand_in: Int32[np.ndarray, " n_items"]
) -> Int32[np.ndarray, " n_items"]:
    """Return the partition in which each item is in the cluster of the one whose place it takes."""
    noisy = np.empty_like(clusters)
    noisy[stand_in] = clusters
    return noisy


def _permuted(order: Int[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Return for each number of a random order the one that a random permutation puts into its place.

    A new cycle begins at every number that is larger than all before it: so any random order makes every permutation
    equally likely (Foata's correspondence), and one more number changes where a single other one is sent.
    """
    begins = np.flatnonzero(order == np.maximum.accumulate(order))
    ends = np.append(begins[1:], len(order))[: len(begins)] - 1  # of no numbers there is no cycle
    comes = np.roll(order, -1)
    comes[ends] = order[begins]
    return comes


def _pieces(
    clusters: Int32[np.ndarray, " n_items"],
    inside: Int[np.ndarray, " n_inside"],
    vectors: Float32[np.ndarray, "n_items dim"],
) -> list[Int[np.ndarray, " n_of_piece"]]:
    """Cut every cluster into pieces of about equal size, across, from its outermost item to the other side."""
    if len(inside) == 0:
        return []
    items = inside[np.argsort(clusters[inside], kind="stable")]
    _, start, size = np.unique(clusters[items], return_index=True, return_counts=True)
    of_cluster = np.repeat(np.arange(len(size)), size)
    points = vectors[items]
    middle = np.add.reduceat(points, start, axis=0) / size[:, None].astype(np.float32)
    by_distance = np.lexsort((_squared(points - middle[of_cluster]), of_cluster))
    outermost = points[by_distance[start + size - 1]]
    across = np.lexsort((_squared(points - outermost[of_cluster]), of_cluster))
    n_pieces = np.clip(np.rint(size * PIECES / size.mean()), 2, size).astype(np.int64)
    members = np.split(items[across], start[1:])
    return [piece for own, n in zip(members, n_pieces, strict=True) for piece in np.array_split(own, n)]


def _squared(differences: Float32[np.ndarray, "n dim"]) -> Float32[np.ndarray, " n"]:
    return np.einsum("ij,ij->i", differences, differences)
