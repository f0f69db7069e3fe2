"""Pictures of vectors: one small square for each number, from black for the smallest to white for the largest.

All numbers have one scale, so that the pictures of two vectors are as different as the vectors are.
"""

import math

import numpy as np
from jaxtyping import Float32, UInt8

from umeta.stage import UserError

MIN_SIDE, MAX_SIDE = 28, 256
SHARE = 0.005
"""Of the numbers at each end, which are drawn as black or white alike: outliers would leave no contrast to others."""


def side_of(dim: int, size: int | None) -> int:
    """Return the pixels of a side of pictures of `dim` numbers.

    Raises:
        UserError: `size` is too small for them.
    """
    cells = math.ceil(math.sqrt(dim))
    if cells > (size or MAX_SIDE):
        raise UserError(
            f"vectors of {dim:,} numbers are drawn with {cells} squares a side, more than the {size or MAX_SIDE} "
            f"pixels of dataset.size; at most {MAX_SIDE} are drawn."
        )
    return size or max(MIN_SIDE, cells)


def point_tiles(
    vectors: Float32[np.ndarray, "n_items dim"], side: int
) -> UInt8[np.ndarray, "n_items 1 side side"]:
    """Return a picture of each vector."""
    n_items, dim = vectors.shape
    cells = math.ceil(math.sqrt(dim))
    sample = vectors.ravel()[:: max(1, vectors.size // 1_000_000)]
    low, high = (float(end) for end in np.quantile(sample, (SHARE, 1 - SHARE)))
    if high <= low:
        low, high = float(vectors.min()), float(vectors.max())
    place = np.arange(side) * cells // side
    cell = place[:, None] * cells + place[None, :]
    tiles = np.empty((n_items, 1, side, side), np.uint8)
    for start in range(0, n_items, 4096):
        block = vectors[start : start + 4096].astype(np.float64)
        levels = np.zeros((len(block), cells * cells), np.uint8)
        levels[:, :dim] = np.rint((block - low) * (255 / max(high - low, 1e-300))).clip(0, 255)
        tiles[start : start + 4096, 0] = levels[:, cell]
    return tiles
