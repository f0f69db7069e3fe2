"""The errors of a disk that refuses, told in one line with what to do."""

import errno
import shutil
from pathlib import Path

from umeta.stage import UserError


class StorageError(UserError):
    """The disk refused: full, read-only or not permitted."""


def storage_error(path: Path, error: OSError) -> StorageError:
    """Return the error that says in one line why writing `path` failed and what to do about it."""
    why, remedy = error.strerror or str(error), "Set UMETA_HOME to a folder that you can write to"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        parent = next(folder for folder in (path, *path.parents) if folder.exists())
        why += f" ({shutil.disk_usage(parent).free / 1e6:,.0f} MB free)"
        remedy = "Free some space or set UMETA_HOME to another disk"
    return StorageError(f"could not write {path}: {why}. {remedy}; what was stored before is untouched.")
