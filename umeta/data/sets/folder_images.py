"""The images of a folder or zip with a folder for each class, read into arrays."""

from os.path import commonpath
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np
from PIL import Image

from umeta.cache import Arrays
from umeta.data.dataset import in_content_order
from umeta.data.files.file_tree import FileTree
from umeta.data.files.images import is_image_file, read_images
from umeta.data.naming import name_some
from umeta.stage import OnStep, UserError

Channels = Literal["auto", 1, 3]


def read_class_folders(tree: FileTree, size: int, channels: Channels, on_step: OnStep) -> Arrays:
    """Read the images that lie in class folders, named by their paths in the folder that holds all those.

    Raises:
        UserError: there are no class folders, or none of the images can be read.
    """
    with tree.opened() as (file_names, _):
        names, root, notes = _in_class_folders(list(dict.fromkeys(file_names)), tree.path)
    unreadable: list[str] = []
    images, kept = read_images(
        tree,
        names,
        size,
        on_unreadable=lambda name, reason: unreadable.append(f"{name} {reason}"),
        on_step=on_step,
    )
    if not kept:
        raise UserError(f"{tree.path}: none of {len(names)} images can be read: {name_some(unreadable)}.")
    if unreadable:
        notes.append(f"Left out, as they cannot be read: {name_some(unreadable)}.")
    rows = {
        "images": _in_channels(images, channels),
        "ids": np.array([_relative(name).relative_to(root).as_posix() for name in kept]),
    }
    return {**in_content_order(rows), "notes": np.array(notes, np.str_)}


def _in_class_folders(names: list[str], path: Path) -> tuple[list[str], str, list[str]]:
    """Return the images that lie in class folders, the folder that holds all those, and what was left out."""
    pictures = [name for name in names if is_image_file(name)]
    folders = {_relative(name).parent.as_posix() for name in pictures}
    root = commonpath(folders) if folders else ""
    inside = [name for name in pictures if _relative(name).parent.as_posix() != (root or ".")]
    if not inside:
        contents = name_some(pictures or names) if names else "nothing"
        raise UserError(
            f"{path} holds no folders of images, one for each class, but {contents}. Put the images of each class into "
            "a folder of its own, named for it."
        )
    left_out = {
        "Left out, as they lie in no class folder": sorted({*pictures} - {*inside}),
        "Not read, as their names do not end like an image's": sorted({*names} - {*pictures}),
    }
    return inside, root, [f"{why}: {name_some(which)}." for why, which in left_out.items() if which]


def _relative(name: str) -> PurePosixPath:
    return PurePosixPath(name.lstrip("/"))  # a zip may hold names that begin with one


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
