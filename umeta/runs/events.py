"""The events of a run: events.jsonl, one progress event a line, written by one process and read by any.

Each line is sealed by itself, so that a torn or damaged one costs that event alone.
"""

import errno
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from umeta.sealed_files import SCHEMA_VERSION, SEAL, checksum, not_permitted
from umeta.stage import UserError
from umeta.storage_errors import storage_error

log = logging.getLogger(__name__)

_BEFORE_SEAL = b', "seal": '


def append_event(path: Path, event: Mapping[str, Any]) -> None:
    """Append one line to a file of events in one write; a line that was torn before stays a line of its own.

    Raises:
        StorageError: the disk is full or not writable.
    """
    line = _sealed(event, path) + b"\n"
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
        lines, _ = _lines(path, cursor)
    except UserError as error:
        log.warning("%s", error)
        return [], cursor
    events = [event for line in lines if (event := _event_in(line, path)) is not None]
    if n_damaged := len(lines) - len(events):
        log.warning(
            "%s: %d of %d lines are torn, damaged or another run's, and left out.",
            path,
            n_damaged,
            len(lines),
        )
    return events, cursor + sum(len(line) + 1 for line in lines)


def damaged_lines(path: Path) -> int:
    """Return how many lines hold no event of this run; one that has no end yet is one of them.

    Raises:
        Unreadable: the file may not be read.
    """
    lines, rest = _lines(path, 0)
    return sum(_event_in(line, path) is None for line in lines) + (rest != b"")


def _lines(path: Path, cursor: int) -> tuple[list[bytes], bytes]:
    """Return the whole lines after a byte position, and what follows them."""
    try:
        with path.open("rb") as stream:
            stream.seek(cursor)
            data = stream.read()
    except FileNotFoundError:
        return [], b""
    except OSError as error:
        raise not_permitted(path, error) from None
    *lines, rest = data.split(b"\n")
    return lines, rest


def _sealed(event: Mapping[str, Any], path: Path) -> bytes:
    """Return an event on one line, closed by its seal."""
    body = json.dumps(dict(event)).removesuffix("}").encode()
    return body + _BEFORE_SEAL + f'"{_seal(body, path)}"}}'.encode()


def _seal(body: bytes, path: Path) -> str:
    """Return the version and the checksum of a line; whose events they are goes into the checksum."""
    return f"{SCHEMA_VERSION}:{checksum(body, path.parent.name, path.name, SCHEMA_VERSION)}"


def _event_in(line: bytes, path: Path) -> dict[str, Any] | None:
    """Return the event in a line, None where it holds none; lines of earlier versions have no seal."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):  # not JSON, not text, a number of too many digits, too deep
        return None
    if not isinstance(event, dict):
        return None
    if SEAL in event and event.pop(SEAL) != _seal(line.rpartition(_BEFORE_SEAL)[0], path):
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
