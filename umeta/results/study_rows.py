"""The results of a study's finished cells."""

from typing import Any

from umeta.cache import Home
from umeta.results.cell_files import shipped_cell
from umeta.results.finished_run import FinishedRun
from umeta.runs.config import RunConfig
from umeta.studies.cells import directory_of
from umeta.studies.study import Study


def finished_cell(study: Study, cell: RunConfig, home: Home) -> FinishedRun | None:
    """Return a cell's result, computed here or before; None while there is neither."""
    return FinishedRun.of(directory_of(cell, home)) or shipped_cell(study, cell, home)


def rows_of(study: Study, home: Home) -> list[dict[str, Any]]:
    """Return the rows of the finished cells as plain data, each with what its cell is."""
    runs = ((cell, finished_cell(study, cell, home)) for cell in study.cells)
    return [
        row for cell, run in runs if run is not None for row in _rows(" · ".join(study.names_of(cell)), run)
    ]


def _rows(name: str, run: FinishedRun) -> list[dict[str, Any]]:
    config = run.result.config
    learner = config["learner"]["name"]
    cell = {
        "cell": name,
        "dataset": config["dataset"]["name"],
        "encoder": config["encoder"]["name"],
        "partition": config["partition"]["name"] if learner != "none" else None,  # a baseline has none
        "learner": learner,
        "seconds": round(run.seconds, 1),
        "cpu_seconds": None if run.cpu_seconds is None else round(run.cpu_seconds, 1),
        "run_id": run.run_id,
        "precomputed": run.precomputed,
        "label_use": run.result.label_use,
    }
    return [{**cell, **row.to_json()} for row in run.rows]
