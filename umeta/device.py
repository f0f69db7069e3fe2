"""The device that tensors live on, chosen once per run, and how a process that trains keeps its memory."""

import ctypes
import sys
from typing import TYPE_CHECKING

from umeta.stage import UserError

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda", "mps")


def pick_device(name: str = "auto") -> "torch.device":
    """Return the torch device of a name; `auto` takes cuda, then mps, then cpu, whichever there is first.

    Raises:
        UserError: the name is unknown, or this machine has no such device.
    """
    import torch

    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next(device for device in ("cuda", "mps", "cpu") if present[device])
    if name not in present:
        raise UserError(f"device={name!r} is not known. Choose one of: {', '.join(DEVICES)}.")
    if not present[name]:
        here = ", ".join(device for device, is_present in present.items() if is_present)
        raise UserError(
            f"device={name!r} is not on this machine; it has {here}. Use device=auto or device=cpu."
        )
    return torch.device(name)


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
