"""Tables: CSV and parquet files, and folders of parquet files, read column by column within a limit of memory."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from umeta.data.files.array_file import explained
from umeta.data.files.column_kinds import kind_of
from umeta.data.files.csv_table import read_csv
from umeta.data.files.unfolded_size import check_unfolding
from umeta.data.naming import name_some
from umeta.stage import UserError

CSV_SUFFIXES = (".csv", ".tsv")
SUFFIXES = (*CSV_SUFFIXES, ".parquet")
MAX_ROWS = 10_000_000
_BATCH_ROWS = 1024
_SHARD = re.compile(r"[-_]?\d+(-of-\d+(-[0-9a-f]+)?)?$")
"""What stands behind the name of a split in the name of a part: `train-00000-of-00002`, `train_0`."""


@dataclass(frozen=True, eq=False)
class TableFile:
    """What a table says of itself; its columns are read when they are asked for."""

    path: Path
    files: tuple[Path, ...]
    """The file, or the parts of a folder in the order of their names."""
    schema: pa.Schema
    notes: tuple[str, ...] = ()
    """What was assumed in reading it."""
    csv_table: pa.Table | None = None
    """The whole of a CSV."""

    @classmethod
    def of(cls, path: Path) -> "TableFile":
        """Read what is known without the rows; a CSV is read whole.

        Raises:
            UserError: it is no CSV or parquet file or folder of such, is damaged, or its parts differ in columns.
        """
        if path.is_dir():
            return _parts(path)
        if path.suffix.lower() not in SUFFIXES:
            raise UserError(f"{path} is not one of {', '.join(SUFFIXES)}. Save the table as one of these.")
        with explained(path):
            if path.suffix.lower() in CSV_SUFFIXES:
                table, notes = read_csv(path)
                return cls(path, (path,), table.schema, notes, table)
            return cls(path, (path,), parquet.read_schema(path))

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return self.schema.names

    def kinds(self) -> dict[str, str]:
        """Return what each column holds, in words."""
        return {name: kind_of(self.schema.field(name).type) for name in self.names}

    def described(self, max_names: int = 10) -> str:
        """Return the columns with what they hold, for a message."""
        return name_some([f"{name} ({kind})" for name, kind in self.kinds().items()], max_names=max_names)

    def class_names(self, name: str) -> list[str] | None:
        """Return the names of a column of class numbers, as Hugging Face data sets note them in the file."""
        return _class_names(self.schema, name)

    def read(self, names: Sequence[str]) -> pa.Table:
        """Return some columns.

        Raises:
            UserError: the file is damaged, or they would take too much memory.
        """
        if self.csv_table is not None:
            return self.csv_table.select(list(names))
        parts = list(self.batches(names))
        schema = pa.schema([self.schema.field(name) for name in names])
        return pa.Table.from_batches(parts, schema)

    def batches(self, names: Sequence[str], *, keep: bool = True) -> Iterator[pa.RecordBatch]:
        """Yield some columns, a part of the rows at a time; where they are kept, within the limit of memory.

        Raises:
            UserError: the file is damaged, or they would take too much memory.
        """
        if self.csv_table is not None:
            yield from self.csv_table.select(list(names)).to_batches(_BATCH_ROWS)
            return
        stored = sum(file.stat().st_size for file in self.files)
        n_bytes = 0
        what = f"the columns {name_some(list(names))}"
        if keep:
            check_unfolding(self.path, what, sum(_declared(file, names) for file in self.files), stored)
        for file in self.files:
            with explained(file), parquet.ParquetFile(file) as table:
                for batch in table.iter_batches(_BATCH_ROWS, columns=list(names), use_threads=False):
                    n_bytes = n_bytes + batch.nbytes if keep else batch.nbytes
                    check_unfolding(self.path, what, n_bytes, stored)
                    yield batch.select(list(names))

    def n_rows(self) -> int:
        """Return how many rows there are.

        Raises:
            UserError: there are more than are read.
        """
        if self.csv_table is not None:
            n_rows = self.csv_table.num_rows
        else:
            n_rows = sum(_metadata(file).num_rows for file in self.files)
        if n_rows > MAX_ROWS:
            raise UserError(
                f"{self.path} has {n_rows:,} rows; at most {MAX_ROWS:,} are read. Take a sample of them."
            )
        return n_rows

    def splits_of_parts(self) -> Iterator[list[str]]:
        """Yield what may name the split of each row: the name of its part without a number, and that of its folder.

        These are `train` in `train-00000-of-00002.parquet` and in `train/0000.parquet`.
        """
        if len(self.files) > 1:
            counts = [_metadata(file).num_rows for file in self.files]
            of_files = [_SHARD.sub("", file.stem) for file in self.files]
            for names in (of_files, [file.parent.name for file in self.files]):
                yield [name for name, count in zip(names, counts, strict=True) for _ in range(count)]


def _class_names(schema: pa.Schema, name: str) -> list[str] | None:
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        names = features[name]["names"]
    except (KeyError, TypeError, ValueError):
        return None
    return [str(text) for text in names] if isinstance(names, list) else None


def _metadata(file: Path) -> Any:
    with explained(file):
        return parquet.read_metadata(file)


def _declared(file: Path, names: Sequence[str]) -> int:
    """Return the bytes that some columns take unpacked, by what the file says: eight for each number at least."""
    metadata = _metadata(file)
    total = 0
    with explained(file):
        for group in range(metadata.num_row_groups):
            for place in range(metadata.num_columns):
                column = metadata.row_group(group).column(place)
                path = column.path_in_schema
                if any(path == name or path.startswith(f"{name}.") for name in names):
                    total += max(column.total_uncompressed_size, 4 * column.num_values)
    return total


def _parts(folder: Path) -> TableFile:
    files = tuple(sorted(file for file in folder.rglob("*.parquet") if not file.name.startswith(".")))
    if not files:
        raise UserError(f"{folder} holds no parquet files. Give a CSV, a parquet file or a folder of such.")
    schemas = []
    for file in files:
        with explained(file):
            schemas.append(parquet.read_schema(file))
    names = [file.relative_to(folder).as_posix() for file in files]
    for name, schema in zip(names, schemas, strict=True):
        if not schema.equals(schemas[0]):
            raise UserError(f"{folder}: {name} has other columns than {names[0]}. Give parts of one table.")
        for column in schema.names:
            first, here = _class_names(schemas[0], column), _class_names(schema, column)
            if here != first:
                raise UserError(
                    f"{folder}: the classes of the column {column} are {name_some(here or ['numbers'])} in {name} and "
                    f"{name_some(first or ['numbers'])} in {names[0]}. Save the parts with the same names in one order."
                )
    note = f"Put together from {len(files)} files: {name_some(names)}."
    return TableFile(folder, files, schemas[0], (note,))
