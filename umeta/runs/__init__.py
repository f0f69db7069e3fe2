"""Runs: one config executed, from images to accuracies, and everything about it kept in one directory.

`RunConfig` says what to do, `execute` does it, `RunDirectory` is the truth about it, `launch` does it in a
process of its own. `RunResult` is what it found: rows that say of which method they are by its parts.
"""

from typing import TYPE_CHECKING

from umeta.runs.config import RunConfig
from umeta.runs.directory import RunDirectory, list_runs
from umeta.runs.testing import TestConfig
from umeta.stage import lazy_exports

if TYPE_CHECKING:
    from umeta.runs.pipeline import execute
    from umeta.runs.processes import cancel, launch, resume

__getattr__ = lazy_exports(
    __name__,
    {
        "cancel": "umeta.runs.processes",
        "execute": "umeta.runs.pipeline",
        "launch": "umeta.runs.processes",
        "resume": "umeta.runs.processes",
    },
)

__all__ = ["RunConfig", "RunDirectory", "TestConfig", "cancel", "execute", "launch", "list_runs", "resume"]
