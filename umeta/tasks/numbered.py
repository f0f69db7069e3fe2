"""Tasks by their numbers: the same number, source and shape give the same task on any machine."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, Step, ignore_step
from umeta.tasks.source import TaskSource
from umeta.tasks.task import TaskBatch, TaskConfig, Views

TASKS_PER_STEP = 50


def draw_numbered(source: TaskSource, shape: TaskConfig, number: int) -> TaskBatch:
    """Draw the task of a number, a batch of one.

    Raises:
        UserError: the source cannot fill a task of that shape.
    """
    return source.sample(1, shape, rng=numpy_generator(number, Stream.SHOWN_TASK))


def first_tasks(draw: Callable[[int], TaskBatch], n_tasks: int, on_step: OnStep = ignore_step) -> TaskBatch:
    """Return the tasks numbered from 0 to n_tasks − 1 as one batch; `draw` gives the task of a number."""
    batches = []
    for number in range(n_tasks):
        batches.append(draw(number))
        if (number + 1) % TASKS_PER_STEP == 0:
            on_step(Step("tasks", number + 1, n_tasks))
    return concatenate(batches)


def concatenate(batches: Sequence[TaskBatch]) -> TaskBatch:
    """Return batches of one shape and source as one batch."""
    rows = [batch.query_rows for batch in batches if batch.query_rows is not None]
    return TaskBatch(
        support=np.concatenate([batch.support for batch in batches]),
        query=np.concatenate([batch.query for batch in batches]),
        origin=np.concatenate([batch.origin for batch in batches]),
        clusters=np.concatenate([batch.clusters for batch in batches]),
        views=_concatenated_views([batch.views for batch in batches if batch.views is not None]),
        query_rows=np.concatenate(rows) if rows else None,
    )


def _concatenated_views(views: Sequence[Views]) -> Views | None:
    if not views:
        return None
    is_view = [part.is_view for part in views if part.is_view is not None]
    return replace(
        views[0],
        seeds=np.concatenate([part.seeds for part in views]),
        is_view=np.concatenate(is_view) if is_view else None,
    )
