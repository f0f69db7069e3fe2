"""The images of a grid as one PNG, placed by CSS."""

import base64
import hashlib
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

MAX_COLUMNS = 16
"""Tiles in a row of the sheet."""


def is_ink(images: np.ndarray) -> bool:
    """Return whether the images are ink on an empty ground: one channel, dark corners, and a good part empty."""
    if images.shape[1] != 1 or len(images) == 0:
        return False
    sample = images[:: max(1, len(images) // 64), 0]
    corners = sample[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    return bool(corners.mean() < 32 and (sample < 32).mean() > 0.35)


class TileSheet:
    """The images of a grid, side by side in one PNG; tile `number` of the grid is tile `number` of the sheet."""

    def __init__(self, images: np.ndarray, items: Sequence[int]):
        self.n_tiles = max(1, len(items))
        self.height, self.width = images.shape[2:]
        self.columns = min(MAX_COLUMNS, self.n_tiles)
        self.rows = -(-self.n_tiles // self.columns)
        self.ink = is_ink(images)
        self.png = _as_png(montage(images, items, self.columns))
        self._name = f"sheet-{hashlib.sha256(self.png).hexdigest()[:12]}"

    @property
    def css_classes(self) -> str:
        """The CSS classes of the element around the tiles."""
        return f"{self._name} ink" if self.ink else self._name

    @property
    def style(self) -> str:
        """The `<style>` element that gives the tiles their pictures.

        A rule of its own: browsers drop a CSS variable of more than 2 MB, which the photographs of one page exceed.
        """
        encoded = base64.b64encode(self.png).decode("ascii")
        layer = "mask-image" if self.ink else "background-image"
        return f"<style>.{self._name} .umeta-tile i{{{layer}:url(data:image/png;base64,{encoded})}}</style>"

    def variables(self, side: int, cell: int | None) -> str:
        """Return the CSS variables that all tiles of the sheet share."""
        place = f"--cell:{cell}px;" if cell else ""
        return (
            f"--side:{side}px;{place}--ratio:{self.height / self.width:.6g};"
            f"--w:{100 * self.columns}%;--h:{100 * self.rows}%;"
        )

    def place(self, number: int) -> str:
        """Return the CSS variables of one tile: where it lies."""
        row, column = divmod(number, self.columns)
        return f"--x:{_percent(column, self.columns)};--y:{_percent(row, self.rows)}"


def montage(images: np.ndarray, items: Sequence[int], columns: int) -> np.ndarray:
    """Lay images out row by row, (height, width) or with channels last; ink becomes opacity: the page gives its colour.

    Args:
        images: Those that `items` count (n_items, channels, height, width).
        items: Which of them.
        columns: How many stand beside each other.
    """
    channels, height, width = images.shape[1:]
    rows = -(-max(1, len(items)) // columns)
    tiles = np.zeros((rows * columns, channels, height, width), np.uint8)
    tiles[: len(items)] = images[np.asarray(items, int)]
    page = tiles.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    page = page.reshape(rows * height, columns * width, channels)  # (rows * h, columns * w, channels)
    if is_ink(images):
        page = np.concatenate([np.zeros_like(page), page], axis=2)
    return page[..., 0] if page.shape[2] == 1 else page


def _as_png(page: np.ndarray) -> bytes:
    encoded = io.BytesIO()
    Image.fromarray(page).save(encoded, "PNG")
    return encoded.getvalue()


def _percent(place: int, count: int) -> str:
    return f"{100 * place / (count - 1):.6g}%" if count > 1 else "0%"
