"""Images that a table names or holds.

Tests umeta.data.sets.table_columns, umeta.data.sets.table_images and umeta.data.sets.table_bytes too.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.data.sets.own_pictures import CLASSES, N, png
from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.stage import UserError

NAMES = [f"pictures/{k}.png" for k in range(N)]


def load(path: Path, **options: Any) -> Dataset:
    method = DATASETS.parse({"name": f"table:{path}", "size": 16, **options})
    return method.load(Home(path.parent / "home", ()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("table")
    (folder / "pictures").mkdir()
    for k, name in enumerate(NAMES):
        (folder / name).write_bytes(png(k))
    return folder


def write(folder: Path, *extra: str, header: str = "file,class,where,age,split") -> Path:
    lines = [
        f"{NAMES[k]},c{CLASSES[k]},place {k % 3},{k / 7},{'train' if k < 60 else 'test'}" for k in range(N)
    ]
    (folder / "mine.csv").write_text("\n".join([header, *lines, *extra]))
    return folder / "mine.csv"


def hugging_face(path: Path) -> Path:
    image = [{"bytes": png(k), "path": f"{k}.png"} for k in range(N)]
    table = pa.table({"image": image, "label": CLASSES, "width": [16] * N})
    features = {"label": {"names": [f"kind {k}" for k in range(9)], "_type": "ClassLabel"}}
    described = {"huggingface": json.dumps({"info": {"features": features}})}
    parquet.write_table(table.replace_schema_metadata(described), path, row_group_size=40)
    return path


def test_paths_classes_split_and_attributes(folder: Path) -> None:
    dataset = load(write(folder))
    assert sorted(dataset.images.ids) == sorted(NAMES)
    assert dataset.classes.names == [f"c{k}" for k in range(9)]
    assert [len(dataset.items(split)) for split in ("meta_train", "meta_val", "meta_test")] == [50, 10, 30]
    assert dataset.attributes["where"].names == ["place 0", "place 1", "place 2"]
    assert len(dataset.attributes["age"].names) == 10
    for item, name in enumerate(dataset.images.ids):
        k = NAMES.index(name)
        assert dataset.classes.values[item] == CLASSES[k]
        assert dataset.attributes["where"].values[item] == k % 3
    notes = " ".join(dataset.card.notes)
    assert "Classes are of the column class." in notes
    assert "age" in notes


def test_what_cannot_be_read_is_counted_and_nothing_outside_the_folder_is_read(folder: Path) -> None:
    (folder.parent / "secret.png").write_bytes(png(0))
    outside = [
        "../secret.png",
        f"{folder.parent}/secret.png",
        "http://example.org/a.png",
        "pictures/none.png",
    ]
    dataset = load(write(folder, *[f"{name},c1,,," for name in outside], f"{NAMES[3]},c1,,,"))
    assert len(dataset.images) == N
    notes = " ".join(dataset.card.notes)
    assert "4 left out (cannot be read)" in notes
    assert "lies outside the folder of the table" in notes
    assert "1 row left out (its image stands in a row before): pictures/3.png." in notes


def test_a_changed_image_is_read_anew(folder: Path) -> None:
    path = write(folder)
    before = load(path).content
    (folder / NAMES[0]).write_bytes(png(1)[:-12] + png(1)[-12:] + b" ")
    assert load(path).content != before
    (folder / NAMES[0]).write_bytes(png(0))
    assert load(path).content == before


def test_bytes_and_class_names_as_hugging_face_stores_them(tmp_path: Path, folder: Path) -> None:
    dataset = load(hugging_face(tmp_path / "a.parquet"))
    assert dataset.classes.names == [f"kind {k}" for k in range(9)]
    assert {f"{k}.png" for k in range(N)} == {*dataset.images.ids}
    beside = load(write(folder))
    place = {Path(name).name: item for item, name in enumerate(beside.images.ids)}
    for item, name in enumerate(dataset.images.ids):
        np.testing.assert_array_equal(dataset.images.images[item], beside.images.images[place[name]])


@pytest.mark.parametrize(
    "name",
    [
        "{split}-00000-of-00001",
        "{split}-00000-of-00001-2f4e0b8b5c8c9c1a",
        "{split}",
        "{split}_0",
        "default/{split}/0000",
        "{split}/part-0-of-{split}",
    ],
)
def test_a_folder_of_parts_has_the_split_of_their_names(name: str, tmp_path: Path) -> None:
    for split, rows in (("train", range(60)), ("test", range(60, N))):
        table = pa.table({"img": [png(k) for k in rows], "label": CLASSES[list(rows)]})
        path = tmp_path / "data" / f"{name.format(split=split)}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(table, path)
    dataset = load(tmp_path / "data")
    assert dataset.card.split.startswith("own: ")
    assert set(dataset.classes.values[dataset.items("meta_test")].tolist()) == {6, 7, 8}
    assert {name[:4] for name in dataset.images.ids} == {"row "}


@pytest.mark.parametrize("names", [["train-00000-of-00001"], ["cats", "dogs"]])
def test_parts_that_are_no_split_are_not_said_to_be_one(names: list[str], tmp_path: Path) -> None:
    for k, name in enumerate(names):
        rows = range(k, N, len(names))
        table = pa.table({"img": [png(row) for row in rows], "label": CLASSES[list(rows)]})
        parquet.write_table(table, tmp_path / f"{name}.parquet")
    assert "split" not in " ".join(load(tmp_path).card.notes)


def test_without_classes_it_is_a_set_without_labels(folder: Path) -> None:
    (folder / "bare.csv").write_text("path\n" + "\n".join(NAMES))
    assert not load(folder / "bare.csv").is_labelled


@pytest.mark.parametrize(
    ("header", "options", "message"),
    [
        ("file,class,where,age,split", {"image_column": "nobody"}, "dataset.image_column=nobody: .* no such column"),
        ("file,class,where,age,split", {"class_column": "nobody"}, "dataset.class_column=nobody: .* no such column"),
        ("a,file,path,b,c", {"image_column": "path"}, "none of 3 images can be read"),
    ],
)  # fmt: skip
def test_columns_that_are_not_there(header: str, options: dict[str, Any], message: str, folder: Path) -> None:
    with pytest.raises(UserError, match=message) as raised:
        load(write(folder, header=header), **options)
    assert "\n" not in str(raised.value)


def test_two_columns_of_images_or_none_are_refused_with_the_columns(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": [png(0)], "b": [png(1)]}), tmp_path / "a.parquet")
    with pytest.raises(
        UserError, match=r"several columns that may be images \(a, b\); its columns are a \(bytes\)"
    ):
        load(tmp_path / "a.parquet")
    parquet.write_table(pa.table({"id": ["a"], "e0": [0.5], "e1": [0.5]}), tmp_path / "a.parquet")
    with pytest.raises(UserError, match="has no column of images; .* dataset=vectors:PATH"):
        load(tmp_path / "a.parquet")
