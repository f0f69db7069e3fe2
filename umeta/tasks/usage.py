"""How often tasks use each item."""

import numpy as np
from jaxtyping import Float, Int

from umeta.randomness import Stream, numpy_generator
from umeta.tasks.source import PartitionSource
from umeta.tasks.task import TaskConfig

N_TASKS = 1000
"""Tasks that are drawn to count which items they use."""


def times_used(clusters: Int[np.ndarray, " n_items"], shape: TaskConfig) -> Float[np.ndarray, " n_items"]:
    """Return how often each item is in the support or the queries of `N_TASKS` tasks of one partition."""
    tasks = PartitionSource([clusters]).sample(N_TASKS, shape, rng=numpy_generator(0, Stream.SAMPLE))
    used = np.concatenate([tasks.support.ravel(), tasks.query.ravel()])
    return np.bincount(used, minlength=len(clusters)).astype(float)
