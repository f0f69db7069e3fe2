"""Tasks as one picture: a row for each class, its support on the left and its queries on the right."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int, UInt8

GAP = 2
"""Pixels between images."""
MIN_SIDE = 56
"""Smaller images are shown larger, each pixel as a square."""
WIDE = 12
"""Pixels between support and queries, and between tasks."""
BACKGROUND = 255


def task_sheet(
    images: UInt8[np.ndarray, "n_images channels height width"],
    support: Int[np.ndarray, "n_way n_shot"],
    query: Int[np.ndarray, "n_way n_query"],
) -> UInt8[np.ndarray, "sheet_height sheet_width 3"]:
    """Return the picture of one task; support and query are places in `images`."""
    left, right = _grid(images, support), _grid(images, query)
    between = np.full((len(left), WIDE, 3), BACKGROUND, np.uint8)
    return np.concatenate([left, between, right], axis=1)


def stacked(
    sheets: Sequence[UInt8[np.ndarray, "..."]],
) -> UInt8[np.ndarray, "sheet_height sheet_width 3"]:
    """Return the pictures of several tasks below each other."""
    width = max(sheet.shape[1] for sheet in sheets)
    padded = []
    for sheet in sheets:
        whole = np.full((len(sheet) + WIDE, width, 3), BACKGROUND, np.uint8)
        whole[: len(sheet), : sheet.shape[1]] = sheet
        padded.append(whole)
    return np.concatenate(padded)


def _grid(images: np.ndarray, places: np.ndarray) -> np.ndarray:
    zoom = max(1, MIN_SIDE // min(images.shape[2:]))
    images = images[places.ravel()].repeat(zoom, axis=2).repeat(zoom, axis=3)
    channels, height, width = images.shape[1:]
    rows, columns = places.shape
    sheet = np.full((rows * (height + GAP), columns * (width + GAP), 3), BACKGROUND, np.uint8)
    for row in range(rows):
        for column in range(columns):
            top, left = row * (height + GAP), column * (width + GAP)
            image = np.moveaxis(images[row * columns + column], 0, -1)
            sheet[top : top + height, left : left + width] = image if channels == 3 else 255 - image[..., :1]
    return sheet
