"""The process of a detached run or study: `python -m umeta.runs.worker DIRECTORY`."""

import logging
import signal
import sys
import threading
from pathlib import Path

from umeta.cache import Home
from umeta.device import keep_freed_memory
from umeta.runs.directory import RunDirectory
from umeta.runs.status import write_status
from umeta.runs.study_directory import ORDER, StudyDirectory
from umeta.stage import Cancelled, OnStep, Step, UserError

log = logging.getLogger("umeta.worker")


def main(path: Path) -> int:
    """Do what the directory says; SIGTERM cancels it at its next step, when its state is whole."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    keep_freed_memory()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())

    def stop_if_asked(step: Step) -> None:
        if stopped.is_set():
            raise Cancelled

    try:
        write_status(path, "running", message="starting")
        if (path / ORDER).exists():
            return _study(StudyDirectory(path), stop_if_asked)
        _run(RunDirectory(path), stop_if_asked)
    except Cancelled as cancelled:
        log.info("%s", cancelled)
    except UserError as error:
        log.error("%s", error)
        write_status(path, "failed", message=str(error)[:2000])
        return 1
    except Exception as error:
        log.exception("the work failed")
        write_status(path, "failed", message=f"{type(error).__name__}: {error}"[:2000])
        return 1
    return 0


def _run(run: RunDirectory, on_step: OnStep) -> None:
    config = run.config()
    from umeta.runs.pipeline import execute  # torch is loaded after the first status is written

    execute(config, Home.from_environment(), run=run, on_step=on_step)


def _study(directory: StudyDirectory, on_step: OnStep) -> int:
    """Run the cells of a study; its status says how many are finished and which is going on."""
    from umeta.runs.cells import ENDED, execute_study, state_of

    order, home = directory.order(), Home.from_environment()
    study = order.load()

    def progress() -> Step:
        done = sum(state_of(study, cell, home) in ENDED for cell in study.cells)
        return Step("study", done, len(study.cells))

    def on_cell(cell: object) -> None:
        directory.write_status("running", progress())

    directory.write_status("running", progress())
    try:
        failures = execute_study(
            study, home, label_use=order.label_use, anew=order.anew, on_cell=on_cell, on_step=on_step
        )
    except Cancelled:
        directory.write_status("cancelled", progress())
        raise
    for failure in failures:
        log.error("%s: %s", failure.cell.run_id, failure.message)
    words = f"{len(failures)} cells failed, the first: {failures[0].message}" if failures else ""
    directory.write_status("failed" if failures else "finished", progress(), words[:2000])
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
