"""A batch of N-way K-shot tasks as item numbers."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from jaxtyping import Int
from pydantic import Field

from umeta.stage import Config

MAX_COUNT = 1000
"""Of the ways of a task, and of the images of one class: more do not fit into memory as one task."""


class TaskConfig(Config):
    """The shape of a task: N classes, K support and Q query items of each."""

    n_way: int = Field(default=5, ge=2, le=MAX_COUNT)
    n_shot: int = Field(default=1, ge=1, le=MAX_COUNT)
    n_query: int = Field(default=15, ge=1, le=MAX_COUNT)

    @property
    def items_per_class(self) -> int:
        """Support and query items of one class: what a cluster must hold to be used."""
        return self.n_shot + self.n_query


@dataclass(frozen=True, eq=False)
class Views:
    """The augmentation that rides along with tasks: all images of a row but the first are random views of it."""

    policy: str
    """A name of `umeta.data.augmentation`."""
    strength: float
    seeds: Int[np.ndarray, " n_tasks"]
    """One for each task, so that a task shows the same views whatever it is batched with."""

    version: ClassVar[int] = 1
    """Raised whenever a change of the augmentation changes what a seed shows: part of the hash of saved tasks."""


@dataclass(frozen=True, eq=False)
class TaskBatch:
    """Tasks as item numbers into the whole image set. Row i of a task is its class i, so labels are implied."""

    support: Int[np.ndarray, "n_tasks n_way n_shot"]
    query: Int[np.ndarray, "n_tasks n_way n_query"]
    origin: Int[np.ndarray, " n_tasks"]
    """Which partition of the source each task was drawn from."""
    clusters: Int[np.ndarray, "n_tasks n_way"]
    """Which cluster (or true class) each row was drawn from."""
    views: Views | None = None
    """None: every image is shown as it is."""

    def __len__(self) -> int:
        return len(self.support)

    def __getitem__(self, tasks: slice) -> "TaskBatch":
        views = None if self.views is None else replace(self.views, seeds=self.views.seeds[tasks])
        return TaskBatch(
            self.support[tasks], self.query[tasks], self.origin[tasks], self.clusters[tasks], views
        )
