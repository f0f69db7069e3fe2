"""What a process that works in a directory is doing: status.json, and whether that process still lives."""

import errno
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from umeta.cache import write_atomically
from umeta.runs.directory_claims import seconds_silent
from umeta.runs.process_identity import ProcessIdentity
from umeta.stage import Step
from umeta.storage_errors import StorageError

State = Literal["running", "finished", "failed", "cancelled", "lost", "damaged", "unknown"]
WRITTEN_STATES = ("running", "finished", "failed", "cancelled")
STATUS_SIZE = 4096
"""status.json is padded to this size, so that the news of a full disk can be written over the old status."""
MAX_NUMBER = 2**53
"""No count, process or time in a status is greater; what is greater is damage."""


@dataclass(frozen=True)
class Status:
    """What a run or a study is doing.

    `lost`: it says running, but its process is gone. `damaged`: a file of it cannot be read; the message says which.
    `unknown`: nothing was written, or it says running on a machine that was not heard of for a while and cannot be
    asked.
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
    file = folder / "status.json"
    record = read_json(file)
    if record is None and not file.exists():
        return Status("unknown", message="no status was written")
    status = _status_of(record)
    if status is None:
        return Status("damaged", message=f"{file.name} is damaged; resume the run, or delete {folder}")
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


def _status_of(record: dict[str, Any] | None) -> Status | None:
    """Return the status in a record, whatever else stands there; None where a value is of another type."""
    values = {key: value for key, value in (record or {}).items() if key in Status.__match_args__}
    if values.get("state") not in WRITTEN_STATES:
        return None
    for name, value in values.items():
        default = getattr(Status, name, "")
        kinds = (int, float) if isinstance(default, float) else type(default)
        if isinstance(value, bool) != isinstance(default, bool) or not isinstance(value, kinds):
            return None
        if not isinstance(value, str) and not 0 <= value <= MAX_NUMBER:
            return None
    return Status(**values)


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
    """Return the mapping in a JSON file; None if it is not there, not whole, or holds something else."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):  # not JSON, not text, a number of too many digits, too deep
        return None
    return content if isinstance(content, dict) else None
