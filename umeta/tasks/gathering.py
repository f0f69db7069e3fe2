"""The items of tasks brought to the device: from a tensor, or from an array that is mapped from a file."""

import numpy as np
import torch
from jaxtyping import Int, Shaped
from torch import Tensor

from umeta.large_arrays import is_large, release

Items = Shaped[Tensor, "n_items ..."] | Shaped[np.ndarray, "n_items ..."]
"""Every item of a set, as an image or as a vector; of an array only what is gathered comes into memory."""


def gatherable(items: Shaped[np.ndarray, "n_items ..."]) -> Items:
    """Return a copy of the items as a tensor, or the array itself if it is large."""
    return items if is_large(items) else torch.from_numpy(np.array(items))


def gather(items: Items, numbers: Int[np.ndarray, "..."], device: torch.device) -> Shaped[Tensor, "..."]:
    """Return the items of numbers of any shape, `(*shape, *item_shape)`."""
    if isinstance(items, np.ndarray):
        gathered = torch.from_numpy(items.take(numbers, axis=0))
        release(items)
        return gathered.to(device)
    rows = torch.from_numpy(numbers).flatten().to(items.device)
    # item by item, where brackets gather images value by value, which takes many times as long
    return items.index_select(0, rows).view(*numbers.shape, *items.shape[1:]).to(device)
