"""The images of a file's arrays, brought to one size and number of channels, and to a file of rows on disk."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from umeta.cache import Arrays
from umeta.data.files.array_file import ArrayFile
from umeta.data.files.content_ordered_rows import in_order_of_content
from umeta.data.files.image_arrays import BLOCK, ImageFormat, Layout, Levels, resized
from umeta.data.files.images import MAX_BYTES, few_levels
from umeta.data.files.square_fit import Channels, Fit
from umeta.data.naming import name_some
from umeta.large_arrays import blocks_of, release
from umeta.stage import OnStep, Step, UserError
from umeta.storage_errors import storage_error
from umeta.wording import counted

_LEAST, _MOST = 8, 256  # pixels of a side
_LUMA = (0.299, 0.587, 0.114)

Image = UInt8[np.ndarray, "channels size size"]


@dataclass(frozen=True)
class ArrayOptions:
    """What a person says of the arrays; what is None is found out."""

    size: int | None
    channels: Channels
    fit: Fit
    image_array: str | None
    class_array: str | None
    layout: Layout | None


def read_pictures_of_arrays(
    file: ArrayFile, names: Sequence[str], rows: Arrays, options: ArrayOptions, work: Path, on_step: OnStep
) -> tuple[Arrays, list[str]]:
    """Return the images of some arrays and `rows`, in content order, and notes on what was assumed.

    The images are mapped from a file in `work`; of an array whose first axis stands last in memory (Fortran's order)
    alone is all of it read at once.

    Args:
        names: Of the arrays, one after the other.
        rows: Arrays with a row for each image, `ids` among them.

    Raises:
        UserError: the arrays differ in their images, or these are too many.
        StorageError: the disk is full or not writable.
    """
    formats = {name: ImageFormat.of(file.path, name, file.headers[name], options.layout) for name in names}
    first = _only_format(file, formats)
    blocks = lambda: _blocks(file, formats)  # noqa: E731
    levels = Levels.of(file.path, blocks(), file.headers[names[0]].dtype, first.channels)
    n_images, size = sum(file.headers[name].shape[0] for name in names), _side(first, options)
    colours = 1 if first.channels == 1 else 3
    if (n_bytes := n_images * colours * size**2) > MAX_BYTES:
        raise UserError(
            f"{file.path}: {n_images:,} images of {size} × {size} pixels take {n_bytes / 1e9:.1f} GB, at most "
            f"{MAX_BYTES / 1e9:.0f} GB are kept. Lower dataset.size."
        )

    def read() -> Iterator[np.ndarray]:
        done = 0
        for block in blocks():
            on_step(Step("dataset", done, n_images, note=f"reading {file.path.name}"))
            yield resized(levels.of_block(block), size, options.fit)
            done += len(block)

    as_read, is_grey = _written(read(), (n_images, colours, size, size), work / "rows.bin")
    n_channels = options.channels if options.channels != "auto" else 1 if is_grey else 3
    shape = (n_images, n_channels, size, size)
    arrays = in_order_of_content(_taker(as_read, n_channels, is_grey), shape, rows, work, on_step)
    return arrays, [*levels.notes, *_odd(arrays["images"]), *_cut(first, options.fit)]


def _only_format(file: ArrayFile, formats: dict[str, ImageFormat]) -> ImageFormat:
    shapes = {(form.channels, form.height, form.width) for form in formats.values()}
    dtypes = {file.headers[name].dtype for name in formats}
    if len(shapes) > 1 or len(dtypes) > 1:
        listed = name_some([f"{name} {file.headers[name]}" for name in formats])
        raise UserError(f"{file.path}: the parts differ in their images: {listed}. Save them alike.")
    return next(iter(formats.values()))


def _side(form: ImageFormat, options: ArrayOptions) -> int:
    side = max(form.height, form.width) if options.fit == "pad" else min(form.height, form.width)
    return options.size or min(max(side, _LEAST), _MOST)


def _blocks(file: ArrayFile, formats: dict[str, ImageFormat]) -> Iterator[np.ndarray]:
    for name, form in formats.items():
        for block in file.blocks(name, BLOCK):
            yield form.channels_last(block)


def _written(
    blocks: Iterator[np.ndarray], shape: tuple[int, ...], path: Path
) -> tuple[UInt8[np.ndarray, "n_images colours size size"], bool]:
    """Write the images as they are read and return them, mapped, and whether all of them are grey."""
    is_grey = True
    try:
        with path.open("wb") as stream:
            for block in blocks:
                is_grey = is_grey and bool((block == block[:, :1]).all())
                stream.write(block.tobytes())
    except OSError as error:
        raise storage_error(path, error) from error
    return np.memmap(path, np.uint8, "r", shape=shape), is_grey


def _taker(
    images: UInt8[np.ndarray, "n_images colours size size"], n_channels: int, is_grey: bool
) -> Callable[[Sequence[int]], Iterator[Image]]:
    """Return a function that yields images by their numbers: in colour, or one channel of grey ones, or the luma."""

    def in_channels(image: Image) -> np.ndarray:
        if n_channels == 3:
            return image if len(image) == 3 else np.repeat(image, 3, axis=0)
        return image[:1] if is_grey else np.rint(np.tensordot(_LUMA, image, 1)).astype(np.uint8)[None]

    def take(numbers: Sequence[int]) -> Iterator[Image]:
        for done, k in enumerate(numbers):
            if done % 1000 == 0:
                release(images)
            yield in_channels(images[k])

    return take


def _odd(images: UInt8[np.ndarray, "n_images channels size size"]) -> list[str]:
    blank, low, high = 0, 255, 0
    for rows in blocks_of(images):
        blank += sum(bool((image == image[:, :1, :1]).all()) for image in images[rows])
        low, high = min(low, int(images[rows].min())), max(high, int(images[rows].max()))
        release(images)
    few = few_levels(low, high) if blank < len(images) else []
    if not blank:
        return few
    share = ", all there are," if blank == len(images) > 1 else ""
    return [
        f"{counted(blank, 'image')}{share} {'is' if blank == 1 else 'are'} blank, all of one colour.",
        *few,
    ]


def _cut(form: ImageFormat, fit: Fit) -> list[str]:
    if form.height == form.width:
        return []
    done = {"crop": "cropped to their central square", "pad": "given a black margin", "squash": "squashed"}
    return [
        f"The images of {form.height} × {form.width} pixels were {done[fit]}; dataset.fit chooses crop, pad or squash."
    ]
