"""Rows of pixels on disk that grow part by part, so that a reading that was stopped goes on where it was.

`rows.bin` holds one row for each file name, `outcomes.jsonl` a line for each part that was written: what is known of
its images, and a checksum of their rows. A part whose checksum is wrong is read again.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from umeta.data.files.brightness_scales import Span
from umeta.stage import content_hash
from umeta.storage_errors import storage_error


@dataclass(frozen=True)
class Outcome:
    """What reading one image file gave."""

    reason: str = ""
    """Why it cannot be read; empty if it was."""
    is_pending: bool = False
    """Whether its pixels wait for a rule of the whole set."""
    is_grey: bool = True
    is_blank: bool = False
    """Whether all its pixels are of one colour."""
    levels: tuple[int, ...] = ()
    """Its smallest and its largest grey level."""
    traits: tuple[str, ...] = ()
    span: Span | None = None
    contrasts: tuple[float, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults, as plain data."""
        return {key: value for key, value in asdict(self).items() if value != _DEFAULTS[key]}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Outcome":
        """Return the outcome of what `to_json` gave."""
        span, contrasts = record.get("span"), record.get("contrasts")
        return cls(
            **{
                **record,
                "traits": tuple(record.get("traits", ())),
                "levels": tuple(record.get("levels", ())),
                "span": Span(**span) if span else None,
                "contrasts": tuple(contrasts) if contrasts else None,
            }
        )


_DEFAULTS = {field.name: field.default for field in fields(Outcome)}


class RowStore:
    """The rows of the images of some files, each uint8 `(3, size, size)`, in a folder of their own."""

    def __init__(self, folder: Path, names: Sequence[str], size: int):
        """Open the rows of these files, with what an earlier reading of the very same left in the folder.

        Raises:
            StorageError: the disk is full or not writable.
        """
        self.shape = (3, size, size)
        self._row_bytes = 3 * size**2
        self._rows_file, self._journal = folder / "rows.bin", folder / "outcomes.jsonl"
        self.outcomes: dict[int, Outcome] = {}
        head = json.dumps({"files": content_hash([*names, size])})
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if self._rows_file.exists() and self._lines()[:1] == [head]:
                self._restore()
            else:
                self._journal.write_text(head + "\n")
                self._rows_file.write_bytes(b"")
        except OSError as error:
            raise storage_error(folder, error) from error

    def write(
        self, rows: Mapping[int, UInt8[np.ndarray, "3 size size"]], outcomes: Mapping[int, Outcome]
    ) -> None:
        """Add a part: the rows by number, and what is known of these and of others that have none.

        Raises:
            StorageError: the disk is full or not writable; the part is not there.
        """
        sums = 0
        try:
            with self._rows_file.open("r+b") as stream:
                for k, row in sorted(rows.items()):
                    data = np.ascontiguousarray(row).tobytes()
                    stream.seek(k * self._row_bytes)
                    stream.write(data)
                    sums = zlib.crc32(data, sums)
            records = {k: outcome.to_json() for k, outcome in outcomes.items()}
            line = json.dumps({"outcomes": records, "rows": sorted(rows), "crc": sums})
            with self._journal.open("a", encoding="utf-8") as stream:
                stream.write(line + "\n")
        except OSError as error:
            raise storage_error(self._rows_file, error) from error
        self.outcomes.update(outcomes)

    def rows(self, numbers: Iterable[int]) -> Iterable[UInt8[np.ndarray, "3 size size"]]:
        """Yield the rows of these numbers, one after the other."""
        with self._rows_file.open("rb") as stream:
            for k in numbers:
                stream.seek(k * self._row_bytes)
                yield np.frombuffer(stream.read(self._row_bytes), np.uint8).reshape(self.shape)

    def _lines(self) -> list[str]:
        return self._journal.read_text(encoding="utf-8").splitlines() if self._journal.exists() else []

    def _restore(self) -> None:
        for line in self._lines()[1:]:
            try:
                part = json.loads(line)
                sums = 0
                for row in self.rows(part["rows"]):
                    sums = zlib.crc32(row.tobytes(), sums)
                outcomes = {int(k): Outcome.from_json(record) for k, record in part["outcomes"].items()}
            except (ValueError, KeyError, TypeError):  # a line or a row that was torn
                continue
            if sums == part["crc"]:
                self.outcomes.update(outcomes)
