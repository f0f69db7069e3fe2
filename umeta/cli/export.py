"""`umeta export`: results of runs or of a study, for papers and for other programs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from umeta.cache import Home
from umeta.cli.printing import err, write_file
from umeta.results.contenders import on_same_tasks
from umeta.results.finished_run import FinishedRun
from umeta.results.study_rows import finished_cell
from umeta.results.tables import TABLES, as_table
from umeta.results.tensorboard import write_events
from umeta.runs import RunDirectory
from umeta.stage import UserError
from umeta.studies.study import list_studies, load_study

FORMATS = (*TABLES, "tensorboard")


def export(
    names: Annotated[list[str], typer.Argument(metavar="RUN_ID... | STUDY")],
    form: Annotated[str, typer.Option("--format", help=", ".join(FORMATS))] = "csv",
    budget: Annotated[str, typer.Option(help="Of a study: short or paper.")] = "short",
    to: Annotated[
        Path | None, typer.Option(help="The file, for TensorBoard the folder; a table is printed without it.")
    ] = None,
) -> None:
    """Export finished runs, or the finished cells of a study, as one table or as TensorBoard events."""
    if form not in FORMATS:
        raise UserError(f"--format {form} is not known. Choose one of: {', '.join(FORMATS)}.")
    runs = _finished_runs(names, budget, Home.from_environment())
    if form == "tensorboard":
        folder = to or Path("tensorboard")
        write_events(runs, folder)
        err.print(f"Written: tensorboard --logdir {folder}", soft_wrap=True, markup=False)
        return
    comparable, left_out = on_same_tasks(runs)
    for run_id, reason in left_out.items():
        err.print(f"{run_id} is left out: {reason}.", soft_wrap=True, markup=False)
    text = as_table(comparable, form)
    if to is None:
        sys.stdout.write(text)
    else:
        write_file(to, text.encode())


def _finished_runs(names: list[str], budget: str, home: Home) -> list[FinishedRun]:
    """Return the finished runs of ids, or the finished cells of a study.

    Raises:
        UserError: a run is not finished, or no cell of the study is.
    """
    if len(names) == 1 and (names[0] in list_studies() or names[0].endswith((".yaml", ".yml"))):
        study = load_study(names[0], budget)
        cells = [run for cell in study.cells if (run := finished_cell(study, cell, home))]
        if not cells:
            raise UserError(
                f"study {study.name} has no finished cell at budget={budget}; run `umeta study` first."
            )
        return cells
    runs = []
    for name in names:
        directory = RunDirectory.find(name, home)
        run = FinishedRun.of(directory)
        if run is None:
            raise UserError(
                f"run {directory.run_id} is {directory.status().state}, not finished: it has no results."
            )
        runs.append(run)
    return runs
