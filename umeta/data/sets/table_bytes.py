"""The bytes of image files that stand in a column of a table."""

from collections.abc import Iterator
from typing import Any

from umeta.data.files.table_file import TableFile
from umeta.stage import UserError


class RowBytes:
    """Reads the bytes of rows one after the other, a part of the table in memory at a time."""

    def __init__(self, table: TableFile, column: str, max_bytes: int):
        self._table, self._column, self._max_bytes = table, column, max_bytes
        self._first = 0
        self._values: Any = []
        self._batches: Iterator[Any] | None = None

    def read(self, row: int) -> bytes:
        """Return the bytes of a row."""
        if self._batches is None or row < self._first:
            self._first, self._values = 0, []
            self._batches = self._table.batches([self._column], keep=False)
        while row >= self._first + len(self._values):
            self._first += len(self._values)
            values = next(self._batches).column(0)
            self._values = values.field("bytes") if hasattr(values, "field") else values
        value = self._values[row - self._first].as_py()
        if value is None:
            raise UserError("has no bytes in the table")
        if len(value) > self._max_bytes:
            raise UserError(f"takes {len(value) / 1e6:,.0f} MB")
        return value
