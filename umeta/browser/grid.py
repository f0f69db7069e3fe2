"""Grids of images as HTML, each one piece around one sheet of tiles: hundreds of images cost one element.

Ink on an empty ground is drawn in the colour of the page's text, dark on light or light on dark; any other image as
it is. All text is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import numpy as np

from umeta.browser.tile_sheet import TileSheet
from umeta.figures.palette import Colour

STYLE = f"<style>\n{Path(__file__).with_suffix('.css').read_text('utf-8')}</style>"


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


def grid_html(images: np.ndarray, tiles: Sequence[Tile], *, side: int = 56, cell: int | None = None) -> str:
    """Return tiles one after the other, as many in a row as there is room for.

    Args:
        images: uint8 (n_items, 1 or 3, height, width), the whole set.
        tiles: What to show; `item` is a row of `images`.
        side: Width of a tile in pixels; a multiple of the image's width looks best.
        cell: Width of a tile's place where its caption needs more.
    """
    sheet = TileSheet(images, [tile.item for tile in tiles])
    figures = "".join(figure_html(sheet, number, tile) for number, tile in enumerate(tiles))
    head = f'<div class="ug {sheet.css_classes}" style="{sheet.variables(side, cell)}">'
    return f"{STYLE}{sheet.style}{head}{figures}</div>"


def rows_html(
    images: np.ndarray,
    rows: Sequence[GridRow],
    part_names: Sequence[str] = (),
    *,
    side: int = 56,
    cell: int | None = None,
    clickable: bool = False,
) -> str:
    """Return rows with headings; on a phone the parts of a row stand below each other.

    Args:
        images: uint8 (n_items, 1 or 3, height, width), the whole set.
        rows: What to show, all with as many parts.
        part_names: A heading for each part.
        side: Width of a tile in pixels, at most: on a small screen tiles are smaller.
        cell: Width of a tile's place where its caption needs more.
        clickable: Whether tiles look and act like buttons; a component of the page must listen to them.
    """
    sheet = TileSheet(images, [tile.item for row in rows for part in row.parts for tile in part])
    head = "".join(f'<div class="part">{escape(name)}</div>' for name in part_names)
    html = [f'<div class="row head"><div></div>{head}</div>' if head else ""]
    number = 0
    for row in rows:
        parts = []
        for place, part in enumerate(row.parts):
            small = f'<div class="small">{escape(part_names[place])}</div>' if part_names else ""
            figures = "".join(
                figure_html(sheet, number + k, tile, clickable=clickable) for k, tile in enumerate(part)
            )
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
    style = f"{sheet.variables(side, cell)}--parts:{columns}"
    classes = f"ugr{' pick' if clickable else ''} {sheet.css_classes}"
    return f'{STYLE}{sheet.style}<div class="{classes}" style="{style}">{"".join(html)}</div>'


def figure_html(sheet: TileSheet, number: int, tile: Tile, *, clickable: bool = False) -> str:
    """Return the HTML of one tile, which is the sheet's of that number."""
    button = ' role="button" tabindex="0"' if clickable else ""
    alt = escape(tile.alt or tile.caption or f"item {tile.item}", quote=True)
    border = f' style="--c:{css_colour(tile.colour)}"' if tile.colour else ""
    # A name with a path in it, as alphabet/character, gets a line for each part, cut where it is too long.
    lines = (
        "".join(f"<span>{escape(line)}</span>" for line in tile.caption.split("/")) if tile.caption else ""
    )
    return (
        f'<figure class="umeta-tile" title="{alt}"{button}><span class="t{" c" if border else ""}" role="img" '
        f'aria-label="{alt}"{border}><i style="{sheet.place(number)}"></i></span>'
        + (f"<figcaption>{lines}</figcaption>" if lines else "")
        + "</figure>"
    )


def css_colour(colour: Colour) -> str:
    """Return a colour as CSS writes it."""
    return "rgb({} {} {})".format(*(int(part) for part in colour))
