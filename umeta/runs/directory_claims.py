"""The claim of one process on a directory, so that of several that start to work in it only one does.

A claim is a file `claim-N` that is linked into place: of two processes that try at the same instant one gets it, and
a later claim has the next number. While a process works it renews the time of its claim, by which other machines tell
that it lives; a process that finds a later claim has lost the directory to another, and ends.
"""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from umeta.runs.process_identity import LEASE, ProcessIdentity
from umeta.stage import UserError
from umeta.storage_errors import storage_error

RENEWED = LEASE / 6
"""Seconds between two renewals of a claim."""
NOT_CLAIMED = 75
"""The exit status of a process that was started for a directory and found another at work in it."""


class AlreadyRunning(UserError):
    """Another process works in the directory, or may do so on a machine that cannot be asked."""


class Superseded(Exception):
    """Another process has taken over the directory that this one worked in; it must write nothing more there."""


@dataclass(frozen=True)
class Claim:
    """The claim of this process on a directory."""

    folder: Path
    number: int
    taken_over: threading.Event = field(default_factory=threading.Event)

    @property
    def file(self) -> Path:
        """Where it is written down."""
        return _file(self.folder, self.number)

    def check(self) -> None:
        """Do nothing while the directory is this process's.

        Raises:
            Superseded: another process has taken it over.
        """
        if self.taken_over.is_set():
            raise Superseded(f"{self.folder.name} was taken over by another process.")

    def renew(self) -> None:
        """Tell other machines that this process lives, and notice if it was taken for dead."""
        if _file(self.folder, self.number + 1).exists():
            self.taken_over.set()
        with suppress(OSError):  # the disk may be away for a while
            os.utime(self.file)

    def release(self) -> None:
        """Let others claim the directory; an empty file can be written on a full disk too."""
        with suppress(OSError):
            os.truncate(self.file, 0)


@contextmanager
def claimed(folder: Path) -> Iterator[Claim]:
    """Be the one process that works in a directory while the block runs.

    Raises:
        AlreadyRunning: another process is; the message says where.
        StorageError: the disk refused.
    """
    claim, ended = take(folder), threading.Event()

    def renew() -> None:
        while not ended.wait(RENEWED):
            claim.renew()

    threading.Thread(target=renew, daemon=True).start()
    try:
        yield claim
    finally:
        ended.set()
        claim.release()


def take(folder: Path, *, by_force: bool = False) -> Claim:
    """Claim a directory for this process.

    Args:
        folder: The directory.
        by_force: Also from a process that was not heard of for a while and cannot be asked.

    Raises:
        AlreadyRunning: another process works there, may do so, or has just begun to.
        StorageError: the disk refused.
    """
    number, holder = _last(folder)
    if holder is not None:
        presence = holder.presence(seconds_silent(folder))
        if presence == "alive" or (presence == "unknown" and not by_force):
            raise AlreadyRunning(f"{folder.name} is running already, as {holder.place}.")
    if not _put(_file(folder, number + 1), ProcessIdentity.own()):
        raise AlreadyRunning(f"{folder.name} was started by another process at the same time.")
    _file(folder, number - 1).unlink(
        missing_ok=True
    )  # the one before stays for those who list files just now
    return Claim(folder, number + 1)


def seconds_silent(folder: Path) -> float:
    """Return how long nothing was heard of the process that works in a directory."""
    times = [
        file.stat().st_mtime for file in (*folder.glob("claim-*"), folder / "status.json") if file.exists()
    ]
    return time.time() - max(times, default=0.0)


def _last(folder: Path) -> tuple[int, ProcessIdentity | None]:
    """Return the number of the last claim, 0 if there is none, and whose it is; None once it was released."""
    endings = [file.name.partition("-")[2] for file in folder.glob("claim-*")]
    number = max((int(ending) for ending in endings if ending.isdecimal()), default=0)
    try:
        owner = ProcessIdentity(**json.loads(_file(folder, number).read_bytes()))
    except (OSError, ValueError, TypeError, RecursionError):
        return number, None
    is_whole = isinstance(owner.pid, int) and isinstance(owner.started, int | float) and owner.pid > 0
    return number, owner if is_whole else None


def _put(file: Path, owner: ProcessIdentity) -> bool:
    """Write a claim unless there is one of its number; return whether it was written."""
    text = json.dumps(asdict(owner))
    draft = file.with_name(f".{file.name}.{owner.host}.{owner.pid}.{threading.get_ident()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text)
        try:
            os.link(draft, file)
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            with file.open("x") as stream:
                stream.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise storage_error(file, error) from error
    finally:
        draft.unlink(missing_ok=True)
    return True


def _file(folder: Path, number: int) -> Path:
    return folder / f"claim-{number}"
