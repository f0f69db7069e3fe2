"""The process of one cell of a batch: `python -m umeta.studies.cell_worker BATCH NUMBER`.

SIGTERM stops it with its checkpoint. So does SIGUSR1, which SLURM sends shortly before the time is over or when another
job is to have the place, and the cell's job is queued again.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from umeta.cache import Home
from umeta.runs import directory_claims
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import NOT_CLAIMED, AlreadyRunning
from umeta.runs.worker import execute_run, work
from umeta.stage import Cancelled, OnStep, Step, UserError
from umeta.studies.batches import Batch
from umeta.studies.cells import as_read_here
from umeta.studies.engines.slurm import requeue_own_job

PAUSE = 1.0
"""Seconds between two looks at a cell that another process has."""

MAX_IN_VAIN = 3
"""How often a cell is queued again that kept nothing: an encoder has no checkpoints, and would begin anew forever."""
IN_VAIN = "its time was over before it could keep a checkpoint, several times; give it more by --time and resubmit it"

log = logging.getLogger("umeta.worker")


def run_of_cell(batch: Batch, number: int, home: Home) -> RunDirectory:
    """Return the directory of a cell's run, which is made where it is not there.

    Raises:
        UserError: the cell cannot be read, or the disk refused.
    """
    cell = as_read_here(batch.cell(number), home)
    return RunDirectory.create(cell, home, label_use=batch.record.label_use)


def execute_cell(run: RunDirectory, is_stopped: Callable[[], bool]) -> int:
    """Execute a cell's run until it ends or is stopped, and return the exit status.

    Where another process has it, wait and go on after it. An engine starts a cell anew only once its process is gone:
    one on a machine that was not heard of for a while is taken to be gone.
    """

    def execute(path: Path, on_step: OnStep) -> int:
        def checked(step: Step) -> None:
            on_step(step)
            if is_stopped():
                raise Cancelled

        return execute_run(path, checked)

    while not run.is_finished and not is_stopped():
        status = work(run.path, execute)
        if status != NOT_CLAIMED:
            return status
        if run.status().state == "unknown":
            with suppress(AlreadyRunning):
                directory_claims.take(run.path, by_force=True).release()
        time.sleep(PAUSE)
    return 0


def main(batch: Batch, number: int) -> int:
    """Execute a cell of a batch, as SLURM starts it."""
    warned, begun = threading.Event(), time.time()
    signal.signal(signal.SIGUSR1, lambda *_: warned.set())
    run = run_of_cell(batch, number, Home.from_environment())
    status = execute_cell(run, warned.is_set)
    if not warned.is_set() or run.is_finished:
        return status
    if int(os.environ.get("SLURM_RESTART_COUNT", 0)) >= MAX_IN_VAIN and not _kept_since(run, begun):
        run.write_status("failed", message=IN_VAIN)
        return 1
    log.info("%s is queued again", run.run_id)
    requeue_own_job()
    return status


def _kept_since(run: RunDirectory, begun: float) -> bool:
    """Return whether a checkpoint was written since a time."""
    return any(file.stat().st_mtime >= begun for file in run.checkpoints.glob("*"))


if __name__ == "__main__":
    try:
        sys.exit(main(Batch(Path(sys.argv[1])), int(sys.argv[2])))
    except UserError as error:
        sys.exit(str(error))
