"""The device that tensors live on, chosen once per run."""

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
        here = ", ".join(device for device, found in present.items() if found)
        raise UserError(
            f"device={name!r} is not on this machine; it has {here}. Use device=auto or device=cpu."
        )
    return torch.device(name)
