"""How a CSV file is written: its encoding, its delimiter, its decimal sign and the names of its columns."""

import codecs
import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from umeta.data.naming import name_some
from umeta.stage import UserError

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 1 << 20
_SAMPLE_LINES = 50
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+(e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class CsvText:
    """How one file is written."""

    encoding: str
    delimiter: str
    decimal_comma: bool
    written: tuple[str, ...]
    """The names of the columns as they are written."""
    header: tuple[str, ...]
    """The same without spaces around them; one without a name has that which pandas gives it, `Unnamed: 0`."""
    notes: tuple[str, ...]
    """What was assumed."""

    @classmethod
    def of(cls, path: Path) -> "CsvText":
        """Look at the whole file for its encoding and at its first lines for the rest.

        Raises:
            UserError: it is no text, is empty, has no line of names, or has two columns of one name.
        """
        encoding = _encoding(path)
        with path.open(encoding=encoding, newline="") as stream:
            sample = stream.read(_SAMPLE_BYTES)
        if not sample.strip():
            raise UserError(f"{path} is empty. Give a file with a line of names and a line for each item.")
        delimiter = max(DELIMITERS, key=lambda sign: _fit(sample, sign))
        rows = _rows(sample, delimiter)
        header = tuple(name.strip() or f"Unnamed: {place}" for place, name in enumerate(rows[0]))
        _check_header(path, header)
        if len(rows) < 2:
            raise UserError(
                f"{path} holds the names {name_some(header)} and no rows. Give a line for each item."
            )
        decimal_comma = delimiter == ";" and any(
            _DECIMAL_COMMA.fullmatch(value.strip()) for row in rows[1:] for value in row
        )
        notes = []
        if encoding == "latin-1":
            notes.append(f"{path.name} is not UTF-8; it was read as Latin-1.")
        if decimal_comma:
            notes.append(f"{path.name}: numbers were read with a decimal comma.")
        return cls(encoding, delimiter, decimal_comma, tuple(rows[0]), header, tuple(notes))


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(4)
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        stream.seek(0)
        is_utf8 = True
        while block := stream.read(1 << 20):
            if b"\0" in block:
                raise UserError(f"{path} is no text, so no CSV. Give a file of text.")
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                is_utf8 = False
    if not is_utf8:
        return "latin-1"
    return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > _SAMPLE_LINES:
                break
    except csv.Error:  # a value of more than 131,072 signs
        pass
    return rows or [[""]]


def _fit(sample: str, delimiter: str) -> tuple[bool, int]:
    """Return whether a delimiter parts all of the first lines alike, and into how many columns the line of names."""
    rows = _rows(sample, delimiter)
    complete = rows[:-1] if len(rows) > _SAMPLE_LINES else rows
    n_columns = len(rows[0])
    return n_columns > 1 and all(len(row) == n_columns for row in complete), n_columns


def _check_header(path: Path, header: tuple[str, ...]) -> None:
    double = sorted({name for name in header if header.count(name) > 1})
    if double:
        raise UserError(
            f"{path}: the names {name_some(double)} stand more than once in the first line. Name each column once."
        )
    if all(_is_decimal(name) for name in header):
        raise UserError(
            f"{path} begins with the numbers {name_some(header)} and not with a line of names. Put one in front, "
            "e.g. id,e0,e1."
        )


def _is_decimal(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return not text.isdigit()
