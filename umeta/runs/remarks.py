"""What people write about a run: a name, a note and tags, in remarks.json; earlier versions kept a name in name.txt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umeta.sealed_files import LaterVersion, read_record, record_or_nothing, write_record
from umeta.stage import UserError

REMARKS_FILE = "remarks.json"
NAME_FILE = "name.txt"
REMARKS_REMEDY = "write its name, note and tags again"
MAX_NAME = 80
"""Letters of a name."""
MAX_NOTE = 2000
"""Letters of a note."""
MAX_TAG = 30
"""Letters of a tag."""
MAX_TAGS = 20


@dataclass(frozen=True)
class Remarks:
    """What people wrote about a run; "" and none where they wrote nothing."""

    name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()


def read_remarks(folder: Path) -> Remarks:
    """Return the remarks about the run of a directory; none where they cannot be read."""
    record = record_or_nothing(folder / REMARKS_FILE, folder.name)
    return remarks_in(record) if record else Remarks(name=_name_of_before(folder))


def remarks_in(record: Mapping[str, Any]) -> Remarks:
    """Return the remarks in a record, whatever else stands there."""
    name, note, tags = record.get("name"), record.get("note"), record.get("tags")
    return Remarks(
        name[:MAX_NAME] if isinstance(name, str) else "",
        note[:MAX_NOTE] if isinstance(note, str) else "",
        tuple(tag for tag in tags if isinstance(tag, str))[:MAX_TAGS] if isinstance(tags, list) else (),
    )


def write_remarks(folder: Path, remarks: Remarks) -> None:
    """Replace the remarks about a run.

    Raises:
        UserError: a tag is too long, or there are too many.
        LaterVersion: a later version wrote those that are there.
        StorageError: the disk refused.
    """
    tags = tags_in(remarks.tags)
    record = {"name": remarks.name.strip()[:MAX_NAME], "note": remarks.note.strip()[:MAX_NOTE]}
    file = folder / REMARKS_FILE
    try:
        read_record(file, folder.name, remedy="")
    except LaterVersion:
        raise
    except UserError:
        pass  # a damaged one is written anew
    write_record(file, {**record, "tags": list(tags)}, folder.name)


def tags_in(words: Iterable[str]) -> tuple[str, ...]:
    """Return each tag once, as single words without a # before them.

    Raises:
        UserError: a tag is too long, or there are too many.
    """
    parts = (part.lstrip("#") for word in words for part in word.replace(",", " ").split())
    tags = tuple(dict.fromkeys(filter(None, parts)))
    if too_long := [tag for tag in tags if len(tag) > MAX_TAG]:
        raise UserError(f"a tag has at most {MAX_TAG} letters; shorten {too_long[0]!r}.")
    if len(tags) > MAX_TAGS:
        raise UserError(f"a run has at most {MAX_TAGS} tags, and these are {len(tags)}; leave some out.")
    return tags


def _name_of_before(folder: Path) -> str:
    try:
        return (folder / NAME_FILE).read_text("utf-8", errors="replace")[:MAX_NAME].strip()
    except OSError:
        return ""
