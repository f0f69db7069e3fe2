"""CSV files read into tables: numbers where columns are numbered, and text as it is written everywhere else."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from umeta.data.files.array_file import explained
from umeta.data.files.csv_text import CsvText
from umeta.data.files.unfolded_size import check_unfolding


def read_csv(path: Path) -> tuple[pa.Table, tuple[str, ...]]:
    """Return the table of a CSV file, and what was assumed in reading it.

    Raises:
        UserError: it is no text, has no line of names, two columns of one name, or is too large.
    """
    with explained(path):
        return _read(path, CsvText.of(path))


def _read(path: Path, text: CsvText) -> tuple[pa.Table, tuple[str, ...]]:
    stems = Counter(name.rstrip("0123456789") for name in text.written if name[-1:].isdigit())
    as_text = {name: pa.string() for name in text.written if stems[name.rstrip("0123456789")] < 2}
    check_unfolding(path, "the table", path.stat().st_size, path.stat().st_size)
    table = csv.read_csv(
        path,
        csv.ReadOptions(encoding=text.encoding, use_threads=False),
        csv.ParseOptions(delimiter=text.delimiter, newlines_in_values=True),
        csv.ConvertOptions(
            column_types=as_text,  # names and labels are kept as they are written: 007 is not 7
            decimal_point="," if text.decimal_comma else ".",
        ),
    )
    table = _alike(table.rename_columns(list(text.header)))
    return table, text.notes


def _alike(table: pa.Table) -> pa.Table:
    """Make numbered columns of one stem decimal where some of them are: in a CSV, 1.0 may be written as 1."""
    stems: dict[str, list[str]] = {}
    for name in table.schema.names:
        stems.setdefault(name.rstrip("0123456789"), []).append(name)
    for names in stems.values():
        kinds = {name: table.schema.field(name).type for name in names}
        if not any(pa.types.is_floating(kind) for kind in kinds.values()):
            continue
        for name in [name for name, kind in kinds.items() if pa.types.is_integer(kind)]:
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, table.column(name).cast(pa.float64()))
    return table
