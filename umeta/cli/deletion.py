"""`umeta delete` and `umeta undelete`: runs moved aside for a while, and brought back."""

from typing import Annotated

import typer

from umeta.cache import Home
from umeta.cli.printing import err
from umeta.runs import RunDirectory
from umeta.runs.deletion import KEPT_DAYS, deleted_runs, empty, undelete
from umeta.runs.deletion import delete as move_aside
from umeta.stage import UserError
from umeta.wording import counted


def delete(
    run_id: Annotated[str, typer.Argument(metavar="RUN")] = "",
    remove: Annotated[
        bool, typer.Option("--empty", help="Remove for good what was deleted before, instead.")
    ] = False,
) -> None:
    """Delete a run. It can be brought back for 30 days; what it trained stays in the cache."""
    home = Home.from_environment()
    if remove:
        if run_id:
            raise UserError(f"--empty removes every deleted run; leave {run_id} out, or leave --empty out.")
        err.print(f"{counted(empty(home), 'deleted run')} removed for good.")
        return
    if not run_id:
        raise UserError(
            "name the run that is to be deleted, or give --empty; `umeta results` lists the runs."
        )
    run = RunDirectory.find(run_id, home)
    move_aside(run, home)
    err.print(
        f"{run.run_id} is deleted; umeta undelete {run.run_id} brings it back, for {KEPT_DAYS} days.",
        soft_wrap=True,
        markup=False,
    )


def bring_back(
    run_id: Annotated[str, typer.Argument(metavar="[RUN]", help="As it was deleted last.")] = "",
) -> None:
    """Bring back a deleted run; without a name, list those that can be."""
    home = Home.from_environment()
    if not run_id:
        for run in deleted_runs(home):
            err.print(run.run_id, soft_wrap=True, markup=False)
        return
    err.print(f"{undelete(run_id, home).run_id} is back.", soft_wrap=True, markup=False)
