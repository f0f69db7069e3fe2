"""The process of a detached run: `python -m umeta.runs.worker DIRECTORY`."""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from umeta.cache import Home
from umeta.device import keep_freed_memory
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import NOT_CLAIMED, AlreadyRunning, Claim, Superseded, claimed
from umeta.runs.status import read_status, write_status
from umeta.stage import Cancelled, OnStep, Step, UserError

log = logging.getLogger("umeta.worker")


def work(path: Path, execute: Callable[[Path, OnStep], int]) -> int:
    """Execute what a directory describes and record how it ends; SIGTERM cancels it at its next step.

    Returns:
        The exit status of the process.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    keep_freed_memory()
    try:
        with claimed(path) as claim:
            return _work(path, execute, claim)
    except AlreadyRunning as error:
        log.info("%s", error)
        return NOT_CLAIMED
    except Superseded as error:
        log.warning("%s", error)
        return 0


def _work(path: Path, execute: Callable[[Path, OnStep], int], claim: Claim) -> int:
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())

    def cancel_when_stopped(step: Step) -> None:
        claim.check()
        if stopped.is_set():
            raise Cancelled

    try:
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
        write_status(path, "failed", message=message[:2000])


def _execute_run(path: Path, on_step: OnStep) -> int:
    run = RunDirectory(path)
    config = run.config()
    from umeta.runs.pipeline import execute  # torch is loaded after the first status is written

    execute(config, Home.from_environment(), run=run, on_step=on_step)
    return 0


if __name__ == "__main__":
    sys.exit(work(Path(sys.argv[1]), _execute_run))
