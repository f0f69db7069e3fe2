"""Tables in files and folders. Tests umeta.data.files.column_kinds too."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from umeta.data.files.table_file import TableFile
from umeta.stage import UserError


def save(path: Path, **columns: object) -> Path:
    path.parent.mkdir(exist_ok=True)
    parquet.write_table(pa.table(columns), path)
    return path


def test_what_columns_hold_is_said_in_words(tmp_path: Path) -> None:
    image = pa.array([{"bytes": b"1", "path": "a"}])
    path = save(
        tmp_path / "a.parquet",
        id=["a"],
        n=[1],
        x=[0.5],
        e=[[0.5]],
        yes=[True],
        image=image,
        c=pa.array(["a"]).dictionary_encode(),
    )
    assert TableFile.of(path).described() == (
        "id (text), n (whole numbers), x (decimal numbers), e (lists of decimal numbers), yes (yes or no), "
        "image (fields bytes and path), c (text)"
    )


def test_a_folder_of_parts_is_one_table_whose_parts_may_be_splits(tmp_path: Path) -> None:
    for place, split in enumerate(("test", "train", "train")):
        save(tmp_path / "data" / f"{split}-{place:05d}-of-00003.parquet", n=[place, place])
    table = TableFile.of(tmp_path / "data")
    assert table.n_rows() == 6
    assert table.read(["n"]).column("n").to_pylist() == [0, 0, 1, 1, 2, 2]
    assert next(table.splits_of_parts()) == ["test", "test", "train", "train", "train", "train"]
    assert table.notes[0].startswith("Put together from 3 files: test-00000-of-00003.parquet")
    save(tmp_path / "data" / "more" / "0.parquet", m=[1])
    with pytest.raises(UserError, match="test-00000-of-00003.parquet has other columns than more/0.parquet"):
        TableFile.of(tmp_path / "data")


def test_class_names_are_those_that_hugging_face_notes(tmp_path: Path) -> None:
    features = {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}, "n": {"dtype": "int64"}}
    table = pa.table({"label": [0, 1], "n": [1, 2]})
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert TableFile.of(tmp_path / "a.parquet").class_names("label") == ["cat", "dog"]
    assert TableFile.of(tmp_path / "a.parquet").class_names("n") is None
    for metadata in ({}, {"huggingface": "{"}, {"huggingface": "[1]"}):
        parquet.write_table(table.replace_schema_metadata(metadata), tmp_path / "b.parquet")
        assert TableFile.of(tmp_path / "b.parquet").class_names("label") is None


def named_classes(path: Path, *names: str) -> None:
    table = pa.table({"label": [0, 1]})
    described = {"huggingface": json.dumps({"info": {"features": {"label": {"names": names}}}})}
    parquet.write_table(table.replace_schema_metadata(described if names else {}), path)


@pytest.mark.parametrize(("names", "shown"), [(("dog", "cat"), "dog, cat"), ((), "numbers")])
def test_parts_whose_class_names_differ_are_refused(
    names: tuple[str, ...], shown: str, tmp_path: Path
) -> None:
    named_classes(tmp_path / "test.parquet", "cat", "dog")
    named_classes(tmp_path / "train.parquet", *names)
    message = f"the column label are {shown} in train.parquet and cat, dog in test.parquet"
    with pytest.raises(UserError, match=message):
        TableFile.of(tmp_path)


def test_a_small_parquet_that_unfolds_far_is_refused(tmp_path: Path) -> None:
    long = pa.array(["x" * 100_000]).dictionary_encode()
    text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(9_000, np.int32)), long.dictionary)
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"text": text.cast(pa.string())}), path, compression="zstd")
    with pytest.raises(UserError, match="would unfold from .* MB, more than 100 times as much"):
        TableFile.of(path).read(["text"])


@pytest.mark.parametrize("data", [b"", b"hello", b"PAR1" + b"\0" * 50 + b"PAR1", b"PAR1\xff\xff\xff\x7fPAR1"])
def test_damaged_files_are_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(data)
    with pytest.raises(
        UserError, match=r"a.parquet \(\d+ bytes\) cannot be read: .* Save it again"
    ) as raised:
        TableFile.of(tmp_path / "a.parquet")
    assert "\n" not in str(raised.value)


def test_other_files_and_empty_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(UserError, match="a.xlsx is not one of .csv, .tsv, .parquet"):
        TableFile.of(tmp_path / "a.xlsx")
    with pytest.raises(UserError, match="holds no parquet files"):
        TableFile.of(tmp_path)
