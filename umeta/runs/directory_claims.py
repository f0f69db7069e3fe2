"""The claim of one process on a directory, so that of several that start to work in it only one does.

A claim is a file `claim-N` that is linked into place: of two processes that try at the same instant one gets it, and a
later claim has the next number; none is ever removed. While a process works it renews the time of its claim, by which
other machines tell that it lives; a process that finds a later claim has lost the directory to another, and ends.
"""

import math
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from umeta.runs.process_identity import LEASE, Presence, ProcessIdentity, process_in
from umeta.sealed_files import record_bytes, record_or_nothing
from umeta.stage import UserError
from umeta.storage_errors import storage_error

RENEWED = LEASE / 6
"""Seconds between two renewals of a claim."""
LISTENED = 2 * RENEWED
"""Seconds that a claim is watched before it is taken from a process that a person says is gone."""
LOOKED = 1.0
"""Seconds between two looks for a later claim, at most one each step."""
NOT_CLAIMED = 75
"""The exit status of a process that was started for a directory and found another at work in it."""
RELEASED = 1
"""The size of a released claim: a file can be cut to its first byte on a full disk too."""


class AlreadyRunning(UserError):
    """Another process works in the directory, or may do so on a machine that cannot be asked."""


class Superseded(Exception):
    """Another process has taken over the directory that this one worked in; it must write nothing more there."""


@dataclass
class Claim:
    """The claim of this process on a directory."""

    folder: Path
    number: int
    looked: float = -math.inf
    """When a later claim was last looked for."""

    @property
    def file(self) -> Path:
        """Where it is written down."""
        return _file(self.folder, self.number)

    def check(self) -> None:
        """Do nothing while the directory is this process's; asked often, it looks once a second.

        Raises:
            Superseded: another process has taken it over.
        """
        if time.monotonic() - self.looked < LOOKED:
            return
        if os.path.lexists(_file(self.folder, self.number + 1)):
            raise Superseded(f"{self.folder.name} was taken over by another process.")
        self.looked = time.monotonic()

    def renew(self) -> None:
        """Tell other machines that this process lives."""
        with suppress(OSError):  # the disk may be away for a while
            os.utime(self.file)

    def release(self) -> None:
        """Let others claim the directory."""
        with suppress(OSError):
            os.truncate(self.file, RELEASED)


@dataclass(frozen=True)
class Holder:
    """Whose the last claim on a directory is, and whether that process still works there."""

    number: int
    """Of the claim; 0 where there never was one."""
    presence: Presence
    process: ProcessIdentity | None
    """None where the claim was released, or cannot be read."""
    silent: float
    """Seconds since it was last heard of."""

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return self.process.place if self.process else "a process whose claim cannot be read"


@contextmanager
def claimed(folder: Path, *, by_force: bool = False) -> Iterator[Claim]:
    """Be the one process that works in a directory while the block runs; `by_force` as `take` has it.

    Raises:
        AlreadyRunning: another process is; the message says where.
        StorageError: the disk refused.
    """
    claim, ended = take(folder, by_force=by_force), threading.Event()

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
        by_force: Also from a process that cannot be asked, if nothing is heard of it while it is watched.

    Raises:
        AlreadyRunning: another process works there, may do so, or has just begun to.
        StorageError: the disk refused.
    """
    holder = holder_of(folder)
    if holder.presence == "alive" or (holder.presence == "unknown" and not by_force):
        raise AlreadyRunning(f"{folder.name} is running already, as {holder.place}.")
    if holder.presence == "unknown" and _renews(_file(folder, holder.number)):
        raise AlreadyRunning(f"{folder.name} is running after all, as {holder.place}; cancel it there.")
    if not _put(_file(folder, holder.number + 1)):
        raise AlreadyRunning(f"{folder.name} was started by another process at the same time.")
    return Claim(folder, holder.number + 1)


def holder_of(folder: Path) -> Holder:
    """Return whose the last claim on a directory is."""
    endings = [file.name.partition("-")[2] for file in folder.glob("claim-*")]
    number = max((int(ending) for ending in endings if ending.isdecimal()), default=0)
    file = _file(folder, number)
    try:
        is_free = number == 0 or file.stat().st_size == RELEASED
    except OSError:
        is_free = True
    if is_free:
        return Holder(number, "gone", None, math.inf)
    silent, process = seconds_silent(file), process_in(record_or_nothing(file, folder.name))
    if process is None:  # as long as it is renewed, its process lives, however damaged it is
        return Holder(number, "alive" if silent < LEASE else "gone", None, silent)
    return Holder(number, process.presence(silent), process, silent)


def seconds_silent(file: Path) -> float:
    """Return how long ago a file was changed, by the clock that stamped it: that of its disk, not of this machine."""
    try:
        with tempfile.TemporaryFile(dir=file.parent) as probe:
            now = os.fstat(probe.fileno()).st_mtime
    except OSError:  # a disk that is full or may only be read
        now = time.time()
    try:
        return max(0.0, now - file.stat().st_mtime)
    except OSError:
        return math.inf


def _renews(file: Path) -> bool:
    """Return whether a claim is renewed while it is watched, by a clock that cannot be set."""
    before, end = file.stat().st_mtime_ns, time.monotonic() + LISTENED
    while time.monotonic() < end:
        time.sleep(LISTENED / 50)
        if file.stat().st_mtime_ns != before:
            return True
    return False


def _put(file: Path) -> bool:
    """Write a claim of this process unless there is one of its number; return whether it was written."""
    nonce = secrets.token_hex(8)
    content = record_bytes(file.name, {**asdict(ProcessIdentity.own()), "nonce": nonce}, file.parent.name)
    draft = file.with_name(f".{file.name}.{nonce}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        try:
            os.link(draft, file)
        except (
            FileExistsError
        ):  # also where a link was made, and the answer of the server lost, and it was asked again
            return record_or_nothing(file, file.parent.name).get("nonce") == nonce
        except OSError:  # a file system without links
            with file.open("xb") as stream:
                stream.write(content)
    except FileExistsError:
        return False
    except OSError as error:
        raise storage_error(file, error) from error
    finally:
        draft.unlink(missing_ok=True)
    return True


def _file(folder: Path, number: int) -> Path:
    return folder / f"claim-{number}"
