"""What was left out or assumed while a run's images were read, and the defaults that were fitted to them."""

import logging
from collections.abc import Sequence

from umeta.data import Dataset
from umeta.runs.config import RunConfig
from umeta.runs.directory import RunDirectory
from umeta.runs.fitting import fit_note
from umeta.storage_errors import storage_error

log = logging.getLogger(__name__)


def log_notes(dataset: Dataset) -> None:
    """Log the notes of a data set, one warning each: the command line shows them on stderr."""
    for note in dataset.card.notes:
        log.warning("%s: %s", dataset.images.name, note)


def notes_of(given: RunConfig, resolved: RunConfig, dataset: Dataset) -> tuple[str, ...]:
    """Return the notes of a run: those of its images, and which defaults were fitted to them."""
    return (*dataset.card.notes, *filter(None, [fit_note(given, resolved)]))


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
