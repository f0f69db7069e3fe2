"""Where tasks come from: partitions of any kind, sampled as in CACTUs (Hsu et al., ICLR 2019, Algorithm 1)."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int

from umeta.stage import UserError
from umeta.tasks.task import TaskBatch, TaskConfig


@runtime_checkable
class TaskSource(Protocol):
    """Whatever yields tasks."""

    def sample(self, n_tasks: int, config: TaskConfig, *, rng: np.random.Generator) -> TaskBatch:
        """Draw tasks of the given shape.

        Raises:
            UserError: no such task can be drawn; the message gives what there is.
        """
        ...


class PartitionSource:
    """Tasks from partitions: pseudo-tasks from clusters, oracle and test tasks from true classes, all alike.

    Each task draws one partition uniformly, then N of its usable clusters uniformly without replacement (not in
    proportion to their sizes), then K + Q distinct items of each.
    """

    def __init__(self, partitions: Sequence[Int[np.ndarray, " n_items"]]):
        self._partitions = partitions
        self._usable: dict[tuple[int, int], _Members] = {}

    def usable_clusters(self, partition: int, items_per_class: int) -> int:
        """Return how many clusters of a partition hold at least `items_per_class` items."""
        return len(self._members(partition, items_per_class).clusters)

    def sample(self, n_tasks: int, config: TaskConfig, *, rng: np.random.Generator) -> TaskBatch:
        """Draw tasks; support and query items of a task are disjoint, and its rows stand in random order.

        Raises:
            UserError: no partition has n_way clusters of n_shot + n_query items.
        """
        able = [
            p
            for p in range(len(self._partitions))
            if self.usable_clusters(p, config.items_per_class) >= config.n_way
        ]
        if not able:
            most = max(self.usable_clusters(p, config.items_per_class) for p in range(len(self._partitions)))
            raise UserError(
                f"n_way={config.n_way} needs that many clusters of n_shot + n_query = {config.items_per_class} "
                f"items; the partitions have at most {most}. Lower n_way, n_shot or n_query, or n_clusters."
            )
        origin = np.array(able)[rng.integers(len(able), size=n_tasks)]
        clusters = np.empty((n_tasks, config.n_way), np.int64)
        items = np.empty((n_tasks, config.n_way, config.items_per_class), np.int64)
        for partition in np.unique(origin):
            tasks = origin == partition
            members = self._members(int(partition), config.items_per_class)
            rows = distinct(np.full(tasks.sum(), len(members.clusters)), config.n_way, rng=rng)
            within = distinct(members.sizes[rows], config.items_per_class, rng=rng)
            clusters[tasks] = members.clusters[rows]
            items[tasks] = members.items[members.starts[rows][..., None] + within]
        return TaskBatch(items[..., : config.n_shot], items[..., config.n_shot :], origin, clusters)

    def _members(self, partition: int, items_per_class: int) -> "_Members":
        key = (partition, items_per_class)
        if key not in self._usable:
            if len(self._usable) >= 256:  # bounds the memory of a long lazy sequence of partitions
                self._usable.clear()
            self._usable[key] = _Members(self._partitions[partition], items_per_class)
        return self._usable[key]


class _Members:
    """The usable clusters of a partition: ids, sizes, and all their items side by side in one array."""

    def __init__(self, partition: Int[np.ndarray, " n_items"], items_per_class: int):
        self.items = np.argsort(partition, kind="stable")
        clusters, starts, sizes = np.unique(partition[self.items], return_index=True, return_counts=True)
        usable = (clusters >= 0) & (sizes >= items_per_class)
        self.clusters, self.starts, self.sizes = clusters[usable], starts[usable], sizes[usable]


def distinct(
    sizes: Int[np.ndarray, "*shape"], count: int, *, rng: np.random.Generator
) -> Int[np.ndarray, "*shape {count}"]:
    """Draw `count` distinct numbers below each size, every ordered choice equally likely, for all sizes at once.

    The j-th number is drawn below size − j and moved up past the numbers drawn before it that are not greater:
    the vectorised twin of `rng.permutation(size)[:count]`, at a cost that does not depend on the sizes.
    """
    drawn = np.empty((*sizes.shape, count), np.int64)
    taken = np.empty((*sizes.shape, 0), np.int64)  # sorted
    for j in range(count):
        number = rng.integers(0, sizes - j)
        for before in np.moveaxis(taken, -1, 0):
            number = number + (number >= before)
        drawn[..., j] = number
        taken = np.sort(np.concatenate([taken, number[..., None]], axis=-1), axis=-1)
    return drawn
