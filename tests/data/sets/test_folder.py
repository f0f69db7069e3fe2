"""Folders and zips of images: the real Grocery photographs, and small sets built here, good and bad.

Tests umeta.data.sets.folder_images, umeta.data.files.file_tree, umeta.data.files.images and umeta.data.naming too.
"""

import io
import json
import struct
import time
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import real_file
from umeta.cache import Home
from umeta.data import DATASETS, SPLITS, Dataset
from umeta.data.files import images as images_module
from umeta.data.sets.folder import Folder
from umeta.stage import Cancelled, Step, UserError

Files = dict[str, bytes]


def picture(seed: int, *, size: tuple[int, int] = (20, 16), mode: str = "RGB", format: str = "PNG") -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, format)
    return file.getvalue()


def animals(n_classes: int = 10, per_class: int = 4) -> Files:
    return {
        f"animals/animal{c}/{k}.png": picture(100 * c + k) for c in range(n_classes) for k in range(per_class)
    }


def write_zip(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def write_tree(path: Path, files: Files) -> Path:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


@pytest.fixture
def own_home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", (tmp_path / "data",))


def load(path: Path, home: Home, **options) -> Dataset:
    return Folder(name=f"folder:{path}", **{"size": 16, **options}).load(home)


def expect(message: str, path: Path, home: Home, **options) -> None:
    with pytest.raises(UserError, match=message) as raised:
        load(path, home, **options)
    assert "\n" not in str(raised.value)


# ---- the real photographs ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grocery(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Home]:
    path = real_file("grocery/grocery_store_84.zip")
    home = Home(tmp_path_factory.mktemp("grocery"), ())
    started = time.perf_counter()
    dataset = DATASETS.parse(f"folder:{path}").load(home)
    print(f"Grocery read in {time.perf_counter() - started:.1f} s")  # noqa: T201
    return dataset, home


def test_grocery_has_all_photographs_in_colour_and_81_classes(grocery: tuple[Dataset, Home]) -> None:
    dataset, _ = grocery
    assert dataset.images.images.shape == (5421, 3, 84, 84)
    assert len(dataset.classes.names) == 81
    assert [dataset.n_classes(split) for split in SPLITS] == [52, 13, 16]
    assert (dataset.split_of >= 0).all()
    assert dataset.card.split == "classes: the classes, shuffled by split_seed=0, into 52 / 13 / 16."
    assert dataset.card.notes == ()
    sizes = np.bincount(dataset.classes.values)
    assert (sizes.min(), sizes.max()) == (35, 143)


def test_grocery_images_of_the_right_size_keep_their_pixels_and_classes(
    grocery: tuple[Dataset, Home],
) -> None:
    dataset, _ = grocery
    with zipfile.ZipFile(real_file("grocery/grocery_store_84.zip")) as archive:
        for item in range(0, 5421, 271):
            name = dataset.images.ids[item]
            original = np.asarray(Image.open(io.BytesIO(archive.read(f"grocery_store_84/{name}"))))
            np.testing.assert_array_equal(dataset.images.images[item].transpose(1, 2, 0), original)
            assert name.split("/")[0] == dataset.classes.names[int(dataset.classes.values[item])]


def test_grocery_is_read_once_and_split_by_its_seed(grocery: tuple[Dataset, Home]) -> None:
    dataset, home = grocery
    path = real_file("grocery/grocery_store_84.zip")
    steps: list[Step] = []
    again, other = (
        Folder(name=f"folder:{path}", split_seed=seed).load(home, on_step=steps.append) for seed in (0, 1)
    )
    assert {step.note for step in steps} == {
        "looking for copies"
    }  # of the other split, nothing is read again
    np.testing.assert_array_equal(again.split_of, dataset.split_of)
    assert (other.split_of != dataset.split_of).any()


# ---- what is read --------------------------------------------------------------------------------


def test_a_zip_a_folder_and_either_with_clutter_give_the_same_data(tmp_path: Path, own_home: Home) -> None:
    files = animals()
    clutter = {
        "animals/.DS_Store": b"x",
        "__MACOSX/animals/animal0/._0.png": b"x",
        "animals/animal0/Thumbs.db": b"x",
    }
    paths = [
        write_zip(tmp_path / "animals.zip", files),
        write_tree(tmp_path / "tree", files),
        write_tree(tmp_path / "tree", {}) / "animals",
        write_zip(tmp_path / "clutter.zip", {**clutter, **dict(reversed(files.items()))}),
    ]
    loaded = [load(path, own_home) for path in paths]
    for one in loaded[1:]:
        assert list(one.images.ids) == list(loaded[0].images.ids)
        np.testing.assert_array_equal(one.images.images, loaded[0].images.images)
        np.testing.assert_array_equal(one.split_of, loaded[0].split_of)
    assert loaded[0].images.ids[0].startswith("animal")
    assert loaded[3].card.notes == (
        "3 left out (put there by a system): __MACOSX/animals/animal0/._0.png, animals/.DS_Store, "
        "animals/animal0/Thumbs.db.",
    )


def test_it_is_parsed_as_the_app_and_the_command_do_and_found_in_the_data_folders(
    tmp_path: Path, own_home: Home
) -> None:
    (tmp_path / "data").mkdir()
    write_zip(tmp_path / "data" / "animals.zip", animals())
    method = DATASETS.parse({"name": "folder:animals.zip", "split": "classes"})
    assert method.argument == "animals.zip"
    assert method.load(own_home).images.item_shape == (3, 84, 84)
    assert DATASETS.parse({"name": "folder:a", "counts": "5,2,3"}).counts == (5, 2, 3)
    assert DATASETS.parse(json.loads(method.model_dump_json())) == method
    with pytest.raises(UserError, match="dataset='folder' is not known. Choose one of: .*folder:PATH"):
        DATASETS.parse("folder")


def test_the_leaf_folder_is_the_class_unless_the_whole_path_is(tmp_path: Path, own_home: Home) -> None:
    names = [f"{part}/fruit/{name}/{k}.png" for part in ("west", "east") for name in "abc" for k in range(2)]
    path = write_zip(tmp_path / "fruit.zip", {name: picture(k) for k, name in enumerate(names)})
    leaf, whole = (load(path, own_home, classes=way) for way in ("leaf", "path"))
    assert list(leaf.classes.names) == ["a", "b", "c"]
    assert leaf.card.notes == (
        "Folders of one name in several places are one class: a (2 folders), b (2 folders), c (2 folders). "
        "Use dataset.classes=path if they are not the same.",
    )
    assert list(whole.classes.names)[:2] == ["east/fruit/a", "east/fruit/b"]
    assert whole.card.notes == ()


def test_images_are_cropped_to_their_central_square(tmp_path: Path, own_home: Home) -> None:
    pixels = np.zeros((16, 48, 3), np.uint8)
    pixels[:, 16:32] = 255  # the central square is white
    files = animals(3, 2)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    files["animals/animal0/wide.png"] = file.getvalue()
    dataset = load(write_zip(tmp_path / "a.zip", files), own_home)
    item = list(dataset.images.ids).index("animal0/wide.png")
    assert (dataset.images.images[item] == 255).all()


def test_transparency_16_bits_palettes_and_turned_photographs_are_read(
    tmp_path: Path, own_home: Home
) -> None:
    def saved(image: Image.Image, format: str = "PNG", **options) -> bytes:
        file = io.BytesIO()
        image.save(file, format, **options)
        return file.getvalue()

    turned = Image.new("RGB", (16, 16), "black")
    turned.paste("white", (0, 0, 16, 8))  # white above, and a camera that was held on its side
    exif = Image.Exif()
    exif[0x0112] = 6
    odd = {
        "clear.png": saved(Image.new("RGBA", (16, 16), (0, 0, 0, 0))),
        "deep.png": saved(Image.fromarray(np.full((16, 16), 40_000, np.uint16))),
        "palette.gif": saved(Image.new("P", (16, 16), 0), "GIF"),
        "turned.png": saved(turned, exif=exif),
    }
    files = animals(3, 2) | {f"animals/animal0/{name}": data for name, data in odd.items()}
    dataset = load(write_zip(tmp_path / "a.zip", files), own_home)
    of = lambda name: dataset.images.images[list(dataset.images.ids).index(f"animal0/{name}")]  # noqa: E731
    assert (of("clear.png") == 255).all()
    assert set(of("deep.png").ravel().tolist()) == {40_000 >> 8}
    assert (of("turned.png")[:, :, 9:] == 255).all()
    assert (of("turned.png")[:, :, :7] == 0).all()


def test_grey_is_found_out_or_asked_for(tmp_path: Path, own_home: Home) -> None:
    grey = {name: picture(k, mode="L") for k, name in enumerate(animals(3, 2))}
    path = write_zip(tmp_path / "grey.zip", grey)
    assert load(path, own_home).images.item_shape == (1, 16, 16)
    assert load(path, own_home, channels=3).images.item_shape == (3, 16, 16)
    colour = write_zip(tmp_path / "colour.zip", animals(3, 2))
    whole, asked = load(colour, own_home), load(colour, own_home, channels=1)
    assert whole.images.item_shape == (3, 16, 16)
    item = list(whole.images.ids).index(asked.images.ids[0])
    expected = Image.fromarray(whole.images.images[item].transpose(1, 2, 0)).convert("L")
    np.testing.assert_array_equal(asked.images.images[0, 0], np.asarray(expected))


def test_counts_decide_the_split_of_classes_and_few_classes_can_split_their_items(
    tmp_path: Path, own_home: Home
) -> None:
    path = write_zip(tmp_path / "a.zip", animals())
    assert [load(path, own_home).n_classes(split) for split in SPLITS] == [5, 2, 3]
    assert [load(path, own_home, counts=(6, 2, 2)).n_classes(split) for split in SPLITS] == [6, 2, 2]
    two = load(write_zip(tmp_path / "two.zip", animals(2, 10)), own_home, split="items")
    assert [len(two.items(split)) for split in SPLITS] == [12, 4, 4]
    assert "items are split, not classes" in two.card.split


# ---- what is left out ----------------------------------------------------------------------------


def bomb() -> bytes:
    """A small PNG that says it has 60,000 × 60,000 pixels."""
    chunk = lambda kind, data: (  # noqa: E731
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    )
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"not a picture", "is no image of a kind that is read"),
        (b"", "is no image of a kind that is read"),
        (picture(0, size=(64, 64), format="JPEG")[:-900], "is not a readable image"),
        (bomb(), "is larger than 100 million pixels"),
    ],
    ids=["text", "empty", "cut", "bomb"],
)
def test_an_unreadable_file_is_left_out_and_named(
    data: bytes, reason: str, tmp_path: Path, own_home: Home
) -> None:
    path = write_zip(tmp_path / "a.zip", {**animals(), "animals/animal0/bad.jpg": data})
    dataset = load(path, own_home)
    assert len(dataset.images) == 40
    assert dataset.card.notes[0].startswith(f"1 left out (cannot be read): animals/animal0/bad.jpg {reason}")
    assert load(path, own_home).card.notes == dataset.card.notes  # from the cache too


