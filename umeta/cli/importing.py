"""`umeta import`: runs that were exported elsewhere, taken over."""

from pathlib import Path
from typing import Annotated

import typer

from umeta.cache import Home
from umeta.cli.printing import err
from umeta.results.archive.reading import import_archive


def import_runs(file: Annotated[Path, typer.Argument(metavar="FILE.zip", show_default=False)]) -> None:
    """Take over the runs of a zip that `umeta export` wrote. It is checked, and nothing in it is executed."""
    brought = import_archive(file, Home.from_environment())
    for run in brought.runs:
        err.print(f"{run.run_id} is here now.", soft_wrap=True, markup=False)
    for run_id, reason in brought.left_out.items():
        err.print(f"{run_id} is left out: {reason}.", soft_wrap=True, markup=False)
    if brought.study is not None:
        err.print(f"They are of a study: umeta study {brought.study}", soft_wrap=True, markup=False)
