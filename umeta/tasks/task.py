"""A batch of N-way K-shot tasks as item numbers."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from jaxtyping import Bool, Int
from pydantic import Field, model_validator

from umeta.stage import Config, UserError

MAX_COUNT = 1000
"""Of the ways of a task, and of the images of one class: more do not fit into memory as one task."""


class TaskConfig(Config):
    """The shape of a task: N classes, K support and Q query items of each."""

    n_way: int = Field(default=5, ge=2, le=MAX_COUNT)
    n_shot: int = Field(default=1, ge=1, le=MAX_COUNT)
    n_query: int = Field(default=15, ge=1, le=MAX_COUNT)
    min_way: int | None = Field(default=None, ge=2, le=MAX_COUNT, exclude_if=lambda way: way is None)
    """Training steps draw their way uniformly from here to n_way, for learners without a head of one way; None: always
    n_way."""

    @model_validator(mode="after")
    def _ways_are_in_order(self) -> "TaskConfig":
        if self.min_way is not None and self.min_way > self.n_way:
            raise UserError(f"task.min_way={self.min_way} is more than task.n_way={self.n_way}. Lower it.")
        return self

    @property
    def items_per_class(self) -> int:
        """Support and query items of one class: what a cluster must hold to be used."""
        return self.n_shot + self.n_query

    def draw_ways(self, n_batches: int, rng: np.random.Generator) -> list[int]:
        """Return the way of each batch of training tasks; nothing is drawn where the way does not vary."""
        if self.min_way is None:
            return [self.n_way] * n_batches
        return rng.integers(min(self.min_way, self.n_way), self.n_way, endpoint=True, size=n_batches).tolist()


@dataclass(frozen=True, eq=False)
class Views:
    """The augmentation that rides along with tasks: which images of a row are random views of their items."""

    policy: str
    """A name of `umeta.data.augmentation`."""
    strength: float
    seeds: Int[np.ndarray, " n_tasks"]
    """One for each task, so that a task shows the same views whatever it is batched with."""
    is_view: Bool[np.ndarray, "n_tasks n_way n_images"] | None = None
    """Of each image of a row, support before queries; None: all are views but the first."""

    version: ClassVar[int] = 1
    """Raised whenever a change of the augmentation changes what a seed shows: part of the hash of saved tasks."""

    def __getitem__(self, tasks: slice) -> "Views":
        is_view = None if self.is_view is None else self.is_view[tasks]
        return replace(self, seeds=self.seeds[tasks], is_view=is_view)

    def of_way(self, n_way: int) -> "Views":
        """Return the views of the first rows of each task."""
        return replace(self, is_view=None if self.is_view is None else self.is_view[:, :n_way])


@dataclass(frozen=True, eq=False)
class TaskBatch:
    """Tasks as item numbers into the whole image set. Row i of a task is its class i, so labels are implied.

    Where not every class is asked about equally often, the queries fill the same places, and `query_rows` says whose
    they are.
    """

    support: Int[np.ndarray, "n_tasks n_way n_shot"]
    query: Int[np.ndarray, "n_tasks n_way n_query"]
    origin: Int[np.ndarray, " n_tasks"]
    """Which partition of the source each task was drawn from."""
    clusters: Int[np.ndarray, "n_tasks n_way"]
    """Which cluster (or true class) each row was drawn from."""
    views: Views | None = None
    """None: every image is shown as it is."""
    query_rows: Int[np.ndarray, "n_tasks n_way n_query"] | None = None
    """The row whose class each query is of; None: the row that it stands in."""

    def __len__(self) -> int:
        return len(self.support)

    def __getitem__(self, tasks: slice) -> "TaskBatch":
        views = None if self.views is None else self.views[tasks]
        query_rows = None if self.query_rows is None else self.query_rows[tasks]
        return TaskBatch(
            self.support[tasks],
            self.query[tasks],
            self.origin[tasks],
            self.clusters[tasks],
            views,
            query_rows,
        )

    def of_way(self, n_way: int) -> "TaskBatch":
        """Return the first rows of each task: tasks of fewer ways, as rows stand in random order.

        Raises:
            ValueError: queries are not equally many of each class, so that some may be of a row that is left out.
        """
        if self.query_rows is not None:
            raise ValueError(
                "tasks with unequal queries have no fewer ways: some queries would lose their class"
            )
        return replace(
            self,
            support=self.support[:, :n_way],
            query=self.query[:, :n_way],
            clusters=self.clusters[:, :n_way],
            views=None if self.views is None else self.views.of_way(n_way),
        )

    @property
    def true_rows(self) -> Int[np.ndarray, "n_tasks n_way n_query"]:
        """The row whose class each query is of, which is the right answer to it."""
        if self.query_rows is not None:
            return self.query_rows
        return np.broadcast_to(np.arange(self.query.shape[1])[:, None], self.query.shape)
