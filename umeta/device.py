"""The device that tensors live on, chosen once per run, and how a process that trains keeps its memory."""

import ctypes
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from umeta.stage import UserError

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda", "mps")
DRIVERS = ("/dev/nvidiactl", "/dev/nvmap", "/dev/dxg", "/dev/kfd")
"""One of these files is there on a Linux where torch has a graphics card: NVIDIA's, in WSL, or AMD's."""


@runtime_checkable
class Device(Protocol):
    """What a stored product says of the device that made it. A `torch.device` is one, and `DeviceKind`."""

    @property
    def type(self) -> str:
        """cpu, cuda or mps."""
        ...


@dataclass(frozen=True)
class DeviceKind:
    """A device by its kind alone, for those who find products that are stored and need no torch."""

    type: str


@cache
def kind_at_hand() -> DeviceKind:
    """Return the kind of device that `auto` picks; torch is asked only where there may be a graphics card."""
    if sys.platform == "linux" and not any(Path(driver).exists() for driver in DRIVERS):
        return DeviceKind("cpu")
    return DeviceKind(pick_device("auto").type)


def pick_device(name: str = "auto") -> "torch.device":
    """Return the torch device of a name; `auto` takes cuda, then mps, then cpu, whichever there is first.

    Raises:
        UserError: the name is unknown, or this machine has no such device.
    """
    import torch

    if name not in DEVICES:
        raise UserError(f"device={name!r} is not known. Choose one of: {', '.join(DEVICES)}.")
    present = present_devices()
    if name == "auto":
        name = present[0]
    if name not in present:
        raise UserError(
            f"device={name!r} is not on this machine; it has {', '.join(present)}. Use device=auto or device=cpu."
        )
    return torch.device(name)


def present_devices() -> list[str]:
    """Return the devices of this machine, that of `auto` first."""
    import torch

    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return [device for device, is_present in present.items() if is_present]


def keep_freed_memory() -> None:
    """Let this process reuse the memory of freed tensors instead of giving it back to the system at once.

    glibc returns every large block, and the system clears each new one: a third of the time of SimCLR's steps on
    84 × 84 images is spent so. For processes that train; on other systems than Linux nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(_MMAP_MAX, 0)


_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # of malloc.h
