"""What a process that works in a directory is doing: status.json, and whether that process still lives."""

import errno
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from umeta.cache import StorageError, write_atomically
from umeta.runs.claims import seconds_silent
from umeta.runs.process_identity import ProcessIdentity
from umeta.stage import Step

State = Literal["running", "finished", "failed", "cancelled", "lost", "unknown"]
STATUS_SIZE = 4096
"""status.json is padded to this size, so that the news of a full disk can be written over the old status."""


@dataclass(frozen=True)
class Status:
    """What a run or a study is doing.

    `lost`: it says running, but its process is gone. `unknown`: nothing was written, or it says running on a machine
    that was not heard of for a while and cannot be asked.
    """

    state: State
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    updated: float = 0.0
    pid: int = 0
    process_started: float = 0.0
    host: str = ""
    machine: str = ""
    of_config: bool = False
    """Whether it failed for what its config asks of its images, so that it would fail again."""

    @property
    def process(self) -> ProcessIdentity:
        """The process that wrote it."""
        return ProcessIdentity(self.pid, self.process_started, self.machine, self.host)

    @property
    def may_run(self) -> bool:
        """Whether a process works, or may do so on a machine that cannot be asked."""
        return self.state == "running" or (self.state == "unknown" and self.host != "")


def read_status(folder: Path) -> Status:
    """Return what the directory's process is doing now; `lost` if it is gone without a last word."""
    record = read_json(folder / "status.json")
    if record is None:
        return Status("unknown", message="no status was written")
    status = Status(**record)
    if status.state != "running":
        return status
    silent = 0.0 if status.process.is_here else seconds_silent(folder)
    presence = status.process.presence(silent)
    if presence == "gone":
        return replace(status, state="lost", message="its process is gone; resume or delete it")
    if presence == "unknown":
        message = f"it ran as {status.process.place}, which was not heard of for {silent / 60:,.0f} minutes"
        return replace(status, state="unknown", message=message)
    return status


def write_status(
    folder: Path, state: State, step: Step | None = None, message: str = "", *, of_config: bool = False
) -> None:
    """Replace status.json, as this process; on a full disk, write over the old one in place.

    Raises:
        StorageError: not even that was possible.
    """
    me = ProcessIdentity.own()
    status = Status(
        state,
        stage=step.stage if step else "",
        done=step.done if step else 0,
        total=step.total if step else 0,
        message=message,
        updated=time.time(),
        pid=me.pid,
        process_started=me.started,
        host=me.host,
        machine=me.machine,
        of_config=of_config,
    )
    data = json.dumps(asdict(status)).encode().ljust(STATUS_SIZE)
    file = folder / "status.json"
    try:
        write_atomically(file, data)
    except StorageError as error:
        cause = error.__cause__
        if not (isinstance(cause, OSError) and cause.errno == errno.ENOSPC and file.exists()):
            raise
        with file.open("r+b") as stream:
            stream.write(data)


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the mapping in a JSON file; None if it is not there or not whole."""
    try:
        return json.loads(path.read_text())
    except (OSError, json.JSONDecodeError):
        return None
