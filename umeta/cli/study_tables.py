"""The tables of `umeta study`: the cells while they run, and what was found."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from umeta.cache import Home
from umeta.results.finished_run import FinishedRun
from umeta.results.study_rows import finished_cell
from umeta.runs import RunConfig
from umeta.runs.result import ResultRow
from umeta.studies.cells import ENDED
from umeta.studies.study import Study

MAX_ROWS = 12
"""Cells shown at once while a study runs: those around the one that is going on."""


def live_table(study: Study, home: Home, states: dict[str, Any], current: RunConfig) -> Table:
    """Return the cells around the one that is going on, with their states and accuracies."""
    ended = sum(state in ENDED for state in states.values())
    table = Table(title=f"{study.file.title}: {ended} of {len(states)} cells finished")
    for column in ("encoder", "partition", "learner", "seed", "state", "accuracy %"):
        table.add_column(column)
    here = study.cells.index(current)
    start = max(0, min(here - MAX_ROWS // 2, len(study.cells) - MAX_ROWS))
    for cell in study.cells[start : start + MAX_ROWS]:
        encoder, partition, *learner = study.names_of(cell)
        table.add_row(
            encoder,
            partition,
            ", ".join(learner),
            str(cell.seed),
            states[cell.run_id],
            "  ".join(headline(study, cell, home)),
        )
    return table


def results_table(study: Study, finished: Sequence[tuple[RunConfig, FinishedRun]]) -> Table:
    """Return a table with the cells that share an encoder and a partition below each other."""
    groups: dict[str, dict[str, dict[str, str]]] = {}
    max_tasks = max(row.n_tasks for _, run in finished for row in run.rows)
    for cell, run in finished:
        encoder, partition, learner, *other_tasks = study.names_of(cell)
        trained = cell.learner.name != "none"  # nothing else needs the partition
        made_from = f"{encoder}, {partition}" if trained else encoder
        for row in run.rows:
            method = row.method.name_with_mode + learner.removeprefix(cell.learner.name)
            method = ", ".join((method, *other_tasks, *([f"seed {row.seed}"] if row.seed else [])))
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


def headline(study: Study, cell: RunConfig, home: Home) -> list[str]:
    """Return the best method's accuracy at each way and shot, each method in its own batch-norm mode.

    A baseline that sees queries together is the best only where there is no other.
    """
    run = finished_cell(study, cell, home)
    rows = run.rows if run else ()
    rows = [row for row in rows if row.method.batch_norm or not row.transductive] or rows
    in_own_mode = {(row.method.name, _setting(row)): row.accuracy for row in reversed(rows)}
    best: dict[str, float] = {}
    for (_, setting), accuracy in reversed(in_own_mode.items()):
        best[setting] = max(best.get(setting, 0.0), accuracy)
    return [f"{setting} {100 * value:.1f}" for setting, value in best.items()]


def title_of(study: Study, cell: RunConfig) -> str:
    """Return the name of a cell: its methods, what is other of its tasks, and its seed."""
    return " ".join((*study.names_of(cell), f"seed {cell.seed}"))


def _setting(row: ResultRow) -> str:
    queries = "" if row.query_dirichlet is None else f" D({row.query_dirichlet:g})"
    return f"{row.n_way}w{row.n_shot}s{queries}"


def _number(row: ResultRow, max_tasks: int) -> str:
    n_tasks = f" ({row.n_tasks})" if row.n_tasks < max_tasks else ""
    return f"{100 * row.accuracy:.1f} ± {100 * row.ci95:.1f}{n_tasks}"
