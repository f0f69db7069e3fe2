"""The process of a detached study: `python -m umeta.studies.worker DIRECTORY`."""

import logging
import sys
from pathlib import Path

from umeta.cache import Home
from umeta.runs.queue import QUEUE
from umeta.runs.status import State
from umeta.runs.worker import work
from umeta.stage import Cancelled, OnStep, Step
from umeta.studies.cells import ENDED, execute_study, state_of
from umeta.studies.directory import StudyDirectory
from umeta.wording import counted

log = logging.getLogger("umeta.worker")


def _execute_cells(path: Path, on_step: OnStep) -> int:
    """Run the cells of a study; its status says how many are finished and which is going on."""
    directory = StudyDirectory(path)
    order, home = directory.order(), Home.from_environment()
    study = order.load()

    def progress() -> Step:
        done = sum(state_of(study, cell, home) in ENDED for cell in study.cells)
        return Step("study", done, len(study.cells))

    def on_cell(cell: object) -> None:
        directory.write_status("running", progress())

    state: State = "running"

    def told(step: Step) -> None:
        nonlocal state
        on_step(step)
        before, state = state, "queued" if step.stage == QUEUE else "running"
        if state != before:
            directory.write_status(state, progress())

    directory.write_status("running", progress())
    try:
        failures = execute_study(
            study,
            home,
            label_use=order.label_use,
            anew=order.anew,
            n_workers=order.n_workers,
            now=order.now,
            on_cell=on_cell,
            on_step=told,
        )
    except Cancelled:
        directory.write_status("cancelled", progress())
        raise
    for failure in failures:
        log.error("%s: %s", failure.cell.run_id, failure.message)
    message = f"{counted(len(failures), 'cell')} failed, the first: {failures[0].message}" if failures else ""
    directory.write_status("failed" if failures else "finished", progress(), message)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(work(Path(sys.argv[1]), _execute_cells))
