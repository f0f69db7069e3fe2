"""The result of a run in its directory: read where it is whole and the run's own, else set aside to be made again."""

import time
from pathlib import Path

from umeta.messages import cut
from umeta.runs.result import RunResult
from umeta.sealed_files import LaterVersion, Unreadable, read_record
from umeta.stage import UserError
from umeta.storage_errors import storage_error

RESULT_REMEDY = "resume the run, which sets this file aside and makes it again from what was trained"


def read_result(file: Path) -> RunResult | None:
    """Return the result of the run whose directory the file lies in; None while there is none.

    Raises:
        LaterVersion: a later version of umeta wrote it.
        UserError: it is damaged, another run's, or may not be read.
    """
    run_id = file.parent.name
    record = read_record(file, run_id, remedy=RESULT_REMEDY)
    if record is None:
        return None
    result = RunResult.from_json(record)
    if result.run_id != run_id:
        raise Unreadable(f"{file} is of run {cut(result.run_id)}; {RESULT_REMEDY}.")
    return result


def check_version(file: Path) -> None:
    """Do nothing unless a later version of umeta wrote the result, which this one must not make again.

    Raises:
        LaterVersion: it did.
    """
    try:
        read_result(file)
    except LaterVersion:
        raise
    except UserError:
        return


def set_aside(file: Path) -> None:
    """Move a result that cannot be read out of the way; it stays, under another name.

    Raises:
        StorageError: the disk refused.
    """
    aside = file.with_name(f"{file.name}.unreadable-{time.time_ns()}")
    try:
        file.rename(aside)
    except OSError as error:
        raise storage_error(aside, error) from error
