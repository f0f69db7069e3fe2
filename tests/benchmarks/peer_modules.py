"""Modules of peers: they are only in the environment that `umeta bench` makes from requirements.txt beside this."""

from importlib import import_module
from types import ModuleType

import torch

_OPERATORS: list[torch.library.Library] = []
"""What they define lasts as long as they do."""


def peer_module(name: str) -> ModuleType:
    """Return a peer's module, such as `sklearnex.cluster` or `easyfsl.methods`.

    easyfsl takes two building blocks from torchvision, whose import fails beside a CPU build of torch: that of PyPI
    is compiled for CUDA, and describes operators that were not loaded. Naming them is enough; none is called.
    """
    if name.startswith("easyfsl") and not hasattr(torch.ops.torchvision, "nms"):
        library = torch.library.Library("torchvision", "DEF")
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _OPERATORS.append(library)
    return import_module(name)
