"""CSV files as people write them. Tests umeta.data.files.csv_table too."""

from pathlib import Path

import pytest

from umeta.data.files.csv_table import read_csv
from umeta.stage import UserError

PLAIN = "id,e0,e1,größe\n007,0.5,1,XL\nb,-1.5,2,NA\n"
CONTENT = {"id": ["007", "b"], "e0": [0.5, -1.5], "e1": [1.0, 2.0], "größe": ["XL", "NA"]}


def read(tmp_path: Path, data: str | bytes) -> tuple[dict, tuple[str, ...]]:
    path = tmp_path / "mine.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    table, notes = read_csv(path)
    return table.to_pydict(), notes


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (PLAIN, None),
        (PLAIN.encode("utf-8-sig"), None),
        (PLAIN.encode("utf-16"), None),
        (PLAIN.encode("latin-1"), "mine.csv is not UTF-8; it was read as Latin-1."),
        (PLAIN.replace(",", ";"), None),
        (PLAIN.replace(",", "\t"), None),
        (PLAIN.replace(",", "|"), None),
        (PLAIN.replace(",", ";").replace(".", ","), "mine.csv: numbers were read with a decimal comma."),
        (PLAIN.replace("\n", "\r\n"), None),
        (PLAIN.replace("id,", " id ,"), None),
    ],
    ids=["plain", "bom", "utf-16", "latin-1", "semicolon", "tab", "bar", "comma", "windows", "spaces"],
)
def test_every_way_of_writing_gives_the_same_table(
    data: str | bytes, note: str | None, tmp_path: Path
) -> None:
    assert read(tmp_path, data) == (CONTENT, (note,) if note else ())


def test_quotes_hold_delimiters_and_line_ends(tmp_path: Path) -> None:
    content, _ = read(tmp_path, 'id,text\n"a,1","two\nlines; and ""quotes"""\n')
    assert content == {"id": ["a,1"], "text": ['two\nlines; and "quotes"']}


def test_a_column_without_a_name_is_called_as_in_pandas(tmp_path: Path) -> None:
    content, _ = read(tmp_path, ",id\n0,a\n1,b\n")
    assert content == {"Unnamed: 0": ["0", "1"], "id": ["a", "b"]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"id,e0,e1\n", "holds the names id, e0, e1 and no rows"),
        (b"0.5,1.5\n2.5,3.5\n", "begins with the numbers 0.5, 1.5 and not with a line of names"),
        (b"id,a,a\n1,2,3\n", "the names a stand more than once"),
        (b"id,a\n1,2\n3\n", "Row #3: Expected 2 columns, got 1"),
        (b"id,a\n1,2\n3,\0\n", "is no text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is no text"),
    ],
)
def test_what_is_no_table_is_one_line(data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message) as raised:
        read(tmp_path, data)
    assert "\n" not in str(raised.value)
