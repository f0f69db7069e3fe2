"""Runs that were deleted: moved aside into `deleted/` under the home, for a while, so that it can be undone.

What a run has made, its embeddings and its trained learner, is no part of it and stays in the cache.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from umeta.cache import Home
from umeta.runs.directory import RunDirectory
from umeta.stage import UserError
from umeta.storage_errors import storage_error

KEPT_DAYS = 30
"""Days that a deleted run can be brought back."""
_DAY = 24 * 3600


@dataclass(frozen=True)
class DeletedRun:
    """A run that was moved aside."""

    path: Path

    @property
    def run_id(self) -> str:
        """The id that it had and will have again."""
        return self.path.name.rpartition(".")[0]

    @property
    def deleted(self) -> float:
        """When it was deleted, in seconds since 1970."""
        return int(self.path.name.rpartition(".")[2]) / 1000


def delete(run: RunDirectory, home: Home) -> DeletedRun:
    """Move a run aside, and remove for good what was moved aside long ago.

    Raises:
        UserError: the run is running.
        StorageError: the disk refused.
    """
    status = run.status()
    if status.may_run:
        raise UserError(f"run {run.run_id} is {status.state}, as {status.process.place}; cancel it first.")
    empty(home, days=KEPT_DAYS)
    target = home.root / "deleted" / f"{run.run_id}.{time.time_ns() // 1_000_000}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        run.path.rename(target)
    except OSError as error:
        raise storage_error(target, error) from error
    return DeletedRun(target)


def deleted_runs(home: Home) -> list[DeletedRun]:
    """Return the runs that can be brought back, the last deleted first."""
    folder = home.root / "deleted"
    paths = folder.iterdir() if folder.is_dir() else ()
    runs = [DeletedRun(path) for path in paths if path.name.rpartition(".")[2].isdecimal()]
    return sorted(runs, key=lambda run: run.deleted, reverse=True)


def undelete(run_id: str, home: Home) -> RunDirectory:
    """Bring back the run of an id, as it was deleted last.

    Raises:
        UserError: no such run was deleted, or there is one of its id again.
        StorageError: the disk refused.
    """
    runs = {run.run_id: run for run in reversed(deleted_runs(home))}
    if run_id not in runs:
        here = ", ".join(list(runs)[-10:]) or "none"
        raise UserError(f"run {run_id!r} is not among the deleted runs. They are: {here}.")
    target = home.runs / run_id
    if target.exists():
        raise UserError(f"run {run_id} is here again, started after it was deleted; delete that one first.")
    try:
        runs[run_id].path.rename(target)
    except OSError as error:
        raise storage_error(target, error) from error
    return RunDirectory(target)


def empty(home: Home, *, days: int = 0) -> int:
    """Remove for good what was deleted so many days ago or earlier; return how many runs that were."""
    old = [run for run in deleted_runs(home) if time.time() - run.deleted >= days * _DAY]
    for run in old:
        shutil.rmtree(run.path, ignore_errors=True)
    return len(old)
