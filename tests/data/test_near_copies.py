"""Which pictures are copies of others."""

import io
import time

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.data.near_copies import copies_between

SIDE = 48


def photographs(n: int, *, seed: int = 0) -> np.ndarray:
    """Smooth random pictures in colour, (n, 3, SIDE, SIDE)."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (n, 6, 6, 3)).astype(np.uint8)
    large = [Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BICUBIC) for pixels in small]
    return np.stack([np.asarray(image).transpose(2, 0, 1) for image in large])


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


CHANGES = {
    "nothing": lambda image: image,
    "JPEG at 90": lambda image: jpeg(image, 90),
    "JPEG at 50": lambda image: jpeg(image, 50),
    "half the size": lambda image: image.resize((SIDE // 2, SIDE // 2)).resize(
        (SIDE, SIDE), Image.Resampling.LANCZOS
    ),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.85),
    "less contrast": lambda image: ImageEnhance.Contrast(image).enhance(0.8),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(0.8)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_told_from_other_pictures(change: str) -> None:
    pictures = photographs(300)
    changed = [CHANGES[change](Image.fromarray(picture.transpose(1, 2, 0))) for picture in pictures[:20]]
    copies = np.stack([np.asarray(image).transpose(2, 0, 1) for image in changed])
    images = np.concatenate([pictures, copies])
    order = np.random.default_rng(0).permutation(20)
    result = copies_between(images, np.arange(300), 300 + order)
    assert result.items.tolist() == list(range(20))
    assert result.copy_of.tolist() == list(range(300, 320))
    assert result.is_exact.all() == (change == "nothing")


def test_one_shape_in_two_colours_is_two_things() -> None:
    shape = np.zeros((2, 3, SIDE, SIDE), np.uint8)
    shape[:, :, 10:30, 5:40] = 255
    shape[0, 0, 10:30, 5:40] = 100
    shape[1, 2, 10:30, 5:40] = 100
    assert len(copies_between(shape, np.array([0]), np.array([1])).items) == 0
    same = np.repeat(shape[:1], 2, axis=0)
    assert copies_between(same, np.array([0]), np.array([1])).is_exact.tolist() == [True]


def test_pictures_that_show_nothing_are_copies_only_if_they_are_equal() -> None:
    images = np.repeat(np.array([0, 0, 7, 8, 255], np.uint8), 3 * 8 * 8).reshape(5, 3, 8, 8)
    result = copies_between(images, np.array([0, 2, 4]), np.array([1, 3]))
    assert (result.items.tolist(), result.copy_of.tolist()) == ([0], [1])
    nothing = np.array([], np.int64)
    assert len(copies_between(images, nothing, np.array([1])).items) == 0
    assert len(copies_between(images, np.array([1]), nothing).items) == 0


def test_different_photographs_and_different_drawings_are_no_copies(home: Home) -> None:
    images = photographs(2000, seed=1)
    assert len(copies_between(images, np.arange(1000), np.arange(1000, 2000)).items) == 0
    glyphs = DATASETS.parse({"name": "glyphs", "n_classes": 100, "n_alphabets": 10}).load(home)
    train, test = glyphs.items("meta_train"), np.flatnonzero(glyphs.split_of > 0)
    assert len(copies_between(glyphs.images.images, train, test).items) == 0


def test_thousands_of_pictures_take_seconds() -> None:
    images = np.repeat(photographs(500, seed=2), 20, axis=0)  # crowds, the worst case
    started = time.process_time()
    result = copies_between(images, np.arange(0, 10_000, 2), np.arange(1, 10_000, 2))
    assert len(result.items) == 5000
    assert time.process_time() - started < 20
