"""Which process of which machine: an identity that survives a stepped clock and a changed host name."""

import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import psutil

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
MACHINE_ID = Path("/etc/machine-id")
START_FIELD = 19
"""Where /proc/PID/stat tells when the process began, counted from the field behind its name."""
LEASE = 60.0
"""Seconds of silence after which other machines no longer count on a process; a claim is renewed far more often."""
FROZEN = (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
Presence = Literal["alive", "gone", "unknown"]


@dataclass(frozen=True)
class ProcessIdentity:
    """A process, told apart from every other that ever had its number."""

    pid: int
    started: float
    """Clock ticks since the machine was started, which no clock step changes; elsewhere than on Linux, a time."""
    machine: str
    """A start of a machine, and the process numbers that are seen there: those of a container are its own."""
    host: str
    """How people call the machine."""
    computer: str = ""
    """What stays when the machine is started anew; "" where nothing does, and where earlier versions did not ask."""

    @classmethod
    def own(cls) -> "ProcessIdentity":
        """Return the identity of this process."""
        pid = os.getpid()
        return cls(pid, _started(pid), this_machine(), socket.gethostname(), this_computer())

    @property
    def is_here(self) -> bool:
        """Whether it is, or was, a process of this machine, since the machine was last started."""
        return self.machine == this_machine()

    @property
    def is_own(self) -> bool:
        """Whether it is this very process."""
        return self.is_here and self.pid == os.getpid()

    @property
    def is_frozen(self) -> bool:
        """Whether it is a process of this machine that a signal has stopped, and only another will let go on."""
        try:
            return self.is_here and psutil.Process(self.pid).status() in FROZEN
        except psutil.Error:
            return False

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return f"process {self.pid}" + ("" if self.is_here else f" on host {self.host}")

    def presence(self, silent: float) -> Presence:
        """Return whether the very process still lives, as far as this machine can tell.

        Args:
            silent: Seconds since it was last heard of. Its own machine needs no such sign; to another, a silent
                process may be gone or out of reach, and it is gone where its machine was started anew since.
        """
        if self.is_here:
            return "alive" if self._lives() else "gone"
        if silent < LEASE:
            return "alive"
        return "gone" if self._was_here_before_the_start() else "unknown"

    def _was_here_before_the_start(self) -> bool:
        """Clones of a machine share its id, containers its name: both have to agree, and the start has to differ."""
        same = self.computer == this_computer() != "" and self.host == socket.gethostname()
        return same and _boot(self.machine) != _boot(this_machine())

    def _lives(self) -> bool:
        try:
            same = abs(_started(self.pid) - self.started) < 1
            return same and psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


def process_in(record: Mapping[str, Any]) -> ProcessIdentity | None:
    """Return the process that a record describes, None where it describes none."""
    try:
        process = ProcessIdentity(
            **{key: record[key] for key in ProcessIdentity.__match_args__ if key in record}
        )
    except TypeError:
        return None
    types: dict[str, Any] = {"pid": int, "started": (int, float)}
    is_whole = all(isinstance(value, types.get(key, str)) for key, value in asdict(process).items())
    return process if is_whole and process.pid > 0 else None


@cache
def this_computer() -> str:
    """Return what tells this machine from others, however often it is started; "" where nothing does."""
    try:
        return MACHINE_ID.read_text().strip()
    except OSError:
        return ""


def _boot(machine: str) -> str:
    return machine.partition(" ")[0]


@cache
def this_machine() -> str:
    """Return what tells this machine, since it was last started, from others; the host name where nothing better is."""
    try:
        return f"{BOOT_ID.read_text().strip()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _started(pid: int) -> float:
    """Return when a process began.

    Raises:
        psutil.NoSuchProcess: there is none of that number.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return psutil.Process(pid).create_time()
    return float(fields[START_FIELD])
