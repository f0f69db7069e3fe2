"""Where tasks come from: partitions of any kind, sampled as in CACTUs (Hsu et al., ICLR 2019, Algorithm 1)."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int

from umeta.stage import UserError
from umeta.tasks.task import TaskBatch, TaskConfig
from umeta.tasks.usable_clusters import UsableClusters

MAX_PARTITIONS_IN_MEMORY = 256
"""With more partitions than this, partitions are computed when a task first needs them, and at most this many are kept
in memory."""
MAX_REDRAWS = 20
"""How often partitions that cannot fill a task are drawn anew, before all partitions are computed to find those that
can."""

NUMBERS_AT_ONCE = 2**18
"""Item numbers that are drawn together: some megabytes with all that belongs to them, which caches still hold."""

Draw = Callable[[Int[np.ndarray, "*shape"]], Int[np.ndarray, "*shape"]]
"""Draws for each limit a whole number from 0 to below it, all equally likely."""

Choose = Callable[[UsableClusters, Int[np.ndarray, " n_tasks"], int, Draw], Int[np.ndarray, "n_way n_tasks"]]
"""Draws n_way usable clusters of each task's partition, as their numbers among those."""


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

    Each task draws one partition uniformly, then N of its usable clusters, as CACTUs does uniformly without replacement
    (not in proportion to their sizes), then K + Q distinct items of each.
    """

    def __init__(self, partitions: Sequence[Int[np.ndarray, " n_items"]], choose: Choose | None = None):
        self._partitions = partitions
        self._choose = choose or uniformly
        self._in_memory = len(partitions) <= MAX_PARTITIONS_IN_MEMORY
        self._usable: dict[tuple[int, int], UsableClusters] = {}
        self._n_usable: dict[tuple[int, int], int] = {}

    def usable_clusters(self, partition: int, items_per_class: int) -> int:
        """Return how many clusters of a partition hold at least `items_per_class` items."""
        key = (partition, items_per_class)
        if key not in self._n_usable:
            usable = self._clusters_of(partition, items_per_class)
            self._n_usable[key] = int(usable.counts[partition - usable.first_partition])
        return self._n_usable[key]

    def sample(self, n_tasks: int, config: TaskConfig, *, rng: np.random.Generator) -> TaskBatch:
        """Draw tasks; support and query items of a task are disjoint, and its rows stand in random order.

        Raises:
            UserError: no partition has n_way clusters of n_shot + n_query items.
        """
        origin = self._origins(n_tasks, config, rng)
        draw = partial(quick_numbers, rng=rng)
        if not self._in_memory:
            return self._tasks(origin, by_partition(origin), config, draw)
        order = np.argsort(origin, kind="stable")  # what lies close in memory is read together
        at_once = max(1, NUMBERS_AT_ONCE // (config.n_way * config.items_per_class))
        parts = [order[start : start + at_once] for start in range(0, n_tasks, at_once)]
        return self._tasks(origin, parts, config, draw)

    def sample_to_save(self, n_tasks: int, config: TaskConfig, *, rng: np.random.Generator) -> TaskBatch:
        """Draw tasks as `sample` does, but always the same ones for a generator: lists that were saved do not change.

        Raises:
            UserError: no partition has n_way clusters of n_shot + n_query items.
        """
        origin = self._origins(n_tasks, config, rng)
        return self._tasks(origin, by_partition(origin), config, partial(rng.integers, 0))

    def _tasks(
        self, origin: Int[np.ndarray, " n_tasks"], parts: Iterable[np.ndarray], config: TaskConfig, draw: Draw
    ) -> TaskBatch:
        """Draw clusters and items of the tasks, part by part."""
        n_tasks, n_way = len(origin), config.n_way
        clusters = np.empty((n_tasks, n_way), np.int64)
        items = np.empty((n_tasks, n_way, config.items_per_class), np.int64)
        for part in parts:
            usable = self._clusters_of(int(origin[part][0]), config.items_per_class)
            partition = origin[part] - usable.first_partition
            rows = usable.first[partition] + self._choose(usable, partition, n_way, draw)
            rows = np.ascontiguousarray(rows.T)  # (n_in_part, n_way)
            within = distinct(usable.sizes[rows], config.items_per_class, draw)
            places = np.add(usable.starts[rows][..., None], np.moveaxis(within, 0, -1), order="C")
            clusters[part] = usable.clusters[rows]
            items[part] = usable.items.take(places)  # (n_in_part, n_way, items_per_class)
        return TaskBatch(items[..., : config.n_shot], items[..., config.n_shot :], origin, clusters)

    def _origins(
        self, n_tasks: int, config: TaskConfig, rng: np.random.Generator
    ) -> Int[np.ndarray, " n_tasks"]:
        """Draw partitions uniformly from those that can fill such a task."""
        n_partitions = len(self._partitions)
        if self._in_memory:
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

    def _clusters_of(self, partition: int, items_per_class: int) -> UsableClusters:
        """Return the usable clusters of all partitions, or of this one where not all are kept."""
        numbers = range(len(self._partitions)) if self._in_memory else range(partition, partition + 1)
        key = (numbers.start, items_per_class)
        if key not in self._usable:
            if len(self._usable) >= MAX_PARTITIONS_IN_MEMORY // max(1, len(numbers)):
                self._usable.clear()
            partitions = [self._partitions[number] for number in numbers]
            self._usable[key] = UsableClusters(partitions, numbers.start, items_per_class)
        return self._usable[key]


def uniformly(
    usable: UsableClusters, partition: Int[np.ndarray, " n_tasks"], n_way: int, draw: Draw
) -> Int[np.ndarray, "n_way n_tasks"]:
    """Draw the clusters of each task without replacement, all equally likely."""
    return distinct(usable.counts[partition], n_way, draw)


def by_partition(origin: Int[np.ndarray, " n_tasks"]) -> list[Int[np.ndarray, " n_in_part"]]:
    """Return for each partition the tasks that were drawn from it."""
    return [np.flatnonzero(origin == partition) for partition in np.unique(origin)]


def quick_numbers(
    limits: Int[np.ndarray, "*shape"], *, rng: np.random.Generator
) -> Int[np.ndarray, "*shape"]:
    """Draw for each limit a whole number from 0 to below it, in much less time than `rng.integers`."""
    numbers = rng.random(limits.shape)
    numbers *= limits  # the largest float below 1 times a whole number rounds to less than that number
    return numbers.astype(np.int32)


def distinct(sizes: Int[np.ndarray, "*shape"], count: int, draw: Draw) -> Int[np.ndarray, "{count} *shape"]:
    """Draw `count` distinct numbers below each size, every ordered choice equally likely, for all sizes at once.

    The j-th number is drawn below size − j and moved up past the numbers drawn before it that are not greater:
    the vectorised twin of `rng.permutation(size)[:count]`, at a cost that does not depend on the sizes.
    """
    below = np.arange(count).reshape(-1, *[1] * sizes.ndim)
    numbers = draw(sizes - below)
    gaps = numbers.copy()  # how many free numbers lie below each that was drawn
    for j in range(1, count):
        above = gaps[:j] > gaps[j]
        gaps[:j] -= above
        numbers[j] += j - above.sum(0, dtype=numbers.dtype)
    return numbers
