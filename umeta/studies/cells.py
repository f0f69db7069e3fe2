"""The cells of a study: which are finished, and running those that are not."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from umeta.cache import Home
from umeta.runs.config import RunConfig
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import AlreadyRunning, Superseded
from umeta.stage import Cancelled, OnStep, Step, UserError, ignore_step
from umeta.studies.study import Study

PAUSE = 1.0
"""Seconds between two looks at cells that other processes are running."""

CellState = Literal["finished", "precomputed", "running", "waiting", "failed", "cancelled", "lost", "damaged"]

ENDED = ("finished", "precomputed")
DEVICES = ("cpu", "cuda", "mps")


DECIDED_BY_IMAGES = "the images decide options that the study leaves open, so the cell was run as"


class Failure(NamedTuple):
    """A cell that could not be finished, and why."""

    cell: RunConfig
    message: str


def directory_of(cell: RunConfig, home: Home) -> RunDirectory:
    """Return the directory of a cell's run, whether it is there yet or not.

    The run of a person's own images is that of the images as they were last read here.
    """
    cell = cell.model_copy(update={"dataset": cell.dataset.as_last_read(home)})
    return RunDirectory(home.runs / cell.run_id)


def shipped_file(study: Study, cell: RunConfig) -> Path | None:
    """Return the file of a cell that was computed before, on whatever device."""
    ids = (cell.model_copy(update={"device": device}).run_id for device in DEVICES)
    return next((file for run_id in ids if (file := study.shipped / f"{run_id}.json").exists()), None)


def state_of(study: Study, cell: RunConfig, home: Home) -> CellState:
    """Return how far a cell is."""
    run = directory_of(cell, home)
    if run.is_finished:
        return "finished"
    if shipped_file(study, cell) is not None:
        return "precomputed"
    state = run.status().state
    return "waiting" if state in ("unknown", "finished") else state


def execute_study(
    study: Study,
    home: Home,
    *,
    label_use: str = "none",
    anew: bool = False,
    on_cell: Callable[[RunConfig], None] = lambda cell: None,
    on_step: OnStep = ignore_step,
) -> list[Failure]:
    """Run every cell that is not finished, in order, and return those that failed; a failure stops no other cell.

    A cell that another process is running is left to it, and waited for at the end.

    Args:
        anew: also run cells that were computed before and came with the study.
        on_cell: is told each cell when it begins and when it ends.

    Raises:
        Cancelled: `on_step` raised it; what is finished stays finished, and the cell goes on from its checkpoint.
    """
    from umeta.runs.pipeline import execute

    failures: dict[str, Failure] = {}
    _read_images_that_may_change(study, home, on_step)

    def finished(cell: RunConfig) -> bool:
        return state_of(study, cell, home) in (("finished",) if anew else ENDED)

    while waiting := [cell for cell in study.cells if cell.run_id not in failures and not finished(cell)]:
        own = [cell for cell in waiting if not _runs_elsewhere(cell, home)]
        for cell in own:
            if finished(cell) or _runs_elsewhere(cell, home):
                continue  # another process was faster
            on_cell(cell)
            try:
                run, _ = execute(cell, home, label_use=label_use, on_step=on_step)
                if run.run_id != directory_of(cell, home).run_id:  # else the cell would never be finished
                    failures[cell.run_id] = Failure(cell, f"{DECIDED_BY_IMAGES} {run.run_id}.")
            except AlreadyRunning as error:
                if directory_of(cell, home).status().state == "unknown":  # nobody can say for how long
                    failures[cell.run_id] = Failure(cell, str(error))
                continue
            except (Cancelled, Superseded):
                raise
            except Exception as error:
                message = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
                failures[cell.run_id] = Failure(cell, message)
            on_cell(cell)
        if not own:
            on_step(Step("wait", 0, len(waiting), note="for cells that other processes are running"))
            time.sleep(PAUSE)
    return list(failures.values())


def _read_images_that_may_change(study: Study, home: Home, on_step: OnStep) -> None:
    """Notice changes of a person's own images, so that no cell is taken as finished on images that are gone."""
    datasets = {
        cell.model_dump_json(include={"dataset"}): cell.dataset
        for cell in study.cells
        if cell.dataset.may_change
    }
    for dataset in datasets.values():
        with suppress(UserError):  # its cells will say it
            dataset.load(home, on_step=on_step)


def _runs_elsewhere(cell: RunConfig, home: Home) -> bool:
    status = directory_of(cell, home).status()
    return status.state == "running" and not status.process.is_own
