"""The lists of test tasks of a run, drawn and saved before any other work."""

from collections.abc import Sequence

import numpy as np

from umeta.runs.context import RunContext
from umeta.runs.stages import TASKS_DRAWN
from umeta.runs.testing import setting
from umeta.stage import Step, content_hash
from umeta.tasks import TestTasks


def draw_test_tasks(context: RunContext) -> list[TestTasks]:
    """Draw and save the list of test tasks of each way and shot.

    Raises:
        UserError: the split has too few classes or items for such tasks.
    """
    test = context.config.test
    lists = []
    for shape in test.shapes():
        tasks = TestTasks.draw(
            context.dataset,
            shape,
            n_tasks=test.n_tasks,
            split=test.split,
            seed=test.seed,
            of=test.of or "classes",
            query_dirichlet=test.query_dirichlet,
        )
        tasks.save(context.run.path / "test_tasks" / f"{setting(shape)}.safetensors")
        context.record(_drawn(tasks))
        lists.append(tasks)
    return lists


def _drawn(tasks: TestTasks) -> Step:
    """Return the event that a list of tasks is drawn, with the number of its images, which decides its time."""
    n_tasks = len(tasks.tasks)
    n_images = len(np.unique(np.concatenate([tasks.tasks.support, tasks.tasks.query], axis=2)))
    return Step(TASKS_DRAWN, n_tasks, n_tasks, {"images": float(n_images)}, note=setting(tasks.config))


def hash_of_lists(lists: Sequence[TestTasks]) -> str:
    """Return the hash of the list of test tasks, or of the hashes of several."""
    hashes = {setting(tasks.config): tasks.hash for tasks in lists}
    return next(iter(hashes.values())) if len(hashes) == 1 else content_hash(hashes)
