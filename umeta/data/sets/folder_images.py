"""The images of a folder or zip, read into arrays."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from umeta.cache import Arrays
from umeta.data.files.content_ordered_rows import arranged
from umeta.data.files.file_tree import FileTree
from umeta.data.files.images import read_images
from umeta.data.files.picture_files import find_pictures
from umeta.data.files.square_fit import ImageShape
from umeta.data.naming import name_some
from umeta.data.sets.beside_images import is_beside_images
from umeta.data.sets.folder_layout import ClassFolders, layout_of
from umeta.stage import OnStep, UserError

READER_VERSION = 5
"""Raised whenever what is read of the same files changes."""


def read_folder(
    tree: FileTree, class_folders: ClassFolders, shape: ImageShape, work: Path, on_step: OnStep
) -> Arrays:
    """Read all images of a folder or zip, named by their paths in the folder that holds all of them.

    Parts of a reading that is stopped stay in the folder `work`.

    Returns:
        `images`, and for each of them `ids`, `classes` (empty where the folders are no classes) and `parts` (where the
        folder has a split of its own), in content order; `root`, the folder that holds all of them; `tables`, the names
        of tables beside them; and `notes`.

    Raises:
        UserError: there are no images, or none of them can be read.
    """
    with tree.opened() as files:
        tables = [name for name in files.names if is_beside_images(name)]
        others = [name for name in files.names if not is_beside_images(name)]
        names, notes = find_pictures(replace(files, names=others))
    if not names:
        contents = " ".join(notes) or "There is nothing in it."
        raise UserError(f"{tree.path} holds no images. {contents} Give a folder of images, or a zip of one.")
    layout = layout_of(names, class_folders)
    rows = {
        "ids": np.array(layout.ids, np.str_),
        "classes": np.array(layout.classes, np.str_),
        **({} if layout.parts is None else {"parts": layout.parts}),
    }
    arrays = read_pictures(tree, layout.names, rows, shape, work, on_step)
    notes = [*notes, *layout.notes, *arrays["notes"].tolist()]
    return {
        **arrays,
        "root": np.array([layout.root], np.str_),
        "tables": np.array(tables, np.str_),
        "notes": np.array(notes, np.str_),
    }


def read_pictures(
    tree: FileTree, names: Sequence[str], rows: Arrays, shape: ImageShape, work: Path, on_step: OnStep
) -> Arrays:
    """Read image files of a folder or zip.

    Args:
        rows: Arrays with a row for each file, `ids` among them.

    Returns:
        `images`, mapped from a file in `work`, and the `rows` of those that were read, in content order; and `notes`.

    Raises:
        UserError: none of the images can be read.
    """
    reading = read_images(tree, names, shape.size, work, fit=shape.fit, on_step=on_step)
    kept = reading.kept
    if not kept:
        raise UserError(
            f"{tree.path}: none of {len(names)} images can be read: {name_some(reading.unreadable())}."
        )
    n_channels = shape.channels if shape.channels != "auto" else 1 if reading.is_grey else 3
    arrays = arranged(reading, {name: row[kept] for name, row in rows.items()}, n_channels, work, on_step)
    return {**arrays, "notes": np.array(reading.notes(), np.str_)}
