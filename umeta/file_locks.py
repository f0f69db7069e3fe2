"""Locks by which the processes of one machine tell whether one of them is still at work on a file or a folder.

A lock ends with the process that holds it, however that ends.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # no locks there
    fcntl = None


def try_lock(descriptor: int) -> bool | None:
    """Lock an open file or folder; return whether that was possible, None where nothing can be locked."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


@contextmanager
def at_work_on(path: Path) -> Iterator[None]:
    """Hold the lock of a file or folder while the block runs, where there are locks and nobody has it."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        try_lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def is_nobody_at_work_on(path: Path) -> bool | None:
    """Return whether no process holds the lock of a file or folder; None where that cannot be told."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        return try_lock(descriptor)
    finally:
        os.close(descriptor)
