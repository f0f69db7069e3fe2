"""The commands that execute, list, show and stop runs."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from umeta.cache import Home
from umeta.cli.configs import Words, config_of
from umeta.cli.printing import AsJson, err, out, print_json, print_rows, shown_progress
from umeta.cli.run_clock import clock_of
from umeta.results.run_filter import FILTER_HELP, matching
from umeta.results.run_names import run_names
from umeta.runs import RunDirectory
from umeta.runs.directory_claims import LISTENED
from umeta.runs.queue import Position, positions
from umeta.runs.remarks import tags_in
from umeta.runs.result import RunResult
from umeta.runs.run_facts import RunFacts
from umeta.runs.run_list import list_facts
from umeta.runs.status import Status
from umeta.wording import counted

SUMMARY = ("run_id", "state", "progress", "message")
LISTED = 50
"""Runs that a table lists unasked."""


def run(
    words: Words = None,
    as_json: AsJson = False,
    labels: Annotated[
        Path | None, typer.Option(help="A file of classes marked by hand: the same as dataset.labels=FILE.")
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Run in a process of its own and return at once.")
    ] = False,
    now: Annotated[
        bool, typer.Option("--now", help="Begin without waiting for a turn in the queue.")
    ] = False,
) -> None:
    """Embed, cluster, meta-train and judge: execute one run, once a slot of its device is free (see umeta queue)."""
    home = Home.from_environment()
    config = config_of(words, *([] if labels is None else [f"dataset.labels={labels}"]))
    if detach:
        from umeta.runs import launch

        started = launch(config, home, now=now)
        _show(started, as_json, home)
        return
    from umeta.runs import execute

    with shown_progress(clock_of(config)) as on_step:
        directory, result = execute(config, home, now=now, on_step=on_step)
    if as_json:
        print_json(result.to_json())
    else:
        _show(directory, as_json=False, home=home)


def results(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD | #TAG | OPTION=VALUE]...", help=FILTER_HELP)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=f"Not only the newest {LISTED}.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the runs, the newest first."""
    home = Home.from_environment()
    runs = list_facts(home)
    found, queued = matching(runs, " ".join(words or ())), positions(home)
    if words and runs and not found:
        none_of = f"none of the {counted(len(runs), 'run')} here matches {' '.join(words)}."
        err.print(none_of, soft_wrap=True, markup=False, highlight=False)
    if as_json:
        print_rows([_listed(facts, queued) for facts in found], as_json, columns=SUMMARY)
        return
    shown = found if every else found[:LISTED]
    names = run_names({facts.run.run_id: facts.config for facts in shown})
    rows = [_listed(facts, queued, names[facts.run.run_id]) for facts in shown]
    optional = [column for column in ("tags", "message") if any(row[column] for row in rows)]
    print_rows(rows, as_json, columns=("run_id", "name", "state", "progress", *optional))
    if len(shown) < len(found):
        err.print(f"{len(found) - len(shown):,} older runs are not listed; --all lists them.", soft_wrap=True)


def show(run_id: str, as_json: AsJson = False) -> None:
    """Show one run: its state, or its results; and on stderr which of its files cannot be read."""
    home = Home.from_environment()
    directory = RunDirectory.find(run_id, home)
    _show(directory, as_json, home)
    from umeta.runs.inspection import problems  # reads arrays, for which a list of runs need not wait

    for problem in problems(directory):
        err.print(problem, style="yellow", highlight=False, markup=False, soft_wrap=True)


def cancel(run_id: str) -> None:
    """Stop a run that is running, queued or frozen; it keeps its checkpoint."""
    from umeta.runs import cancel

    directory = RunDirectory.find(run_id, Home.from_environment())
    if directory.status().state == "unknown":
        err.print(f"Watching for {LISTENED:.0f} s whether its process lives after all …", soft_wrap=True)
    cancel(directory)
    err.print(f"{directory.run_id} is {directory.status().state}.", soft_wrap=True)


def resume(run_id: str) -> None:
    """Go on with a cancelled, failed or lost run, in a process of its own that waits for its turn."""
    from umeta.runs import resume

    home = Home.from_environment()
    directory = RunDirectory.find(run_id, home)
    resume(directory, home)
    err.print(f"{directory.run_id} is {directory.status().state}.", soft_wrap=True)


def remark(
    run_id: Annotated[str, typer.Argument(metavar="RUN")],
    name: Annotated[str | None, typer.Option(help='Its name in lists; "" names it by what differs.')] = None,
    note: Annotated[str | None, typer.Option(help='A note about it; "" removes it.')] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag more; may be given several times.")] = None,
    untag: Annotated[list[str] | None, typer.Option(help="A tag less.")] = None,
) -> None:
    """Give a run a name, a note or tags; without options, show them."""
    directory = RunDirectory.find(run_id, Home.from_environment())
    given = {"name": name, "note": note}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if tag or untag:
        dropped = tags_in(untag or ())
        tags = tags_in((*directory.remarks().tags, *(tag or ())))
        changes["tags"] = tuple(one for one in tags if one not in dropped)
    if changes:
        directory.remark(**changes)
    for key, value in asdict(directory.remarks()).items():
        text = " ".join(value) if key == "tags" else value
        err.print(f"{key}: {text}", highlight=False, markup=False, soft_wrap=True)


def _listed(facts: RunFacts, queued: Mapping[Path, Position], name: str = "") -> dict[str, Any]:
    remarks = facts.remarks
    row = _row(facts.run, facts.status, queued, as_json=not name)
    return row | {"name": remarks.name or name, "tags": remarks.tags, "note": remarks.note}


def _summary(directory: RunDirectory, as_json: bool, home: Home) -> dict[str, Any]:
    return _row(directory, directory.status(), positions(home), as_json)


def _row(run: RunDirectory, status: Status, queued: Mapping[Path, Position], as_json: bool) -> dict[str, Any]:
    progress = f"{status.stage} {status.done}/{status.total}" if status.total else ""
    if status.state == "queued" and run.path in queued:
        progress = "number {} of {} in the queue".format(*queued[run.path])
    return {
        "run_id": run.run_id,
        "state": status.state if as_json else status.label,
        "progress": progress,
        "message": status.message,
    }


def _show(directory: RunDirectory, as_json: bool, home: Home) -> None:
    result = directory.result()
    if as_json:
        print_json(result.to_json() if result else _summary(directory, as_json, home))
        return
    if result is None:
        print_rows([_summary(directory, as_json, home)], as_json=False, columns=SUMMARY)
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
    if result.rounds:
        out.print(_rounds_table(result))
    if result.test_note:
        out.print(result.test_note, highlight=False, markup=False)
    spent = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in result.seconds.items())
    out.print(f"seconds: {spent}", highlight=False, soft_wrap=True)
    for note in result.notes:
        out.print(f"note: {note}", highlight=False, markup=False, soft_wrap=True)


def _rounds_table(result: RunResult) -> Table:
    """Return the rounds of an iterated training as a table."""
    table = Table(title="rounds (by true classes, which training does not see)")
    for column in ("round", "steps", "clusters", "purity %", "NMI %", "meta_val %"):
        table.add_column(column, justify="right")
    for one in result.rounds:
        shares = map(_percent, (one.purity, one.nmi, one.accuracy))
        table.add_row(str(one.number), str(one.steps), str(one.clusters), *shares)
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None or share != share else f"{100 * share:.2f}"


def _labels(result: RunResult) -> str:
    return "; ".join(filter(None, (result.label_use, result.encoder_note)))
