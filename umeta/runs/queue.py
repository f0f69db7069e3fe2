"""The queue of a machine: what waits for a slot of a device, in an order that can be changed.

A place is a file `TIME-DEVICE-NONCE` that the waiting process writes itself; there is no other process that gives out
slots. The first in the queue whose process lives takes a slot once one is free, and its place is gone. One that is
killed while it waits is passed over, and so is a frozen one until it goes on.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from umeta.cache import Home
from umeta.runs.process_identity import ProcessIdentity, process_in
from umeta.runs.slots import Slot, machine_folder, take_slot
from umeta.runs.working_directory import WorkingDirectory
from umeta.sealed_files import record_or_nothing, write_record
from umeta.stage import Cancelled, OnStep, Step, UserError

PAUSE, LONGEST_PAUSE = 0.2, 2.0
"""Seconds between two looks of the first in the queue, and of those far behind."""
QUEUE = "queue"
"""The stage of the steps that tell of the waiting."""
ORDER = "order.json"
OWNER = "queue"
Position = tuple[int, int]
"""Where something stands, from 1, and how many wait for the same device."""


@dataclass(frozen=True)
class Place:
    """What waits, and for which device."""

    file: Path
    device: str
    work: Path
    """The directory of the run or training that waits."""
    process: ProcessIdentity

    @property
    def since(self) -> float:
        """When it came into the queue, in seconds since 1970."""
        return int(self.file.name.partition("-")[0]) / 1e9


@contextmanager
def turn(work: Path, device: str, home: Home, on_step: OnStep) -> Iterator[None]:
    """Hold a slot of a device while the block runs; wait in the queue until it is this one's turn.

    Args:
        work: The directory of what is to be done.
        device: `cpu`, `cuda` or `mps`.
        home: Where the queue is kept.
        on_step: Is told of the waiting at each look; if it raises, the place is given up.

    Raises:
        UserError: the number of slots that was given is none.
        StorageError: the disk refused.
    """
    slot = _wait(work, device, home, on_step)
    try:
        slot.enter()
        yield
    finally:
        slot.release()


@contextmanager
def turn_of(work: WorkingDirectory, device: str, home: Home, on_step: OnStep) -> Iterator[None]:
    """Hold a slot as `turn` does; while it waits, the status of the directory is `queued`.

    Raises:
        Cancelled: `on_step` raised it while it waited, or the person interrupted; the status says so.
    """
    has_waited = False

    def told(step: Step) -> None:
        nonlocal has_waited
        if not has_waited:
            work.write_status("queued")
            has_waited = True
        on_step(step)

    with ExitStack() as held:
        try:
            held.enter_context(turn(work.path, device, home, told))
        except (Cancelled, KeyboardInterrupt):
            work.write_status("cancelled")
            raise Cancelled(f"{work.path.name} was cancelled before it began.") from None
        yield


def waiting(home: Home) -> list[Place]:
    """Return what waits on this machine, in order."""
    folder = _folder(home)
    places = [_read(folder / name) for name in _names(folder)]
    return [place for place in places if place is not None and place.process.presence(0.0) == "alive"]


def is_anyone_waiting(device: str, home: Home) -> bool:
    """Return whether anything waits for a slot of a device."""
    return any(place.device == device for place in waiting(home))


def positions(home: Home) -> dict[Path, Position]:
    """Return the position of each directory that waits on this machine."""
    places = waiting(home)
    by_device = {
        device: [place.work for place in places if place.device == device]
        for device in dict.fromkeys(place.device for place in places)
    }
    return {
        work: (number, len(works))
        for works in by_device.values()
        for number, work in enumerate(works, start=1)
    }


def move(work: Path, position: int, home: Home) -> None:
    """Move what waits to a position among those that wait for the same device; 1 is the first.

    Raises:
        UserError: it is not in the queue.
        StorageError: the disk refused.
    """
    places = waiting(home)
    moved = next((place for place in places if place.work == work), None)
    if moved is None:
        raise UserError(f"{work.name} is not in the queue of this machine; it may have begun meanwhile.")
    others = [place for place in places if place is not moved]
    same = [place for place in others if place.device == moved.device]
    behind = same[max(0, position - 1) :]
    others.insert(others.index(behind[0]) if behind else len(others), moved)
    order = {"names": [place.file.name for place in others]}
    write_record(_folder(home) / ORDER, order, OWNER)


def _wait(work: Path, device: str, home: Home, on_step: OnStep) -> Slot:
    folder = _folder(home)
    file = folder / f"{time.time_ns():020}-{device}-{secrets.token_hex(4)}"
    record = {"work": str(work), **asdict(ProcessIdentity.own())}
    write_record(file, record, OWNER)
    try:
        while True:
            ahead = _ahead(folder, file.name, device)
            if ahead is None:  # somebody has emptied the folder
                write_record(file, record, OWNER)
                continue
            if ahead == 0 and (slot := take_slot(device, home, work)):
                return slot
            on_step(Step(QUEUE, 0, 1, note=f"number {ahead + 1} for a slot of {device}"))
            time.sleep(min(LONGEST_PAUSE, PAUSE * (1 + ahead)))
    finally:
        with suppress(OSError):
            file.unlink()


def _ahead(folder: Path, own: str, device: str) -> int | None:
    """Return how many are before a place, once those are passed over that will not take their turn; None if it is gone.

    Only the first are looked at, until one waits: those behind it do not decide whose turn it is.
    """
    names = [name for name in _names(folder) if _device_in(name) == device]
    if own not in names:
        return None
    before = names[: names.index(own)]
    while before and not _waits(folder / before[0]):
        del before[0]
    return len(before)


def _waits(file: Path) -> bool:
    """Return whether the process of a place will take its turn; the place of one that is gone is removed."""
    place = _read(file)
    if place is not None and place.process.presence(0.0) == "alive":
        return not place.process.is_frozen
    with suppress(OSError):
        file.unlink()
    return False


def _names(folder: Path) -> list[str]:
    """Return the names of the places in order: those that somebody has put in order, then the others as they came."""
    try:
        found = {file.name for file in folder.iterdir() if file.name[:20].isdecimal()}
    except OSError:
        return []
    ordered = record_or_nothing(folder / ORDER, OWNER).get("names")
    known = [name for name in ordered if name in found] if isinstance(ordered, list) else []
    return [*known, *sorted(found.difference(known))]


def _device_in(name: str) -> str:
    return name.split("-")[1]


def _read(file: Path) -> Place | None:
    record = record_or_nothing(file, OWNER)
    process = process_in(record)
    work = record.get("work")
    return (
        Place(file, _device_in(file.name), Path(work), process) if process and isinstance(work, str) else None
    )


def _folder(home: Home) -> Path:
    return machine_folder(home) / "waiting"
