"""The clusters of partitions that are large enough for a task, laid out so that items are drawn from many at once."""

import numpy as np
from jaxtyping import Float32, Int


class UsableClusters:
    """The usable clusters of some partitions in a row: ids, sizes, and all their items side by side in one array.

    Those of partition p are the `counts[p - first_partition]` from `first[p - first_partition]` on.
    """

    def __init__(
        self, partitions: list[Int[np.ndarray, " n_items"]], first_partition: int, items_per_class: int
    ):
        found = [_sorted_items(partition, items_per_class) for partition in partitions]
        items, clusters, starts, sizes = zip(*found, strict=True)
        before = np.cumsum([0, *map(len, items)])
        self.first_partition = first_partition
        self.counts = np.array([len(own) for own in clusters])
        self.first = np.cumsum(self.counts) - self.counts
        self.items, self.clusters, self.sizes = map(np.concatenate, (items, clusters, sizes))
        self.starts = np.concatenate([own + n for own, n in zip(starts, before, strict=False)])
        self._nearest: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def nearest(
        self, vectors: Float32[np.ndarray, "n_items dim"], n: int
    ) -> tuple[Int[np.ndarray, "n_clusters {n}"], Int[np.ndarray, " n_clusters"]]:
        """Return the n clusters of its partition whose centroids are nearest to each cluster's, in no order.

        They are numbered within the partition; the second array says how many of a row there are, where a partition has
        fewer. What was found is kept, for these vectors alone.
        """
        if n not in self._nearest:
            ends = self.starts + self.sizes
            members = [self.items[start:end] for start, end in zip(self.starts, ends, strict=True)]
            middles = np.stack([vectors[own].mean(axis=0, dtype=np.float32) for own in members])
            table = np.zeros((len(middles), n), np.int64)
            for first, count in zip(self.first, self.counts, strict=True):
                found = _nearest_rows(middles[first : first + count], n)
                table[first : first + count, : found.shape[1]] = found
            self._nearest[n] = table, np.repeat(np.clip(self.counts - 1, 0, n), self.counts)
        return self._nearest[n]


def _nearest_rows(
    points: Float32[np.ndarray, "n_points dim"], n: int
) -> Int[np.ndarray, "n_points n_nearest"]:
    """Return the numbers of the other points that are nearest to each, n of them or all that there are."""
    n = min(n, len(points) - 1)
    if n <= 0:
        return np.zeros((len(points), 0), np.int64)
    points = points - points.mean(axis=0)  # about their mean nothing large cancels
    distances = (points**2).sum(axis=1) - 2 * points @ points.T
    np.fill_diagonal(distances, np.inf)
    return np.argpartition(distances, n - 1, axis=1)[:, :n]


def _sorted_items(partition: Int[np.ndarray, " n_items"], items_per_class: int) -> tuple[np.ndarray, ...]:
    """Return the items of all clusters side by side; of each usable one its id, its first item's place, its size."""
    inside = np.flatnonzero(partition >= 0)
    order = np.argsort(partition[inside], kind="stable")
    items = inside[order].astype(np.int32)
    ordered = partition[items]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    sizes = np.diff(starts, append=len(ordered))
    usable = sizes >= items_per_class
    return items, ordered[starts][usable], starts[usable], sizes[usable]
