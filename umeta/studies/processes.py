"""Studies in processes of their own."""

from contextlib import suppress

from umeta.cache import Home
from umeta.runs.directory_claims import AlreadyRunning
from umeta.runs.processes import start_worker
from umeta.studies.directory import StudyDirectory, StudyOrder


def launch_study(order: StudyOrder, home: Home) -> StudyDirectory:
    """Start a study in a detached process, or go on with it, and return its directory at once.

    Raises:
        UserError: there is no such study, or the disk is full.
    """
    order.load()
    study = StudyDirectory.create(order, home)
    if not study.status().may_run:
        with suppress(AlreadyRunning):
            start_worker(study, home, "umeta.studies.worker")
    return study
