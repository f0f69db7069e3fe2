"""The process of a detached run: `python -m umeta.runs.worker DIRECTORY [--now]`.

It waits in the queue of this machine until it is its turn, unless it is told to begin now.
"""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from umeta.cache import Home
from umeta.device import keep_freed_memory
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import NOT_CLAIMED, AlreadyRunning, Claim, Superseded, claimed
from umeta.runs.queue import turn_of
from umeta.runs.status import read_status, write_status
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import Cancelled, OnStep, Step, UserError

log = logging.getLogger("umeta.worker")


NOW = "--now"
"""The word that tells a worker to begin without waiting for its turn."""


def work(
    path: Path, execute: Callable[[Path, OnStep], int], device: Callable[[Path], str] | None = None
) -> int:
    """Execute what a directory describes and record how it ends; SIGTERM cancels it at its next step.

    Args:
        path: The directory.
        execute: Executes it, and returns the exit status.
        device: Tells from the directory for a slot of which device it waits; None to begin at once.

    Returns:
        The exit status of the process.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    keep_freed_memory()
    try:
        with claimed(path) as claim:
            return _work(path, execute, device, claim)
    except AlreadyRunning as error:
        log.info("%s", error)
        return NOT_CLAIMED
    except Superseded as error:
        log.warning("%s", error)
        return 0


def _work(
    path: Path,
    execute: Callable[[Path, OnStep], int],
    device: Callable[[Path], str] | None,
    claim: Claim,
) -> int:
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())

    def cancel_when_stopped(step: Step) -> None:
        claim.check()
        if stopped.is_set():
            raise Cancelled

    try:
        with ExitStack() as slot:
            if device is not None:
                home, directory = Home.from_environment(), WorkingDirectory(path)
                slot.enter_context(turn_of(directory, device(path), home, cancel_when_stopped))
            write_status(path, "running", message="starting")
            return execute(path, cancel_when_stopped)
    except Cancelled as cancelled:
        log.info("%s", cancelled)
        return 0
    except Superseded:
        raise
    except UserError as error:
        log.error("%s", error)
        _write_failure(path, str(error))
        return 1
    except Exception as error:
        log.exception("the work failed")
        _write_failure(path, f"{type(error).__name__}: {error}")
        return 1


def _write_failure(path: Path, message: str) -> None:
    """Write why the work failed, unless it has done so itself."""
    if read_status(path).state != "failed":
        write_status(path, "failed", message=message)


def execute_run(path: Path, on_step: OnStep) -> int:
    """Execute the run of a directory, and return the exit status."""
    run = RunDirectory(path)
    config = run.config()
    from umeta.runs.pipeline import execute  # torch is loaded after the first status is written

    execute(config, Home.from_environment(), run=run, on_step=on_step)
    return 0


def _device_of(path: Path) -> str:
    """Return the device of a run, "cpu" where its config names none: its execution will say what is wrong there."""
    device = RunDirectory(path).config_or_nothing().get("device")
    return device if device in ("cuda", "mps") else "cpu"


if __name__ == "__main__":
    sys.exit(work(Path(sys.argv[1]), execute_run, None if NOW in sys.argv[2:] else _device_of))
