"""The arrays of a file read into rows: images of one size, ids, classes and parts of a split."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from umeta.cache import Arrays
from umeta.data.files.array_file import ArrayFile, texts
from umeta.data.files.image_arrays import BLOCK, ImageFormat, Layout, Levels, resized
from umeta.data.files.square_fit import Channels, Fit
from umeta.data.files.unfolded_size import MAX_BYTES
from umeta.data.naming import left_out, name_some
from umeta.data.sets.array_roles import WHOLE, Roles, roles_of
from umeta.data.sets.own_rows import arrays_of
from umeta.stage import OnStep, Step, UserError
from umeta.wording import counted

_LEAST, _MOST = 8, 256  # pixels of a side


@dataclass(frozen=True)
class ArrayOptions:
    """What a person says of the arrays; what is None is found out."""

    size: int | None
    channels: Channels
    fit: Fit
    image_array: str | None
    class_array: str | None
    layout: Layout | None


def read_arrays(file: ArrayFile, options: ArrayOptions, on_step: OnStep) -> Arrays:
    """Return the rows of all parts, in content order, with notes on what was assumed.

    Raises:
        UserError: it is not clear what the arrays are, they do not fit to each other, or are too large.
    """
    roles = roles_of(file, options.image_array, options.class_array)
    images, notes = _images(file, roles, options, on_step)
    rows = {"images": images, "ids": _ids(file, roles)}
    rows["classes"], class_notes = _classes(file, roles)
    if [*roles.images] != [WHOLE]:
        counts = [file.headers[name].shape[0] for name in roles.images.values()]
        rows["parts"] = np.repeat(np.array([*roles.images], np.int8), counts)
    unused = left_out("arrays that are no images, classes or ids of images", roles.unused)
    return arrays_of(rows, [*notes, *class_notes, *unused])


def _images(
    file: ArrayFile, roles: Roles, options: ArrayOptions, on_step: OnStep
) -> tuple[np.ndarray, list[str]]:
    formats = {
        name: ImageFormat.of(file.path, name, file.headers[name], options.layout)
        for name in roles.images.values()
    }
    shapes = {(form.channels, form.height, form.width) for form in formats.values()}
    dtypes = {file.headers[name].dtype for name in formats}
    if len(shapes) > 1 or len(dtypes) > 1:
        listed = name_some([f"{name} {file.headers[name]}" for name in formats])
        raise UserError(f"{file.path}: the parts differ in their images: {listed}. Save them alike.")
    (channels, height, width), dtype = shapes.pop(), dtypes.pop()
    blocks = lambda: _blocks(file, formats)  # noqa: E731
    levels = Levels.of(file.path, blocks(), dtype, channels)
    side = max(height, width) if options.fit == "pad" else min(height, width)
    size = options.size or min(max(side, _LEAST), _MOST)
    n_images = sum(file.headers[name].shape[0] for name in formats)
    colours = 1 if channels == 1 else 3
    n_bytes = n_images * colours * size**2
    if n_bytes > MAX_BYTES:
        raise UserError(
            f"{file.path}: {n_images:,} images of {size} × {size} pixels take {n_bytes / 1e9:.1f} GB, at most "
            f"{MAX_BYTES / 1e9:.1f} GB are read. Lower dataset.size."
        )
    images = np.empty((n_images, colours, size, size), np.uint8)
    done = 0
    for block in blocks():
        on_step(Step("dataset", done, n_images, note=f"reading {file.path.name}"))
        images[done : done + len(block)] = resized(levels.of_block(block), size, options.fit)
        done += len(block)
    on_step(Step("dataset", n_images, n_images, note=f"reading {file.path.name}"))
    return _in_channels(images, options.channels), [
        *levels.notes,
        *_odd(images),
        *_cut(height, width, options.fit),
    ]


def _blocks(file: ArrayFile, formats: dict[str, ImageFormat]) -> Iterator[np.ndarray]:
    for name, form in formats.items():
        for block in file.blocks(name, BLOCK):
            yield form.channels_last(block)


def _in_channels(images: np.ndarray, channels: Channels) -> np.ndarray:
    if channels == 3:
        return images if images.shape[1] == 3 else np.repeat(images, 3, axis=1)
    if images.shape[1] == 1:
        return images
    is_grey = all((image[0] == image[1]).all() and (image[0] == image[2]).all() for image in images)
    if is_grey:
        return np.ascontiguousarray(images[:, :1])
    if channels == "auto":
        return images
    luma = [np.rint(np.tensordot([0.299, 0.587, 0.114], image, 1)).astype(np.uint8) for image in images]
    return np.stack(luma)[:, None]


def _odd(images: np.ndarray) -> list[str]:
    blank = sum(bool((image == image[:, :1, :1]).all()) for image in images)
    if not blank:
        return []
    share = ", all there are," if blank == len(images) > 1 else ""
    return [f"{counted(blank, 'image')}{share} {'is' if blank == 1 else 'are'} blank, all of one colour."]


def _cut(height: int, width: int, fit: Fit) -> list[str]:
    if height == width:
        return []
    done = {"crop": "cropped to their central square", "pad": "given a black margin", "squash": "squashed"}[
        fit
    ]
    return [f"The images of {height} × {width} pixels were {done}; dataset.fit chooses crop, pad or squash."]


def _ids(file: ArrayFile, roles: Roles) -> np.ndarray:
    ids: list[str] = []
    words = {WHOLE: "image", 0: "train", 1: "val", 2: "test"}
    for part, name in roles.images.items():
        if part in roles.ids:
            ids += texts(file.read(roles.ids[part]), file.path, f"`{roles.ids[part]}`")
        else:
            n_images = file.headers[name].shape[0]
            ids += [f"{words[part]} {row:0{len(str(n_images))}d}" for row in range(n_images)]
    double = len(ids) - len({*ids})
    if double:
        raise UserError(f"{file.path}: {double:,} ids stand there more than once. Keep one image each.")
    return np.array(ids, np.str_)


def _classes(file: ArrayFile, roles: Roles) -> tuple[np.ndarray, list[str]]:
    classes: list[str] = []
    notes: list[str] = []
    for part, name in roles.images.items():
        if part not in roles.labels:
            classes += [""] * file.headers[name].shape[0]
            if roles.labels:
                notes.append(f"The classes of {name} are not known: there is no array of them.")
            continue
        values, note = _labels(file, roles.labels[part])
        classes += values
        notes += note
    return np.array(classes, np.str_), notes


def _labels(file: ArrayFile, name: str) -> tuple[Sequence[str], list[str]]:
    """Return the class of each image as text, empty where it is not known."""
    values = file.read(name)
    unknown = [""] * len(values)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 2 and values.dtype.kind in "biuf":
        if ((values == 0) | (values == 1)).all() and (values.sum(axis=1) == 1).all():
            return [str(k) for k in values.argmax(axis=1)], [f"{name} has a column for each class."]
        return unknown, [f"{name} gives an image several classes or none, and was not used."]
    if values.ndim == 1 and values.dtype.kind == "f":
        usable = np.isfinite(values)
        if (values[usable] != np.rint(values[usable])).any():
            return unknown, [f"{name} holds decimal numbers, which are no classes, and was not used."]
        values = np.where(usable, values, -1).astype(np.int64)
    classes = texts(
        values.astype(np.int64) if values.dtype.kind == "b" else values, Path(file.path), f"`{name}`"
    )
    return ["" if text == "-1" else text for text in classes], []
