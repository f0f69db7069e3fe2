"""Runs in processes of their own: launch, cancel, resume. They outlive the page and the server."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from umeta.cache import Home
from umeta.runs import directory_claims
from umeta.runs.config import RunConfig
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import NOT_CLAIMED, AlreadyRunning
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import UserError

START_SECONDS = 30.0
"""How long a new process gets to say that it has begun."""
PATIENCE = 10.0
"""Seconds that a cancelled process gets to save its checkpoint before it is killed."""


_children: list[subprocess.Popen[bytes]] = []
"""Handles of started workers, kept so that finished ones are reaped and never stay zombies."""


def launch(config: RunConfig, home: Home, *, label_use: str = "none") -> RunDirectory:
    """Start a run in a detached process and return its directory at once; an equal run is not started twice.

    Raises:
        UserError: the data set cannot be loaded, or the disk is full.
    """
    from umeta.runs.pipeline import prepare
    from umeta.runs.reading_notes import notes_of

    resolved, dataset = prepare(config, home)
    notes = notes_of(config, resolved, dataset)
    run = RunDirectory.create(resolved, home, label_use=label_use, notes=notes)
    if run.result() is None and not run.status().may_run:
        with suppress(AlreadyRunning):
            start_worker(run, home)
    return run


def resume(run: RunDirectory, home: Home) -> None:
    """Go on with a run that was cancelled, failed or lost, from its last checkpoint.

    Raises:
        UserError: it is finished, it is running or may be on a machine that cannot be asked, its config is damaged, or
            its images changed.
    """
    status = run.status()
    if status.state == "running":
        raise UserError(
            f"run {run.run_id} is running, as {status.process.place}; only a cancelled, failed or lost run can be "
            "resumed."
        )
    if status.may_run:
        raise UserError(
            f"run {run.run_id} may still be running: {status.message}. Resume it on that host; or, if that process is "
            f"gone for good, cancel the run here first: umeta cancel {run.run_id}"
        )
    if status.state == "finished":
        raise UserError(f"run {run.run_id} is finished; only a cancelled, failed or lost run can be resumed.")
    run.config_record()
    dataset = run.config().dataset
    if dataset.may_change:
        dataset.load(home)
    start_worker(run, home)


def cancel(run: WorkingDirectory, *, patience: float = PATIENCE) -> None:
    """Ask a running process to stop and save its checkpoint; kill it when it does not.

    Of a process on a machine that was not heard of for a while, take it that it is gone: should it come back, it ends.

    Raises:
        UserError: the run or study is not running, or it is running on another machine.
    """
    status = run.status()
    if status.state == "unknown" and status.may_run:
        directory_claims.take(run.path, by_force=True).release()
        run.write_status("cancelled", message=f"{status.message}; it is taken to be gone")
        return
    if status.state != "running":
        raise UserError(f"{run.path.name} is {status.state}; there is nothing to cancel.")
    if not status.process.is_here:
        raise UserError(f"{run.path.name} is running as {status.process.place}; cancel it there.")
    os.kill(status.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while run.status().state == "running" and time.monotonic() < deadline:
        time.sleep(0.1)
    if run.status().state in ("running", "lost"):
        if run.status().state == "running":
            os.kill(status.pid, signal.SIGKILL)
        run.write_status("cancelled", message="its process was killed")


def start_worker(run: WorkingDirectory, home: Home, module: str = "umeta.runs.worker") -> None:
    """Start the worker in a session of its own, so that no signal to the server reaches it; wait for its first word.

    Raises:
        AlreadyRunning: another worker was faster.
    """
    _children[:] = [child for child in _children if child.poll() is None]
    environment = {**os.environ, "UMETA_HOME": str(home.root)}
    with (run.path / "run.log").open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", module, str(run.path)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            close_fds=True,
            env=environment,
        )
    _children.append(child)
    deadline = time.monotonic() + START_SECONDS
    while run.status().pid != child.pid and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if child.poll() == NOT_CLAIMED:
        raise AlreadyRunning(f"{run.path.name} was started by another process at the same time.")
    if run.status().pid != child.pid:
        child.kill()
        log = (run.path / "run.log").read_text(errors="replace").strip().splitlines()
        run.write_status(
            "failed", message=f"its process ended before it began: {log[-1] if log else 'no output'}"
        )
