"""miniImageNet: the published lists, against small images in the official layouts, good and bad.

Tests umeta.data.sets.miniimagenet_lists too.
"""

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import real_file
from umeta.cache import Home
from umeta.data import SPLITS
from umeta.data.sets.miniimagenet import MiniImageNet
from umeta.data.sets.miniimagenet_lists import CSVS, shipped_lists
from umeta.stage import UserError

pytestmark = pytest.mark.lengthy

RAVI, IMAGENET = shipped_lists()


def picture(seed: int, size: tuple[int, int] = (12, 10)) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    Image.fromarray(pixels).save(file, "JPEG")
    return file.getvalue()


def first_of_each_class(lists, per_class: int = 2) -> list[str]:
    seen: Counter[str] = Counter()
    chosen = []
    for one in lists.values():
        if seen[one.synset] < per_class:
            seen[one.synset] += 1
            chosen.append(one.name)
    return chosen


def write(folder: Path, names: list[str]) -> Path:
    for k, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(picture(k))
    return folder


def write_csvs(folder: Path, rows: dict[str, list[tuple[str, str]]], header: str = "filename,label") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, pairs in rows.items():
        (folder / name).write_text("\n".join([header, *(",".join(pair) for pair in pairs)]) + "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "given" / "miniimagenet"


@pytest.fixture
def own_home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", (tmp_path / "given", tmp_path / "home" / "data"))


def load(home: Home):
    return MiniImageNet(size=16).load(home)


def expect(message: str, home: Home) -> None:
    with pytest.raises(UserError, match=message) as raised:
        load(home)
    assert "\n" not in str(raised.value)


# ---- the lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("lists", "prefix"), [(RAVI, ""), (IMAGENET, "easyfsl_")], ids=["ravi", "imagenet"])
def test_shipped_lists_are_the_published_ones(lists, prefix: str) -> None:
    published = {}
    for split, name in enumerate(CSVS):
        with real_file(f"miniimagenet_splits/{prefix}{name}").open() as stream:
            for row in csv.DictReader(stream):
                image, synset = (
                    row.get("filename") or row["image_name"],
                    row.get("label") or row["class_name"],
                )
                published[image] = (synset, split)
    assert {one.name: (one.synset, one.split) for one in lists.values()} == published


def test_lists_have_600_images_of_64_16_20_classes() -> None:
    for lists in (RAVI, IMAGENET):
        classes = {(one.synset, one.split) for one in lists.values()}
        assert np.bincount([split for _, split in classes]).tolist() == [64, 16, 20]
        assert set(Counter(one.synset for one in lists.values()).values()) == {600}


# ---- layouts -------------------------------------------------------------------------------------


def layouts(form: str, lists) -> dict[str, list[str]]:
    names = first_of_each_class(lists)
    return {
        "flat": [f"images/{name}" for name in names],
        "by class": [f"images/{name[:9]}/{name}" for name in names],
        "by split": [f"{CSVS[lists[Path(name).stem].split][:-4]}/{name[:9]}/{name}" for name in names],
    }


@pytest.mark.parametrize("layout", ["flat", "by class", "by split"])
@pytest.mark.parametrize(
    ("form", "lists"), [("ravi", RAVI), ("imagenet", IMAGENET)], ids=["ravi", "imagenet"]
)
def test_both_kinds_of_names_are_read_in_one_folder_or_many(
    form: str, lists, layout: str, folder: Path, own_home: Home
) -> None:
    write(folder, layouts(form, lists)[layout])
    dataset = load(own_home)
    assert dataset.images.images.shape == (200, 3, 16, 16)
    assert [dataset.n_classes(split) for split in SPLITS] == [64, 16, 20]
    for name, synset, split in zip(
        dataset.images.ids, dataset.classes.values.tolist(), dataset.split_of.tolist(), strict=True
    ):
        listed = lists[Path(name).stem]
        assert (dataset.classes.names[synset], split) == (listed.synset, listed.split)
    assert dataset.card.notes[0].startswith("Not here, of the 60,000 listed images: ")
    assert dataset.card.notes[0].endswith("and 59,797 more.")


def test_a_zip_gives_the_same_as_the_folder(folder: Path, own_home: Home, tmp_path: Path) -> None:
    names = layouts("ravi", RAVI)["flat"]
    write(folder, names)
    one = load(own_home)
    for place in ("miniimagenet.zip", "miniimagenet/images.zip"):
        home = Home(tmp_path / f"home {place[-8:]}", (tmp_path / f"zip {place[-8:]}",))
        (home.data_folders[0] / place).parent.mkdir(parents=True)
        with zipfile.ZipFile(home.data_folders[0] / place, "w") as archive:
            for k, name in enumerate(names):
                archive.writestr(name, picture(k))
        other = load(home)
        assert list(other.images.ids) == list(one.images.ids)
        np.testing.assert_array_equal(other.images.images, one.images.images)


def test_images_are_squashed_by_lanczos_not_cropped(folder: Path, own_home: Home) -> None:
    write(folder, layouts("ravi", RAVI)["flat"])
    dataset = load(own_home)
    name = dataset.images.ids[7]
    original = Image.open(folder / "images" / name)
    expected = np.asarray(original.resize((16, 16), Image.Resampling.LANCZOS))
    np.testing.assert_array_equal(dataset.images.images[7].transpose(1, 2, 0), expected)


def test_images_of_the_classes_that_are_in_no_list_are_left_out(folder: Path, own_home: Home) -> None:
    write(folder, [*layouts("imagenet", IMAGENET)["by class"], "images/n01532829/n01532829_999999.JPEG"])
    dataset = load(own_home)
    assert len(dataset.images) == 200
    assert dataset.card.notes[1] == (
        "Left out, as they are in no list or twice there: images/n01532829/n01532829_999999.JPEG."
    )


def test_images_of_other_names_belong_to_the_class_of_their_folder(folder: Path, own_home: Home) -> None:
    synsets = sorted({one.synset for one in RAVI.values()})
    write(folder, [f"{synset}/{k}.jpg" for synset in synsets for k in range(2)] + ["cat/1.jpg"])
    dataset = load(own_home)
    assert [dataset.n_classes(split) for split in SPLITS] == [64, 16, 20]
    assert "n01532829/0.jpg" in dataset.images.ids
    assert dataset.card.notes == (
        "The images have names of their own, so the folder of each says its class (200 images).",
        "Left out, as their folder is no class of the lists: cat/1.jpg.",
    )


def test_lists_beside_the_images_come_first(folder: Path, own_home: Home) -> None:
    rows = {
        name: [(f"{synset}{k}.jpg", synset) for synset in (f"{letter}a", f"{letter}b") for k in range(3)]
        for name, letter in zip(CSVS, "tvs", strict=True)
    }
    write(folder, [f"images/{image}" for pairs in rows.values() for image, _ in pairs])
    write_csvs(folder, rows)
    dataset = load(own_home)
    assert [len(dataset.items(split)) for split in SPLITS] == [6, 6, 6]
    assert list(dataset.classes.names) == ["sa", "sb", "ta", "tb", "va", "vb"]


# ---- bad input -----------------------------------------------------------------------------------


def test_nothing_there_says_how_to_get_images(own_home: Home) -> None:
    expect(
        "miniImageNet: no folder or zip .* looked in .*given.*n0153282900000005.jpg.*mini-imagenet-tools",
        own_home,
    )


@pytest.mark.parametrize(
    "place",
    [
        "miniimagenet/mini-imagenet-cache-train.pkl",
        "mini-imagenet-cache-test.pkl",
        "miniimagenet/miniImageNet_category_split_val.pickle",
    ],
)
def test_a_pickle_is_refused_and_never_loaded(place: str, tmp_path: Path, own_home: Home) -> None:
    path = tmp_path / "given" / place
    path.parent.mkdir(parents=True)
    path.write_bytes(b"cos\nsystem\n(S'touch " + str(tmp_path / "harm").encode() + b"'\ntR.")
    expect(
        f"found .*{path.name}. A pickle can run any program .* so none is ever loaded. Put image files into",
        own_home,
    )
    assert not MiniImageNet().whereabouts(own_home).paths
    assert not (tmp_path / "harm").exists()


def test_a_pickle_inside_a_subfolder_is_refused_too(folder: Path, own_home: Home) -> None:
    (folder / "cache").mkdir(parents=True)
    (folder / "cache" / "train.pkl").write_bytes(b"x")
    expect("found cache/train.pkl. A pickle can run any program", own_home)


def test_images_of_something_else_are_refused_with_examples_of_both(folder: Path, own_home: Home) -> None:
    write(folder, ["images/beach.jpg", "images/sea.jpg"])
    expect(
        "holds 2 images, e.g. images/beach.jpg, but none that the lists name, e.g. n0153282900000005.jpg, and no "
        "folders of their classes, e.g. n01532829",
        own_home,
    )


GOOD = {"train.csv": [("a1.jpg", "a")], "val.csv": [("b1.jpg", "b")], "test.csv": [("c1.jpg", "c")]}


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        (
            {"train.csv": GOOD["train.csv"]},
            "filename,label",
            "holds train.csv but not val.csv, test.csv. Put all three",
        ),
        (
            GOOD,
            "file,class",
            "train.csv has the columns file, class; filename, label or class_name, image_name are expected",
        ),
        (
            {**GOOD, "test.csv": [("c1.jpg", "a")]},
            "filename,label",
            "class a stands in train.csv and in test.csv",
        ),
        (
            {**GOOD, "test.csv": [("a1.jpg", "c")]},
            "filename,label",
            "a1.jpg is listed twice, at last in test.csv",
        ),
        ({**GOOD, "val.csv": []}, "filename,label", "val.csv lists nothing"),
        (
            {**GOOD, "val.csv": [("b1.jpg", "b"), ("b2.jpg", "")]},
            "filename,label",
            "val.csv lacks a value in line 3",
        ),
        (GOOD, "filename,label", "but none that its lists name, e.g. a1.jpg"),
    ],
    ids=["one of three", "columns", "class twice", "image twice", "empty", "short row", "other names"],
)
def test_lists_that_contradict_themselves(
    rows, header: str, message: str, folder: Path, own_home: Home
) -> None:
    write(folder, ["images/x1.jpg"])
    write_csvs(folder, rows, header)
    expect(message, own_home)


def test_a_list_that_is_no_text(folder: Path, own_home: Home) -> None:
    write(folder, ["images/x1.jpg"])
    write_csvs(folder, GOOD)
    (folder / "val.csv").write_bytes(b"\xff\xfe\x00\x80")
    expect("val.csv is not a readable list", own_home)


def test_an_unreadable_image_is_left_out_and_named(folder: Path, own_home: Home) -> None:
    names = layouts("ravi", RAVI)["flat"]
    write(folder, names)
    (folder / names[0]).write_bytes(b"x")
    dataset = load(own_home)
    assert len(dataset.images) == 199
    assert dataset.card.notes[1].startswith(f"1 left out (cannot be read): {names[0]} is no image of a kind")
    assert "Left out, as a task needs 2 images of a class" in dataset.card.notes[2]
