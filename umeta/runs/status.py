"""What a process that works in a directory is doing: status.json, and whether that process still lives."""

import errno
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from umeta.cache import write_atomically
from umeta.runs.directory_claims import Holder, holder_of, seconds_silent
from umeta.runs.process_identity import ProcessIdentity
from umeta.sealed_files import Unreadable, read_record, record_bytes
from umeta.stage import Step
from umeta.storage_errors import StorageError

State = Literal[
    "queued", "running", "frozen", "finished", "failed", "cancelled", "lost", "damaged", "unknown"
]
WRITTEN_STATES = ("queued", "running", "finished", "failed", "cancelled")
AT_WORK = ("queued", "running", "frozen")
"""The states of what has a process that lives."""
STATUS_FILE = "status.json"
STATUS_SIZE = 4096
"""status.json is padded to this size, so that the news of a full disk can be written over the old status."""
MAX_MESSAGE = 2000
"""Characters of a message; fewer of those that take several bytes."""
UNHEARD = "its process works; it has yet to write what it does"
MAX_NUMBER = 2**53
"""No count, process or time in a status is greater; what is greater is damage."""


@dataclass(frozen=True)
class Status:
    """What a run or a study is doing.

    `queued`: its process waits for a slot of its device. `frozen`: a signal has stopped its process, which goes on only
    when another lets it. `lost`: it says running or queued, but its process is gone. `damaged`: a file of it cannot be
    read; the message says which. `unknown`: nothing was written, or it says running or queued on a machine that was not
    heard of for a while and cannot be asked.
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
    computer: str = ""
    of_config: bool = False
    """Whether it failed for what its config asks of its images, so that it would fail again."""

    @property
    def process(self) -> ProcessIdentity:
        """The process that works, or that wrote it."""
        return ProcessIdentity(self.pid, self.process_started, self.machine, self.host, self.computer)

    def of_process(self, process: ProcessIdentity) -> "Status":
        """Return the same of another process."""
        place = {"host": process.host, "machine": process.machine, "computer": process.computer}
        return replace(self, pid=process.pid, process_started=process.started, **place)

    @property
    def is_at_work(self) -> bool:
        """Whether it has a process that lives: one that works, waits for its turn, or is frozen."""
        return self.state in AT_WORK

    @property
    def may_run(self) -> bool:
        """Whether it has a process, or may have one on a machine that cannot be asked."""
        return self.is_at_work or (self.state == "unknown" and self.host != "")

    @property
    def label(self) -> str:
        """The state in words, with the host that cannot be asked."""
        return (
            f"unknown (host {self.host} not reachable)"
            if self.state == "unknown" and self.host
            else self.state
        )


def read_status(folder: Path) -> Status:
    """Return what the directory's process is doing now; `lost` if it is gone without a last word.

    Whether a process works there is told by its claim; what it does, by what it wrote.
    """
    file = folder / STATUS_FILE
    try:
        status = _status_of(
            file, read_record(file, folder.name, remedy=f"resume the run, or delete {folder}")
        )
    except Unreadable as error:
        status = Status("damaged", message=str(error))
    if status.state not in ("queued", "running", "damaged", "unknown"):
        return status
    holder = holder_of(folder)
    if holder.number == 0 and status.is_at_work:  # of a version before there were claims
        silent = 0.0 if status.process.is_here else seconds_silent(file)
        holder = Holder(0, status.process.presence(silent), status.process, silent)
    if holder.process is not None:
        status = status.of_process(holder.process)
    if holder.presence == "alive":
        if status.process.is_frozen:
            remedy = f"kill -CONT {status.pid} lets it go on; or cancel it"
            return replace(status, state="frozen", message=f"a signal has stopped its process; {remedy}")
        return status if status.is_at_work else replace(status, state="running", message=UNHEARD)
    if holder.presence == "unknown":
        message = f"it ran as {holder.place}, which was not heard of for {holder.silent / 60:,.0f} minutes"
        return replace(status, state="unknown", message=message)
    if status.is_at_work:
        return replace(status, state="lost", message="its process is gone; resume or delete it")
    return status


def _status_of(file: Path, record: dict[str, Any] | None) -> Status:
    """Return the status in a record, whatever else stands there.

    Raises:
        Unreadable: a value is of another type.
    """
    if record is None:
        return Status("unknown", message="no status was written")
    values = {key: value for key, value in record.items() if key in Status.__match_args__}
    if values.get("state") not in WRITTEN_STATES or not all(map(_fits, values, values.values())):
        raise Unreadable(f"{file} is damaged; resume the run, or delete {file.parent}.")
    return Status(**values)


def _fits(name: str, value: Any) -> bool:
    """Return whether a value is one that a field of a status can have."""
    default = getattr(Status, name, "")
    kinds = (int, float) if isinstance(default, float) else type(default)
    if isinstance(value, bool) != isinstance(default, bool) or not isinstance(value, kinds):
        return False
    return isinstance(value, str) or 0 <= value <= MAX_NUMBER


def write_status(
    folder: Path, state: State, step: Step | None = None, message: str = "", *, of_config: bool = False
) -> None:
    """Replace status.json, as this process; on a full disk, write over the old one in place.

    Raises:
        StorageError: not even that was possible.
    """
    status = Status(
        state,
        stage=step.stage if step else "",
        done=step.done if step else 0,
        total=step.total if step else 0,
        message=message[:MAX_MESSAGE],
        updated=time.time(),
        of_config=of_config,
    ).of_process(ProcessIdentity.own())
    data = _padded(folder, status)
    file = folder / STATUS_FILE
    try:
        write_atomically(file, data)
    except StorageError as error:
        cause = error.__cause__
        if not (isinstance(cause, OSError) and cause.errno == errno.ENOSPC and file.exists()):
            raise
        with file.open("r+b") as stream:
            stream.write(data)


def _padded(folder: Path, status: Status) -> bytes:
    """Return the content of status.json, always of one size; of a message that is too long for it, the beginning."""
    while (
        len(data := record_bytes(STATUS_FILE, asdict(status), folder.name)) > STATUS_SIZE and status.message
    ):
        status = replace(status, message=status.message[: len(status.message) * 3 // 4])
    return data.ljust(STATUS_SIZE)
