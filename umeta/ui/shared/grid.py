"""Grids of images, each drawn as one piece of HTML around one sprite: hundreds of images cost one element.

    from umeta.ui.shared.grid import GridRow, Tile, image_grid, image_rows

    image_grid(dataset.images.images, [Tile(item=7, caption="Greek"), Tile(item=9)])
    image_rows(images, [GridRow(heading="cluster 12", parts=(support, query))], ("Support", "Query"))

Ink on an empty ground is drawn in the colour of the page's text, dark on light or light on dark; any other image as
it is. All text is escaped.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import streamlit as st
from PIL import Image

Colour = tuple[int, int, int]

_COLUMNS = 16  # tiles in a row of the sprite

STYLE = """<style>
.ug, .ugr { --side: 56px; line-height: 1.3; }
.ug { display: grid; gap: 8px; padding: 3px; font-size: 11.5px;
  grid-template-columns: repeat(auto-fill, minmax(var(--cell, var(--side)), 1fr)); }
.umeta-tile { margin: 0; width: var(--cell, var(--side)); min-width: 0; }
.umeta-tile figcaption { margin-top: 4px; text-align: center; font-size: 11.5px; line-height: 1.25; }
.umeta-tile figcaption span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.umeta-tile .t { display: block; width: var(--side); height: calc(var(--side) * var(--ratio)); margin: 0 auto;
  border-radius: 7px; overflow: hidden; background: color-mix(in srgb, currentColor 5%, transparent);
  box-shadow: inset 0 0 0 1px color-mix(in srgb, currentColor 14%, transparent); }
.umeta-tile .t.c { box-shadow: 0 0 0 2.5px var(--c); }
.umeta-tile i { display: block; width: 100%; height: 100%; image-rendering: pixelated;
  background: var(--sprite) var(--x) var(--y) / var(--w) var(--h) no-repeat; }
.ink .umeta-tile i { background: currentColor;
  -webkit-mask: var(--sprite) var(--x) var(--y) / var(--w) var(--h) no-repeat;
  mask: var(--sprite) var(--x) var(--y) / var(--w) var(--h) no-repeat; }
.ugr { --most: 56px; display: grid; gap: 8px 12px; font-size: 12.5px; align-items: start;
  grid-template-columns: minmax(70px, 84px) var(--parts); }
.ugr .row { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; align-items: center;
  padding: 8px 12px; border-radius: 10px; box-shadow: inset 4px 0 0 var(--c, transparent);
  background: color-mix(in srgb, var(--c, currentColor) 11%, transparent); }
