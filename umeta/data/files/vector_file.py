"""Files of vectors: `.npz`, `.npy`, `.parquet` and `.csv`, with the ids, splits and labels that stand beside them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from umeta.data.files.array_file import ArrayFile, explained, texts
from umeta.data.files.table_file import SUFFIXES as TABLE_SUFFIXES
from umeta.data.files.table_file import TableFile
from umeta.data.files.vector_checks import sound_vectors
from umeta.data.files.vector_columns import (
    ID_COLUMNS,
    SPLIT_COLUMN,
    choose_vectors,
    is_label,
)
from umeta.data.files.vector_table import table_vectors, text_column
from umeta.stage import UserError

SUFFIXES = (".npy", ".npz", *TABLE_SUFFIXES)
ARRAY_NAMES = ("embeddings", "embedding", "vectors")


@dataclass(frozen=True, eq=False)
class Vectors:
    """What a file of vectors holds, a row for each item."""

    vectors: np.ndarray
    """Float32 `(n_rows, dim)` once they are checked; all finite."""
    ids: Sequence[str] | None
    """None where the file has none."""
    splits: Sequence[str] | None
    unused: tuple[str, ...]
    """The names of everything else, such as a column of classes."""
    table: TableFile | None = None
    """The table that they were read from, with all its columns."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of what is not used and looks like classes."""
        return tuple(name for name in self.unused if is_label(name))


@dataclass(frozen=True)
class Choice:
    """How a person says what of a file is meant."""

    section: str
    """`encoder` or `dataset`: where the options below are."""
    columns: str | None = None
    ids: str | None = None


def read_vectors(path: Path, choice: Choice) -> Vectors:
    """Read a file of vectors and check that they are sound.

    Raises:
        UserError: it cannot be read, or it is not clear what of it is meant, or its rows, ids, splits or numbers are
            not sound.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UserError(f"{path} is not one of {', '.join(SUFFIXES)}. Save the embeddings as one of these.")
    rows = reader(path, choice)
    n_rows = len(rows.vectors)
    if rows.splits is not None and len(rows.splits) != n_rows:
        raise UserError(
            f"{path}: {len(rows.splits):,} values of `split` for {n_rows:,} vectors; give one per row."
        )
    return replace(rows, vectors=sound_vectors(rows.vectors, rows.ids, path))


def _read_npz(path: Path, choice: Choice) -> Vectors:
    file = ArrayFile.of(path)
    names = [choice.columns] if choice.columns else [name for name in ARRAY_NAMES if name in file.headers]
    if len(names) != 1 or names[0] not in file.headers:
        raise UserError(
            f"{path} holds the arrays {file.named() or 'none'}; ids and embeddings (and split, if known) are "
            f"expected. Name the array of vectors by {choice.section}.columns."
        )
    ids, splits = choice.ids or "ids", SPLIT_COLUMN
    read = lambda name: texts(file.read(name), path, f"`{name}`") if name in file.headers else None  # noqa: E731
    unused = tuple(name for name in file.headers if name not in (names[0], ids, splits))
    return Vectors(_as_vectors(file, names[0]), read(ids), read(splits), unused)


def _read_npy(path: Path, choice: Choice) -> Vectors:
    text, record = path.with_suffix(".ids.txt"), path.with_suffix(".ids.json")
    ids = splits = None
    if text.is_file():
        with explained(text):
            ids = text.read_text(encoding="utf-8").splitlines()
    elif record.is_file():
        ids, splits = _read_record(record)
    return Vectors(_as_vectors(ArrayFile.of(path), ""), ids, splits, ())


def _read_record(record: Path) -> tuple[list[str], list[str] | None]:
    with explained(record):
        content = json.loads(record.read_text(encoding="utf-8"))
    content = content if isinstance(content, dict) else {"ids": content}
    if not isinstance(content.get("ids"), list) or not isinstance(content.get("split", []), list):
        raise UserError(f"{record} is neither a list of ids nor a mapping with the lists `ids` and `split`.")
    splits = [str(split) for split in content["split"]] if "split" in content else None
    return [str(name) for name in content["ids"]], splits


def _as_vectors(file: ArrayFile, name: str) -> np.ndarray:
    header = file.headers[name]
    if len(header.shape) != 2 or header.dtype.kind not in "biuf" or header.shape[1] < 1:
        raise UserError(
            f"{file.path}: embeddings of shape {header.shape} and type {header.dtype}; numbers (n_items, dim) are "
            "expected."
        )
    return file.read(name)


def _read_table(path: Path, choice: Choice) -> Vectors:
    table = TableFile.of(path)
    table.n_rows()
    kinds = table.kinds()
    columns = choose_vectors(kinds, choice.columns, option=f"{choice.section}.columns", file=path)
    ids = choice.ids or next(
        (name for name in ID_COLUMNS if name in kinds and name not in columns.names), None
    )
    if ids is not None and ids not in kinds:
        raise UserError(f"{choice.section}.ids={ids}: {path} has no such column, but {table.described()}.")
    taken = {*columns.names, ids, SPLIT_COLUMN}
    return Vectors(
        table_vectors(table, columns),
        None if ids is None else text_column(table, ids),
        text_column(table, SPLIT_COLUMN, empty="") if SPLIT_COLUMN in kinds else None,
        tuple(name for name in kinds if name not in taken),
        table,
    )


_READERS: dict[str, Callable[[Path, Choice], Vectors]] = {
    ".npy": _read_npy,
    ".npz": _read_npz,
    **dict.fromkeys(TABLE_SUFFIXES, _read_table),
}
