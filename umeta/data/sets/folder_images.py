"""The images of a folder or zip, read into arrays."""

import numpy as np
from PIL import Image

from umeta.cache import Arrays
from umeta.data.dataset import in_content_order
from umeta.data.files.file_tree import FileTree
from umeta.data.files.images import Fit, is_image_file, read_images
from umeta.data.naming import name_some
from umeta.data.sets.folder_layout import ClassFolders, layout_of
from umeta.data.sets.own_images import Channels
from umeta.stage import OnStep, UserError

READER_VERSION = 2
"""Raised whenever the pixels, ids or classes that are read of the same files change."""


def read_folder(
    tree: FileTree, class_folders: ClassFolders, size: int, channels: Channels, fit: Fit, on_step: OnStep
) -> Arrays:
    """Read all images of a folder or zip, named by their paths in the folder that holds all of them.

    Returns:
        `images`, and for each of them `ids`, `classes` (empty where the folders are no classes) and `parts` (where the
        folder has a split of its own), in content order; and `notes`.

    Raises:
        UserError: there are no images, or none of them can be read.
    """
    with tree.opened() as (file_names, _):
        names = list(dict.fromkeys(file_names))
    layout = layout_of(_pictures(tree, names), class_folders)
    notes = list(layout.notes)
    if others := sorted(name for name in names if not is_image_file(name)):
        notes.append(f"Not read, as their names do not end like an image's: {name_some(others)}.")
    unreadable: list[str] = []
    images, kept = read_images(
        tree,
        layout.names,
        size,
        fit=fit,
        on_unreadable=lambda name, reason: unreadable.append(f"{name} {reason}"),
        on_step=on_step,
    )
    if not kept:
        raise UserError(
            f"{tree.path}: none of {len(layout.names)} images can be read: {name_some(unreadable)}."
        )
    if unreadable:
        notes.append(f"Left out, as they cannot be read: {name_some(unreadable)}.")
    row_of = {name: row for row, name in enumerate(layout.names)}
    taken = [row_of[name] for name in kept]
    rows = {
        "images": _in_channels(images, channels),
        "ids": np.array([layout.ids[row] for row in taken], np.str_),
        "classes": np.array([layout.classes[row] for row in taken], np.str_),
        **({} if layout.parts is None else {"parts": layout.parts[taken]}),
    }
    return {**in_content_order(rows), "notes": np.array(notes, np.str_)}


def _pictures(tree: FileTree, names: list[str]) -> list[str]:
    pictures = [name for name in names if is_image_file(name)]
    if not pictures:
        contents = name_some(names) if names else "nothing"
        raise UserError(
            f"{tree.path} holds no images, but {contents}. Give a folder of images, or a zip of one."
        )
    return pictures


def _in_channels(images: np.ndarray, channels: Channels) -> np.ndarray:
    if channels == 3:
        return images
    grey = all((image[0] == image[1]).all() and (image[0] == image[2]).all() for image in images)
    if grey:
        return np.ascontiguousarray(images[:, :1])
    if channels == "auto":
        return images
    return np.stack([np.asarray(Image.fromarray(image.transpose(1, 2, 0)).convert("L")) for image in images])[
        :, None
    ]
