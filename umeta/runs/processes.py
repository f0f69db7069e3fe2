"""Runs in processes of their own: launch, cancel, resume. They outlive the page and the server."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol, runtime_checkable

from umeta.cache import Home
from umeta.runs.config import RunConfig
from umeta.runs.directory import RunDirectory
from umeta.runs.status import State, Status
from umeta.stage import Step, UserError

START_SECONDS = 30.0
"""How long a new process gets to say that it has begun."""
PATIENCE = 10.0
"""Seconds that a cancelled process gets to save its checkpoint before it is killed."""


_children: list[subprocess.Popen[bytes]] = []
"""Handles of started workers, kept so that finished ones are reaped and never stay zombies."""


@runtime_checkable
class WorkingDirectory(Protocol):
    """The directory of a run or a study, in which one process works."""

    @property
    def path(self) -> Path:
        """The folder."""
        ...

    def status(self) -> Status:
        """Return what its process is doing."""
        ...

    def write_status(self, state: State, step: Step | None = None, message: str = "") -> None:
        """Replace its status."""
        ...


def launch(config: RunConfig, home: Home, *, label_use: str = "none") -> RunDirectory:
    """Start a run in a detached process and return its directory at once; an equal run is not started twice.

    Raises:
        UserError: the data set cannot be loaded, or the disk is full.
    """
    from umeta.runs.pipeline import prepare

    resolved, _ = prepare(config, home)
    run = RunDirectory.create(resolved, home, label_use=label_use)
    if run.result() is None and run.status().state != "running":
        start_worker(run, home)
    return run


def resume(run: RunDirectory, home: Home) -> None:
    """Go on with a run that was cancelled, failed or lost, from its last checkpoint.

    Raises:
        UserError: it is running or finished.
    """
    state = run.status().state
    if state in ("running", "finished"):
        raise UserError(f"run {run.run_id} is {state}; only a cancelled, failed or lost run can be resumed.")
    start_worker(run, home)


def cancel(run: WorkingDirectory, *, patience: float = PATIENCE) -> None:
    """Ask a running process to stop and save its checkpoint; kill it when it does not.

    Raises:
        UserError: the run or study is not running.
    """
    status = run.status()
    if status.state != "running":
        raise UserError(f"{run.path.name} is {status.state}; there is nothing to cancel.")
    os.kill(status.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while run.status().state == "running" and time.monotonic() < deadline:
        time.sleep(0.1)
    if run.status().state in ("running", "lost"):
        if run.status().state == "running":
            os.kill(status.pid, signal.SIGKILL)
        run.write_status("cancelled", message="its process was killed")


def start_worker(run: WorkingDirectory, home: Home, module: str = "umeta.runs.worker") -> None:
    """Start the worker in a session of its own, so that no signal to the server reaches it; wait for its first word."""
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
    if run.status().pid != child.pid:
        child.kill()
        log = (run.path / "run.log").read_text(errors="replace").strip().splitlines()
        run.write_status(
            "failed", message=f"its process ended before it began: {log[-1] if log else 'no output'}"
        )