.ugr .row.head { background: none; box-shadow: none; padding-block: 0; font-weight: 600; }
.ugr .name { font-size: 13px; font-weight: 600; }
.ugr .row.head .part, .ugr .row.head .part + .part { border-color: transparent; }
.ugr p { margin: 0; font-size: 12px; }
.ugr .part { display: flex; flex-wrap: wrap; gap: 6px; align-items: flex-start; }
.ugr .part + .part { padding-left: 12px; border-left: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.ugr .row { --fit: min(var(--side), var(--most)); }
.ugr .umeta-tile { width: max(var(--cell, 0px), var(--fit)); }
.ugr .umeta-tile .t { width: var(--fit); height: calc(var(--fit) * var(--ratio)); }
.ugr .small { display: none; }
.ugr .row.plain { background: color-mix(in srgb, currentColor 4%, transparent); }
@media (max-width: 640px) {
  .ugr { display: block; --most: 44px; }
  .ugr .row { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 4px 0; margin-bottom: 8px; }
  .ugr .row > :first-child { flex: 1 0 100%; display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 7px; }
  .ugr .row.head { display: none; }
  .ugr .part { padding-right: 10px; }
  /* above its tiles, and no reason for the part to be wider than they are */
  .ugr .row:nth-child(2) .small { display: block; width: 0; min-width: 100%; font-weight: 600; }
}
@media (min-width: 1600px) and (min-height: 900px) { .ugr { --most: 84px; } }
@media (min-width: 641px) and (max-height: 800px) {
  .ugr { --most: 46px; row-gap: 7px; }
  .ugr .row { padding-block: 5px; }
  /* words under the images need the height that five rows have on a projector */
  .ugr:has(figcaption) { --most: 30px; row-gap: 5px; font-size: 12px; }
  .ugr:has(figcaption) .row { padding-block: 3px; }
  .ugr:has(figcaption) figcaption { margin-top: 2px; line-height: 1.15; }
  .ugr:has(figcaption) .row > :first-child { line-height: 1.15; }
}
</style>"""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One image of a grid."""

    item: int
    """Row of the image array."""
    caption: str = ""
    alt: str = ""
    """What is to be said of the image where it cannot be seen; "item 7" if nothing is given."""
    colour: Colour | None = None
    """The colour of its border."""


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One row of a grid with headings, as one class of a task: its parts stand beside each other."""

    parts: Sequence[Sequence[Tile]]
    heading: str = ""
    note: str = ""
    colour: Colour | None = None
    """The tint of the whole row."""
    badges: tuple[str, ...] = field(default=())
    """Short words after the note, each on a line of its own."""


def image_grid(images: np.ndarray, tiles: Sequence[Tile], *, side: int = 56, cell: int | None = None) -> None:
    """Draw tiles one after the other, as many in a row as there is room for.

    Args:
        images: uint8 (n_items, 1 or 3, height, width), the whole set.
        tiles: What to show; `item` is a row of `images`.
        side: Width of a tile in pixels; a multiple of the image's width looks best.
        cell: Width of a tile's place where its caption needs more.
    """
    st.html(grid_html(images, tiles, side=side, cell=cell))


def image_rows(
    images: np.ndarray,
    rows: Sequence[GridRow],
    part_names: Sequence[str] = (),
    *,
    side: int = 56,
    cell: int | None = None,
) -> None:
    """Draw rows with headings; on a phone the parts of a row stand below each other.

    Args:
        images: uint8 (n_items, 1 or 3, height, width), the whole set.
        rows: What to show, all with as many parts.
        part_names: A heading for each part.
        side: Width of a tile in pixels, at most: on a small screen tiles are smaller.
        cell: Width of a tile's place where its caption needs more.
    """
    st.html(rows_html(images, rows, part_names, side=side, cell=cell))


def grid_html(images: np.ndarray, tiles: Sequence[Tile], *, side: int = 56, cell: int | None = None) -> str:
    """Return the HTML of `image_grid`."""
    sprite = Sprite(images, [tile.item for tile in tiles])
    figures = "".join(figure_html(sprite, number, tile) for number, tile in enumerate(tiles))
    return f'{STYLE}<div class="ug{sprite.css_class}" style="{sprite.variables(side, cell)}">{figures}</div>'


def rows_html(
    images: np.ndarray,
    rows: Sequence[GridRow],
    part_names: Sequence[str] = (),
    *,
    side: int = 56,
    cell: int | None = None,
) -> str:
    """Return the HTML of `image_rows`."""
    sprite = Sprite(images, [tile.item for row in rows for part in row.parts for tile in part])
    head = "".join(f'<div class="part">{escape(name)}</div>' for name in part_names)
    html = [f'<div class="row head"><div></div>{head}</div>' if head else ""]
    number = 0
    for row in rows:
        parts = []
        for place, part in enumerate(row.parts):
            small = f'<div class="small">{escape(part_names[place])}</div>' if part_names else ""
            figures = "".join(figure_html(sprite, number + k, tile) for k, tile in enumerate(part))
            parts.append(f'<div class="part">{small}{figures}</div>')
            number += len(part)
        tint = f' style="--c:{css_colour(row.colour)}"' if row.colour else ""
        notes = "".join(f"<p>{escape(text)}</p>" for text in (row.note, *row.badges) if text)
        name = f'<div class="name">{escape(row.heading)}</div>'
        plain = "" if row.colour else " plain"
        html.append(f'<div class="row{plain}"{tint}><div>{name}{notes}</div>{"".join(parts)}</div>')
    n_parts = max((len(row.parts) for row in rows), default=0)
    widths = [max(len(row.parts[k]) if k < len(row.parts) else 1 for row in rows) for k in range(n_parts)]
    columns = " ".join(f"minmax({(cell or side) + 14}px,{width}fr)" for width in widths)
    style = f"{sprite.variables(side, cell)}--parts:{columns}"
    return f'{STYLE}<div class="ugr{sprite.css_class}" style="{style}">{"".join(html)}</div>'


def is_ink(images: np.ndarray) -> bool:
    """Say whether the images are ink on an empty ground: one channel, dark corners, and a good part empty."""
    if images.shape[1] != 1 or len(images) == 0:
        return False
    sample = images[:: max(1, len(images) // 64), 0]
    corners = sample[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    return bool(corners.mean() < 32 and (sample < 32).mean() > 0.35)


class Sprite:
    """The images of a grid, side by side in one PNG; tile `number` of the grid is tile `number` of the sprite."""

    def __init__(self, images: np.ndarray, items: Sequence[int]):
        self.n_tiles = max(1, len(items))
        self.height, self.width = images.shape[2:]
        self.columns = min(_COLUMNS, self.n_tiles)
        self.rows = -(-self.n_tiles // self.columns)
        self.ink = is_ink(images)
        self.css_class = " ink" if self.ink else ""
        self.png = _montage(images, items, self.columns, self.rows, self.ink)

    def variables(self, side: int, cell: int | None) -> str:
        """Return the CSS variables that all tiles of the sprite share."""
        encoded = base64.b64encode(self.png).decode("ascii")
        place = f"--cell:{cell}px;" if cell else ""
        return (
            f"--side:{side}px;{place}--ratio:{self.height / self.width:.6g};"
            f"--w:{100 * self.columns}%;--h:{100 * self.rows}%;--sprite:url(data:image/png;base64,{encoded});"
        )

    def place(self, number: int) -> str:
        """Return the CSS variables of one tile: where it lies."""
        row, column = divmod(number, self.columns)
        return f"--x:{_percent(column, self.columns)};--y:{_percent(row, self.rows)}"


def _montage(images: np.ndarray, items: Sequence[int], columns: int, rows: int, ink: bool) -> bytes:
    """Lay images out row by row in a PNG; ink becomes opacity, so that the page gives its colour."""
    channels, height, width = images.shape[1:]
    tiles = np.zeros((rows * columns, channels, height, width), np.uint8)
    tiles[: len(items)] = images[np.asarray(items, int)]
    page = tiles.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    page = page.reshape(rows * height, columns * width, channels)  # (rows * h, columns * w, channels)
    if ink:
        page = np.concatenate([np.zeros_like(page), page], axis=2)
    encoded = io.BytesIO()
    Image.fromarray(page[..., 0] if page.shape[2] == 1 else page).save(encoded, "PNG")
    return encoded.getvalue()


def figure_html(sprite: Sprite, number: int, tile: Tile) -> str:
    """Return the HTML of one tile, which is the sprite's of that number."""
    alt = escape(tile.alt or tile.caption or f"item {tile.item}", quote=True)
    border = f' style="--c:{css_colour(tile.colour)}"' if tile.colour else ""
    # A name with a path in it, as alphabet/character, gets a line for each part, cut where it is too long.
    lines = (
        "".join(f"<span>{escape(line)}</span>" for line in tile.caption.split("/")) if tile.caption else ""
    )
    return (
        f'<figure class="umeta-tile" title="{alt}"><span class="t{" c" if border else ""}" role="img" '
        f'aria-label="{alt}"{border}><i style="{sprite.place(number)}"></i></span>'
        + (f"<figcaption>{lines}</figcaption>" if lines else "")
        + "</figure>"
    )


def css_colour(colour: Colour) -> str:
    """Return a colour as CSS writes it."""
    return "rgb({} {} {})".format(*(int(part) for part in colour))


def _percent(place: int, count: int) -> str:
    return f"{100 * place / (count - 1):.6g}%" if count > 1 else "0%"
