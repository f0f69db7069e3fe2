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
        ("img_path", "/elsewhere/{name}", ",", "utf-8"),
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
    unusual = ("attributes.csv names the images in its column bild.",)
    assert dataset.card.notes == (unusual if header == "bild" else ())


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
        (
            "attributes.csv",
            "id,caption,class\n0.png,a hat,x\n1.png,a red, round hat,y\n",
            "cannot be read: line 3 has 4 values for 3 names; put values that hold the delimiter in quotes.",
        ),
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


def write_names(folder: Path, names: list[str]) -> None:
    """Write a table that says of each image by which name it stands there."""
    (folder / "metadata.csv").write_text(csv_of([("file_name", "name"), *((name, name) for name in names)]))


NUMBERED = [f"{k}.png" for k in range(6)]


@pytest.mark.parametrize("named", [["train", "test"], ["test", "train"], ["train"]])
def test_a_row_of_an_absent_image_says_nothing_of_one_with_its_name_in_another_folder(
    named: list[str], tmp_path: Path
) -> None:
    names = [*(f"test/{name}" for name in NUMBERED), *(f"train/{name}" for name in NUMBERED[2:])]
    photos = write_images(tmp_path / "photos", names)
    rows = [f"{folder}/{name}" for folder in named for name in NUMBERED]
    write_names(photos, rows)
    dataset = load(photos, Home(tmp_path / "home", ()))
    assert values(dataset, "name") == {name: name for name in names if name in rows}
    assert f"2 of the {len(rows)} rows of metadata.csv name no image here." in dataset.card.notes


def test_a_table_in_a_folder_says_nothing_of_images_in_another(tmp_path: Path) -> None:
    photos = write_images(
        tmp_path / "photos", [f"{part}/{name}" for part in ("train", "test") for name in NUMBERED]
    )
    write_names(photos / "train", NUMBERED)
    (photos / "train/3.png").write_bytes(b"")
    (photos / "test/0.png").unlink()
    home = Home(tmp_path / "home", ())
    assert sorted(values(load(photos, home), "name")) == [f"train/{k}.png" for k in (0, 1, 2, 4, 5)]
    for name in NUMBERED:
        (photos / "train" / name).unlink()
    dataset = load(photos, home)
    assert dataset.attributes == {}
    assert "Nothing is taken of train/metadata.csv, as no column of it names images" in dataset.card.notes[-1]


@pytest.mark.parametrize("place", ["photos", "photos/train"])
def test_where_one_folder_alone_is_left_rows_of_the_others_name_no_image(place: str, tmp_path: Path) -> None:
    write_images(tmp_path / "photos", [f"train/{name}" for name in NUMBERED])
    rows = [f"{part}/{name}" for part in ("test", "val", "train") for name in NUMBERED[1:]]
    write_names(tmp_path / place, rows)
    dataset = load(tmp_path / place, Home(tmp_path / "home", ()))
    assert values(dataset, "name") == {name: f"train/{name}" for name in NUMBERED[1:]}
    assert "10 of the 15 rows of metadata.csv name no image here." in dataset.card.notes


def test_two_paths_that_may_both_be_that_of_an_image_name_none(tmp_path: Path) -> None:
    photos = write_images(tmp_path / "photos", NUMBERED)
    write_names(photos, ["old/0.png", "new/0.png", *(f"new/{name}" for name in NUMBERED[1:])])
    assert values(load(photos, Home(tmp_path / "home", ())), "name") == {
        name: f"new/{name}" for name in NUMBERED[1:]
    }


@pytest.mark.parametrize("index", ["", "id"])
def test_whole_names_of_files_come_before_an_index_of_rows(index: str, tmp_path: Path) -> None:
    photos = write_images(tmp_path / "photos", FLAT)
    rows = [(str(k), name, EXPECTED[name]) for k, name in enumerate(reversed(FLAT))]
    (photos / "metadata.csv").write_text(csv_of([(index, "picture of", "class"), *rows]))
    dataset = load(photos, Home(tmp_path / "home", ()))
    assert values(dataset, "") == EXPECTED
    assert "metadata.csv names the images in its column picture of." in dataset.card.notes


def test_numbers_that_many_rows_share_are_no_names_of_images(tmp_path: Path) -> None:
    photos = write_images(tmp_path / "photos", FLAT)
    (photos / "metadata.csv").write_text(
        csv_of([("kind", "colour"), *((str(k % 3), "red") for k in range(20))])
    )
    (note,) = load(photos, Home(tmp_path / "home", ())).card.notes
    assert "no column of it names images" in note


def test_of_several_rows_of_an_image_the_first_counts_and_the_others_are_counted(tmp_path: Path) -> None:
    photos = write_images(tmp_path / "photos", FLAT)
    rows = [*EXPECTED.items(), *((f"./{name}", "blue") for name in FLAT[:5])]
    (photos / "metadata.csv").write_text(csv_of([("file_name", "class"), *rows]))
    dataset = load(photos, Home(tmp_path / "home", ()))
    assert values(dataset, "") == EXPECTED
    left_out = "5 rows left out (their image stands in a row before): ./0.png, ./1.png, ./2.png and 2 more."
    assert f"metadata.csv: {left_out}" in dataset.card.notes


def test_an_empty_cell_of_one_table_erases_nothing_that_another_says(tmp_path: Path) -> None:
    photos = write_images(tmp_path / "photos", FLAT)
    (photos / "attributes.csv").write_text(csv_of([("file_name", "class"), *EXPECTED.items()]))
    rows = [(name, "" if k else "blue") for k, name in enumerate(FLAT)]
    (photos / "metadata.csv").write_text(csv_of([("file_name", "class"), *rows]))
    assert values(load(photos, Home(tmp_path / "home", ())), "") == EXPECTED | {FLAT[0]: "blue"}
