"""What the memory of a device does not hold is computed in smaller parts."""

import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")
_WORDS = (
    "out of memory", "not enough memory", "can't allocate memory", "bad_alloc", "could not create a primitive"
)  # fmt: skip
"""How the allocators of torch and of oneDNN say it; only that of CUDA has an error of its own."""


def is_out_of_memory(error: BaseException | None) -> bool:
    """Return whether an error, or what it arose from, says that there is no memory left."""
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        if isinstance(error, RuntimeError) and any(words in str(error) for words in _WORDS):
            return True
        error = error.__context__
    return False


def give_back_memory() -> None:
    """Let go of all that nothing refers to any more, also of what the allocator keeps for threads that may need it."""
    gc.collect()
    if sys.platform.startswith("linux") and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)  # other C libraries have none
    if (torch := sys.modules.get("torch")) and torch.cuda.is_available():
        torch.cuda.empty_cache()


def in_parts(compute: Callable[[slice], T], n: int, at_once: int) -> Iterator[tuple[slice, T]]:
    """Yield each part of `n` rows with what `compute` returns for it, of so many rows as memory holds.

    Where it does not even hold one row, the error is that of the allocator.

    Args:
        compute: Takes a part; it begins anew when it is called again.
        n: How many rows there are.
        at_once: Rows of a part, halved whenever memory does not hold them.
    """
    start = 0
    while start < n:
        part = slice(start, min(start + at_once, n))
        try:
            computed = compute(part)
        except (MemoryError, RuntimeError) as error:
            if at_once == 1 or not is_out_of_memory(error):
                raise
            at_once = max(1, min(at_once, part.stop - start) // 2)
        else:
            yield part, computed
            start = part.stop
            continue
        give_back_memory()  # behind the error, whose traceback holds the tensors
