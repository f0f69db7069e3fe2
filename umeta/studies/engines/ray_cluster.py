"""Ray: an actor in the cluster gives the cells of a batch to workers, so that the process that submits may end.

The actor works in the batch's directory as a run's process does in its own, and renews a claim there: whether it lives,
and which cells have ended, is known without asking the cluster. The machines of the cluster have umeta and see the same
folders.
"""

import os
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from umeta.cache import Home, write_atomically
from umeta.stage import UserError
from umeta.studies.batches import Batch
from umeta.studies.engines.engine import Task, TaskState
from umeta.studies.engines.ray_worker import NUMBER, Dispatcher, run_cell, stop_file
from umeta.studies.resources import Resources

NAMESPACE = "umeta"
START_SECONDS = 60.0
"""How long the actor gets to begin."""
MAX_CELLS = 10_000


class RayCluster:
    """The Ray cluster at an address."""

    def __init__(self, address: str) -> None:
        self.address = address

    def batch_size(self) -> int:
        """Return how many cells a batch may have at most."""
        return MAX_CELLS

    def submit(self, batch: Batch, resources: Resources, home: Home) -> str:
        """Start the actor of a batch, and return its name once it works."""
        name = f"{batch.path.parent.parent.name}-{batch.path.name}"
        environment = {"UMETA_HOME": str(home.root), "OMP_NUM_THREADS": str(resources.cpus)}
        if "UMETA_DATA" in os.environ:
            environment["UMETA_DATA"] = os.environ["UMETA_DATA"]
        with _connected(self.address) as ray:
            cell = ray.remote(run_cell).options(
                num_cpus=resources.cpus, num_gpus=resources.gpus, max_retries=resources.retries
            )
            options = {"name": name, "namespace": NAMESPACE, "lifetime": "detached", "num_cpus": 0}
            dispatcher = ray.remote(Dispatcher).options(**options).remote(str(batch.path), environment)
            ray.get(dispatcher.ready.remote(), timeout=START_SECONDS)
            dispatcher.run.remote(cell, len(batch.record.run_ids), resources.at_once)
            deadline = time.monotonic() + START_SECONDS
            while not batch.status().may_run and not _ended(batch) and time.monotonic() < deadline:
                time.sleep(0.1)
        if not batch.status().may_run and not _ended(batch):
            raise UserError(
                f"the cluster at {self.address} does not work in {batch.path}; do its machines see this folder?"
            )
        return name

    def tasks(self, batches: Sequence[Batch]) -> Mapping[Task, TaskState] | None:
        """Return the cells that have not ended, of batches whose actor lives; their runs say which of them run."""
        return {
            Task(batch, number): "pending"
            for batch in batches
            if batch.status().may_run
            for number in set(range(len(batch.record.run_ids))) - _ended(batch)
        }

    def cancel(self, tasks: Sequence[Task]) -> None:
        """Tell the workers of tasks to stop, and their actors not to give them out; they look for it every second."""
        for task in tasks:
            write_atomically(stop_file(task.batch, task.number), b"")

    def task_name(self, task: Task) -> str:
        """Return the cluster and the number of a cell there."""
        return f"Ray {task.batch.record.job}, cell {task.number}"


def _ended(batch: Batch) -> set[int]:
    """Return the numbers of the cells that have ended."""
    events, _ = batch.events()
    return {event[NUMBER] for event in events if isinstance(event.get(NUMBER), int)}


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Connect to a cluster while the block runs.

    Raises:
        UserError: Ray is not installed, there is no cluster at the address, or it is of another version.
    """
    try:
        ray: Any = import_module("ray")  # of an extra
    except ImportError:
        raise UserError(f"--on {address} needs Ray: pip install 'umeta[ray]'") from None
    try:
        with warnings.catch_warnings(action="ignore"):  # the error says it
            ray.init(address, namespace=NAMESPACE, log_to_driver=False, logging_level="ERROR")
    except Exception as error:  # of many kinds, by what is wrong
        reason = " ".join(str(error).split())[:300]
        raise UserError(f"no Ray cluster answers at {address}: {reason}") from None
    try:
        yield ray
    except ray.exceptions.RayError as error:
        raise UserError(f"the cluster at {address} refused: {' '.join(str(error).split())[:300]}") from None
    finally:
        ray.shutdown()
