"""Products that take long to make, in a folder in which their parts stay until they are finished."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from umeta.cache import PARTS, Arrays, Home
from umeta.file_locks import try_lock
from umeta.stage import OnStep, Step
from umeta.storage_errors import storage_error

WAIT_SECONDS = 0.2
STALE_SECONDS = 14 * 86_400
"""Parts that nobody has gone on with for so long are removed when others are begun."""


class _MadeMeanwhile(Exception):
    """Another process made the product while this one waited."""


def arrays_in_parts(
    home: Home,
    kind: str,
    made_from: Mapping[str, Any],
    make: Callable[[Path], Arrays],
    *,
    on_step: OnStep,
) -> Arrays:
    """Return a product's arrays as `home.arrays` does; if they must be made, `make` gets a folder for its parts.

    What is in that folder stays when `make` is stopped, and `make` finds it there the next time. An array that is
    mapped from a file of the folder is moved to its place, not copied. Of several processes one makes the product;
    the others say so
    by `on_step` while they wait for it.

    Raises:
        StorageError: the disk is full or not writable.
    """
    with ExitStack() as stack:

        def make_alone() -> Arrays:
            folder = home.folder(kind, made_from)
            work, has_waited = stack.enter_context(_parts_of(folder, on_step))
            if has_waited and home.has(kind, made_from):
                raise _MadeMeanwhile
            return make(work)

        try:
            return home.arrays(kind, made_from, make_alone)
        except _MadeMeanwhile:
            stack.close()
            return home.arrays(kind, made_from, make_alone)


@contextmanager
def _parts_of(product: Path, on_step: OnStep) -> Iterator[tuple[Path, bool]]:
    """Yield the folder of a product's parts, which this process alone has, and whether it had to wait for that."""
    work = product.with_name(f".{product.name}{PARTS}")
    try:
        work.mkdir(parents=True, exist_ok=True)
        _remove_stale(work)
        lock = (work / "lock").open("ab")
    except OSError as error:
        raise storage_error(work, error) from error
    with lock:
        has_waited = False
        while try_lock(lock.fileno()) is False:
            has_waited = True
            on_step(Step("dataset", 0, 1, note="waiting for another process that reads these images"))
            time.sleep(WAIT_SECONDS)
        yield work, has_waited
        shutil.rmtree(work, ignore_errors=True)


def _remove_stale(work: Path) -> None:
    os.utime(work)
    for other in work.parent.glob(f".*{PARTS}"):
        if time.time() - other.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
