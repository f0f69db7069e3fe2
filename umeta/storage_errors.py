"""The errors of a disk that refuses, told in one line with what to do."""

import shutil
from pathlib import Path

from umeta.stage import UserError


class StorageError(UserError):
    """The disk refused: full, read-only or not permitted."""


def storage_error(path: Path, error: OSError) -> StorageError:
    """Return the error that says in one line why writing `path` failed and what to do about it."""
    parent = next(folder for folder in (path, *path.parents) if folder.exists())
    free = shutil.disk_usage(parent).free / 1e6
    return StorageError(
        f"could not write {path}: {error.strerror or error} ({free:,.0f} MB free). "
        "Free some space or set UMETA_HOME to another disk; what was stored before is untouched."
    )
