"""What of a run's files cannot be read, or is not what was written; every file is read for it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from umeta.runs.directory import CONFIG_REMEDY, RunDirectory
from umeta.runs.events import damaged_lines
from umeta.runs.launch_record import LAUNCH_FILE, LAUNCH_REMEDY
from umeta.runs.remarks import REMARKS_FILE, REMARKS_REMEDY
from umeta.runs.status import STATUS_FILE
from umeta.sealed_files import LaterVersion, Unreadable, read_arrays, read_record
from umeta.stage import UserError
from umeta.tasks.test_tasks import TestTasks
from umeta.wording import counted

STATUS_REMEDY = "what its process did last is not known"
SPENT_REMEDY = "what it took so far is not known"
ANSWERS_REMEDY = (
    "its methods cannot be compared task by task; remove result.json and resume the run, to judge again"
)
TASKS_REMEDY = "the list is drawn again where it is needed"
CHECKPOINT_REMEDY = "resumed, the run goes on from the one before it, or its training begins anew"


def problems(run: RunDirectory) -> list[str]:
    """Return what is wrong with a run's files, each in a line with what it means or what to do; none if all is well."""
    found = list[str]()
    for check in _checks(run):
        try:
            check()
        except UserError as error:
            found.append(str(error))
    return list(dict.fromkeys(found))


def _checks(run: RunDirectory) -> Iterator[Callable[[], object]]:
    """Yield what raises a `UserError` where a file is not in order."""
    owner = run.run_id
    yield run.read_result
    records = {run.config_file: CONFIG_REMEDY, run.path / LAUNCH_FILE: LAUNCH_REMEDY}
    records |= {run.path / STATUS_FILE: STATUS_REMEDY, run.spent_file: SPENT_REMEDY}
    records |= {run.path / REMARKS_FILE: REMARKS_REMEDY}
    for file, remedy in records.items():
        yield lambda file=file, remedy=remedy: read_record(file, owner, remedy=remedy)
    if os.path.lexists(run.answers_file):
        yield lambda: read_arrays(run.answers_file, owner, remedy=ANSWERS_REMEDY)
    for file in _arrays_in(run.path / "test_tasks"):
        yield lambda file=file: _check_tasks(file, run)
    for file in _arrays_in(run.checkpoints):
        source = file.name.removesuffix(".safetensors").removesuffix(".before")
        yield lambda file=file, owner=f"{owner}/{source}": read_arrays(
            file, owner, remedy=CHECKPOINT_REMEDY, take_unsealed=False
        )
    yield lambda: _check_events(run.path / "events.jsonl")


def _arrays_in(folder: Path) -> list[Path]:
    try:
        files = sorted(folder.iterdir())
    except OSError:  # none is there, or may be entered: reading the run's records tells why
        return []
    return [file for file in files if file.suffix == ".safetensors" and not file.name.startswith(".")]


def _check_tasks(file: Path, run: RunDirectory) -> None:
    try:
        tasks_hash = TestTasks.load(file).hash
    except LaterVersion:
        raise
    except UserError as error:
        raise Unreadable(f"{error} {TASKS_REMEDY.capitalize()}.") from None
    result = run.result()
    judged_on = {row.tasks_hash for row in result.rows if row.setting == file.stem} if result else set()
    if judged_on - {"", tasks_hash}:
        raise Unreadable(f"{file} is not the list that the run was judged on; {TASKS_REMEDY}.")


def _check_events(file: Path) -> None:
    if n_damaged := damaged_lines(file):
        lines = counted(n_damaged, "line")
        raise Unreadable(f"{file}: {lines} torn, damaged or another run's; the curves are drawn without.")
