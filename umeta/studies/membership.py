"""Which studies a run is a cell of."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress

from umeta.cache import Home
from umeta.stage import UserError
from umeta.studies.cells import as_read_here, run_ids_of
from umeta.studies.directory import StudyDirectory
from umeta.studies.study import Study, list_studies, load_study


def studies_of_runs(home: Home) -> dict[str, tuple[str, ...]]:
    """Return the titles of the studies that runs are cells of, by the runs' ids, on whatever device.

    The studies are those that come with umeta and those that were started in this home.
    """
    titles = defaultdict[str, dict[str, None]](dict)
    for study in (*_shipped_studies(), *started_studies(home)):
        for cell in study.cells:
            for run_id in run_ids_of(as_read_here(cell, home)):
                titles[run_id][study.file.title] = None
    return {run_id: tuple(names) for run_id, names in titles.items()}


def started_studies(home: Home) -> Iterator[Study]:
    """Yield the studies that were started in this home; not those whose file is gone or no longer valid."""
    folder = home.root / "studies"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        with suppress(UserError):
            yield StudyDirectory(path).order().load()


def _shipped_studies() -> Iterator[Study]:
    for name in list_studies():
        for budget in load_study(name).file.budgets:
            yield load_study(name, budget)
