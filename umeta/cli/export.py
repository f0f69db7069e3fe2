"""`umeta export`: results of runs or of a study, runs themselves as a zip; maps, tasks and lessons as pages."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from umeta.cache import Home
from umeta.cli.printing import err, write_file
from umeta.results.archive.writing import write_archive
from umeta.results.contenders import on_same_tasks
from umeta.results.finished_run import FinishedRun
from umeta.results.study_rows import finished_cell
from umeta.results.tables import TABLES, as_table
from umeta.results.tensorboard import write_events
from umeta.runs import RunDirectory
from umeta.stage import UserError
from umeta.studies.study import Study, list_studies, load_study
from umeta.wording import counted

FORMATS = (*TABLES, "tensorboard", "zip")


def export(
    names: Annotated[
        list[str],
        typer.Argument(metavar="RUN_ID... | STUDY | map|task|comparison [KEY=VALUE]... | lesson NAME"),
    ],
    form: Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(FORMATS)}; csv, or zip where --to ends so.")
    ] = None,
    budget: Annotated[str, typer.Option(help="Of a study: short or paper.")] = "short",
    to: Annotated[
        Path | None, typer.Option(help="The file, for TensorBoard the folder; a table is printed without it.")
    ] = None,
    static: Annotated[
        Path | None,
        typer.Option(
            help="A folder for a page that opens from disk: a map, a task, a comparison or a lesson."
        ),
    ] = None,
    against: Annotated[
        str, typer.Option(help="Of a comparison: what differs in the second partition, as KEY=VALUE words.")
    ] = "",
    number: Annotated[int, typer.Option(min=0, help="Of a task: which one.")] = 0,
    projection: Annotated[str, typer.Option(help="Of a map: tsne, pca, umap or pca-3d.")] = "tsne",
) -> None:
    """Export finished runs, or the finished cells of a study, as one table, TensorBoard events, or a zip to import.

    With --static FOLDER: a map, a task, two partitions (`comparison`) or a lesson as a page that opens in a browser
    from disk; the further words are those of `umeta run`, of a lesson its name.
    """
    if static is not None:
        from umeta.cli.static_export import export_static

        export_static(names, static, against=against, number=number, projection=projection)
        return
    form = form or ("zip" if to is not None and to.suffix == ".zip" else "csv")
    if form not in FORMATS:
        raise UserError(f"--format {form} is not known. Choose one of: {', '.join(FORMATS)}.")
    study = _study_of(names, budget)
    runs = _finished_runs(names, study, Home.from_environment())
    if form == "zip":
        _write_zip(runs, study, to)
        return
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


def _study_of(names: list[str], budget: str) -> Study | None:
    is_study = len(names) == 1 and (names[0] in list_studies() or names[0].endswith((".yaml", ".yml")))
    return load_study(names[0], budget) if is_study else None


def _write_zip(runs: list[FinishedRun], study: Study | None, to: Path | None) -> None:
    """Write the runs that have a directory here; cells that came with umeta are everywhere.

    Raises:
        UserError: there is none, or nothing says where to.
    """
    directories = [run.directory for run in runs if run.directory is not None]
    if to is None:
        raise UserError("give the file with --to FILE.zip.")
    if not directories:
        raise UserError(
            "all of these runs came with umeta, so others have them. --format csv writes their numbers."
        )
    write_archive(directories, to, study=study if study and study.name not in list_studies() else None)
    err.print(
        f"{counted(len(directories), 'run')} in {to}; umeta import {to.name} takes them over elsewhere.",
        soft_wrap=True,
        markup=False,
    )


def _finished_runs(names: list[str], study: Study | None, home: Home) -> list[FinishedRun]:
    """Return the finished runs of ids, or the finished cells of a study.

    Raises:
        UserError: a run is not finished, or no cell of the study is.
    """
    if study is not None:
        cells = [run for cell in study.cells if (run := finished_cell(study, cell, home))]
        if not cells:
            raise UserError(
                f"study {study.name} has no finished cell at budget={study.budget}; run `umeta study` first."
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
