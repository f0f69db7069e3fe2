"""A first look at a folder or zip of images, before all of it is read: how many there are, and how some are cropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from umeta.data.files.file_tree import FileTree
from umeta.data.files.picture_files import find_pictures
from umeta.data.files.pixels import decode_together
from umeta.data.files.square_fit import Fit
from umeta.stage import UserError
from umeta.ui.shared.grid import Tile, image_grid

N_EXAMPLES = 8
SIDE = 72
"""Pixels of a side on screen."""


@dataclass(frozen=True)
class FirstLook:
    """What the names of the files tell, and the bytes of some images."""

    n_images: int
    n_others: int
    examples: Sequence[bytes]


def look_at(path: Path) -> FirstLook:
    """List a folder or zip and read some of its images, spread over all.

    Raises:
        UserError: it cannot be read.
    """
    tree = FileTree(path)
    with tree.opened() as files:
        images, _ = find_pictures(files)
        places = np.unique(np.linspace(0, len(images) - 1, N_EXAMPLES).astype(int)) if images else []
        examples = [data for place in places if (data := _readable(files.read, images[place]))]
    return FirstLook(len(images), len(files.names) - len(images), examples)


def draw_first_look(look: FirstLook, size: int, fit: Fit) -> None:
    """Draw some images whole, and below them what a network will see of them."""
    whole, read = decoded(look, SIDE, "pad"), decoded(look, size, fit)
    if not len(read):
        return
    with st.container(key="first look"):
        for images, words in (
            (whole, "Some of them, whole"),
            (read, f"As they are read: {size} × {size} pixels"),
        ):
            st.caption(words)
            image_grid(
                images, [Tile(item=item, alt=f"example {item + 1}") for item in range(len(images))], side=SIDE
            )


def decoded(look: FirstLook, size: int, fit: Fit) -> np.ndarray:
    """Return the examples that can be decoded, uint8 `(n_examples, 3, size, size)`."""
    return decode_together(look.examples, size, fit)[0]


def _readable(read, name: str) -> bytes | None:
    try:
        return read(name)
    except UserError:
        return None  # reading all says why
