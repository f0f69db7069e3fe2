"""What was last read of a person's own images, kept so that a change is noticed and said."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from umeta.cache import Home, write_atomically
from umeta.stage import content_hash
from umeta.storage_errors import StorageError

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class ContentRecord:
    """The content of a set when it was first read so, and what it was before that."""

    content: str
    """The hash of what was read."""
    n_images: int
    read_at: float
    """When it was first read so, in seconds since 1970."""
    n_before: int = 0
    """Images of the content before; 0 if there was none."""
    before_read_at: float = 0.0

    @property
    def note(self) -> str:
        """Say that the images changed; empty if they never did."""
        if not self.before_read_at:
            return ""
        there = "as many, but others or under other names" if self.n_before == self.n_images else "others"
        return (
            f"The images changed since {_day(self.before_read_at)}: {self.n_before:,} were read then, and on "
            f"{_day(self.read_at)} there were {self.n_images:,}, {there}. Results of before belong to the old ones."
        )


def last_record(home: Home, read_by: Mapping[str, Any]) -> ContentRecord | None:
    """Return what was last read by some config; None if nothing was, or the record cannot be read."""
    try:
        fields = json.loads(_file(home, read_by).read_text("utf-8"))
        return ContentRecord(**fields) if fields.pop("schema_version") == SCHEMA_VERSION else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def record(home: Home, read_by: Mapping[str, Any], content: str, n_images: int) -> ContentRecord:
    """Keep what was read by some config, and return it with what had been read before, if that was another content."""
    last = last_record(home, read_by)
    if last is not None and last.content == content:
        return last
    read = ContentRecord(content, n_images, time.time())
    if last is not None:
        read = ContentRecord(content, n_images, read.read_at, last.n_images, last.read_at)
    try:
        fields = {"schema_version": SCHEMA_VERSION, **asdict(read)}
        write_atomically(_file(home, read_by), json.dumps(fields, indent=1).encode())
    except StorageError:
        pass  # a home that cannot be written to still serves to look at images
    return read


def _file(home: Home, read_by: Mapping[str, Any]) -> Path:
    return home.root / "own_images" / f"{content_hash(dict(read_by))}.json"


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
