"""The first tasks of a deck in an order worth looking through: the hardest, the most diverse, the purest."""

import numpy as np
import streamlit as st

from umeta.tasks import TaskBatch
from umeta.tasks.browse import NEED_CLASSES, ORDERS, TaskTraits, in_order, task_traits
from umeta.ui.frame import state
from umeta.ui.frame.links import say
from umeta.ui.shared.grid import GridRow, Tile, image_rows
from umeta.ui.shared.tables import draw_table
from umeta.ui.tasks.controls import Asked, open_task
from umeta.ui.tasks.deck import Deck, deck_of
from umeta.ui.tasks.image_rows import row_colours
from umeta.ui.tasks.solvers import NEAREST, Solver, accuracies, learners_at_hand, nearest_neighbour, solver_of

SAMPLE = 200
SHOWN = 6
MOST_ROWS, MOST_QUERIES = 5, 2
"""Rows of a task that are shown, and queries of each row."""
SIDE = 32
OPEN = "open task"


def browse(asked: Asked) -> None:
    """Draw the first of a sample of tasks in an order, and open one."""
    deck = deck_of(asked)
    if not deck.partitions:
        st.info(
            "Augmented tasks cannot be sorted by difficulty: the embedding holds no random views. Choose another "
            "source.",
            icon=":material/info:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = _pick_order(asked.revealed)
        solver = _pick_solver(deck)
    tasks = state.remember(
        "browsed tasks", f"{state.embedding_key()} {deck.key}", "Drawing tasks", _drawn(deck)
    )
    accuracy = state.remember(
        "browsed accuracies",
        f"{state.embedding_key()} {deck.key} {solver.name}",
        f"Answering {SAMPLE} tasks by {solver.name}",
        lambda step: accuracies(solver, tasks, step),
    )
    classes = state.dataset().classes.values if asked.revealed else None
    traits = state.remember(
        "task traits",
        f"{state.embedding_key()} {deck.key} {solver.name} {asked.revealed}",
        "Measuring tasks",
        lambda _: task_traits(tasks, state.embedding().vectors, accuracy=accuracy, classes=classes),
    )
    _draw(deck, tasks, traits, in_order(traits, order), order)  # type: ignore[arg-type]


def _drawn(deck: Deck):
    return lambda step: deck.first(SAMPLE, step)


def _pick_order(revealed: bool) -> str:
    options = [order for order in ORDERS if revealed or order not in NEED_CLASSES]
    asked = st.query_params.get("order", "")
    if st.session_state.get("order", asked or ORDERS[0]) not in options:
        st.session_state["order"] = ORDERS[0]
        if asked in NEED_CLASSES:
            say("This link sorts by purity. Reveal true classes to see it so.")
    return st.selectbox(
        "First",
        options,
        key="order",
        bind="query-params",
        width=170,
        help="Hard: few queries are answered right. Diverse: rows lie far apart in the embedding. Pure: queries are of "
        "their row's true class; offered once true classes are revealed.",
    )


def _pick_solver(deck: Deck) -> Solver:
    runs = learners_at_hand(deck.shape)
    names = [NEAREST, *runs]
    asked = st.query_params.get("solver")
    if asked and asked not in names:
        st.warning(
            f"solver={asked!r} is not here: its run is not kept on this machine, or takes fewer ways.",
            icon=":material/link_off:",
        )
    chosen = st.selectbox(
        "Difficulty for",
        names,
        key="solver",
        bind="query-params",
        help="The nearest neighbour, or the learner of a finished run on these images.",
    )
    return nearest_neighbour() if chosen == NEAREST else solver_of(chosen, runs[chosen])


def _draw(deck: Deck, tasks: TaskBatch, traits: TaskTraits, places: np.ndarray, order: str) -> None:
    first = places[:SHOWN].tolist()
    mean = f"{traits.accuracy.mean():.0%}, from {traits.accuracy.min():.0%} to {traits.accuracy.max():.0%}"
    st.markdown(
        f"The {SHOWN} {order} of tasks 0 to {SAMPLE - 1}. Right answers over all of them: {mean} per task."
    )
    st.pills(
        "Open task",
        first,
        key=OPEN,
        on_change=_open,
        help="Shows the task by itself; its number goes into the link.",
    )
    shown = min(MOST_ROWS, deck.shape.n_way)
    heads = [f"Row {row + 1}" for row in range(shown)]
    image_rows(
        state.dataset().images.images,
        [_task_row(tasks, traits, task, shown) for task in first],
        heads,
        side=SIDE,
    )
    if deck.shape.n_way > shown or deck.shape.n_query > MOST_QUERIES:
        st.caption(
            f"Of each task the first {shown} rows: the support, framed, and the first {MOST_QUERIES} queries."
        )
    with st.expander(f"All {SAMPLE} tasks as a table", icon=":material/table:"):
        table = {
            "task": places,
            "right %": np.round(100 * traits.accuracy[places], 1),
            "diversity": np.round(traits.diversity[places], 2),
        }
        if traits.purity is not None:
            table["purity %"] = np.round(100 * traits.purity[places], 1)
        draw_table(table, key="browsed table")


def _task_row(tasks: TaskBatch, traits: TaskTraits, task: int, shown: int) -> GridRow:
    """Return one task as a row of the grid: a part for each of its classes."""
    parts = []
    for row, colour in zip(range(shown), row_colours(shown), strict=True):
        support = [
            Tile(item=int(item), colour=colour, alt=f"item {item}, support of row {row + 1} of task {task}")
            for item in tasks.support[task, row, :MOST_QUERIES]
        ]
        query = [
            Tile(item=int(item), alt=f"item {item}, query of row {row + 1} of task {task}")
            for item in tasks.query[task, row, :MOST_QUERIES]
        ]
        parts.append([*support, *query])
    badges = (f"{traits.accuracy[task]:.0%} right", f"diversity {traits.diversity[task]:.2f}")
    if traits.purity is not None:
        badges += (f"purity {traits.purity[task]:.0%}",)
    return GridRow(parts=parts, heading=f"Task {task}", badges=badges)


def _open() -> None:
    number = st.session_state.get(OPEN)
    if number is not None:
        open_task(int(number))
