"""The commands that execute, list, show and stop runs."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from umeta.cache import Home
from umeta.cli.configs import Words, config_of
from umeta.cli.printing import AsJson, err, out, print_json, print_rows, shown_progress
from umeta.cli.run_clock import clock_of
from umeta.runs import RunDirectory, list_runs
from umeta.runs.result import RunResult


def run(
    words: Words = None,
    as_json: AsJson = False,
    labels: Annotated[
        Path | None, typer.Option(help="A file of classes marked by hand: the same as dataset.labels=FILE.")
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Run in a process of its own and return at once.")
    ] = False,
) -> None:
    """Embed, cluster, meta-train and judge: execute one run."""
    home = Home.from_environment()
    config = config_of(words, *([] if labels is None else [f"dataset.labels={labels}"]))
    if detach:
        from umeta.runs import launch

        started = launch(config, home)
        _show(started, as_json)
        return
    from umeta.runs import execute

    with shown_progress(clock_of(config)) as on_step:
        directory, result = execute(config, home, on_step=on_step)
    if as_json:
        print_json(result.to_json())
    else:
        _show(directory, as_json=False)


def results(as_json: AsJson = False) -> None:
    """List the runs, the newest first."""
    rows = [_summary(directory) for directory in list_runs(Home.from_environment())]
    print_rows(rows, as_json, columns=("run_id", "state", "progress", "message"))


def show(run_id: str, as_json: AsJson = False) -> None:
    """Show one run: its state, or its results."""
    _show(RunDirectory.find(run_id, Home.from_environment()), as_json)


def cancel(run_id: str) -> None:
    """Stop a running run; it keeps its checkpoint."""
    from umeta.runs import cancel

    directory = RunDirectory.find(run_id, Home.from_environment())
    cancel(directory)
    err.print(f"{directory.run_id} is {directory.status().state}.", soft_wrap=True)


def resume(run_id: str) -> None:
    """Go on with a cancelled, failed or lost run, in a process of its own."""
    from umeta.runs import resume

    home = Home.from_environment()
    directory = RunDirectory.find(run_id, home)
    resume(directory, home)
    err.print(f"{directory.run_id} is {directory.status().state}.", soft_wrap=True)


def _summary(directory: RunDirectory) -> dict[str, Any]:
    status = directory.status()
    progress = f"{status.stage} {status.done}/{status.total}" if status.total else ""
    return {
        "run_id": directory.run_id,
        "state": status.state,
        "progress": progress,
        "message": status.message,
    }


def _show(directory: RunDirectory, as_json: bool) -> None:
    result = directory.result()
    if as_json:
        print_json(result.to_json() if result else _summary(directory))
        return
    if result is None:
        print_rows([_summary(directory)], as_json=False, columns=("run_id", "state", "progress", "message"))
        return
    table = Table(title=f"{result.run_id}   labels: {_labels(result)}   tasks: {result.tasks_hash}")
    by_classes = ("± over classes",) if result.uses_marks else ()
    for column in ("method", "way", "shot", "accuracy %", *by_classes, "± 95%", "tasks", "batch norm"):
        table.add_column(column, justify="left" if column in ("method", "batch norm") else "right")
    for row in result.rows:
        over_classes = (_percent(row.ci95_classes),) if result.uses_marks else ()
        numbers = (_percent(row.accuracy), *over_classes, _percent(row.ci95), str(row.n_tasks))
        method = row.method
        table.add_row(method.name, str(row.n_way), str(row.n_shot), *numbers, method.batch_norm or "")
    out.print(table)
    if result.test_note:
        out.print(result.test_note, highlight=False, markup=False)
    spent = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in result.seconds.items())
    out.print(f"seconds: {spent}", highlight=False, soft_wrap=True)
    for note in result.notes:
        out.print(f"note: {note}", highlight=False, markup=False, soft_wrap=True)


def _percent(share: float | None) -> str:
    return "–" if share is None or share != share else f"{100 * share:.2f}"


def _labels(result: RunResult) -> str:
    return "; ".join(filter(None, (result.label_use, result.encoder_note)))
