"""Handing the cells of a study to an engine, and taking them back."""

from collections.abc import Sequence

from umeta.cache import Home
from umeta.runs.config import RunConfig
from umeta.runs.status import AT_WORK
from umeta.stage import UserError
from umeta.studies.batches import Batch, BatchRecord
from umeta.studies.cells import CellState
from umeta.studies.directory import StudyDirectory, StudyOrder
from umeta.studies.engines import engine_of
from umeta.studies.engines.engine import Task
from umeta.studies.placement import place_cells
from umeta.studies.resources import Resources
from umeta.studies.study import Study

ENDED_BADLY: tuple[CellState, ...] = ("failed", "cancelled", "lost", "damaged")
OPEN: tuple[CellState, ...] = ("waiting", *ENDED_BADLY)


def submit_study(
    study: Study, order: StudyOrder, on: str, resources: Resources, home: Home, *, resubmit: bool = False
) -> list[Batch]:
    """Hand the cells that are neither finished nor queued nor running to an engine, and return at once.

    Args:
        study: The study that the order names, with the cells to run.
        order: What was asked for; it names the study's directory.
        on: The engine.
        resources: What each cell gets there.
        home: Where runs are kept; the machines of the engine have to see the same folder.
        resubmit: Hand over only cells that ran before and failed, were cancelled, or are lost.

    Raises:
        UserError: the engine is not here, or refuses. Batches that it took before stay with it.
    """
    engine = engine_of(on)
    states = ENDED_BADLY if resubmit else (*OPEN, "precomputed") if order.anew else OPEN
    cells = [one.cell for one in place_cells(study, home) if one.state in states]
    if not cells:
        return []
    directory = StudyDirectory.create(order, home)
    submitted = []
    for part in _parts(cells, min(engine.batch_size(), resources.max_array or len(cells))):
        run_ids = tuple(cell.run_id for cell in part)
        record = BatchRecord(engine=on, run_ids=run_ids, resources=resources, label_use=order.label_use)
        batch = Batch.create(directory.path, part, record)
        try:
            job = engine.submit(batch, resources, home)
        except UserError:
            batch.remove()
            raise
        batch.write(batch.record.model_copy(update={"job": job}))
        submitted.append(batch)
    return submitted


def take_back(study: Study, home: Home) -> list[Task]:
    """Cancel the cells of a study that are queued or running on engines, and return their tasks.

    Raises:
        UserError: an engine does not answer.
    """
    tasks = [one.task for one in place_cells(study, home) if one.state in AT_WORK and one.task]
    for on in dict.fromkeys(task.batch.record.engine for task in tasks):
        engine_of(on).cancel([task for task in tasks if task.batch.record.engine == on])
    return tasks


def _parts(cells: Sequence[RunConfig], size: int) -> list[Sequence[RunConfig]]:
    return [cells[start : start + size] for start in range(0, len(cells), size)]
