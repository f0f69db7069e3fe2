"""A table beside the images of a folder."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.data.sets.test_own_images import FLAT, write_images
from umeta.cache import Home
from umeta.data import SPLITS, Dataset
from umeta.data.sets.folder import Folder

COLOURS = ["red", "green"]


def load(path: Path, home: Home, **options: object) -> Dataset:
    return Folder(name=f"folder:{path}", **{"size": 12, **options}).load(home)  # type: ignore[arg-type]


def csv_of(rows: list[tuple[str, ...]], *, sign: str = ",") -> str:
    return "".join(sign.join(row) + "\r\n" for row in rows)


def values(dataset: Dataset, name: str) -> dict[str, str]:
    """Return the value of each id that has one."""
    attribute = dataset.attributes[name] if name else dataset.classes
    pairs = zip(dataset.images.ids, attribute.values.tolist(), strict=True)
    return {item: str(attribute.names[value]) for item, value in pairs if value >= 0}


EXPECTED = {name: COLOURS[k % 2] for k, name in enumerate(FLAT)}


@pytest.mark.parametrize(
    ("header", "cell", "sign", "encoding"),
    [
        ("file_name", "{name}", ",", "utf-8"),
        ("Filename", "./{name}", ";", "utf-8-sig"),
        ("id", "{stem}", ",", "utf-8"),
        ("image", "C:\\photos\\{name}", "\t", "latin-1"),
        ("bild", "{name}", "|", "utf-8"),
    ],
)
def test_a_csv_gives_attributes_by_the_names_of_the_files(
    header: str, cell: str, sign: str, encoding: str, tmp_path: Path
) -> None:
    photos = write_images(tmp_path / "photos", FLAT)
    rows = [(cell.format(name=name, stem=Path(name).stem), EXPECTED[name], "é") for name in FLAT]
    rows[0] = (*rows[0][:2], "è")
    text = csv_of([(header, "colour", "accent"), *rows], sign=sign)
    (photos / "attributes.csv").write_bytes(text.encode(encoding))
    dataset = load(photos, Home(tmp_path / "home", ()))
    assert values(dataset, "colour") == EXPECTED
    assert set(dataset.attributes["accent"].names) == {"é", "è"}
    assert not dataset.is_labelled
    assert dataset.card.notes == ()


def test_metadata_jsonl_of_each_part_gives_classes_where_the_folders_have_none(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for part in ("train", "validation", "test"):
        write_images(photos / part, FLAT, seed=len(part))
        lines = [
            json.dumps({"file_name": name, "label": EXPECTED[name], "box": [1, 2], "year": 1990 + k % 3})
            for k, name in enumerate(FLAT)
        ]
        (photos / part / "metadata.jsonl").write_text("\n".join(lines))
    dataset = load(photos, Home(tmp_path / "home", ()))
    assert dataset.is_labelled
    assert [dataset.n_classes(split) for split in SPLITS] == [2, 2, 2]
    assert [len(dataset.items(split)) for split in SPLITS] == [20, 20, 20]
    assert values(dataset, "")["train/3.png"] == "green"
    assert list(dataset.attributes["year"].names) == ["1990", "1991", "1992"]
    assert "box" not in dataset.attributes
    assert "The classes are those of the column label." in dataset.card.notes


def test_folders_stay_the_classes_and_a_column_may_give_the_split(tmp_path: Path) -> None:
    names = [f"bird{c}/{k}.png" for c in range(6) for k in range(4)]
    photos = write_images(tmp_path / "photos", names)
    parts = ["train", "val", "test"]
    rows = [(name, "seen" if k % 2 else "not seen", parts[k // 8]) for k, name in enumerate(names)]
    (photos / "metadata.csv").write_text(csv_of([("file_name", "label", "split"), *rows]))
    dataset = load(photos, Home(tmp_path / "home", ()))
    assert len(dataset.classes.names) == 6
    assert set(dataset.attributes["label"].names) == {"seen", "not seen"}
    assert [dataset.n_classes(split) for split in SPLITS] == [2, 2, 2]
    assert dataset.card.split.startswith("own:")


def test_what_the_table_says_is_part_of_the_content_only_where_it_decides_something(tmp_path: Path) -> None:
    photos, home = write_images(tmp_path / "photos", FLAT), Home(tmp_path / "home", ())
    plain = load(photos, home).content
    (photos / "attributes.csv").write_text(csv_of([("id", "colour"), *EXPECTED.items()]))
    assert load(photos, home).content == plain
    (photos / "attributes.csv").write_text(csv_of([("id", "class"), *EXPECTED.items()]))
    assert load(photos, home).content != plain


def test_in_a_zip_too_and_what_is_missing_is_counted(tmp_path: Path) -> None:
    photos = write_images(tmp_path / "photos", FLAT)
    rows = [("nowhere.png", "red"), *list(EXPECTED.items())[:15]]
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for name in FLAT:
            archive.write(photos / name, f"photos/{name}")
        archive.writestr("photos/metadata.csv", csv_of([("file_name", "colour"), *rows]))
    dataset = load(tmp_path / "photos.zip", Home(tmp_path / "home", ()))
    assert values(dataset, "colour") == dict(list(EXPECTED.items())[:15])
    assert dataset.card.notes == (
        "1 of the 16 rows of photos/metadata.csv name no image here.",
        "photos/metadata.csv names 15 of the 20 images.",
    )


@pytest.mark.parametrize(
    ("file", "text", "note"),
    [
        ("attributes.csv", "", "no column of it names images"),
        ("attributes.csv", "a,b\n1000,2000\n", "no column of it names images"),
        ("attributes.csv", 'a,"b\n1,2', "cannot be read"),
        ("metadata.jsonl", "[1]\n", "cannot be read"),
        ("metadata.jsonl", "{", "cannot be read"),
        ("attributes.csv", "id,x\n" + "9" * 200_000 + ",1\n", "cannot be read"),
    ],
)
def test_a_table_that_says_nothing_is_noted(file: str, text: str, note: str, tmp_path: Path) -> None:
    photos = write_images(tmp_path / "photos", FLAT)
    (photos / file).write_text(text)
    dataset = load(photos, Home(tmp_path / "home", ()))
    assert dataset.attributes == {}
    assert len(dataset.card.notes) == 1
    assert f"Nothing is taken of {file}, as" in dataset.card.notes[0]
    assert note in dataset.card.notes[0]
    assert "\n" not in dataset.card.notes[0]


def test_a_column_of_names_that_two_images_have_names_neither(tmp_path: Path) -> None:
    names = [f"{folder}/{k}.png" for folder in ("east", "west") for k in range(4)]
    photos = write_images(tmp_path / "photos", names)
    (photos / "attributes.csv").write_text(csv_of([("id", "x"), *((Path(name).name, "1") for name in names)]))
    assert load(photos, Home(tmp_path / "home", ())).attributes == {}
    (photos / "attributes.csv").write_text(csv_of([("id", "x"), *((name, name[:1]) for name in names)]))
    dataset = load(photos, Home(tmp_path / "home", ()))
    assert np.bincount(dataset.attributes["x"].values).tolist() == [4, 4]
