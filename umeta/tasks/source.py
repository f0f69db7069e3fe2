"""Where tasks come from: partitions of any kind, sampled as in CACTUs (Hsu et al., ICLR 2019, Algorithm 1)."""

from bisect import insort
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int

from umeta.stage import UserError
from umeta.tasks.task import TaskBatch, TaskConfig

MAX_PARTITIONS_IN_MEMORY = 256
"""With more partitions than this, partitions are computed when a task first needs them, and at most this many are kept
in memory."""
MAX_REDRAWS = 20
"""How often partitions that cannot fill a task are drawn anew, before all partitions are computed to find those that
can."""

FEW_SIZES = 24
"""Up to so many columns of numbers are moved apart faster one number after the other than by numpy."""


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
        self._usable: dict[tuple[int, int], _UsableClusters] = {}
        self._n_usable: dict[tuple[int, int], int] = {}

    def usable_clusters(self, partition: int, items_per_class: int) -> int:
        """Return how many clusters of a partition hold at least `items_per_class` items."""
        key = (partition, items_per_class)
        if key not in self._n_usable:
            self._n_usable[key] = len(self._clusters_of(partition, items_per_class).clusters)
        return self._n_usable[key]

    def sample(self, n_tasks: int, config: TaskConfig, *, rng: np.random.Generator) -> TaskBatch:
        """Draw tasks; support and query items of a task are disjoint, and its rows stand in random order.

        Raises:
            UserError: no partition has n_way clusters of n_shot + n_query items.
        """
        origin = self._origins(n_tasks, config, rng)
        clusters = np.empty((n_tasks, config.n_way), np.int64)
        items = np.empty((n_tasks, config.n_way, config.items_per_class), np.int64)
        for partition in np.unique(origin):
            tasks = origin == partition
            usable = self._clusters_of(int(partition), config.items_per_class)
            rows = distinct(np.full(tasks.sum(), len(usable.clusters)), config.n_way, rng=rng)
            within = distinct(usable.sizes[rows], config.items_per_class, rng=rng)
            clusters[tasks] = usable.clusters[rows]
            items[tasks] = usable.items[usable.starts[rows][..., None] + within]
        return TaskBatch(items[..., : config.n_shot], items[..., config.n_shot :], origin, clusters)

    def _origins(
        self, n_tasks: int, config: TaskConfig, rng: np.random.Generator
    ) -> Int[np.ndarray, " n_tasks"]:
        """Draw partitions uniformly from those that can fill such a task."""
        n_partitions = len(self._partitions)
        if n_partitions <= MAX_PARTITIONS_IN_MEMORY:
            able = self._able(config)
            return able[rng.integers(len(able), size=n_tasks)]
        origin = rng.integers(n_partitions, size=n_tasks)
        for _ in range(MAX_REDRAWS):
            unable = np.array([not self._is_able(p, config) for p in origin.tolist()], bool)
            if not unable.any():
                return origin
            origin[unable] = rng.integers(n_partitions, size=unable.sum())
        unable = np.array([not self._is_able(p, config) for p in origin.tolist()], bool)
        able = self._able(config)
        origin[unable] = able[rng.integers(len(able), size=unable.sum())]
        return origin

    def _is_able(self, partition: int, config: TaskConfig) -> bool:
        return self.usable_clusters(partition, config.items_per_class) >= config.n_way

    def _able(self, config: TaskConfig) -> Int[np.ndarray, " n_able"]:
        every = range(len(self._partitions))
        able = np.array([p for p in every if self._is_able(p, config)], np.int64)
        if len(able) == 0:
            max_usable = max((self.usable_clusters(p, config.items_per_class) for p in every), default=0)
            raise UserError(
                f"n_way={config.n_way} needs that many clusters of n_shot + n_query = {config.items_per_class} "
                f"items; the partitions have at most {max_usable}. Lower n_way, n_shot or n_query, or n_clusters."
            )
        return able

    def _clusters_of(self, partition: int, items_per_class: int) -> "_UsableClusters":
        key = (partition, items_per_class)
        if key not in self._usable:
            if len(self._usable) >= MAX_PARTITIONS_IN_MEMORY:
                self._usable.clear()
            self._usable[key] = _UsableClusters(self._partitions[partition], items_per_class)
        return self._usable[key]


class _UsableClusters:
    """The usable clusters of a partition: ids, sizes, and all their items side by side in one array."""

    def __init__(self, partition: Int[np.ndarray, " n_items"], items_per_class: int):
        inside = np.flatnonzero(partition >= 0)
        order = np.argsort(partition[inside], kind="stable")
        self.items = inside[order].astype(np.int32)
        ordered = partition[self.items]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        sizes = np.diff(starts, append=len(ordered))
        usable = sizes >= items_per_class
        self.clusters, self.starts, self.sizes = ordered[starts][usable], starts[usable], sizes[usable]


def distinct(
    sizes: Int[np.ndarray, "*shape"], count: int, *, rng: np.random.Generator
) -> Int[np.ndarray, "*shape {count}"]:
    """Draw `count` distinct numbers below each size, every ordered choice equally likely, for all sizes at once.

    The j-th number is drawn below size − j and moved up past the numbers drawn before it that are not greater:
    the vectorised twin of `rng.permutation(size)[:count]`, at a cost that does not depend on the sizes.
    """
    below = np.arange(count).reshape(-1, *[1] * sizes.ndim)
    numbers = rng.integers(0, sizes - below)  # (count, *shape), drawn in this order
    moved = _moved_apart_one_by_one if sizes.size <= FEW_SIZES else _moved_apart
    return np.moveaxis(moved(numbers), 0, -1)


def _moved_apart(numbers: Int[np.ndarray, "count *shape"]) -> Int[np.ndarray, "count *shape"]:
    below = np.arange(len(numbers)).reshape(-1, *[1] * (numbers.ndim - 1))
    taken = numbers[:0]  # sorted; the i-th is passed if, less the i before it, it is not greater
    for j in range(len(numbers)):
        numbers[j] += (taken - below[:j] <= numbers[j]).sum(0)
        inserted = np.concatenate([np.minimum(taken, numbers[j]), numbers[j : j + 1]])
        taken = np.maximum(inserted, np.concatenate([inserted[:1], taken]))
    return numbers


def _moved_apart_one_by_one(numbers: Int[np.ndarray, "count *shape"]) -> Int[np.ndarray, "count *shape"]:
    columns = numbers.reshape(len(numbers), -1).T.tolist()
    for column in columns:
        taken: list[int] = []
        for j, number in enumerate(column):
            for before in taken:
                if before > number:
                    break
                number += 1
            column[j] = number
            insort(taken, number)
    return np.array(columns).T.reshape(numbers.shape)
