"""Harder tasks: classes drawn among clusters that lie near one another in the embedding."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int

from umeta.tasks.source import Draw, distinct
from umeta.tasks.usable_clusters import UsableClusters

POOL = 2
"""Near clusters that there are to draw from, for every class of a task beside the first."""


@dataclass(frozen=True, eq=False)
class Nearness:
    """Draws a task's first class uniformly, a share of the others among the clusters nearest to it, the rest uniformly.

    Clusters are near each other by the distance of their centroids. The classes of a task stand in random order.
    """

    share: float
    """Of the classes beside the first, from 0 to 1."""
    vectors: Float32[np.ndarray, "n_items dim"]

    def __call__(
        self, usable: UsableClusters, partition: Int[np.ndarray, " n_tasks"], n_way: int, draw: Draw
    ) -> Int[np.ndarray, "n_way n_tasks"]:
        """Draw the clusters of each task."""
        n_clusters = usable.counts[partition]
        n_near = round(self.share * (n_way - 1))
        first = draw(n_clusters)
        nearest, n_nearest = usable.nearest(self.vectors, POOL * (n_way - 1))
        row = usable.first[partition] + first
        near = nearest[row, distinct(n_nearest[row], n_near, draw)]  # (n_near, n_tasks)
        taken = np.concatenate([first[None], near])
        far = distinct(n_clusters - 1 - n_near, n_way - 1 - n_near, draw)
        for number in np.sort(taken, axis=0):  # those left are numbered without the taken ones
            far += far >= number
        order = distinct(np.full(len(first), n_way), n_way, draw)
        return np.take_along_axis(np.concatenate([taken, far]), order, axis=0)
