"""Tasks with label noise: other items take the places of some."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from jaxtyping import Int32

from umeta.tasks.source import TaskSource, by_partition
from umeta.tasks.task import TaskBatch, TaskConfig

MAX_KEPT = 64
"""Partitions whose exchanges are kept in memory."""


class NoisyTasks:
    """Draws the tasks of a source and exchanges their items, so that more noise changes more of the same tasks.

    They are as likely as tasks that are drawn from the noisy partition.
    """

    def __init__(self, source: TaskSource, stand_in: Callable[[int], Int32[np.ndarray, " n_items"]]):
        """Take a source, and what gives by the number of a partition the item that takes each item's place."""
        self._source = source
        self.stand_in = lru_cache(MAX_KEPT)(stand_in)
        """The same, kept in memory."""

    def sample(self, n_tasks: int, config: TaskConfig, *, rng: np.random.Generator) -> TaskBatch:
        """Draw tasks; a row's cluster is that of the places.

        Raises:
            UserError: the source has no such tasks.
        """
        tasks = self._source.sample(n_tasks, config, rng=rng)
        support, query = tasks.support.copy(), tasks.query.copy()
        for part in by_partition(tasks.origin):
            stand_in = self.stand_in(int(tasks.origin[part[0]]))
            support[part], query[part] = stand_in[tasks.support[part]], stand_in[tasks.query[part]]
        return replace(tasks, support=support, query=query)
