"""`umeta study`: list the studies, run one, show what it found."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.live import Live
from rich.table import Table

from umeta.cache import Home
from umeta.cli.printing import AsJson, StepBar, err, out, print_json, print_rows
from umeta.results.cell_files import export_cells
from umeta.results.claims import findings
from umeta.results.comparison import difference_sentence
from umeta.results.finished_run import FinishedRun
from umeta.results.study_rows import finished_cell, rows_of
from umeta.runs import RunConfig
from umeta.runs.result import ResultRow
from umeta.stage import Step
from umeta.studies.cells import ENDED, execute_study, state_of
from umeta.studies.directory import StudyDirectory, StudyOrder
from umeta.studies.study import Study, list_studies, load_study

MAX_ROWS = 12
"""Cells shown at once while a study runs: those around the one that is going on."""


def study(
    words: Annotated[list[str] | None, typer.Argument(metavar="[NAME | FILE.yaml] [KEY=VALUE]...")] = None,
    budget: Annotated[str, typer.Option(help="short or paper, as the study has them.")] = "short",
    only: Annotated[str, typer.Option(help="A part of the grid: encoder=acai,learner=protonets")] = "",
    show: Annotated[bool, typer.Option("--show", help="Show the finished cells; run nothing.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Also run cells that came precomputed.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Run in a process of its own.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the study's own process.")] = False,
    export: Annotated[Path | None, typer.Option(help="Write finished cells as files into a folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the studies, or run one: every cell of its grid that is not finished. Run again, it goes on."""
    home = Home.from_environment()
    if not words:
        rows = [
            _summary(load_study(name, budget), home) for name in list_studies() for budget in _budgets(name)
        ]
        print_rows(rows, as_json, columns=("name", "title", "budget", "cells", "finished", "precomputed"))
        return
    chosen = load_study(words[0], budget, words[1:], only)
    if detach or stop:
        name = words[0] if words[0] in list_studies() else str(chosen.path)
        order = StudyOrder(study=name, budget=budget, words=tuple(words[1:]), only=only, anew=anew)
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
            failures = execute_study(chosen, home, anew=anew, on_cell=on_cell, on_step=on_step)
    _show(chosen, home, as_json)
    for failure in failures:
        err.print(
            f"failed: {_title(chosen, failure.cell)}: {failure.message}",
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
        cancel(directory)
    else:
        launch_study(order, home)
    status = directory.status()
    if as_json:
        print_json({"study": directory.path.name, "state": status.state, "message": status.message})
    else:
        err.print(f"{directory.path.name} is {status.state}. {status.message}", markup=False, soft_wrap=True)


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
            live.update(Group(_table(study, home, states, cell), bar.progress))
            if not err.is_terminal:
                news = "begins" if begins else " ".join((state, *_headline(study, cell, home)))
                number = study.cells.index(cell) + 1
                err.print(
                    f"{number}/{len(study.cells)} {_title(study, cell)}: {news}",
                    highlight=False,
                    soft_wrap=True,
                )

        def on_step(step: Step) -> None:
            bar(step)

        yield on_cell, on_step


def _table(study: Study, home: Home, states: dict[str, Any], current: RunConfig) -> Table:
    ended = sum(state in ENDED for state in states.values())
    table = Table(title=f"{study.file.title}: {ended} of {len(states)} cells finished")
    for column in ("encoder", "partition", "learner", "seed", "state", "accuracy %"):
        table.add_column(column)
    here = study.cells.index(current)
    start = max(0, min(here - MAX_ROWS // 2, len(study.cells) - MAX_ROWS))
    for cell in study.cells[start : start + MAX_ROWS]:
        table.add_row(
            *study.names_of(cell),
            str(cell.seed),
            states[cell.run_id],
            "  ".join(_headline(study, cell, home)),
        )
    return table


def _headline(study: Study, cell: RunConfig, home: Home) -> list[str]:
    """Return the best method's accuracy at each way and shot, each method in its own batch-norm mode."""
    run = finished_cell(study, cell, home)
    rows = run.rows if run else ()
    in_own_mode = {(row.method.name, _setting(row)): row.accuracy for row in reversed(rows)}
    best: dict[str, float] = {}
    for (_, setting), accuracy in reversed(in_own_mode.items()):
        best[setting] = max(best.get(setting, 0.0), accuracy)
    return [f"{setting} {100 * value:.1f}" for setting, value in best.items()]


def _title(study: Study, cell: RunConfig) -> str:
    return " ".join((*study.names_of(cell), f"seed {cell.seed}"))


def _setting(row: ResultRow) -> str:
    return f"{row.n_way}w{row.n_shot}s"


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
    out.print(_results_table(study, finished))
    for claim, claim_findings in groupby(findings(study, home), lambda finding: finding.claim):
        out.print(f"{claim}", style="bold", highlight=False, soft_wrap=True)
        for finding in claim_findings:
            out.print(f"  {difference_sentence(finding.difference)}", highlight=False, soft_wrap=True)


def _results_table(study: Study, finished: Sequence[tuple[RunConfig, FinishedRun]]) -> Table:
    """Return a table with the cells that share an encoder and a partition below each other."""
    groups: dict[str, dict[str, dict[str, str]]] = {}
    max_tasks = max(row.n_tasks for _, run in finished for row in run.rows)
    for cell, run in finished:
        encoder, partition, learner = study.names_of(cell)
        trained = cell.learner.name != "none"  # nothing else needs the partition
        made_from = f"{encoder}, {partition}" if trained else encoder
        for row in run.rows:
            method = row.method.name_with_mode + learner.removeprefix(cell.learner.name)
            method += f", seed {row.seed}" if row.seed else ""
            number = _number(row, max_tasks) + ("*" if run.precomputed else "")
            groups.setdefault(made_from, {}).setdefault(method, {})[_setting(row)] = number
    settings = list(dict.fromkeys(_setting(row) for _, run in finished for row in run.rows))
    table = Table(
        title=f"{study.file.title} ({study.budget})", caption="* precomputed; (n) on the first n tasks"
    )
    table.add_column("method")
    for setting in settings:  # the numbers stay whole in a narrow terminal
        table.add_column(setting, justify="right", no_wrap=True)
    for made_from, methods in groups.items():
        table.add_section()
        table.add_row(made_from, style="bold")
        for method, numbers in methods.items():
            table.add_row(method, *(numbers.get(setting, "") for setting in settings))
    return table


def _number(row: ResultRow, max_tasks: int) -> str:
    n_tasks = f" ({row.n_tasks})" if row.n_tasks < max_tasks else ""
    return f"{100 * row.accuracy:.1f} ± {100 * row.ci95:.1f}{n_tasks}"
