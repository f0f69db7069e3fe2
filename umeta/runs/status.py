"""What a process that works in a directory is doing: status.json, and whether that process still lives."""

import errno
import json
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from umeta.cache import StorageError, write_atomically
from umeta.stage import Step

State = Literal["running", "finished", "failed", "cancelled", "lost", "unknown"]
STATUS_SIZE = 4096
"""status.json is padded to this size, so that the news of a full disk can be written over the old status."""


@dataclass(frozen=True)
class Status:
    """What a run or a study is doing. `lost`: it says running, but its process is gone."""

    state: State
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    updated: float = 0.0
    pid: int = 0
    process_started: float = 0.0
    host: str = ""


def read_status(folder: Path) -> Status:
    """Return what the directory's process is doing now; `lost` if it is gone without a last word."""
    record = read_json(folder / "status.json")
    if record is None:
        return Status("unknown", message="no status was written")
    status = Status(**record)
    if status.state == "running" and not _alive(status):
        return Status(**{**record, "state": "lost", "message": "its process is gone; resume or delete it"})
    return status


def write_status(folder: Path, state: State, step: Step | None = None, message: str = "") -> None:
    """Replace status.json, as this process; on a full disk, write over the old one in place.

    Raises:
        StorageError: not even that was possible.
    """
    me = psutil.Process()
    status = Status(
        state,
        stage=step.stage if step else "",
        done=step.done if step else 0,
        total=step.total if step else 0,
        message=message,
        updated=time.time(),
        pid=me.pid,
        process_started=me.create_time(),
        host=socket.gethostname(),
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


def _alive(status: Status) -> bool:
    """Return whether the very process that wrote the status still lives: same host, pid and start time."""
    if status.host != socket.gethostname():
        return False
    try:
        process = psutil.Process(status.pid)
        same = abs(process.create_time() - status.process_started) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
