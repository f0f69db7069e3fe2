"""The slots of a machine: how many processes work at a time on each of its devices. The others wait in the queue.

A slot is a folder under the home that a process claims as it claims a run's directory, so that a killed one frees it.
Each start of a machine has slots of its own: on a home that several machines share, each counts its own processes.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from umeta.cache import Home
from umeta.runs.directory_claims import AlreadyRunning, Claim, holder_of, take
from umeta.runs.process_identity import this_machine
from umeta.sealed_files import record_or_nothing, write_record
from umeta.stage import UserError, content_hash

CPU_SLOTS = "UMETA_CPU_SLOTS"
"""The variable that says how many processes work on the CPU at a time; 1 where it is not set."""
GPUS = "CUDA_VISIBLE_DEVICES"
WORK = "work.json"


@dataclass(frozen=True)
class Slot:
    """A slot that this process has."""

    device: str
    name: str
    claim: Claim

    def enter(self) -> None:
        """Let what follows compute on the slot's own GPU; there is nothing to do for a CPU."""
        if self.device != "cuda":
            return
        gpu = self.name.removeprefix("cuda-")
        if "torch" in sys.modules:  # which has read the variable
            import torch

            torch.cuda.set_device(_gpus().index(gpu))
        else:
            os.environ[GPUS] = gpu

    def release(self) -> None:
        """Let another process have it."""
        (self.claim.folder / WORK).unlink(missing_ok=True)
        self.claim.release()


def take_slot(device: str, home: Home, work: Path) -> Slot | None:
    """Claim a free slot of a device for the work in a directory; None where all are taken.

    Raises:
        UserError: the number of slots that was given is none.
        StorageError: the disk refused.
    """
    for name in slot_names(device):
        folder = _folder(name, home)
        try:
            claim = take(folder)
        except AlreadyRunning:
            continue
        if _forget_older(claim):
            write_record(folder / WORK, {"folder": str(work)}, name)
            return Slot(device, name, claim)
    return None


def works_in_slots(home: Home) -> dict[str, Path]:
    """Return the directories in which processes of this machine work, by the names of their slots."""
    folders = sorted(_folder("", home).glob("*"))
    taken = [folder for folder in folders if holder_of(folder).presence == "alive"]
    works = {folder.name: record_or_nothing(folder / WORK, folder.name).get("folder") for folder in taken}
    return {name: Path(work) for name, work in works.items() if isinstance(work, str)}


def slot_names(device: str) -> tuple[str, ...]:
    """Return the names of a device's slots: one for each GPU, as many as are wanted for the CPU.

    Raises:
        UserError: the number that was given is none.
    """
    if device == "cuda":
        return tuple(f"cuda-{gpu}" for gpu in _gpus())
    if device != "cpu":
        return (f"{device}-1",)
    given = os.environ.get(CPU_SLOTS) or "1"
    if not (given.isdecimal() and given.isascii() and 0 < int(given) <= 1000):
        raise UserError(f"{CPU_SLOTS}={given!r} is no number of slots; set it to 1 or a few.")
    return tuple(f"cpu-{number}" for number in range(1, int(given) + 1))


def machine_folder(home: Home) -> Path:
    """Return the folder of this machine's slots and queue, as it was started last."""
    return home.root / "queue" / content_hash({"machine": this_machine()}, 10)


def _gpus() -> list[str]:
    """Return the GPUs that this process may use, as they are named in `CUDA_VISIBLE_DEVICES`."""
    given = os.environ.get(GPUS)
    if given is not None:
        return [gpu.strip() for gpu in given.split(",") if gpu.strip()]
    n_gpus = sum(path.name.removeprefix("nvidia").isdecimal() for path in Path("/dev").glob("nvidia*"))
    return [str(number) for number in range(max(1, n_gpus))]


def _folder(slot: str, home: Home) -> Path:
    return machine_folder(home) / "slots" / slot


def _forget_older(claim: Claim) -> bool:
    """Remove the claims before this one, and return True; False if it is not the last: its number was used before.

    A process that looked at the claims long ago may get a number whose claim was removed since. It then finds a
    later one, for the last is never removed.
    """
    numbers = {int(file.name.partition("-")[2]): file for file in claim.folder.glob("claim-*")}
    if max(numbers, default=0) != claim.number:
        claim.file.unlink(missing_ok=True)
        return False
    for number, file in numbers.items():
        if number < claim.number:
            file.unlink(missing_ok=True)
    return True
