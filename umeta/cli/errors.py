"""Errors that end a command: one line for a person, and the exit status."""

import os
import sys

from umeta.cli.printing import err
from umeta.runs.directory_claims import Superseded
from umeta.stage import Cancelled, UserError
from umeta.storage_errors import StorageError


def status_after(error: BaseException) -> int:
    """Say what went wrong in one line and return the exit status.

    Raises:
        BaseException: the error itself, if no person can mend it.
    """
    match error:
        case UserError():
            err.print(f"error: {error}", style="bold red", highlight=False, markup=False, soft_wrap=True)
            return 1 if isinstance(error, StorageError) else 2
        case BrokenPipeError():  # who reads the output wants no more of it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            err.print(
                f"error: {place}{error.strerror or error}", style="bold red", markup=False, soft_wrap=True
            )
            return 1
        case Superseded():
            err.print(
                f"{error} It goes on there; umeta results shows how far it is.",
                style="bold red",
                soft_wrap=True,
            )
            return 1
        case Cancelled() | KeyboardInterrupt():
            err.print(str(error) or "cancelled", markup=False, soft_wrap=True)
            return 130
        case _:
            raise error
