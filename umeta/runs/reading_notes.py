"""What was left out or assumed while a run's images were read, told wherever the run is looked at."""

import logging
from collections.abc import Sequence

from umeta.data import Dataset
from umeta.runs.directory import RunDirectory
from umeta.storage_errors import storage_error

log = logging.getLogger(__name__)


def log_notes(dataset: Dataset) -> None:
    """Log the notes of a data set, one warning each: the command line shows them on stderr."""
    for note in dataset.card.notes:
        log.warning("%s: %s", dataset.images.name, note)


def keep_notes(run: RunDirectory, notes: Sequence[str]) -> None:
    """Add notes to the log of a run whose process writes to a terminal, not to this log.

    Raises:
        StorageError: the disk is full or not writable.
    """
    path = run.path / "run.log"
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.writelines(f"{note}\n" for note in notes)
    except OSError as error:
        raise storage_error(path, error) from error
