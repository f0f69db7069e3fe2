"""Processes of this machine: several runs of a study at a time, each in a process of its own."""

import os
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from umeta.cache import Home
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import AlreadyRunning
from umeta.runs.processes import cancel, start_worker
from umeta.stage import OnStep, Step, UserError

PAUSE = 0.2
"""Seconds between two looks at the processes."""


def run_in_processes(
    waiting: deque[RunDirectory],
    home: Home,
    n_workers: int,
    *,
    may_begin: Callable[[], bool],
    on_change: Callable[[RunDirectory], None],
    on_step: OnStep,
) -> None:
    """Execute runs in processes of their own, so many at a time; how each ends stands in its directory.

    Each process gets an equal share of the cores. A run that another process has is left to it. One is begun in any
    case.

    Args:
        waiting: Their directories, with their configs; those that were begun are taken out.
        home: Where they are kept.
        n_workers: Processes at a time.
        may_begin: Whether one more may be begun; if not, the function returns once those that were begun have ended.
        on_change: Is told each run when it begins and when it ends.
        on_step: Is told how many have ended; if it raises, the processes are stopped with their checkpoints.
    """
    threads = str(max(1, (os.cpu_count() or 1) // n_workers))
    working, n_runs, is_first = list[RunDirectory](), len(waiting), True
    try:
        while working or is_first or (waiting and may_begin()):
            while waiting and len(working) < n_workers and (is_first or may_begin()):
                run, is_first = waiting.popleft(), False
                on_change(run)
                with suppress(AlreadyRunning):
                    start_worker(run, home, environment={"OMP_NUM_THREADS": threads}, now=True)
                    working.append(run)
            for run in [run for run in working if not run.status().may_run]:
                working.remove(run)
                on_change(run)
            n_ended = n_runs - len(waiting) - len(working)
            on_step(Step("cells", n_ended, n_runs, note=f"in {n_workers} processes"))
            time.sleep(PAUSE)
    finally:
        for run in working:
            with suppress(UserError):  # it ended meanwhile
                cancel(run)
