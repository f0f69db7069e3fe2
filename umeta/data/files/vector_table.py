"""Columns of a table as vectors, and as text."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute

from umeta.data.files.array_file import explained
from umeta.data.files.table_file import TableFile
from umeta.data.files.unfolded_size import check_unfolding
from umeta.data.files.vector_columns import VectorColumns
from umeta.stage import UserError


def text_column(table: TableFile, name: str, *, empty: str | None = None) -> list[str]:
    """Return a column of text, whole numbers or bytes as text.

    Raises:
        UserError: it holds something else, or a row is empty and `empty` is not given.
    """
    column = table.read([name]).column(name)
    kind = table.kinds()[name]
    if kind not in ("text", "whole numbers", "bytes", "nothing", "yes or no"):
        raise UserError(f"{table.path}: the column {name} holds {kind}; text or whole numbers are expected.")
    values = column.to_pylist()
    missing = sum(value is None or value == "" for value in values)
    if missing and empty is None:
        raise UserError(f"{table.path}: {missing:,} of {len(values):,} rows have no {name}. Fill it in.")
    with explained(table.path):
        return [
            empty or "" if value is None else value.decode() if isinstance(value, bytes) else str(value)
            for value in values
        ]


def table_vectors(table: TableFile, columns: VectorColumns) -> np.ndarray:
    """Return the vectors that stand in some columns, `(n_rows, dim)`.

    Raises:
        UserError: a number is missing, a column does not hold numbers, the vectors differ in length, or there are so
            many that they do not fit into memory.
    """
    what = f"{table.n_rows():,} rows of {len(columns.names):,} columns"
    stored = sum(file.stat().st_size for file in table.files)
    check_unfolding(table.path, what, 8 * table.n_rows() * len(columns.names), max(stored, 1))
    read = table.read(columns.names)
    for name in columns.names:
        nulls = read.column(name).null_count
        if nulls:
            raise UserError(
                f"{table.path}: {nulls:,} of {read.num_rows:,} rows have no {name}. Leave these rows out, or fill them."
            )
    with explained(table.path):
        if columns.are_lists:
            return _of_lists(table.path, read.column(columns.names[0]))
        vectors = np.empty((read.num_rows, len(columns.names)), np.float32)
        with np.errstate(over="ignore"):
            for place, name in enumerate(columns.names):
                vectors[:, place] = _numbers(table.path, name, read.column(name))
        return vectors


def _numbers(path: Path, name: str, column: Any) -> np.ndarray:
    try:
        return compute.cast(column, pa.float64()).to_numpy()
    except pa.ArrowInvalid as error:
        raise UserError(f"{path}: the column {name} does not hold numbers alone: {error}.") from None


def _of_lists(path: Path, column: Any) -> np.ndarray:
    each = compute.call_function("list_value_length", [column])
    lengths = compute.call_function("min_max", [each]).as_py()
    shortest, longest = lengths["min"] or 0, lengths["max"] or 0
    if shortest != longest or not longest:
        raise UserError(
            f"{path}: the vectors have between {shortest} and {longest} dimensions; all need the same number."
        )
    parts = []
    for chunk in column.chunks:
        values = chunk.flatten()
        if values.null_count:
            raise UserError(
                f"{path}: {values.null_count:,} numbers in the vectors are missing. Fill them in."
            )
        with np.errstate(over="ignore"):
            parts.append(values.to_numpy(zero_copy_only=False).astype(np.float32).reshape(-1, longest))
    return np.concatenate(parts)
