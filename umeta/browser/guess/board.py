"""The board on which a person puts each query of a task into a row, as HTML, and the script that makes it work."""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int

from umeta.browser.grid import STYLE, Tile, css_colour, figure_html
from umeta.browser.task_images import TaskImages
from umeta.browser.tile_sheet import TileSheet
from umeta.figures.palette import row_colours
from umeta.randomness import Stream, numpy_generator

_HERE = Path(__file__).parent
CSS = (_HERE / "board.css").read_text("utf-8")
SCRIPT = (_HERE / "board.js").read_text("utf-8")
"""Defines `mountBoard`."""
SIDE = 56


def query_order(number: int, n_queries: int) -> Int[np.ndarray, " n_queries"]:
    """Return the order in which a person sees the queries of the task of a number, as places in the rows."""
    return numpy_generator(number, Stream.GUESS_ORDER).permutation(n_queries)


def board_data(pictures: TaskImages, order: Int[np.ndarray, " n_queries"], *, task: str) -> dict[str, Any]:
    """Return what `mountBoard` shows.

    Args:
        pictures: The task's images.
        order: The order in which the queries are shown, as places in the rows one after the other.
        task: What identifies the task: another one begins a new board.
    """
    return {"task": task, "html": board_html(pictures, order), "rows": own_rows(pictures, order)}


def own_rows(pictures: TaskImages, order: Int[np.ndarray, " n_queries"]) -> list[int]:
    """Return the row that each query is of, from 0, in the order in which a person sees them."""
    n_way, n_query = pictures.query.shape
    return np.repeat(np.arange(n_way), n_query)[order].tolist()


def board_html(pictures: TaskImages, order: Int[np.ndarray, " n_queries"]) -> str:
    """Return the HTML of a board: numbered rows to choose from, then the queries."""
    n_way, n_shot = pictures.support.shape
    places = [*pictures.support.ravel().tolist(), *pictures.query.ravel()[order].tolist()]
    sheet = TileSheet(pictures.images, places)

    def figure(number: int, alt: str) -> str:
        return figure_html(sheet, number, Tile(item=places[number], alt=alt))

    samples = "".join(
        f'<button type="button" style="--c:{css_colour(colour)}" aria-label="row {row + 1}"><b>{row + 1}</b>'
        f'<span class="tiles">'
        + "".join(figure(row * n_shot + k, f"example of row {row + 1}") for k in range(n_shot))
        + "</span></button>"
        for row, colour in enumerate(row_colours(n_way))
    )
    queries = "".join(
        f'<button type="button">{figure(n_way * n_shot + k, f"query {k + 1}")}<span class="answer"></span></button>'
        for k in range(len(order))
    )
    keys = f"keys 1 to {min(n_way, 9)}"
    return (
        f'{STYLE}{sheet.style}<div class="{sheet.css_classes}" style="{sheet.variables(SIDE, None)}">'
        f"<h4>Which row is the marked query of? Click the row, or use {keys}; arrow keys move.</h4>"
        f'<div class="samples">{samples}</div><h4>Queries</h4><div class="queries">{queries}</div></div>'
        '<div class="foot"><label><input type="checkbox" class="at-once"> Tell me after each</label>'
        '<button type="button" class="done" disabled>Show the answers</button>'
        '<p class="left" aria-live="polite"></p></div>'
    )