def test_a_file_that_unfolds_to_gigabytes_is_not_unpacked(tmp_path: Path, own_home: Home) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(write_zip(path, animals()), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("animals/animal0/zeros.png", bytes(80_000_000))
    assert path.stat().st_size < 1_000_000
    assert (
        "animals/animal0/zeros.png is 80 MB; at most 67 MB is expected" in load(path, own_home).card.notes[0]
    )


def test_a_damaged_entry_of_a_zip_is_left_out_and_a_damaged_zip_refused(
    tmp_path: Path, own_home: Home
) -> None:
    path = write_zip(tmp_path / "a.zip", animals())
    data = bytearray(path.read_bytes())
    data[60:64] = b"\0\1\2\3"  # inside the first image
    path.write_bytes(data)
    dataset = load(path, own_home)
    assert len(dataset.images) == 39
    assert "animals/animal0/0.png" in dataset.card.notes[0]
    path.write_bytes(data[:2000])
    expect(r"a.zip \(2,000 bytes\) is damaged or not a readable zip", path, own_home)
    path.write_bytes(b"hello")
    expect(r"a.zip \(5 bytes\) is damaged or not a readable zip", path, own_home)


def test_classes_too_small_and_images_in_no_class_are_left_out_and_named(
    tmp_path: Path, own_home: Home
) -> None:
    files = {**animals(), "animals/rare/1.png": picture(9000), "animals/cover.png": picture(9001)}
    path = write_zip(tmp_path / "a.zip", files)
    dataset = load(path, own_home)
    assert dataset.card.notes == (
        "1 left out (in no class folder): animals/cover.png.",
        "Left out, as dataset.min_images=2 are needed of a class: rare (1).",
    )
    assert dataset.split_of[list(dataset.images.ids).index("rare/1.png")] == -1
    assert sum(dataset.n_classes(split) for split in SPLITS) == 10
    expect(r"has 0 classes of 5 images or more", path, own_home, split="classes", min_images=5)


# ---- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["~nobody-of-that-name/photos", "a" * 5000])
def test_a_path_that_cannot_be_followed_is_one_clear_line(path: str, own_home: Home) -> None:
    with pytest.raises(UserError, match="the path cannot be followed: .*Give another"):
        DATASETS.parse(f"folder:{path}").load(own_home)


def test_a_path_that_does_not_exist_says_where_was_looked(tmp_path: Path, own_home: Home) -> None:
    expect(
        f"there is no folder or zip .*nowhere; looked in .*, {tmp_path / 'data'}",
        tmp_path / "nowhere",
        own_home,
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no images. There is nothing in it. Give a folder of images, or a zip of one"),
        ({"a.txt": b"x"}, "holds no images. 1 left out .no images by name or content: 1 .txt.: a.txt."),
        ({f"{k}.png": picture(k) for k in range(4)}, "has 4 images; .* need some each, 5 in all at least"),
        (
            {f"c{k // 2}/{k}.png": b"x" for k in range(8)},
            "none of 8 images can be read: c0/0.png is no image of a kind that is read",
        ),
    ],
    ids=["empty", "text", "few", "all broken"],
)
def test_what_cannot_be_a_data_set(files: Files, message: str, tmp_path: Path, own_home: Home) -> None:
    expect(message, write_zip(tmp_path / "a.zip", files), own_home)
    (tmp_path / "tree").mkdir()
    expect(message, write_tree(tmp_path / "tree", files), own_home)


