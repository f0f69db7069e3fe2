"""Hartigan's moves: each item goes where it adds least to the sum of squared distances, its own pull reckoned in.

Lloyd's algorithm gives an item to the nearest centroid, where that of its own cluster has the advantage that the item
drew it near. This goes on where Lloyd's stands still, to a lower sum.

Reference: Telgarsky, Vattani, "Hartigan's Method: k-means Clustering without Voronoi", AISTATS 2010.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float32, Float64, Int, Int32

from umeta.large_arrays import is_large, release

BLOCKS, MAX_ROWS = 16, 4096
"""The centroids follow the moves so many times in a pass, and after so many items at the latest."""

Block = tuple[slice, Float32[np.ndarray, "n_rows dim_and_2"]]


@dataclass(frozen=True)
class Items:
    """Vectors about a middle: far from the origin, float32 would lose the distances."""

    vectors: Float32[np.ndarray, "n_items dim"]
    middle: Float32[np.ndarray, " dim"]

    def blocks(self) -> Iterator[Block]:
        """Yield rows and, for the vectors x of these rows about the middle, (x, |x|², 1).

        The product with (-2c, 1, |c|²) is the squared distance to c.
        """
        if not is_large(self.vectors):
            yield from self._in_memory
            return
        for block in self._made():
            yield block
            release(self.vectors)

    @cached_property
    def _in_memory(self) -> list[Block]:
        return list(self._made())

    def _made(self) -> Iterator[Block]:
        n_items, dim = self.vectors.shape
        n_rows = min(MAX_ROWS, -(-n_items // BLOCKS))
        for start in range(0, n_items, n_rows):
            rows = slice(start, min(start + n_rows, n_items))
            block = np.ones((rows.stop - start, dim + 2), np.float32)
            points = np.subtract(self.vectors[rows], self.middle, out=block[:, :dim])
            np.einsum("ij,ij->i", points, points, out=block[:, dim])
            yield rows, block

    def nearest(
        self, centroids: Float32[np.ndarray, "n_clusters dim"]
    ) -> tuple[Int32[np.ndarray, " n_items"], Float32[np.ndarray, " n_items"]]:
        """Return each item's nearest centroid and the squared distance to it."""
        clusters = np.empty(len(self.vectors), np.int32)
        distances = np.empty(len(self.vectors), np.float32)
        for rows, block in self.blocks():
            to_all = block @ _to(centroids).T
            clusters[rows] = to_all.argmin(axis=1)
            distances[rows] = np.maximum(to_all[np.arange(len(block)), clusters[rows]], 0)
        return clusters, distances


