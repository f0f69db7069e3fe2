"""The images of a data set as tiles on PNG pages: tile number and item number are one and the same."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from umeta.browser.published import publish
from umeta.large_arrays import release

_PAGE_BYTES = 1 << 20  # a page is fetched for one hovered image: small enough to decode unnoticed
N_THREADS = 2
_MAX_SIDE = 4096  # browsers draw images up to this side everywhere, phones included


@dataclass(frozen=True, kw_only=True)
class Sprite:
    """Where images lie: item i is tile `i % tiles_per_page` of page `i // tiles_per_page`."""

    n_items: int
    tile_height: int
    tile_width: int
    columns: int
    tiles_per_page: int
    pages: tuple[str, ...]  # names of PNG files in the media folder
    ink: bool = False  # light ink on an empty dark ground, which the map draws dark on light

    @classmethod
    def publish(cls, images: np.ndarray, media: Path, *, ink: bool = False) -> "Sprite":
        """Write all images as PNG pages into `media`.

        Args:
            images: uint8 (n_items, 1 or 3, height, width); the whole data set in its own order.
            ink: Whether the images are light ink on an empty dark ground.

        Raises:
            ValueError: The array is not of that type and shape, or an image is larger than a page may be.
        """
        _check_images(images)
        n_items, channels, height, width = images.shape
        columns, rows = _grid(height, width, channels)
        per_page = columns * rows

        def publish_page(start: int) -> str:
            name = publish(media, _page_png(images[start : start + per_page], columns), ".png")
            release(images)
            return name

        with ThreadPoolExecutor(N_THREADS) as pool:  # encoding leaves Python's lock to others
            pages = tuple(pool.map(publish_page, range(0, n_items, per_page)))
        return cls(
            n_items=n_items,
            tile_height=height,
            tile_width=width,
            columns=columns,
            tiles_per_page=per_page,
            pages=pages,
            ink=ink,
        )

    @property
    def content(self) -> str:
        """What the images are known by where tiles of them are asked for."""
        return hashlib.sha256("".join(self.pages).encode()).hexdigest()[:32]

    def tile(self, item: int) -> tuple[str, int, int]:
        """Return the page of an item's image and the tile's left and top pixel on it."""
        if not 0 <= item < self.n_items:
            raise ValueError(f"item must be in 0..{self.n_items - 1}, found item={item}.")
        page, tile = divmod(item, self.tiles_per_page)
        row, column = divmod(tile, self.columns)
        return self.pages[page], column * self.tile_width, row * self.tile_height


def _check_images(images: np.ndarray) -> None:
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1] not in (1, 3) or len(images) == 0:
        raise ValueError(
            "images must be uint8 (n_items, 1 or 3, height, width) with at least one item; "
            f"found {images.dtype} {images.shape}."
        )
    if max(images.shape[2:]) > _MAX_SIDE:
        raise ValueError(
            f"images must be at most {_MAX_SIDE} pixels a side, found {images.shape[2:]}; shrink them."
        )


def _grid(height: int, width: int, channels: int) -> tuple[int, int]:
    """Return columns and rows of a page that is about square and holds about `_PAGE_BYTES`."""
    side = (_PAGE_BYTES / channels) ** 0.5
    return max(1, min(_MAX_SIDE, int(side)) // width), max(1, min(_MAX_SIDE, int(side)) // height)


def _page_png(images: np.ndarray, columns: int) -> bytes:
    """Lay tiles (n, channels, h, w) out row by row and encode them."""
    n_tiles, channels, height, width = images.shape
    rows = -(-n_tiles // columns)
    grid = np.zeros((rows * columns, channels, height, width), np.uint8)
    grid[:n_tiles] = images
    page = grid.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    page = page.reshape(rows * height, columns * width, channels)  # (rows * h, columns * w, channels)
    encoded = io.BytesIO()
    # Level 1: a page is built while a person waits, and the machine that reads it is mostly the same one.
    Image.fromarray(page[..., 0] if channels == 1 else page).save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()
