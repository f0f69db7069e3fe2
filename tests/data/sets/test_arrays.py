"""Images in arrays.

Tests umeta.data.sets.array_pictures, umeta.data.sets.array_roles, umeta.data.sets.array_rows,
umeta.data.sets.own_rows and umeta.data.files.image_arrays too.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.data.sets.own_pictures import CLASSES, PICTURES, SIDE, N
from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.data.image_set import content_order
from umeta.stage import Cancelled, Step, UserError


def load(path: Path, **options: Any) -> Dataset:
    return DATASETS.parse({"name": f"arrays:{path}", **options}).load(Home(path.parent / "home", ()))


def save(folder: Path, **arrays: np.ndarray) -> Path:
    np.savez_compressed(folder / "mine.npz", **arrays)  # pyright: ignore[reportArgumentType]
    return folder / "mine.npz"


def in_order(dataset: Dataset) -> np.ndarray:
    """Return the images `(n, height, width, channels)` in the order of their ids."""
    return dataset.images.images[np.argsort(np.array(dataset.images.ids))].transpose(0, 2, 3, 1)


@pytest.mark.parametrize(
    ("images", "shown"),
    [
        (PICTURES, PICTURES),
        (PICTURES.transpose(0, 3, 1, 2), PICTURES),
        (PICTURES[..., 0], PICTURES[..., :1]),
        (PICTURES[..., :1], PICTURES[..., :1]),
        (np.asfortranarray(PICTURES), PICTURES),
        (PICTURES.astype(">i4"), PICTURES),
        (PICTURES.astype(np.float64), PICTURES),
        (PICTURES.astype(np.float32) / 255, PICTURES),
        (PICTURES.astype(np.uint16) * 257, PICTURES),
        (PICTURES[..., :1] > 127, 255 * (PICTURES[..., :1] > 127).astype(np.uint8)),
    ],
    ids=[
        "last",
        "first",
        "grey",
        "one channel",
        "fortran",
        "big-endian",
        "0..255",
        "0..1",
        "16 bits",
        "bool",
    ],
)
def test_every_layout_and_kind_of_number_shows_the_same_pictures(
    images: np.ndarray, shown: np.ndarray, tmp_path: Path
) -> None:
    np.save(tmp_path / "mine.npy", images)
    dataset = load(tmp_path / "mine.npy")
    np.testing.assert_array_equal(in_order(dataset), shown)
    assert not dataset.is_labelled
    assert bool(dataset.card.notes) == (images.dtype != np.uint8)


def test_names_tell_classes_and_parts_of_a_split(tmp_path: Path) -> None:
    y = CLASSES[:, None]
    parts = {"train": slice(0, 60), "val": slice(60, 70), "test": slice(70, 90)}
    arrays = {f"{part}_images": PICTURES[rows] for part, rows in parts.items()}
    arrays |= {f"{part}_labels": y[rows] for part, rows in parts.items()}
    dataset = load(save(tmp_path, **arrays, weights=np.zeros(3)))
    assert [len(dataset.items(split)) for split in ("meta_train", "meta_val", "meta_test")] == [60, 10, 20]
    assert dataset.classes.names == [str(k) for k in range(9)]
    assert "1 left out (arrays that are no images, classes or ids of images): weights." in dataset.card.notes
    keras = save(
        tmp_path, x_train=PICTURES[:60], y_train=CLASSES[:60], x_test=PICTURES[60:], y_test=CLASSES[60:]
    )
    dataset = load(keras)
    assert set(dataset.classes.values[dataset.items("meta_test")].tolist()) == {6, 7, 8}


@pytest.mark.parametrize(
    ("labels", "n_known", "note"),
    [
        (np.array([f"kind {k}" for k in CLASSES]), N, ""),
        (np.where(CLASSES == 0, -1, CLASSES), N - 10, ""),
        (np.where(CLASSES == 0, np.nan, CLASSES), N - 10, ""),
        (np.eye(9)[CLASSES], N, "labels has a column for each class"),
        (np.ones((N, 9)), 0, "labels gives an image several classes or none, and was not used"),
        (CLASSES / 7, 0, "labels holds decimal numbers, which are no classes"),
    ],
)
def test_classes_of_any_kind(labels: np.ndarray, n_known: int, note: str, tmp_path: Path) -> None:
    dataset = load(save(tmp_path, images=PICTURES, labels=labels))
    assert int((dataset.classes.values >= 0).sum()) == n_known
    assert note in " ".join(dataset.card.notes)


NAMED = [f"kind {k}" for k in CLASSES]


@pytest.mark.parametrize(
    ("arrays", "options"),
    [
        ({"x_test": PICTURES, "y_test": NAMED}, {}),
        ({"x_train": PICTURES, "y": NAMED}, {}),
        ({"x": PICTURES, "y_train": NAMED}, {}),
        ({"pics": PICTURES, "thumbs": PICTURES, "labels": NAMED}, {"image_array": "pics"}),
        ({"x_val": PICTURES, "x_test": PICTURES[:9], "y_val": NAMED, "y_test": NAMED[:9]}, {"image_array": "x_val"}),
        ({"images": PICTURES, "labels": CLASSES, "y": NAMED}, {"class_array": "y"}),
        ({"x_train": PICTURES, "names": NAMED}, {"class_array": "names"}),
    ],
)  # fmt: skip
def test_classes_are_found_beside_a_single_array_of_images(
    arrays: dict[str, Any], options: dict[str, str], tmp_path: Path
) -> None:
    dataset = load(save(tmp_path, **arrays), **options)
    assert dataset.classes.names == sorted({*NAMED})
    assert (np.bincount(dataset.classes.values) == N // 9).all()


def test_classes_of_other_images_than_the_chosen_ones_are_left_out(tmp_path: Path) -> None:
    path = save(tmp_path, pics=PICTURES, thumbs=PICTURES[:30], labels=CLASSES)
    dataset = load(path, image_array="thumbs")
    assert not dataset.is_labelled
    assert "labels, pics" in " ".join(dataset.card.notes)


def test_an_array_of_classes_that_a_person_names_is_never_left_out(tmp_path: Path) -> None:
    path = save(
        tmp_path, x_train=PICTURES[:60], x_test=PICTURES[60:], lab_train=CLASSES[:60], lab_test=CLASSES[60:]
    )
    message = r"dataset.class_array=lab_train: it is int64 \(60,\), and does not fit the images x_train uint8"
    with pytest.raises(UserError, match=message) as raised:
        load(path, class_array="lab_train")
    assert "\n" not in str(raised.value)
    assert load(path, class_array="lab_train", image_array="x_train").is_labelled


def test_signs_that_are_digits_and_no_numbers_may_be_classes(tmp_path: Path) -> None:
    dataset = load(save(tmp_path, images=PICTURES, labels=np.array(["²", "10", "9"] * 30)))
    assert dataset.classes.names == ["9", "10", "²"]


def test_bytes_of_few_levels_are_said_to_look_blank(tmp_path: Path) -> None:
    drawings = PICTURES[..., 0] // 128
    dataset = load(save(tmp_path, images=drawings))
    assert dataset.images.images.max() == 1
    (note,) = dataset.card.notes
    assert note == (
        "All images together use no grey levels but 0 to 1 of 0 to 255: they look blank, though they are not."
    )


def test_the_ending_of_a_file_may_be_in_capitals(tmp_path: Path) -> None:
    with (tmp_path / "MINE.NPY").open("wb") as stream:
        np.save(stream, PICTURES)
    assert len(load(tmp_path / "MINE.NPY").images) == N


def test_their_size_is_their_own_or_a_given_one(tmp_path: Path) -> None:
    assert load(save(tmp_path, images=PICTURES)).images.item_shape == (3, SIDE, SIDE)
    assert load(save(tmp_path, images=PICTURES), size=24).images.item_shape == (3, 24, 24)
    wide = load(save(tmp_path, images=PICTURES[:, :10]), fit="squash")
    assert wide.images.item_shape == (3, 10, 10)
    assert "The images of 10 × 16 pixels were squashed" in wide.card.notes[0]


def test_blank_images_are_counted_and_transparent_ones_stand_on_the_ground_that_shows_them(
    tmp_path: Path,
) -> None:
    blank = PICTURES.copy()
    blank[:3] = 7
    assert "3 images are blank, all of one colour." in load(save(tmp_path, images=blank)).card.notes
    drawings = np.full((N, SIDE, SIDE, 4), 255, np.uint8)
    drawings[..., 3] = PICTURES[..., 0]
    dataset = load(save(tmp_path, images=drawings))
    assert len(np.unique(dataset.images.images)) > 100
    assert "stand on black" in " ".join(dataset.card.notes)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": PICTURES, "b": PICTURES}, r"several may be the images; it holds a \(uint8"),
        ({"images": PICTURES, "x": PICTURES}, "images and x may both be the images"),
        ({"images": PICTURES, "train_images": PICTURES}, "is of no part of a split and 1 others are"),
        ({"images": PICTURES, "labels": CLASSES[:5]}, "5 labels in labels for 90 images; give one each"),
        ({"images": PICTURES, "ids": np.array(["a"] * N)}, "89 ids stand there more than once"),
        ({"x_train": PICTURES, "x_test": PICTURES[:, :8]}, "the parts differ in their images"),
        ({"images": PICTURES[:, :3]}, "the channels may stand first or last. Say by dataset.layout"),
        ({"images": np.zeros((9, 8, 8, 2), np.uint8)}, "1, 3 or 4 channels are expected"),
        ({"images": np.zeros((9, 8, 8, 8), np.uint8)}, "1, 3 or 4 channels are expected"),
        ({"images": np.zeros((9, 8, 3), np.uint8)}, "images of 8 × 3 pixels. If they are, say so"),
        ({"images": np.full((9, 8, 8), np.nan)}, "the images hold NaN or infinity"),
        ({"embeddings": np.zeros((9, 8))}, "holds no images but .* dataset=vectors:PATH"),
        ({"images": np.array([None] * 3)}, "holds Python objects, which are never loaded"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_refused_in_a_line(
    arrays: dict[str, np.ndarray], message: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=message) as raised:
        load(save(tmp_path, **arrays))
    assert "\n" not in str(raised.value)


def test_a_person_names_the_arrays(tmp_path: Path) -> None:
    path = save(tmp_path, a=PICTURES, b=PICTURES[:, ::-1], kind=CLASSES)
    dataset = load(path, image_array="b", class_array="kind")
    np.testing.assert_array_equal(in_order(dataset), PICTURES[:, ::-1])
    assert dataset.is_labelled
    with pytest.raises(UserError, match=r"dataset.image_array=c: .* has no such array, but a \(uint8"):
        load(path, image_array="c")


@pytest.mark.parametrize("channels", [1, 3, "auto"])
def test_their_order_and_channels_are_those_of_the_same_pictures_in_memory(
    channels: Any, tmp_path: Path
) -> None:
    np.save(tmp_path / "mine.npy", PICTURES)
    images = load(tmp_path / "mine.npy", channels=channels).images
    shown = np.ascontiguousarray(PICTURES.transpose(0, 3, 1, 2))
    if channels == 1:
        luma = [np.rint(np.tensordot([0.299, 0.587, 0.114], image, 1)).astype(np.uint8) for image in shown]
        shown = np.stack(luma)[:, None]
    expected = shown[content_order(shown, [f"image {k:02d}" for k in range(N)])]
    np.testing.assert_array_equal(images.images, expected)
    assert isinstance(images.images, np.memmap)
    assert not [*(tmp_path / "home").rglob("rows.bin")]


def test_a_stopped_reading_says_how_far_it_was_and_begins_anew(tmp_path: Path) -> None:
    np.save(tmp_path / "mine.npy", np.tile(PICTURES, (6, 1, 1, 1)))
    method, home, steps = DATASETS.parse(f"arrays:{tmp_path}/mine.npy"), Home(tmp_path / "home", ()), []

    def stop(step: Step) -> None:
        steps.append(step)
        if step.done:
            raise Cancelled

    with pytest.raises(Cancelled):
        method.load(home, on_step=stop)
    assert (steps[-1].done, steps[-1].total) == (256, 6 * N)
    assert len(method.load(home).images) == 6 * N
