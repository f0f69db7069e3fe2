"""The cells of a study: which are finished, and running those that are not."""

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from umeta.cache import Home
from umeta.device import pick_device
from umeta.runs.config import RunConfig
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import AlreadyRunning, Superseded
from umeta.runs.queue import is_anyone_waiting, turn
from umeta.stage import Cancelled, OnStep, Step, UserError, ignore_step
from umeta.studies.engines.local import run_in_processes
from umeta.studies.study import Study

PAUSE = 1.0
"""Seconds between two looks at cells that other processes are running."""

CellState = Literal[
    "finished",
    "precomputed",
    "running",
    "queued",
    "frozen",
    "waiting",
    "failed",
    "cancelled",
    "lost",
    "damaged",
]
"""`queued`: it waits for its turn here, or an engine has it and will start it. `waiting`: nobody has it."""

ENDED = ("finished", "precomputed")
DEVICES = ("cpu", "cuda", "mps")
CONTENT = "content"
"""The key of the hash of one's own images in the file of a finished cell."""
DECIDED_BY_IMAGES = "the images decide options that the study leaves open, so the cell was run as"


class Failure(NamedTuple):
    """A cell that could not be finished, and why."""

    cell: RunConfig
    message: str


def directory_of(cell: RunConfig, home: Home) -> RunDirectory:
    """Return the directory of a cell's run, whether it is there yet or not.

    The run of a person's own images is that of the images as they were last read here. A run on another device counts,
    too: a study may be watched on another machine than those that run its cells.
    """
    runs = [RunDirectory(home.runs / run_id) for run_id in run_ids_of(as_read_here(cell, home))]
    begun = [run for run in runs if run.path.exists()]
    if len(begun) < 2:
        return (begun or runs)[0]
    return next((run for run in begun if run.is_finished), begun[0])


def as_read_here(cell: RunConfig, home: Home) -> RunConfig:
    """Return a cell of the images as they were last read here."""
    return cell.model_copy(update={"dataset": cell.dataset.as_last_read(home)})


def run_ids_of(cell: RunConfig) -> tuple[str, ...]:
    """Return the ids of a cell's run on its own device, and on others."""
    return _run_ids(cell)  # pyright: ignore[reportArgumentType]  # a frozen config has a hash


@lru_cache(maxsize=20_000)
def _run_ids(cell: RunConfig) -> tuple[str, ...]:
    devices = dict.fromkeys((cell.device, *DEVICES))
    return tuple(cell.model_copy(update={"device": device}).run_id for device in devices)


def shipped_file(study: Study, cell: RunConfig, home: Home) -> Path | None:
    """Return the file of a cell that was computed before, on whatever device; of no other images than are read here."""
    file = next(
        (file for run_id in run_ids_of(cell) if (file := study.shipped / f"{run_id}.json").exists()), None
    )
    return file if file is None or _is_of_images_here(file, cell, home) else None


def _is_of_images_here(file: Path, cell: RunConfig, home: Home) -> bool:
    """Return whether a cell is of the images that its path was last found to hold here, as far as both are known."""
    here = getattr(cell.dataset.as_last_read(home), "content", None)
    if here is None:
        return True
    with suppress(OSError, ValueError):  # a damaged file is told of where its results are read
        return json.loads(file.read_text()).get(CONTENT, here) == here
    return True


def state_of(study: Study, cell: RunConfig, home: Home) -> CellState:
    """Return how far a cell is."""
    run = directory_of(cell, home)
    if run.is_finished:
        return "finished"
    if shipped_file(study, cell, home) is not None:
        return "precomputed"
    state = run.status().state
    return "waiting" if state in ("unknown", "finished") else state


