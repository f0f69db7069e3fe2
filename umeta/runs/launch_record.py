"""How a run was launched: launch.json, with when, which labels had been looked at, and notes."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from umeta.sealed_files import record_or_nothing, write_record

LAUNCH_FILE = "launch.json"
LAUNCH_REMEDY = "which labels had been looked at before the launch counts as unknown"
MAX_TIME = 2**40
"""Seconds since 1970 that no clock shows."""


def write_launch(folder: Path, label_use: str, notes: Sequence[str]) -> None:
    """Write down that a run is launched now.

    Raises:
        StorageError: the disk refused.
    """
    record = {"created": time.time(), "label_use": label_use, "notes": list(notes)}
    write_record(folder / LAUNCH_FILE, record, folder.name)


def read_launch(folder: Path) -> dict[str, Any]:
    """Return `created`, `label_use` and `notes`: 0, `unknown` and none, where they are lost."""
    record = record_or_nothing(folder / LAUNCH_FILE, folder.name)
    created, label_use, notes = record.get("created"), record.get("label_use"), record.get("notes")
    return {
        "created": float(created) if isinstance(created, int | float) and 0 <= created < MAX_TIME else 0.0,
        "label_use": label_use if isinstance(label_use, str) else "unknown",
        "notes": [str(note) for note in notes] if isinstance(notes, list) else [],
    }


def add_note(folder: Path, note: str) -> None:
    """Keep a note with a run, to be shown wherever its other notes are.

    Raises:
        StorageError: the disk refused.
    """
    if record := record_or_nothing(folder / LAUNCH_FILE, folder.name):
        notes = dict.fromkeys((*read_launch(folder)["notes"], note))
        write_record(folder / LAUNCH_FILE, {**record, "notes": list(notes)}, folder.name)
