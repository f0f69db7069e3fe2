"""A step that runs out of memory is taken again, fewer tasks at a time: the gradients of its parts add up alike."""

from collections.abc import Callable
from typing import TypeVar

import torch

from umeta.device_memory import give_back_memory, is_out_of_memory
from umeta.learners.learner import LearnerState

T = TypeVar("T")
NO_MEMORY = (
    "there is not enough memory for one training task. Lower task.n_way, task.n_query, dataset.size or "
    "learner.n_filters, let other work on this machine end, or choose device=cpu."
)


def in_parts_that_fit(compute: Callable[[int], T], state: LearnerState, n_at_once: int) -> T:
    """Return what `compute` does with so many tasks at a time as memory holds; the state remembers how many these are.

    Where it holds not even one, the error is that of the allocator.

    Args:
        compute: Takes how many tasks it may work on at a time. It begins anew when it is called again.
        state: Of the training.
        n_at_once: How many are tried the first time.
    """
    while True:
        n_at_once = min(n_at_once, state.tasks_at_once or n_at_once)
        try:
            return compute(n_at_once)
        except (MemoryError, RuntimeError) as error:
            if n_at_once == 1 or not is_out_of_memory(error) or _is_recorded():
                raise
            state.tasks_at_once = n_at_once // 2
        give_back_memory()  # behind the error, whose traceback holds the tensors


def _is_recorded() -> bool:
    """Return whether kernels are being recorded: then the record is what has to be begun anew."""
    return torch.cuda.is_available() and torch.cuda.is_current_stream_capturing()
