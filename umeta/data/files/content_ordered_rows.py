"""Rows that were read, written as one array in the order of their content, never whole in memory."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from umeta.cache import Arrays
from umeta.data.files.images import Reading
from umeta.data.image_set import order_by_digest, pixel_digest
from umeta.stage import OnStep, Step
from umeta.storage_errors import storage_error

Take = Callable[[Sequence[int]], Iterator[UInt8[np.ndarray, "channels height width"]]]
"""Yields the images of some numbers, one after the other."""


def arranged(reading: Reading, rows: Arrays, n_channels: int, work: Path, on_step: OnStep) -> Arrays:
    """Return the images that were read, and `rows` with a row for each of them, as `in_order_of_content` does."""
    kept = reading.kept

    def take(numbers: Sequence[int]) -> Iterator[np.ndarray]:
        return _in_channels(reading, [kept[k] for k in numbers], n_channels)

    shape = (len(kept), n_channels, *reading.store.shape[1:])
    return in_order_of_content(take, shape, rows, work, on_step)


def in_order_of_content(
    take: Take, shape: tuple[int, ...], rows: Arrays, work: Path, on_step: OnStep
) -> Arrays:
    """Return images, and `rows` with a row for each of them, in content order.

    The order of images of equal pixels is that of `rows["ids"]`.

    Args:
        take: Yields images by their numbers.
        shape: Of all images, `(n_images, channels, height, width)`.
        work: The folder of the file that the images are mapped from.

    Raises:
        StorageError: the disk is full or not writable.
    """
    n_images = shape[0]
    total = 2 * n_images
    digests = []
    for image in take(range(n_images)):
        if len(digests) % 1000 == 0:
            on_step(Step("dataset", len(digests), total, note="ordering by content"))
        digests.append(pixel_digest(image))
    order = order_by_digest(digests, rows["ids"].tolist())
    path = work / "images.npy"
    try:
        with path.open("wb") as stream:
            header = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(stream, header)
            for done, image in enumerate(take(order.tolist()), start=n_images):
                if done % 1000 == 0:
                    on_step(Step("dataset", done, total, note="ordering by content"))
                stream.write(image.tobytes())
    except OSError as error:
        raise storage_error(path, error) from error
    on_step(Step("dataset", total, total, note="ordering by content"))
    images = np.load(path, mmap_mode="r", allow_pickle=False)
    return {"images": images, **{name: array[order] for name, array in rows.items()}}


def _in_channels(
    reading: Reading, numbers: Sequence[int], n_channels: int
) -> Iterator[UInt8[np.ndarray, "channels size size"]]:
    """Yield images in colour, or in grey: one channel of a grey image, the luma of a coloured one."""
    for k, image in zip(numbers, reading.store.rows(numbers), strict=True):
        if n_channels == 3:
            yield image
        elif reading.store.outcomes[k].is_grey:
            yield image[:1]
        else:
            yield np.asarray(Image.fromarray(image.transpose(1, 2, 0)).convert("L"))[None]
