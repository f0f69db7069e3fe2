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
from umeta.data.naming import left_out_doubles
from umeta.data.sets.folder_layout import NO_PART, PARTS, part_numbers, part_of
from umeta.data.sets.own_items import OwnItems
from umeta.stage import UserError

NAMES = ("attributes.csv", "metadata.csv", "metadata.jsonl")
"""The last two are those of Hugging Face's image folders."""
FILE_COLUMNS = (
    "file_name", "filename", "file", "path", "filepath", "file_path", "image", "image_name", "image_path",
    "image_file", "img", "img_name", "img_path", "img_file", "picture", "picture_path", "photo", "photo_path",
    "image_id", "img_id", "id", "name",
)  # fmt: skip
"""Usual names of the column of files, which are tried in this order before all others."""
CLASS_COLUMNS = ("class", "label", "classes", "labels", "class_name")
SPLIT_COLUMNS = ("split", "part", "subset", "set")
MIN_NAMED = 0.5
"""The column of files names at least as many different images as this share of its rows, or of all images."""

Rows = list[dict[str, str]]


@dataclass
class _Columns:
    """What the tables say of each item, by column."""

    n_items: int
    texts: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def put(self, column: str, item: int, text: str) -> None:
        """Keep a text of an item; an empty one replaces none that another table gave."""
        texts = self.texts.setdefault(column, [""] * self.n_items)
        texts[item] = text if text.strip() else texts[item]


def is_beside_images(name: str) -> bool:
    """Return whether a file is a table that says something of the images beside it."""
    return PurePosixPath(name).name.lower() in NAMES


def with_tables(items: OwnItems, place: PurePosixPath, names: Sequence[str], read: Read) -> OwnItems:
    """Add what the tables among some files say of items: attributes, classes and a split if the folders give none.

    A table that cannot be read or names no images is left out, and that is noted.

    Args:
        items: what was read of the images.
        place: the folder that their ids start at, from the name of the folder or zip that was read.
        names: the files of that folder or zip.
        read: reads one of them.
    """
    columns = _Columns(len(items.ids))
    paths = [place / name for name in items.ids]
    images = (_PathEnds(paths), _PathEnds([path.with_suffix("") for path in paths]))
    for name in filter(is_beside_images, names):
        try:
            folder = PurePosixPath(*place.parts[:1], name).parent
            _add(columns, images, folder, name, _rows(name, read(name)))
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


def _add(
    columns: _Columns, images: Sequence["_PathEnds"], folder: PurePosixPath, name: str, rows: Rows
) -> None:
    """Add the rows of one table to the items that they name."""
    headers = list(dict.fromkeys(key for row in rows for key in row))
    column, items = _file_column(columns.n_items, images, folder, headers, rows)
    if column is None:
        columns.notes.append(f"Nothing is taken of {name}, as no column of it names images of the folder.")
        return
    named: set[int] = set()
    doubles = []
    for item, row in zip(items, rows, strict=True):
        if item is None:
            continue
        if item in named:
            doubles.append(row[column])
            continue
        named.add(item)
        for key in headers:
            if key != column:
                columns.put(key, item, row.get(key, ""))
    if column.lower() not in FILE_COLUMNS:
        columns.notes.append(f"{name} names the images in its column {column}.")
    columns.notes += [f"{name}: {note}" for note in left_out_doubles(doubles)]
    if missing := items.count(None):
        columns.notes.append(f"{missing:,} of the {len(rows):,} rows of {name} name no image here.")
    if len(named) < columns.n_items:
        columns.notes.append(f"{name} names {len(named):,} of the {columns.n_items:,} images.")


def _file_column(
    n_items: int, images: Sequence["_PathEnds"], folder: PurePosixPath, headers: Sequence[str], rows: Rows
) -> tuple[str | None, list[int | None]]:
    """Return the column that names images, and the item of each row; whole names are tried before all others."""
    ranked = sorted(headers, key=lambda key: _rank(key.lower()))
    for ends in images:
        for column in ranked:
            items = ends.named(folder, [row.get(column, "") for row in rows])
            if len({*items} - {None}) >= MIN_NAMED * min(len(rows), n_items):
                return column, items
    return None, []


def _rank(column: str) -> int:
    return FILE_COLUMNS.index(column) if column in FILE_COLUMNS else len(FILE_COLUMNS)


def _rows(name: str, data: bytes) -> Rows:
    text = _text(data)
    if name.lower().endswith(".jsonl"):
        return list(_json_rows(text))
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [key.strip() or f"Unnamed: {place}" for place, key in enumerate(next(reader, []))]
    return [_cells(header, row, reader.line_num) for row in reader if row]


def _cells(header: Sequence[str], row: Sequence[str], line: int) -> dict[str, str]:
    """Return the values of a row by the names of their columns; a short row has none in the last ones."""
    if any(cell.strip() for cell in row[len(header) :]):
        raise UserError(
            f"line {line} has {len(row)} values for {len(header)} names; put values that hold the delimiter in quotes"
        )
    return dict(zip(header, row, strict=False))


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


class _PathEnds:
    """Images by the ends of their paths, such as `0.png`, `cat/0.png` and `train/cat/0.png`."""

    def __init__(self, paths: Sequence[PurePosixPath]):
        self._paths = paths
        self._item_of: dict[tuple[str, ...], int | None] = {}
        for item, path in enumerate(paths):
            for end in _ends(path):
                self._item_of[end] = None if end in self._item_of else item
        self._folders = {end for folder in {path.parent for path in paths} for end in _ends(folder)}

    def named(self, folder: PurePosixPath, texts: Sequence[str]) -> list[int | None]:
        """Return the image that each text of a table in some folder names.

        Of several paths that would name one image, the one whose end is its own the furthest does; if several share
        that end, none of them does.
        """
        paths = [folder / text.strip().replace("\\", "/").lstrip("/") for text in texts]
        found = [self._find(path) if text.strip() else None for path, text in zip(paths, texts, strict=True)]
        named_by: dict[int, dict[int, set[PurePosixPath]]] = {}
        for path, match in zip(paths, found, strict=True):
            if match is not None:
                named_by.setdefault(match[0], {}).setdefault(match[1], set()).add(path)
        sure = {(item, max(by)) for item, by in named_by.items() if len(by[max(by)]) == 1}
        return [match[0] if match in sure else None for match in found]

    def _find(self, path: PurePosixPath) -> tuple[int, int] | None:
        """Return the only image whose path ends as another does, and the number of parts of that end.

        Where the folder that is named is here, the image is in it or nowhere.
        """
        for end in _ends(path):
            item = self._item_of.get(end)
            if item is not None:
                is_other = _are_other_parts(path.parts[1:-1], self._paths[item].parts[:-1])
                return None if is_other else (item, len(end))
            if end[:-1] in self._folders:
                break
        return None


def _ends(path: PurePosixPath) -> Iterator[tuple[str, ...]]:
    """Yield the ends of a path, the longest first."""
    return (path.parts[start:] for start in range(len(path.parts)))


def _are_other_parts(folders: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether some folders are of one part of a split and others of another, such as train and test."""
    first, second = (
        [PARTS[part_of(name)] for name in names if part_of(name) in PARTS] for names in (folders, others)
    )
    return bool(first and second and first[-1] != second[-1])
