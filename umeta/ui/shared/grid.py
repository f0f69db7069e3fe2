"""Grids of images on a page.

from umeta.ui.shared.grid import GridRow, Tile, image_grid, image_rows

image_grid(dataset.images.images, [Tile(item=7, caption="Greek"), Tile(item=9)])
image_rows(images, [GridRow(heading="cluster 12", parts=(support, query))], ("Support", "Query"))
"""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from umeta.browser.grid import STYLE, GridRow, Tile, css_colour, figure_html, grid_html, rows_html

__all__ = [
    "STYLE",
    "GridRow",
    "Tile",
    "css_colour",
    "figure_html",
    "grid_html",
    "image_grid",
    "image_rows",
    "rows_html",
]


def image_grid(images: np.ndarray, tiles: Sequence[Tile], *, side: int = 56, cell: int | None = None) -> None:
    """Draw tiles one after the other, as `grid_html` describes."""
    st.html(grid_html(images, tiles, side=side, cell=cell))


def image_rows(
    images: np.ndarray,
    rows: Sequence[GridRow],
    part_names: Sequence[str] = (),
    *,
    side: int = 56,
    cell: int | None = None,
    clickable: bool = False,
) -> None:
    """Draw rows with headings, as `rows_html` describes."""
    st.html(rows_html(images, rows, part_names, side=side, cell=cell, clickable=clickable))
