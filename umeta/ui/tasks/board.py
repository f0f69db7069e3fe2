"""The board on which a person puts each query of a task into a row; the browser does it without asking the server."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Int
from streamlit.components.v2 import component

from umeta.browser.guess.board import CSS, SCRIPT, board_data
from umeta.browser.task_images import TaskImages

_MOUNT = """
export default ({ parentElement, data: [data], setStateValue }) =>
  mountBoard(parentElement.querySelector(".board"), data, (answers) => setStateValue("answers", answers), document);
"""
_render = component("umeta.guess", html='<div class="board"></div>', css=CSS, js=SCRIPT + _MOUNT)


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
        data=[board_data(pictures, order, task=task)],
        on_answers_change=on_done,
    )


def board_key(task: str) -> str:
    """Return the key of a task's board in the session."""
    return f"guess {task}"
