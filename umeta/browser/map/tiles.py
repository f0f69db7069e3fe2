"""Small images of any items as one PNG: what the map shows in place of dots."""

import io

import numpy as np
from PIL import Image

COLUMNS = 16
"""Tiles in a row of the PNG, fewer where there are not as many."""
MAX_TILES = 256
"""Tiles of one PNG."""
MAX_SIDE = 64
"""Pixels of the longer side of a tile; larger images are reduced."""


def tile_sheet(images: np.ndarray, *, ink: bool) -> bytes:
    """Lay images (n_tiles, 1 or 3, height, width) out row by row in a PNG, reduced to at most `MAX_SIDE`.

    Args:
        images: What is shown.
        ink: Whether light ink on a dark ground becomes opacity, so that the map gives its colour.
    """
    tiles = [_reduced(image) for image in images]
    height, width, channels = tiles[0].shape
    columns = min(COLUMNS, len(tiles))
    rows = -(-len(tiles) // columns)
    grid = np.zeros((rows * columns, height, width, channels), np.uint8)
    grid[: len(tiles)] = tiles
    page = grid.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    page = page.reshape(rows * height, columns * width, channels)
    if ink:
        page = np.concatenate([np.zeros_like(page), page], axis=2)
    encoded = io.BytesIO()
    Image.fromarray(page[..., 0] if page.shape[2] == 1 else page).save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


def _reduced(image: np.ndarray) -> np.ndarray:
    """Return an image (channels, height, width) as (height, width, channels), no side longer than `MAX_SIDE`."""
    channels, height, width = image.shape
    pixels = image.transpose(1, 2, 0)
    if max(height, width) <= MAX_SIDE:
        return pixels
    share = MAX_SIDE / max(height, width)
    size = max(1, round(width * share)), max(1, round(height * share))
    picture = Image.fromarray(pixels[..., 0] if channels == 1 else np.ascontiguousarray(pixels))
    return np.asarray(picture.resize(size, Image.Resampling.BOX)).reshape(size[1], size[0], channels)