def test_counts_that_do_not_add_up(tmp_path: Path, own_home: Home) -> None:
    path = write_zip(tmp_path / "a.zip", animals())
    expect(
        r"dataset.counts=5,2,2 are 9 classes; .* has 10 of 2 images or more", path, own_home, counts=(5, 2, 2)
    )
    with pytest.raises(UserError, match="dataset.counts"):
        DATASETS.parse({"name": f"folder:{path}", "counts": "5,5"})


def test_more_images_than_memory_are_refused(
    tmp_path: Path, own_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images_module, "MAX_BYTES", 10_000)
    expect(r"40 images of 16 × 16 pixels take 0.0 GB", write_zip(tmp_path / "a.zip", animals()), own_home)


def test_a_cancelled_reading_publishes_nothing(tmp_path: Path, own_home: Home) -> None:
    def cancel(step: Step) -> None:
        raise Cancelled

    path = write_zip(tmp_path / "a.zip", animals())
    with pytest.raises(Cancelled):
        Folder(name=f"folder:{path}").load(own_home, on_step=cancel)
    assert not list(own_home.products.rglob("*.npy"))


def test_permuted_class_folders_leave_the_images_untouched(tmp_path: Path, own_home: Home) -> None:
    files = animals()
    order = np.random.default_rng(0).permutation(len(files))
    permuted = dict(zip(files, [list(files.values())[k] for k in order], strict=True))
    one, other = (
        load(write_zip(tmp_path / f"{name}.zip", given), own_home)
        for name, given in (("a", files), ("b", permuted))
    )
    assert one.images.fingerprint == other.images.fingerprint
    assert (one.classes.values != other.classes.values).any()
