"""One thing of a person's own that was opened: a set of images or vectors, or an encoder."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from umeta.ui.frame.links import FITS, SIDES

KINDS = {
    "folder": "folder",
    "table": "table",
    "arrays": "file of arrays",
    "vectors": "file of vectors",
    "import": "file of embeddings",
    "onnx": "encoder",
}
"""What a person is asked to open, by the first part of a method's name."""
_SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that was opened.

    Attributes:
        name: The method's name, as `folder:PATH`, with the whole path.
        title: What a person calls it.
        opened: When it was opened, as ISO 8601 in UTC.
        reading: The options its images are read with where a link gives none, e.g. `{"fit": "pad", "size": 64}`.
    """

    name: str
    title: str
    opened: str
    reading: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The first part of the name."""
        return self.name.partition(":")[0]

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(self.name.partition(":")[2])

    @property
    def is_there(self) -> bool:
        """Whether there still is anything at its path."""
        try:
            return self.path.exists()
        except OSError:  # not permitted, or on a disk that is gone
            return False

    def record(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"schema_version": _SCHEMA, **asdict(self)}

    @classmethod
    def from_record(cls, record: Any) -> "Entry":
        """Return what a record holds.

        Raises:
            ValueError: it is no such record.
        """
        try:
            entry = cls(**{key: record[key] for key in ("name", "title", "opened", "reading")})
        except (KeyError, TypeError) as error:
            raise ValueError(f"it lacks {error}") from None
        texts = (entry.name, entry.title, entry.opened)
        if not all(isinstance(text, str) for text in texts) or not isinstance(entry.reading, dict):
            raise ValueError("its values are of other types")
        if entry.kind not in KINDS:
            raise ValueError(f"{entry.kind!r} is no kind of what can be opened")
        return replace(
            entry, reading={key: value for key, value in entry.reading.items() if _can_be(key, value)}
        )


def _can_be(option: str, value: Any) -> bool:
    """Return whether an option for reading images can have a value."""
    if option == "size":
        return isinstance(value, int) and SIDES[0] <= value <= SIDES[1]
    return value in {"fit": FITS, "split": ("own", "classes", "items")}.get(option, ())
