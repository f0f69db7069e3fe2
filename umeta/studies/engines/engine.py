"""What every engine that is handed cells can do."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from umeta.cache import Home
from umeta.studies.batches import Batch
from umeta.studies.resources import Resources

TaskState = Literal["pending", "running"]


class Task(NamedTuple):
    """One cell of a batch, as the engine has it."""

    batch: Batch
    number: int


@runtime_checkable
class Engine(Protocol):
    """Runs the cells of a batch, each by the worker that a cell has everywhere."""

    def batch_size(self) -> int:
        """Return how many cells a batch may have at most."""
        ...

    def submit(self, batch: Batch, resources: Resources, home: Home) -> str:
        """Hand over a batch, and return the engine's name for its job; nothing here has to go on running.

        Raises:
            UserError: the engine is not here or refuses the job.
        """
        ...

    def tasks(self, batches: Sequence[Batch]) -> Mapping[Task, TaskState] | None:
        """Return the cells of batches that the engine has still to run, or is running; None if it does not answer."""
        ...

    def cancel(self, tasks: Sequence[Task]) -> None:
        """Stop what runs of tasks, each with its checkpoint, and take back what is queued.

        Raises:
            UserError: the engine does not answer.
        """
        ...

    def task_name(self, task: Task) -> str:
        """Return the engine and what it calls a task."""
        ...
