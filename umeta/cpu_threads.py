"""Independent parts of a computation, side by side on the cores of a CPU.

Where threads share the work of each kernel, they wait for each other at the end of each, thousands of times in a
training step. Threads that compute a part each wait once.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from threading import Barrier
from typing import TypeVar

import torch

T = TypeVar("T")
Part = TypeVar("Part")


def n_sides_of(device: torch.device) -> int:
    """Return how many sides are worth working on: two on a CPU where torch may use two threads or more, else one."""
    return 2 if device.type == "cpu" and torch.get_num_threads() > 1 else 1


def side_by_side(compute: Callable[[Part], T], parts: Sequence[Part], n_sides: int) -> list[T]:
    """Return what `compute` makes of each part, in their order. Behind an error nothing goes on computing.

    Args:
        compute: Takes a part, while other threads may be at others. Gradients are recorded in it where they are in the
            caller.
        parts: What is computed.
        n_sides: Parts that are computed at a time, each by a thread with its share of torch's.
    """
    if n_sides == 1:
        return [compute(part) for part in parts]
    records_gradients = torch.is_grad_enabled()

    def computed(part: Part) -> T:
        with torch.set_grad_enabled(records_gradients):  # each thread has a mode of its own
            return compute(part)

    pool = _pool(n_sides, max(1, torch.get_num_threads() // n_sides))
    futures = [pool.submit(computed, part) for part in parts]
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()
        wait(futures)


@cache
def _pool(n_sides: int, n_threads: int) -> ThreadPoolExecutor:
    """Return threads that stay, and so does the memory that they allocate; each has `n_threads` of torch's."""
    of_all, begun = torch.get_num_threads(), Barrier(n_sides + 1)

    def begin() -> None:
        torch.get_num_threads()  # a thread that asks the first time takes the number of all, and would lose its own
        torch.set_num_threads(n_threads)
        begun.wait()

    pool = ThreadPoolExecutor(n_sides, initializer=begin)
    for _ in range(n_sides):
        pool.submit(int)  # begins a thread
    begun.wait()
    torch.set_num_threads(of_all)  # of threads that begin later
    return pool