def execute_study(
    study: Study,
    home: Home,
    *,
    label_use: str = "none",
    anew: bool = False,
    n_workers: int = 1,
    now: bool = False,
    on_cell: Callable[[RunConfig], None] = lambda cell: None,
    on_step: OnStep = ignore_step,
) -> list[Failure]:
    """Run every cell that is not finished, in order, and return those that failed; a failure stops no other cell.

    A cell that another process is running is left to it, and waited for at the end. Each cell waits for its turn in the
    queue of this machine: what is launched beside a study of a day waits for one cell of it, not for a day.

    Args:
        anew: also run cells that were computed before and came with the study.
        n_workers: cells at a time; more than one are executed in processes of their own, one in this process. They
            share the cores, and so one slot.
        now: begin without waiting for a turn.
        on_cell: is told each cell when it begins and when it ends.

    Raises:
        Cancelled: `on_step` raised it; what is finished stays finished, and the cell goes on from its checkpoint.
    """
    failures: dict[str, Failure] = {}
    _read_images_that_may_change(study, home, on_step)

    def is_open(cell: RunConfig) -> bool:
        ended = ("finished",) if anew else ENDED
        return cell.run_id not in failures and state_of(study, cell, home) not in ended

    while waiting := [cell for cell in study.cells if is_open(cell)]:
        own = [cell for cell in waiting if not _runs_elsewhere(cell, home)]
        if not own:
            on_step(Step("wait", 0, len(waiting), note="for cells that other processes are running"))
            time.sleep(PAUSE)
        elif n_workers > 1:
            failed = _execute_in_processes(own, home, label_use, n_workers, now, on_cell, on_step)
            failures |= {failure.cell.run_id: failure for failure in failed}
        else:
            for cell in own:
                if not is_open(cell) or _runs_elsewhere(cell, home):
                    continue  # another process was faster
                if failure := _execute_here(cell, home, label_use, now, on_cell, on_step):
                    failures[cell.run_id] = failure
    return list(failures.values())


def _execute_here(
    cell: RunConfig,
    home: Home,
    label_use: str,
    now: bool,
    on_cell: Callable[[RunConfig], None],
    on_step: OnStep,
) -> Failure | None:
    """Execute a cell in this process, and return how it failed, None if it did not or if another process has it."""
    from umeta.runs.pipeline import execute

    on_cell(cell)
    failure = None
    try:
        run, _ = execute(cell, home, label_use=label_use, now=now, on_step=on_step)
        if run.run_id != directory_of(cell, home).run_id:  # else the cell would never be finished
            failure = Failure(cell, f"{DECIDED_BY_IMAGES} {run.run_id}.")
    except AlreadyRunning as error:
        if directory_of(cell, home).status().state == "unknown":  # nobody can say for how long
            return Failure(cell, str(error))
        return None
    except (Cancelled, Superseded):
        raise
    except Exception as error:
        message = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        failure = Failure(cell, message)
    on_cell(cell)
    return failure


def _execute_in_processes(
    cells: Sequence[RunConfig],
    home: Home,
    label_use: str,
    n_workers: int,
    now: bool,
    on_cell: Callable[[RunConfig], None],
    on_step: OnStep,
) -> list[Failure]:
    """Execute cells in processes of their own, and return those that did not end well."""
    runs = {RunDirectory.create(as_read_here(cell, home), home, label_use=label_use): cell for cell in cells}
    device = "cpu" if now else pick_device(cells[0].device).type
    waiting = deque(runs)
    while waiting:
        with nullcontext() if now else turn(waiting[0].path, device, home, on_step):
            run_in_processes(
                waiting,
                home,
                n_workers,
                may_begin=lambda: now or not is_anyone_waiting(device, home),
                on_change=lambda run: on_cell(runs[run]),
                on_step=on_step,
            )
    ended = [(cell, run.status()) for run, cell in runs.items()]
    return [
        Failure(cell, status.message or f"its process ended: {status.state}")
        for cell, status in ended
        if status.state != "finished" and not status.is_at_work
    ]


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
    return status.is_at_work and not status.process.is_own
