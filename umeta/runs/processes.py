"""Runs in processes of their own: launch, cancel, resume. They outlive the page and the server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress

from umeta.cache import Home
from umeta.disk_use import check_quota
from umeta.runs import directory_claims
from umeta.runs.config import RunConfig
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import NOT_CLAIMED, AlreadyRunning
from umeta.runs.result_file import check_version
from umeta.runs.status import UNHEARD
from umeta.runs.worker import NOW
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import UserError

START_SECONDS = 30.0
"""How long a new process gets to say that it has begun."""
PATIENCE = 10.0
"""Seconds that a cancelled process gets to save its checkpoint before it is killed."""


_children: list[subprocess.Popen[bytes]] = []
"""Handles of started workers, kept so that finished ones are reaped and never stay zombies."""


def launch(config: RunConfig, home: Home, *, label_use: str = "none", now: bool = False) -> RunDirectory:
    """Start a run in a detached process and return its directory at once; an equal run is not started twice.

    The process waits in the queue until a slot of its device is free, unless it is to begin `now`.

    Raises:
        UserError: the data set cannot be loaded, a later version made the result, the disk is full, or the home holds
            more than its quota.
    """
    from umeta.runs.pipeline import prepare
    from umeta.runs.reading_notes import notes_of

    resolved, dataset = prepare(config, home)
    if not RunDirectory(home.runs / resolved.run_id).is_finished:
        check_quota(home)
    notes = notes_of(config, resolved, dataset)
    run = RunDirectory.create(resolved, home, label_use=label_use, notes=notes)
    check_version(run.result_file)
    if run.result() is None and not run.status().may_run:
        with suppress(AlreadyRunning):
            start_worker(run, home, now=now)
    return run


def resume(run: RunDirectory, home: Home) -> None:
    """Go on with a run that was cancelled, failed or lost, from its last checkpoint, once it is its turn in the queue.

    Raises:
        UserError: it is finished, it is running or may be on a machine that cannot be asked, its config is damaged, or
            its images changed, or a later version made its result.
    """
    status = run.status()
    if status.is_at_work:
        raise UserError(
            f"run {run.run_id} is {status.state}, as {status.process.place}; only a cancelled, failed or lost run can "
            "be resumed."
        )
    if status.may_run:
        raise UserError(
            f"run {run.run_id} may still be running: {status.message}. Resume it on that host; or, if that process is "
            f"gone for good, cancel the run here first: umeta cancel {run.run_id}"
        )
    if status.state == "finished":
        raise UserError(f"run {run.run_id} is finished; only a cancelled, failed or lost run can be resumed.")
    check_version(run.result_file)
    dataset = run.config().dataset
    if dataset.may_change:
        dataset.load(home)
    start_worker(run, home)


def cancel(run: WorkingDirectory, *, patience: float = PATIENCE) -> None:
    """Ask a process to stop and save its checkpoint, or to give up its place in the queue; kill it when it does not.

    A frozen process is let go on for it.

    Of a process on a machine that was not heard of for a while, take it that it is gone, unless it is heard of while
    its claim is watched: should it come back, it ends.

    Raises:
        UserError: the run or study has no process, or one on another machine.
    """
    status = run.status()
    if status.state == "unknown" and status.may_run:
        directory_claims.take(run.path, by_force=True).release()
        run.write_status("cancelled", message=f"{status.message}; it is taken to be gone")
        return
    if not status.is_at_work:
        raise UserError(f"{run.path.name} is {status.state}; there is nothing to cancel.")
    if not status.process.is_here:
        raise UserError(f"{run.path.name} is {status.state} as {status.process.place}; cancel it there.")
    with suppress(ProcessLookupError):  # it ended meanwhile
        os.kill(status.pid, signal.SIGTERM)
        os.kill(status.pid, signal.SIGCONT)
    deadline = time.monotonic() + patience
    while run.status().is_at_work and time.monotonic() < deadline:
        time.sleep(0.1)
    if run.status().is_at_work or run.status().state == "lost":
        if run.status().is_at_work:
            os.kill(status.pid, signal.SIGKILL)
        run.write_status("cancelled", message="its process was killed")


def start_worker(
    run: WorkingDirectory,
    home: Home,
    module: str = "umeta.runs.worker",
    environment: Mapping[str, str] | None = None,
    *,
    now: bool = False,
) -> None:
    """Start the worker in a session of its own, so that no signal to the server reaches it; wait for its first word.

    Args:
        run: The directory in which it works.
        home: Where everything is kept.
        module: The worker.
        environment: Variables that it gets beside those of this process.
        now: Whether it begins without waiting for its turn in the queue.

    Raises:
        AlreadyRunning: another worker was faster.
    """
    _children[:] = [child for child in _children if child.poll() is None]
    with (run.path / "run.log").open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", module, str(run.path), *([NOW] if now else [])],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            close_fds=True,
            env={**os.environ, **(environment or {}), "UMETA_HOME": str(home.root)},
        )
    _children.append(child)
    deadline = time.monotonic() + START_SECONDS
    while not _has_begun(run, child.pid) and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if child.poll() == NOT_CLAIMED:
        raise AlreadyRunning(f"{run.path.name} was started by another process at the same time.")
    if run.status().pid != child.pid:
        child.kill()
        log = (run.path / "run.log").read_text(errors="replace").strip().splitlines()
        run.write_status(
            "failed", message=f"its process ended before it began: {log[-1] if log else 'no output'}"
        )


def _has_begun(run: WorkingDirectory, pid: int) -> bool:
    """Return whether a process has written whether it works or waits."""
    status = run.status()
    return status.pid == pid and status.message != UNHEARD
