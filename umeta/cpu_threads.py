"""Independent parts of a computation, side by side on the cores of a CPU.

Where threads share the work of each kernel, they wait for each other at the end of each, thousands of times in a
training step. Threads that compute a part each wait once.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import torch

T = TypeVar("T")
Part = TypeVar("Part")


def n_sides_of(device: torch.device) -> int:
    """Return how many sides are worth working on: two on a CPU where torch may use two threads or more, else one."""
    return 2 if device.type == "cpu" and torch.get_num_threads() > 1 else 1


def side_by_side(compute: Callable[[Part], T], parts: Sequence[Part], n_sides: int) -> list[T]:
    """Return what `compute` makes of each part, in their order.

    Args:
        compute: Takes a part, while other threads may be at others. Gradients are recorded in it where they are in the
            caller.
        parts: What is computed.
        n_sides: Parts that are computed at a time, each by a thread with its share of torch's.
    """
    if n_sides == 1:
        return [compute(part) for part in parts]
    records_gradients, n_threads = torch.is_grad_enabled(), torch.get_num_threads()
    share = max(1, n_threads // n_sides)

    def computed(part: Part) -> T:
        with torch.set_grad_enabled(records_gradients):  # each thread has a mode of its own
            return compute(part)

    torch.set_num_threads(share)  # of this thread, and of those that begin meanwhile
    try:
        return list(_pool(n_sides, share).map(computed, parts))
    finally:
        torch.set_num_threads(n_threads)


@cache
def _pool(n_sides: int, n_threads: int) -> ThreadPoolExecutor:
    """Return threads that stay, and so does the memory that they allocate; each has `n_threads` of torch's."""
    return ThreadPoolExecutor(n_sides)
