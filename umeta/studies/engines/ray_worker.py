"""What runs in a Ray cluster: the actor that gives out the cells of a batch, and the task of a cell."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from umeta.cache import Home
from umeta.runs.directory_claims import claimed
from umeta.stage import Step
from umeta.studies.batches import Batch

NUMBER = "ended"
"""The key, in the events of a batch, of the number of a cell that has ended."""
LOOK = 1.0
"""Seconds between two looks for the file that stops a cell, and at the cells that run."""


def stop_file(batch: Batch, number: int) -> Path:
    """Return the file by which a cell is told to stop, or never to begin."""
    return batch.path / f"stop-{number}"


def run_cell(path: str, number: int, environment: dict[str, str]) -> int:
    """Execute a cell of a batch, on from its checkpoint if its worker died before, and return the exit status."""
    os.environ.update(environment)
    from umeta.studies.cell_worker import (
        execute_cell,
        run_of_cell,
    )  # torch counts its threads when it is loaded

    batch, before = Batch(Path(path)), signal.getsignal(signal.SIGTERM)
    try:
        run = run_of_cell(batch, number, Home.from_environment())
        return execute_cell(run, _is_stopped(stop_file(batch, number)))
    finally:
        signal.signal(signal.SIGTERM, before)  # the process is Ray's, and goes on


class Dispatcher:
    """Gives the cells of a batch to workers and ends when all have ended; nobody has to wait for it."""

    def __init__(self, path: str, environment: dict[str, str]) -> None:
        self._batch, self._environment = Batch(Path(path)), environment

    def ready(self) -> bool:
        """Answer once the actor is there."""
        return True

    def run(self, cell: Any, n_cells: int, at_once: int | None) -> None:
        """Run all cells, so many at a time.

        Args:
            cell: `run_cell` as a remote function, with what it needs.
            n_cells: How many there are.
            at_once: How many run at a time at most; None for as many as the cluster has room for.
        """
        ray: Any = import_module("ray")  # of an extra
        batch = self._batch
        waiting, running = list(range(n_cells)), dict[Any, int]()
        with claimed(batch.path):
            while waiting or running:
                batch.write_status("running", Step("cells", n_cells - len(waiting) - len(running), n_cells))
                while waiting and len(running) < (at_once or n_cells):
                    number = waiting.pop(0)
                    if not stop_file(batch, number).exists():
                        running[cell.remote(str(batch.path), number, self._environment)] = number
                ended, _ = ray.wait(list(running), timeout=LOOK) if running else ([], [])
                for task in ended:
                    with suppress(ray.exceptions.RayError):  # its run's directory says what became of it
                        ray.get(task)
                    batch.append_event({NUMBER: running.pop(task)})
            batch.write_status("finished", Step("cells", n_cells, n_cells))
        ray.actor.exit_actor()


def _is_stopped(file: Path) -> Callable[[], bool]:
    """Return a function that tells whether there is a file; asked often, it looks once a second."""
    looked, found = -LOOK, False

    def is_stopped() -> bool:
        nonlocal looked, found
        if not found and time.monotonic() - looked >= LOOK:
            looked, found = time.monotonic(), file.exists()
        return found

    return is_stopped
