"""Arrays too large to be copied in memory: read some rows at a time, and let go of what was read.

The images of a large set are mapped from a file of the cache. What is made of them row by row, and is as large, goes to
a file beside it, so that 100,000 images of 84 × 84 pixels in colour go through all stages in less than 2 GB.
"""

import math
import mmap
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int, Shaped

from umeta.storage_errors import storage_error

LARGE = 2**27
"""Bytes above which an array is not copied; as pixels, 512 MB once they are numbers of 4 bytes."""
BLOCK = 2**24
"""Bytes of an array that are worked on at once, where not all of it is."""


def is_large(array: np.ndarray) -> bool:
    """Return whether an array is too large to be copied as a whole."""
    return array.nbytes > LARGE


def blocks_of(array: np.ndarray) -> Iterator[slice]:
    """Yield the rows of an array: all at once, or if it is large, as many at a time as take `BLOCK` bytes."""
    size = max(1, len(array))
    if is_large(array):
        size = max(1, BLOCK // (array.nbytes // len(array)))
    for start in range(0, max(1, len(array)), size):
        yield slice(start, min(start + size, len(array)))


def release(array: np.ndarray) -> None:
    """Let the memory go that a mapped file's pages take; they are read again when they are needed."""
    base = _mapping(array)
    if isinstance(base, mmap.mmap) and not array.flags.writeable and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def joined(
    blocks: Iterable[Shaped[np.ndarray, "n_rows *shape"]], n_rows: int, *, beside: np.ndarray
) -> Shaped[np.ndarray, "{n_rows} *shape"]:
    """Return blocks of rows as one array, which may be larger than memory where they are made of a mapped array.

    A large one is mapped from a file that has no name and goes with it, in the folder of the file that `beside` is
    mapped from. Where `beside` is in memory, so is the result.

    Args:
        blocks: One after the other; of none is more in memory than the one that is asked for.
        n_rows: Of all blocks together.
        beside: What the blocks are made of; its pages are released after each of them.

    Raises:
        StorageError: the disk is full or not writable.
    """
    remaining = iter(blocks)
    first = next(remaining)
    folder = _folder(beside)
    if folder is not None and math.prod((n_rows, *first.shape[1:])) * first.itemsize > LARGE:
        return _mapped(first, remaining, n_rows, folder, beside)
    if len(first) == n_rows:
        return first
    rows = np.empty((n_rows, *first.shape[1:]), first.dtype)
    for start, block in _placed(first, remaining, beside):
        rows[start : start + len(block)] = block
    return rows


def taken_rows(
    array: Shaped[np.ndarray, "n_rows *shape"], rows: Int[np.ndarray, " n_taken"]
) -> Shaped[np.ndarray, "n_taken *shape"]:
    """Return a copy of some rows: in memory, or where it is large and of a mapped array, mapped from a file as well.

    Raises:
        StorageError: the disk is full or not writable.
    """
    row_bytes = array.nbytes // max(1, len(array))
    if len(rows) * row_bytes <= LARGE:
        return array[rows]
    size = max(1, BLOCK // row_bytes)
    blocks = (array[rows[start : start + size]] for start in range(0, len(rows), size))
    return joined(blocks, len(rows), beside=array)


def save_rows(path: Path, array: np.ndarray) -> None:
    """Write a `.npy` file; of a large array that is mapped, no more than a block is in memory."""
    array = np.ascontiguousarray(array)
    if not is_large(array):
        np.save(path, array, allow_pickle=False)
        return
    with path.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, np.lib.format.header_data_from_array_1_0(array))
        for rows in blocks_of(array):
            stream.write(array[rows].tobytes())
            release(array)


def _mapped(
    first: np.ndarray, remaining: Iterator[np.ndarray], n_rows: int, folder: Path, beside: np.ndarray
) -> np.ndarray:
    try:
        with tempfile.TemporaryFile(dir=folder) as stream:
            for _, block in _placed(first, remaining, beside):
                stream.write(np.ascontiguousarray(block).data)
            stream.flush()
            return np.memmap(stream, first.dtype, "r", shape=(n_rows, *first.shape[1:]))
    except OSError as error:
        raise storage_error(folder, error) from error


def _placed(
    first: np.ndarray, remaining: Iterator[np.ndarray], beside: np.ndarray
) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each block with the number of its first row."""
    yield 0, first
    start = len(first)
    release(beside)
    for block in remaining:
        yield start, block
        start += len(block)
        release(beside)


def _mapping(array: np.ndarray) -> Any:
    """Return what holds an array's memory."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    return base


def _folder(array: np.ndarray) -> Path | None:
    """Return the folder of the file that an array is mapped from; None for one in memory, or of a file without name."""
    base: Any = array
    while isinstance(base, np.ndarray):
        file = getattr(base, "filename", None)
        if file is not None and isinstance(_mapping(base), mmap.mmap):
            return Path(file).parent
        base = base.base
    return None
