"""One process makes a product that several need at the same time; the others wait for it instead of making it too."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from umeta.cache import Home
from umeta.runs.directory_claims import AlreadyRunning, claimed
from umeta.stage import OnStep, Step, content_hash
from umeta.storage_errors import StorageError

PAUSE = 0.5
"""Seconds between two looks at a product that another process makes."""


@contextmanager
def made_once(
    home: Home, kind: str, made_from: Mapping[str, Any], on_step: OnStep, *, called: str
) -> Iterator[None]:
    """Run the block, in which a product is made or found, once no other process is making it, here or elsewhere.

    A process that ends before its product is there, or on a machine that is not heard of, is waited for no longer.

    Args:
        home: Where the product is kept.
        kind: Its kind.
        made_from: What identifies it.
        on_step: Is told of the waiting; if it raises, the waiting ends.
        called: What it is called where the waiting is shown.

    Raises:
        StorageError: the disk refused.
    """
    folder = home.root / "making" / f"{kind}-{content_hash(dict(made_from))}"
    with ExitStack() as claims:
        while not home.has(kind, made_from):
            try:
                claims.enter_context(claimed(folder, by_force=True))
                claims.callback(shutil.rmtree, folder, ignore_errors=True)
                break
            except AlreadyRunning:
                on_step(Step("wait", 0, 1, note=f"for {called} that another process makes"))
                time.sleep(PAUSE)
            except StorageError as error:
                if not isinstance(error.__cause__, FileNotFoundError):
                    raise  # else the process that has just made it has removed the folder meanwhile
        yield
