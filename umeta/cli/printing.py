"""What commands print: tables or JSON on stdout, progress on stderr."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from umeta.stage import Step, UserError

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout.")]

out = Console()
err = Console(stderr=True)


class LineHandler(logging.Handler):
    """Shows each record on stderr as one line, however narrow the terminal, and above a progress bar."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the message of a record."""
        err.print(self.format(record), style="yellow", highlight=False, markup=False, soft_wrap=True)


class StepBar:
    """The step, the share done, the time left: one bar, for the stage that is going on."""

    def __init__(self, time_left: Callable[[Step], float | None] | None = None) -> None:
        self._time_left = time_left
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        numbers = TextColumn("{task.fields[numbers]}")
        self.progress = Progress(*columns, numbers, console=err, transient=True)
        self._shown: tuple[str, TaskID] | None = None

    def __call__(self, step: Step) -> None:
        """Take one progress event."""
        name = f"{step.stage} {step.note}".strip()
        if self._shown is None or self._shown[0] != name:
            if self._shown:
                self.progress.remove_task(self._shown[1])
            self._shown = name, self.progress.add_task(name, total=step.total, numbers="")
        numbers = "  ".join(f"{key} {value:.3f}" for key, value in step.values.items())
        left = self._time_left(step) if self._time_left else None
        if left is not None:
            numbers = f"{numbers}  whole run: {_duration(left)} left"
        self.progress.update(self._shown[1], completed=step.done, total=step.total, numbers=numbers)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


@contextmanager
def shown_progress(time_left: Callable[[Step], float | None] | None = None) -> Iterator[StepBar]:
    """Show progress on stderr, and what `time_left` says of the whole; Ctrl-C stops what is going on."""
    bar = StepBar(time_left)
    with bar.progress:
        yield bar


def print_rows(rows: list[dict[str, Any]], as_json: bool, *, columns: tuple[str, ...]) -> None:
    """Print rows as JSON, or some columns of them as a table."""
    if as_json:
        print_json(rows)
        return
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    out.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "\n".join(map(str, value))
    if isinstance(value, dict):
        return "  ".join(f"{key}={inner}" for key, inner in value.items())
    return "" if value is None else str(value)


def print_json(value: Any) -> None:
    """Print one JSON value on stdout."""
    sys.stdout.write(json.dumps(value, indent=1, default=str) + "\n")


def write_file(path: Path, data: bytes) -> None:
    """Write a file that a person asked for, in a folder that is made where it is missing.

    Raises:
        UserError: the place cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}. Give another file.") from None