class Clusters:
    """Clusters that items move between; each item begins in that of its nearest centroid.

    Args:
        items: The vectors; for `spherical`, of unit length about the origin.
        centroids: To begin with. An empty cluster keeps its own.
        spherical: Whether centroids have unit length.
    """

    def __init__(
        self, items: Items, centroids: Float32[np.ndarray, "n_clusters dim"], *, spherical: bool = False
    ) -> None:
        self.items, self.spherical = items, spherical
        self.centroids = centroids.copy()
        self.clusters = items.nearest(centroids)[0]
        self.sums, self.sizes, self.squares = np.zeros(centroids.shape), np.zeros(len(centroids)), 0.0
        for rows, block in items.blocks():
            self.sums += self._sums(block[:, :-2], self.clusters[rows])
            self.squares += float(block[:, -2].sum(dtype=np.float64))
        self.sizes += np.bincount(self.clusters, minlength=len(centroids))
        self._follow()

    def improve(self) -> float:
        """Go through the items once and move each to its best cluster; return the sum of squared distances.

        The items of a block move at the same time, those of the next see where the centroids went.
        """
        for rows, block in self.items.blocks():
            costs = self._costs(block, self.clusters[rows])
            costs[:, self.sizes == 0] = np.inf  # filled below: all items of a block would go there
            best = costs.argmin(axis=1)
            moved = np.flatnonzero(best != self.clusters[rows])
            self._move(rows.start + moved, block[moved, :-2], best[moved])
        self._fill_empty()
        lengths = self._lengths()
        if self.spherical:
            return max(0.0, float(2 * (self.sizes.sum() - lengths.sum())))
        return max(0.0, float(self.squares - (lengths**2 / np.maximum(self.sizes, 1)).sum()))

    def _costs(
        self, block: Float32[np.ndarray, "n_rows dim_and_2"], own: Int32[np.ndarray, " n_rows"]
    ) -> Float32[np.ndarray, "n_rows n_clusters"]:
        """Return what each item adds to the sum in each cluster (of `spherical` ones, half of it)."""
        each = np.arange(len(block)), own
        if self.spherical:
            cosines = 1 - (block @ _to(self.centroids).T) / 2
            lengths = self._lengths().astype(np.float32)
            costs = 1 - _longer(cosines, lengths, 1)
            costs[each] = 1 - _longer(cosines[each], lengths[own], -1)
            return costs
        joined = self.sizes / (self.sizes + 1)
        left = self.sizes / np.maximum(self.sizes - 1, 1)
        costs = block @ (_to(self.centroids) * joined[:, None].astype(np.float32)).T
        costs[each] *= (left / np.maximum(joined, 0.5)).astype(np.float32)[own]
        return costs

    def _fill_empty(self) -> None:
        """Give the items that are farthest from all centroids to the empty clusters, one to each."""
        empty = np.flatnonzero(self.sizes == 0)
        if len(empty):
            _, distances = self.items.nearest(self.centroids)
            farthest = np.argsort(-distances, kind="stable")[: len(empty)]
            farthest = farthest[distances[farthest] > 0]
            points = self.items.vectors[farthest] - self.items.middle
            self._move(farthest, points, empty[: len(farthest)])

    def _move(
        self,
        rows: Int[np.ndarray, " n_moved"],
        points: Float32[np.ndarray, "n_moved dim"],
        clusters: Int[np.ndarray, " n_moved"],
    ) -> None:
        before, n_clusters = self.clusters[rows], len(self.sizes)
        self.sums += self._sums(points, clusters) - self._sums(points, before)
        self.sizes += np.bincount(clusters, minlength=n_clusters) - np.bincount(before, minlength=n_clusters)
        self.clusters[rows] = clusters
        self._follow()

    def _sums(
        self, points: Float32[np.ndarray, "n_points dim"], clusters: Int[np.ndarray, " n_points"]
    ) -> Float32[np.ndarray, "n_clusters dim"]:
        from scipy.sparse import csr_matrix

        ones, ends = np.ones(len(points), np.float32), np.arange(len(points) + 1)
        return csr_matrix((ones, clusters, ends), (len(points), len(self.sizes))).T @ points

    def _follow(self) -> None:
        """Put the centroids where the sums say."""
        by = (self._lengths() if self.spherical else self.sizes)[:, None]
        np.divide(self.sums, by, out=self.centroids, where=by > 0)

    def _lengths(self) -> Float64[np.ndarray, " n_clusters"]:
        return np.sqrt(np.einsum("ij,ij->i", self.sums, self.sums))


def _to(centroids: Float32[np.ndarray, "n_clusters dim"]) -> Float32[np.ndarray, "n_clusters dim_and_2"]:
    """Return what gives the squared distances to the centroids, in a product with a block of items."""
    squares = np.einsum("ij,ij->i", centroids, centroids)[:, None]
    return np.concatenate([-2 * centroids, np.ones_like(squares), squares], axis=1)


def _longer(
    cosines: Float32[np.ndarray, "*shape"], lengths: Float32[np.ndarray, " n"], sign: int
) -> Float32[np.ndarray, "*shape"]:
    """Return how much longer a sum of vectors is with a unit vector at this angle to it.

    Args:
        cosines: Of the angle to the sum.
        lengths: Of the sums.
        sign: 1 for a vector that is not in the sum yet, -1 for one that is.
    """
    products = 2 * lengths * cosines
    return (products + sign) / (lengths + np.sqrt(np.maximum(lengths**2 + sign * products + 1, 0)))
