"""Where the cells of a study run, and what becomes of those that an engine was handed.

The directory of a cell's run is believed first. Its engine is asked only about cells that say nothing there: it tells
one that is queued from one that is lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from umeta.cache import Home
from umeta.runs.config import RunConfig
from umeta.runs.status import AT_WORK
from umeta.studies.batches import batches_of
from umeta.studies.cells import ENDED, CellState, directory_of, run_ids_of, state_of
from umeta.studies.engines import engine_of
from umeta.studies.engines.engine import Task, TaskState
from umeta.studies.study import Study


class PlacedCell(NamedTuple):
    """A cell, how far it is, and where."""

    cell: RunConfig
    state: CellState
    task: Task | None
    """What it was handed to an engine as; None where it never was."""
    host: str
    """The machine that executes it or last did so; "" where nobody has begun, and once it is finished."""
    message: str
    """Why it failed, or what it is doing."""

    @property
    def place(self) -> str:
        """Where it is, in words."""
        host = f"host {self.host}" if self.host and self.state != "queued" else ""
        job = engine_of(self.task.batch.record.engine).task_name(self.task) if self.task else ""
        return ", ".join(filter(None, (host, job)))


def place_cells(study: Study, home: Home) -> list[PlacedCell]:
    """Return the cells of a study with their states, in order."""
    tasks = last_tasks(home)
    placed = [_place(study, cell, tasks, home) for cell in study.cells]
    told = ask_engines(one.task for one in placed if one.task and one.state not in ENDED)
    return [
        one
        if one.task is None or one.task not in told
        else one._replace(state=with_engine(one.state, told[one.task]))
        for one in placed
    ]


def with_engine(state: CellState, on_engine: TaskState | None) -> CellState:
    """Return the state of a cell of which its engine says that it is pending or running there, or nothing (None)."""
    if state in ENDED or state in AT_WORK:
        return state
    if on_engine is not None:
        return "queued" if on_engine == "pending" else "running"
    return "lost" if state == "waiting" else state


def last_tasks(home: Home) -> dict[str, Task]:
    """Return the task that each cell was handed over as last, by its run id."""
    return {
        run_id: Task(batch, number)
        for batch in batches_of(home)
        for number, run_id in enumerate(batch.record.run_ids)
    }


def ask_engines(tasks: Iterable[Task]) -> dict[Task, TaskState | None]:
    """Return what the engines say of tasks; of an engine that does not answer, nothing is said of its tasks."""
    by_engine: dict[str, list[Task]] = {}
    for task in tasks:
        by_engine.setdefault(task.batch.record.engine, []).append(task)
    told: dict[Task, TaskState | None] = {}
    for name, own in by_engine.items():
        known = _tasks_on(name, own)
        if known is not None:
            told |= {task: known.get(task) for task in own}
    return told


def counts_of(placed: Sequence[PlacedCell]) -> dict[str, int]:
    """Return how many cells are in each state, in the order in which the states are met."""
    counts: dict[str, int] = {}
    for one in placed:
        counts[one.state] = counts.get(one.state, 0) + 1
    return counts


def _tasks_on(name: str, tasks: Sequence[Task]) -> Mapping[Task, TaskState] | None:
    return engine_of(name).tasks(list(dict.fromkeys(task.batch for task in tasks)))


def _place(study: Study, cell: RunConfig, tasks: Mapping[str, Task], home: Home) -> PlacedCell:
    """Return a cell as its directory tells of it."""
    task = next((tasks[run_id] for run_id in run_ids_of(cell) if run_id in tasks), None)
    state = state_of(study, cell, home)
    if state in (*ENDED, "waiting"):
        return PlacedCell(cell, state, task, "", "")
    status = directory_of(cell, home).status()
    return PlacedCell(cell, state, task, status.host, status.message)
