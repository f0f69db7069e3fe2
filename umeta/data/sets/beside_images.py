"""A table beside the images of a folder: attributes, and where it has them classes and parts of a split."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import numpy as np

from umeta.data.attribute_columns import attributes_of, by_name
from umeta.data.dataset import Attribute
from umeta.data.files.file_tree import Read
from umeta.data.sets.folder_layout import NO_PART, part_numbers
from umeta.data.sets.own_items import OwnItems
from umeta.stage import UserError

NAMES = ("attributes.csv", "metadata.csv", "metadata.jsonl")
"""The last two are those of Hugging Face's image folders."""
FILE_COLUMNS = (
    "file_name", "filename", "file", "path", "filepath", "file_path", "image", "image_name", "image_path", "image_id",
    "id", "name",
)  # fmt: skip
CLASS_COLUMNS = ("class", "label", "classes", "labels", "class_name")
SPLIT_COLUMNS = ("split", "part", "subset", "set")
MIN_MATCHED = 0.5
"""The share of the rows of a column that must name images for it to be the column of files."""

Rows = list[dict[str, str]]


@dataclass
class _Columns:
    """What the tables say of each item, by column."""

    n_items: int
    texts: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def put(self, column: str, item: int, text: str) -> None:
        self.texts.setdefault(column, [""] * self.n_items)[item] = text


def is_beside_images(name: str) -> bool:
    """Return whether a file is a table that says something of the images beside it."""
    return PurePosixPath(name).name.lower() in NAMES


def with_tables(items: OwnItems, names: Sequence[str], read: Read) -> OwnItems:
    """Add what the tables among some files say of items: attributes, classes and a split if the folders give none.

    A table that cannot be read or names no images is left out, and that is noted.
    """
    columns = _Columns(len(items.ids))
    files = _FileNames(items.ids)
    for name in filter(is_beside_images, names):
        try:
            _add(columns, files, name, _rows(name, read(name)))
        except (UserError, ValueError, csv.Error) as error:
            columns.notes.append(f"Nothing is taken of {name}, as it cannot be read: {error}.")
    return _settled(items, columns)


def _settled(items: OwnItems, columns: _Columns) -> OwnItems:
    """Take a column as classes or split where the folders have none, and all others as attributes."""
    texts, notes = dict(columns.texts), list(columns.notes)
    classes, parts = items.classes, items.parts
    lowered = {name.lower(): name for name in reversed(texts)}
    if column := next(
        (lowered[name] for name in CLASS_COLUMNS if name in lowered and not _any(classes)), None
    ):
        classes = by_name(texts.pop(column))
        notes.append(f"The classes are those of the column {column}.")
    if parts is None and (column := next((lowered[name] for name in SPLIT_COLUMNS if name in lowered), None)):
        number_of = part_numbers({*texts[column]})
        if number_of:
            parts = np.array([number_of.get(text, NO_PART) for text in texts.pop(column)], np.int8)
    attributes, further = attributes_of(texts, "Beside the images")
    return replace(
        items, classes=classes, parts=parts, attributes=attributes, notes=(*items.notes, *notes, *further)
    )


def _any(classes: Attribute) -> bool:
    return bool((classes.values >= 0).any())


def _add(columns: _Columns, files: "_FileNames", name: str, rows: Rows) -> None:
    """Add the rows of one table to the items that they name."""
    folder = PurePosixPath(name).parent.as_posix()
    headers = list(dict.fromkeys(key for row in rows for key in row))
    ranked = sorted(headers, key=lambda key: _rank(key.lower()))
    for column in ranked:
        items = [files.find(folder, row.get(column, "")) for row in rows]
        n_matched = sum(item is not None for item in items)
        if rows and n_matched >= MIN_MATCHED * len(rows):
            break
    else:
        columns.notes.append(f"Nothing is taken of {name}, as no column of it names images of the folder.")
        return
    for item, row in zip(items, rows, strict=True):
        for key in headers:
            if item is not None and key != column:
                columns.put(key, item, row.get(key, ""))
    if n_matched < len(rows):
        columns.notes.append(
            f"{len(rows) - n_matched:,} of the {len(rows):,} rows of {name} name no image here."
        )
    n_named = len({item for item in items if item is not None})
    if n_named < columns.n_items:
        columns.notes.append(f"{name} names {n_named:,} of the {columns.n_items:,} images.")


def _rank(column: str) -> int:
    return FILE_COLUMNS.index(column) if column in FILE_COLUMNS else len(FILE_COLUMNS)


def _rows(name: str, data: bytes) -> Rows:
    text = _text(data)
    if name.lower().endswith(".jsonl"):
        return list(_json_rows(text))
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [key.strip() for key in next(reader, [])]
    return [dict(zip(header, row, strict=False)) for row in reader if row]


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _json_rows(text: str) -> Iterator[dict[str, str]]:
    """Yield the plain values of each line."""
    for line in filter(str.strip, text.splitlines()):
        row = json.loads(line)
        if not isinstance(row, Mapping):
            raise ValueError("a line is no mapping of names to values")
        plain = {key: value for key, value in row.items() if isinstance(value, str | int | float)}
        yield {str(key): str(value) for key, value in plain.items()}


class _FileNames:
    """The items by the names of their files, as tables write them."""

    def __init__(self, ids: Sequence[str]):
        self._by_path = {name: item for item, name in enumerate(ids)}
        self._by_name = _unique({name: PurePosixPath(name).name for name in ids}, self._by_path)
        self._by_stem = _unique({name: PurePosixPath(name).stem for name in ids}, self._by_path)

    def find(self, folder: str, text: str) -> int | None:
        """Return the item that a text names: its path from the table's folder or the whole set's, or its own name."""
        parts = PurePosixPath(folder, text.strip().replace("\\", "/").lstrip("/")).parts
        for start in range(len(parts) - 1):
            item = self._by_path.get(PurePosixPath(*parts[start:]).as_posix())
            if item is not None:
                return item
        name = parts[-1] if parts and text.strip() else ""
        item = self._by_path.get(name, self._by_name.get(name))
        return self._by_stem.get(name) if item is None else item


def _unique(names: Mapping[str, str], item_of: Mapping[str, int]) -> dict[str, int]:
    """Return the items of the names that only one has."""
    seen: dict[str, int | None] = {}
    for path, name in names.items():
        seen[name] = None if name in seen else item_of[path]
    return {name: item for name, item in seen.items() if item is not None}
