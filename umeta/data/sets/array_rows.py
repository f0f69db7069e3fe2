"""The arrays of a file read into rows: images, their ids, classes and parts of a split."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from umeta.cache import Arrays
from umeta.data.files.array_file import ArrayFile, texts
from umeta.data.naming import left_out
from umeta.data.sets.array_pictures import ArrayOptions, read_pictures_of_arrays
from umeta.data.sets.array_roles import WHOLE, Roles, roles_of
from umeta.data.sets.own_rows import noted
from umeta.stage import OnStep, UserError


def read_arrays(file: ArrayFile, options: ArrayOptions, work: Path, on_step: OnStep) -> Arrays:
    """Return the rows of all parts, in content order, with notes on what was assumed.

    The images are mapped from a file in the folder `work`.

    Raises:
        UserError: it is not clear what the arrays are, they do not fit to each other, or are too large.
        StorageError: the disk is full or not writable.
    """
    roles = roles_of(file, options.image_array, options.class_array)
    classes, class_notes = _classes(file, roles)
    rows = {"ids": _ids(file, roles), "classes": classes}
    if [*roles.images] != [WHOLE]:
        counts = [file.headers[name].shape[0] for name in roles.images.values()]
        rows["parts"] = np.repeat(np.array([*roles.images], np.int8), counts)
    unused = left_out("arrays that are no images, classes or ids of images", roles.unused)
    names = [*roles.images.values()]
    arrays, notes = read_pictures_of_arrays(file, names, rows, options, work, on_step)
    return noted(arrays, [*notes, *class_notes, *unused], {})


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
