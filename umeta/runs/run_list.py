"""All runs of a home with what a list says of each; of one that has ended and lies unchanged nothing is read twice.

What was read is kept, in memory and in `run_list.json` under the home, beside the number, the size and the times of
each file that it was read from. It counts only while all of these are the same, so it says nothing that the files do
not; where it is lost or damaged, the files are read. A file that was changed less than two seconds before it was read
could be changed again within one tick of its disk's clock: what it says is not kept yet.
"""

import json
import os
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from umeta.cache import Home
from umeta.runs.directory import RunDirectory, is_run, run_folders
from umeta.runs.launch_record import LAUNCH_FILE
from umeta.runs.remarks import NAME_FILE, REMARKS_FILE, Remarks
from umeta.runs.run_facts import RunFacts, read_facts
from umeta.runs.status import STATUS_FILE, Status
from umeta.sealed_files import record_or_nothing, write_record
from umeta.storage_errors import StorageError

FILES = (STATUS_FILE, "result.json", "config.json", LAUNCH_FILE, REMARKS_FILE, NAME_FILE)
"""What the facts of a run that has ended are read from."""
ENDED = ("finished", "failed", "cancelled")
"""States that a run's files tell, and no process."""
INDEX = "run_list.json"
VERSION = 1
"""Of what the index says of a run; raised when `RunFacts` changes."""
WORTH_WRITING = 50
"""New entries for which the index is written anew: a home of fewer runs needs none."""
TICK = 2.0
"""Seconds within which a disk may give two changes of a file the same time, generously."""

Stamps = list[list[int] | None]


@dataclass
class _Known:
    """What is known of the runs of a home, by their ids."""

    entries: dict[str, tuple[Stamps, RunFacts]]
    unsaved: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


_homes: dict[Path, _Known] = {}


def list_facts(home: Home) -> list[RunFacts]:
    """Return what there is to say of all runs, the newest first; also of those that are damaged.

    Raises:
        UserError: the folder of runs cannot be listed.
    """
    folders = run_folders(home)
    known = _homes.setdefault(home.runs, _Known({}))
    with known.lock:
        if not known.entries and len(folders) >= WORTH_WRITING:
            known.entries = _read_index(home)
        facts = _all_facts(folders, known, home)
        if known.unsaved >= WORTH_WRITING:
            _write_index(home, known)
    return sorted(facts, key=lambda one: one.created, reverse=True)


def _all_facts(folders: Iterable[Path], known: _Known, home: Home) -> list[RunFacts]:
    """Return the facts of each folder that is a run's, and know those that will stand."""
    before, known.entries = known.entries, {}
    found, settled = list[RunFacts](), None
    for folder in folders:
        stamps = _stamps(folder)
        entry = before.get(folder.name)
        if stamps is not None and entry is not None and entry[0] == stamps:
            known.entries[folder.name] = entry
            found.append(entry[1])
        elif is_run(folder):
            facts = read_facts(RunDirectory(folder))
            found.append(facts)
            if stamps is not None and facts.status.state in ENDED:
                settled = settled or _disk_time(home) - TICK
                if all(stamp is None or max(stamp[2:]) < 1e9 * settled for stamp in stamps):
                    known.entries[folder.name] = stamps, facts
                    known.unsaved += 1
    return found


def _stamps(folder: Path) -> Stamps | None:
    """Return what tells each file of a run from a later one, None for a missing one; None if one may not be asked."""
    stamps: Stamps = []
    for name in FILES:
        try:
            stat = os.stat(f"{folder}/{name}")  # noqa: PTH116  # of a Path it takes three times as long
        except (FileNotFoundError, NotADirectoryError):
            stamps.append(None)
        except OSError:
            return None
        else:
            stamps.append([stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns])
    return stamps


def _disk_time(home: Home) -> float:
    """Return the time by the clock that stamps the files of a home; long ago where nothing can be written."""
    try:
        with tempfile.TemporaryFile(dir=home.root) as probe:
            return os.fstat(probe.fileno()).st_mtime
    except OSError:
        return TICK


def _read_index(home: Home) -> dict[str, tuple[Stamps, RunFacts]]:
    """Return what the index says; nothing where it is missing, damaged or of another version."""
    record = record_or_nothing(home.root / INDEX, INDEX)
    if record.get("version") != VERSION:
        return {}
    try:
        return {
            run_id: (stamps, _facts_of(home.runs / run_id, *values))
            for run_id, stamps, *values in json.loads(record["runs"])
        }
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}


def _write_index(home: Home, known: _Known) -> None:
    """Write what is known; where the disk refuses, it stays in memory."""
    known.unsaved = 0
    runs = [[run_id, stamps, *_values_of(facts)] for run_id, (stamps, facts) in known.entries.items()]
    with suppress(StorageError):
        write_record(home.root / INDEX, {"version": VERSION, "runs": json.dumps(runs)}, INDEX)


def _values_of(facts: RunFacts) -> list[Any]:
    status, remarks = asdict(facts.status), asdict(facts.remarks)
    return [status, facts.created, facts.seconds, dict(facts.config), facts.notes, remarks]


def _facts_of(
    path: Path,
    status: dict[str, Any],
    created: float,
    seconds: float,
    config: dict[str, Any],
    notes: list[str],
    remarks: dict[str, Any],
) -> RunFacts:
    told = Remarks(remarks["name"], remarks["note"], tuple(remarks["tags"]))
    return RunFacts(RunDirectory(path), Status(**status), created, seconds, config, tuple(notes), told)
