"""`umeta study`: list the studies, run one, show what it found."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.live import Live

from umeta.cache import Home
from umeta.cli import study_engines as engines
from umeta.cli.printing import AsJson, StepBar, err, out, print_json, print_rows
from umeta.cli.study_tables import headline, live_table, results_table, title_of
from umeta.results.cell_files import export_cells
from umeta.results.claims import findings
from umeta.results.comparison import difference_sentence
from umeta.results.study_rows import finished_cell, rows_of
from umeta.runs import RunConfig
from umeta.stage import Step
from umeta.studies.cells import execute_study, state_of
from umeta.studies.directory import StudyDirectory, StudyOrder, at_work
from umeta.studies.study import Study, list_studies, load_study


def study(
    words: Annotated[list[str] | None, typer.Argument(metavar="[NAME | FILE.yaml] [KEY=VALUE]...")] = None,
    budget: Annotated[str, typer.Option(help="short or paper, as the study has them.")] = "short",
    only: Annotated[str, typer.Option(help="A part of the grid: encoder=acai,learner=protonets")] = "",
    show: Annotated[bool, typer.Option("--show", help="Show the finished cells; run nothing.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Also run cells that came precomputed.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Run in a process of its own.")] = False,
    now: Annotated[bool, typer.Option("--now", help="Begin each cell without waiting for its turn.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the study's own process.")] = False,
    export: Annotated[Path | None, typer.Option(help="Write finished cells as files into a folder.")] = None,
    as_json: AsJson = False,
    on: engines.On = engines.LOCAL,
    workers: engines.Workers = 1,
    resubmit: engines.Resubmit = False,
    profile: engines.Profile = "",
    save_profile: engines.SaveProfile = "",
    partition: engines.Partition = None,
    account: engines.Account = None,
    time: engines.TimeLimit = None,
    gpus: engines.Gpus = None,
    cpus: engines.Cpus = None,
    at_once: engines.AtOnce = None,
    retries: engines.Retries = None,
) -> None:
    """List the studies, or run one: every cell of its grid that is not finished. Run again, it goes on.

    With --on slurm or --on ray://HOST:PORT the cells are handed over, and the command ends; --show says where they are.
    """
    home = Home.from_environment()
    if not words:
        rows = [
            _summary(load_study(name, budget), home) for name in list_studies() for budget in _budgets(name)
        ]
        print_rows(rows, as_json, columns=("name", "title", "budget", "cells", "finished", "precomputed"))
        return
    given = {"partition": partition, "account": account, "time": time, "gpus": gpus, "cpus": cpus}
    given |= {"at_once": at_once, "retries": retries}
    engines.check_options(on, workers, resubmit, now)
    resources = engines.resources_for(on, profile, save_profile, given, home)
    device = "" if on == engines.LOCAL else resources.device
    chosen = load_study(words[0], budget, words[1:], only, device)
    name = words[0] if words[0] in list_studies() else str(chosen.path)
    order = StudyOrder(
        study=name,
        budget=budget,
        words=tuple(words[1:]),
        only=only,
        anew=anew,
        device=device,
        n_workers=workers,
        now=now,
    )
    if stop and engines.stop_on_engines(chosen, home):
        return
    if on != engines.LOCAL and not (show or stop or export):
        engines.hand_over(chosen, order, on, resources, home, resubmit=resubmit, as_json=as_json)
        return
    if detach or stop:
        _with_process(order, home, stop, as_json)
        return
    if export is not None:
        finished = [(cell, run) for cell in chosen.cells if (run := finished_cell(chosen, cell, home))]
        files = export_cells(finished, export, budget)
        err.print(
            f"{len(files)} of {len(chosen.cells)} cells are written to {export / budget}.", soft_wrap=True
        )
        return
    failures = []
    if not show:
        with _live(chosen, home) as (on_cell, on_step):
            failures = execute_study(
                chosen, home, anew=anew, n_workers=workers, now=now, on_cell=on_cell, on_step=on_step
            )
    else:
        engines.print_places(chosen, home)
    _show(chosen, home, as_json)
    for failure in failures:
        err.print(
            f"failed: {title_of(chosen, failure.cell)}: {failure.message}",
            style="red",
            markup=False,
            soft_wrap=True,
        )
    if failures:
        raise typer.Exit(1)


def _with_process(order: StudyOrder, home: Home, stop: bool, as_json: bool) -> None:
    from umeta.runs.processes import cancel
    from umeta.studies.processes import launch_study

    directory = StudyDirectory.of(order, home)
    if stop:
        directory = at_work(order, home)
        cancel(directory)
    else:
        launch_study(order, home)
    status = directory.status()
    if as_json:
        print_json({"study": directory.path.name, "state": status.state, "message": status.message})
    else:
        message = f" {status.message}" if status.message and not status.may_run else ""
        err.print(f"{directory.path.name} is {status.state}.{message}", markup=False, soft_wrap=True)


def _budgets(name: str) -> list[str]:
    return [budget for budget in ("short", "paper") if budget in load_study(name).file.budgets]


def _summary(study: Study, home: Home) -> dict[str, Any]:
    states = [state_of(study, cell, home) for cell in study.cells]
    finished, precomputed = states.count("finished"), states.count("precomputed")
    return {
        "name": study.name,
        "title": study.file.title,
        "budget": study.budget,
        "cells": len(states),
        "finished": finished + precomputed,
        "precomputed": precomputed,
    }


@contextmanager
def _live(study: Study, home: Home) -> Iterator[tuple[Any, Any]]:
    """Show the study's table as it fills, and the step that is going on; a line a cell where stderr is a file."""
    states = {cell.run_id: state_of(study, cell, home) for cell in study.cells}
    bar = StepBar()
    begun: set[str] = set()
    with Live(console=err, transient=True, auto_refresh=err.is_terminal) as live:

        def on_cell(cell: RunConfig) -> None:
            begins = cell.run_id not in begun
            begun.add(cell.run_id)
            state = "running" if begins else state_of(study, cell, home)
            states[cell.run_id] = state
            live.update(Group(live_table(study, home, states, cell), bar.progress))
            if not err.is_terminal:
                news = "begins" if begins else " ".join((state, *headline(study, cell, home)))
                number = study.cells.index(cell) + 1
                err.print(
                    f"{number}/{len(study.cells)} {title_of(study, cell)}: {news}",
                    highlight=False,
                    soft_wrap=True,
                )

        def on_step(step: Step) -> None:
            bar(step)

        yield on_cell, on_step


def _show(study: Study, home: Home, as_json: bool) -> None:
    if as_json:
        summary = {**_summary(study, home), "question": study.file.question}
        comparisons = [finding.as_data() for finding in findings(study, home)]
        print_json({**summary, "rows": rows_of(study, home), "comparisons": comparisons})
        return
    finished = [(cell, run) for cell in study.cells if (run := finished_cell(study, cell, home))]
    if not finished:
        err.print(f"no cell of {study.name} is finished yet at budget={study.budget}.")
        return
    out.print(results_table(study, finished))
    for claim, claim_findings in groupby(findings(study, home), lambda finding: finding.claim):
        out.print(f"{claim}", style="bold", highlight=False, soft_wrap=True)
        for finding in claim_findings:
            out.print(f"  {difference_sentence(finding.difference)}", highlight=False, soft_wrap=True)
