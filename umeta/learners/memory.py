"""A step that runs out of memory is taken again, fewer tasks at a time: the gradients of its parts add up alike."""

import gc
from collections.abc import Callable
from typing import TypeVar

import torch

from umeta.learners.learner import LearnerState

T = TypeVar("T")
_WORDS = (
    "out of memory", "not enough memory", "can't allocate memory", "bad_alloc", "could not create a primitive"
)  # fmt: skip
"""How the allocators of torch and of oneDNN say it; only that of CUDA has an error of its own."""
NO_MEMORY = (
    "there is not enough memory for one training task. Lower task.n_way, task.n_query, dataset.size or "
    "learner.n_filters, let other work on this machine end, or choose device=cpu."
)


def is_out_of_memory(error: BaseException | None) -> bool:
    """Return whether an error, or what it arose from, says that there is no memory left."""
    while error is not None:
        if isinstance(error, MemoryError | torch.OutOfMemoryError):
            return True
        if isinstance(error, RuntimeError) and any(words in str(error) for words in _WORDS):
            return True
        error = error.__context__
    return False


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


def give_back_memory() -> None:
    """Let go of all that nothing refers to any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _is_recorded() -> bool:
    """Return whether kernels are being recorded: then the record is what has to be begun anew."""
    return torch.cuda.is_available() and torch.cuda.is_current_stream_capturing()
