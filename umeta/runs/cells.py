"""The cells of a study: which are finished, and running those that are not."""

import os
import time
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from umeta.cache import Home
from umeta.runs.config import RunConfig
from umeta.runs.directory import RunDirectory
from umeta.runs.finished import Finished, Row
from umeta.runs.shipped import shipped_cell, shipped_file
from umeta.runs.study import Study
from umeta.stage import Cancelled, OnStep, Step, UserError, ignore_step

PAUSE = 1.0
"""Seconds between two looks at cells that other processes are running."""

CellState = Literal["finished", "precomputed", "running", "waiting", "failed", "cancelled", "lost"]

ENDED = ("finished", "precomputed")


class Failure(NamedTuple):
    """A cell that could not be finished, and why."""

    cell: RunConfig
    message: str


def finished_cell(study: Study, cell: RunConfig, home: Home) -> Finished | None:
    """Return a cell's result, computed here or before; None while there is neither."""
    return Finished.of(directory_of(cell, home)) or shipped_cell(study, cell)


def directory_of(cell: RunConfig, home: Home) -> RunDirectory:
    """Return the directory of a cell's run, whether it is there yet or not."""
    return RunDirectory(home.runs / cell.run_id)


def state_of(study: Study, cell: RunConfig, home: Home) -> CellState:
    """Say how far a cell is."""
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
    from umeta.runs.pipeline import AlreadyRunning, execute

    failures: dict[str, Failure] = {}

    def finished(cell: RunConfig) -> bool:
        return state_of(study, cell, home) in (("finished",) if anew else ENDED)

    while left := [cell for cell in study.cells if cell.run_id not in failures and not finished(cell)]:
        own = [cell for cell in left if not _runs_elsewhere(cell, home)]
        for cell in own:
            if finished(cell) or _runs_elsewhere(cell, home):
                continue  # another process was faster
            on_cell(cell)
            try:
                execute(cell, home, label_use=label_use, on_step=on_step)
            except AlreadyRunning:
                continue
            except Cancelled:
                raise
            except Exception as error:
                words = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
                failures[cell.run_id] = Failure(cell, words)
            on_cell(cell)
        if not own:
            on_step(Step("wait", 0, len(left), note="for cells that other processes are running"))
            time.sleep(PAUSE)
    return list(failures.values())


def rows_of(study: Study, home: Home) -> list[Row]:
    """Return the rows of the finished cells, each with what its cell is."""
    return [
        row for cell in study.cells if (found := finished_cell(study, cell, home)) for row in _rows(found)
    ]


def _rows(found: Finished) -> list[Row]:
    config: Any = found.result["config"]
    learner = config["learner"]["name"]
    cell = {
        "dataset": config["dataset"]["name"],
        "encoder": config["encoder"]["name"],
        "partition": config["partition"]["name"] if learner != "none" else None,  # a baseline has none
        "learner": learner,
        "seconds": round(found.seconds, 1),
        "cpu_seconds": None if found.cpu_seconds is None else round(found.cpu_seconds, 1),
        "run_id": found.run_id,
        "precomputed": found.precomputed,
        "label_use": found.result["label_use"],
    }
    return [{**cell, **{key: row[key] for key in row if key != "answers"}} for row in found.rows]


def _runs_elsewhere(cell: RunConfig, home: Home) -> bool:
    status = directory_of(cell, home).status()
    return status.state == "running" and status.pid != os.getpid()
