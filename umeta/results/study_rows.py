"""The results of a study's finished cells."""

from typing import Any

from umeta.cache import Home
from umeta.results.cell_files import shipped_cell
from umeta.results.finished_run import Finished, Row
from umeta.runs.config import RunConfig
from umeta.studies.cells import directory_of
from umeta.studies.study import Study


def finished_cell(study: Study, cell: RunConfig, home: Home) -> Finished | None:
    """Return a cell's result, computed here or before; None while there is neither."""
    return Finished.of(directory_of(cell, home)) or shipped_cell(study, cell)


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
