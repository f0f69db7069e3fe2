"""The board on which a person puts each query of a task into a row; the browser does it without asking the server."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from jaxtyping import Int
from streamlit.components.v2 import component

from umeta.ui.shared.grid import STYLE, Tile, css_colour, figure_html
from umeta.ui.shared.task_images import TaskImages
from umeta.ui.shared.tile_sheet import TileSheet
from umeta.ui.tasks.image_rows import row_colours

_HERE = Path(__file__).parent
SIDE = 56
_render = component(
    "umeta.guess",
    html='<div class="board"></div>',
    css=(_HERE / "board.css").read_text("utf-8"),
    js=(_HERE / "board.js").read_text("utf-8"),
)


def guess_board(
    pictures: TaskImages, order: Int[np.ndarray, " n_queries"], *, task: str, on_done: Callable[[], None]
) -> None:
    """Draw the board. When all is answered, `session_state[board_key(task)]["answers"]` holds the rows in that order.

    Args:
        pictures: The task's images.
        order: The order in which the queries are shown, as places in the rows one after the other.
        task: What identifies the task: another one begins a new board.
        on_done: Called before the rerun that handing the answers in causes.
    """
    _render(
        key=board_key(task),
        height="content",
        data=[{"task": task, "html": board_html(pictures, order), "rows": own_rows(pictures, order)}],
        on_answers_change=on_done,
    )


def board_key(task: str) -> str:
    """Return the key of a task's board in the session."""
    return f"guess {task}"


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
