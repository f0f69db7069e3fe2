"""The events of a run: events.jsonl, one progress event a line, written by one process and read by any."""

import errno
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from umeta.storage_errors import storage_error

log = logging.getLogger(__name__)


def append_event(path: Path, event: Mapping[str, Any]) -> None:
    """Append one line to a file of events in one write; a line that was torn before stays a line of its own.

    Raises:
        StorageError: the disk is full or not writable.
    """
    line = json.dumps(event).encode() + b"\n"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line  # a full disk or a power failure tore the line before
            if os.write(descriptor, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise storage_error(path, error) from error


def read_events(path: Path, cursor: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Return the events after a byte position of a file and the position to go on from.

    A torn last line waits for its rest. Other lines that hold no event are left out, and the log says how many.
    """
    try:
        with path.open("rb") as stream:
            stream.seek(cursor)
            data = stream.read()
    except FileNotFoundError:
        return [], cursor
    except OSError as error:
        log.warning("%s cannot be read: %s", path, error.strerror)
        return [], cursor
    whole = data[: data.rfind(b"\n") + 1]
    lines = whole.split(b"\n")[:-1]
    events = [event for event in map(_event_in, lines) if event is not None]
    if n_damaged := len(lines) - len(events):
        log.warning("%s: %d of %d lines are torn or damaged, and left out.", path, n_damaged, len(lines))
    return events, cursor + len(whole)


def _event_in(line: bytes) -> dict[str, Any] | None:
    """Return the event in a line, or None where it holds none."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):  # not JSON, not text, a number of too many digits, too deep
        return None
    if not isinstance(event, dict):
        return None
    values = event.get("values", {})
    is_event = (
        all(_is_number(event.get(key, 0)) for key in ("time", "done", "total"))
        and all(isinstance(event.get(key, ""), str) for key in ("stage", "note"))
        and isinstance(values, dict)
        and all(map(_is_number, values.values()))
    )
    return event if is_event else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
