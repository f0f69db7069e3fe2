"""The options of `umeta study` that say where its cells run, and handing them over."""

from typing import Annotated, Any

import typer

from umeta.cache import Home
from umeta.cli.printing import err, print_json
from umeta.cli.study_tables import title_of
from umeta.runs.status import AT_WORK
from umeta.stage import UserError, build
from umeta.studies.directory import StudyOrder
from umeta.studies.engines import LOCAL, RAY
from umeta.studies.placement import counts_of, place_cells
from umeta.studies.resources import Resources, profile_file, read_profile, save_profile
from umeta.studies.study import Study
from umeta.studies.submission import submit_study, take_back
from umeta.wording import counted

On = Annotated[str, typer.Option(help=f"Where cells run: {LOCAL}, slurm, {RAY}HOST:PORT.")]
Workers = Annotated[int, typer.Option(min=1, help="Cells at a time on this machine.")]
Resubmit = Annotated[bool, typer.Option("--resubmit", help="Submit only what failed, was cancelled or lost.")]
Profile = Annotated[str, typer.Option(help="A saved profile of the options below; else that of the engine.")]
SaveProfile = Annotated[str, typer.Option(help="Save the options below under this name.")]
Partition = Annotated[str | None, typer.Option(help="SLURM's partition.")]
Account = Annotated[str | None, typer.Option(help="SLURM's account.")]
TimeLimit = Annotated[
    str | None, typer.Option("--time", help="The time limit of a cell, as SLURM writes it.")
]
Gpus = Annotated[int | None, typer.Option(help="GPUs of a cell.")]
Cpus = Annotated[int | None, typer.Option(help="Cores of a cell.")]
AtOnce = Annotated[int | None, typer.Option(help="Cells that run at one time at most.")]
Retries = Annotated[int | None, typer.Option(help="How often Ray starts a cell again whose worker died.")]


def check_options(on: str, workers: int, resubmit: bool, now: bool) -> None:
    """Refuse an option that would change nothing where the cells run.

    Raises:
        UserError: there is one.
    """
    if on == LOCAL and resubmit:
        raise UserError("--resubmit is for --on slurm or --on ray://…; here, run the study again.")
    if on != LOCAL and now:
        raise UserError(f"--now is for this machine; {on} has a queue of its own.")
    if on != LOCAL and workers > 1:
        raise UserError(f"--workers is for this machine; with --on {on} give --at-once {workers}.")


def resources_for(on: str, profile: str, save_as: str, given: dict[str, Any], home: Home) -> Resources:
    """Return what each cell gets: the profile, with the options that were given over it; save it if asked to.

    Without a profile's name, that of the engine is taken if there is one: `slurm` or `ray`.

    Raises:
        UserError: there is no such profile, a value is none, or the options say nothing where cells run here.
    """
    given = {key: value for key, value in given.items() if value is not None}
    if on == LOCAL:
        if given or profile or save_as:
            raise UserError(
                "partition, account, time, gpus, cpus, … and profiles are for --on slurm or --on ray://…."
            )
        return Resources()
    default = on.partition(":")[0]
    name = profile or (default if profile_file(default, home).is_file() else "")
    resources = read_profile(name, home, given) if name else build(Resources, given, where="")
    if save_as:
        err.print(f"saved: {save_profile(save_as, resources, home)}", soft_wrap=True, highlight=False)
    return resources


def hand_over(
    study: Study,
    order: StudyOrder,
    on: str,
    resources: Resources,
    home: Home,
    *,
    resubmit: bool,
    as_json: bool,
) -> None:
    """Submit the open cells of a study, and say what was done."""
    submitted = submit_study(study, order, on, resources, home, resubmit=resubmit)
    jobs = [batch.record.job for batch in submitted]
    n_cells = sum(len(batch.record.run_ids) for batch in submitted)
    counts = counts_of(place_cells(study, home))
    if as_json:
        print_json({"study": study.name, "on": on, "jobs": jobs, "submitted": n_cells, "cells": counts})
        return
    done = f"{counted(n_cells, 'cell')} submitted as {', '.join(jobs)}" if jobs else "no cell to submit"
    err.print(f"{done}. Now: {_listed(counts)}.", soft_wrap=True, highlight=False, markup=False)


def stop_on_engines(study: Study, home: Home) -> bool:
    """Cancel what engines have of a study, say so, and return whether they had anything."""
    tasks = take_back(study, home)
    if tasks:
        jobs = ", ".join(dict.fromkeys(task.batch.record.job for task in tasks))
        cancelled = f"{counted(len(tasks), 'cell')} of {jobs} cancelled."
        err.print(cancelled, soft_wrap=True, highlight=False, markup=False)
    return bool(tasks)


def print_places(study: Study, home: Home) -> None:
    """Say where cells run or why they do not, a line each, where an engine has any."""
    placed = [one for one in place_cells(study, home) if one.task or one.state in (*AT_WORK, "lost")]
    shown = [one for one in placed if one.state not in ("finished", "precomputed")]
    for one in shown:
        message = f": {one.message}" if one.state in ("failed", "lost") and one.message else ""
        line = f"{title_of(study, one.cell)}: {one.state} ({one.place}){message}"
        err.print(line, soft_wrap=True, highlight=False, markup=False)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counts.items())
