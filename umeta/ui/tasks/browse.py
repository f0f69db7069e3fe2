"""The first tasks of a sample in an order worth looking through: the hardest, the most diverse, the purest."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from jaxtyping import Int

from umeta.figures.palette import row_colours
from umeta.tasks import TaskBatch
from umeta.tasks.task_order import (
    ORDERS,
    ORDERS_BY_CLASSES,
    ORDERS_BY_PARTITIONS,
    Order,
    TaskTraits,
    sorted_tasks,
    task_traits,
)
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import cut
from umeta.ui.shared.grid import GridRow, Tile, image_rows
from umeta.ui.shared.tables import draw_table
from umeta.ui.tasks.controls import TaskRequest, open_task
from umeta.ui.tasks.numbered_tasks import NumberedTasks, tasks_for
from umeta.ui.tasks.opinions import opinion_method, opinions
from umeta.ui.tasks.solvers import (
    NEAREST,
    Solver,
    accuracies,
    available_learners,
    learner_of_run,
    nearest_neighbour,
)

N_TASKS = 200
"""Tasks that are sorted."""
N_DRAWN = 6
"""Tasks that are drawn, the first in the order."""
MAX_ROWS, MAX_QUERIES = 5, 2
"""Rows of a task that are drawn, and queries of each row."""
SIDE = 32
OPEN = "open task"


def draw_browser(request: TaskRequest) -> None:
    """Draw the first of a sample of tasks in an order, and open one."""
    tasks = tasks_for(request)
    if not tasks.partitions:
        st.info(
            "Augmented tasks cannot be sorted by difficulty: the embedding holds no random views. Choose another "
            "source.",
            icon=":material/info:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        revealed = request.revealed and state.dataset().n_labelled(_split_of(tasks)) > 0
        order = _pick_order(revealed, can_ask=opinion_method(request) is not None)
        solver = _pick_solver(tasks)
    asked = opinions(request, make=order in ORDERS_BY_PARTITIONS)
    sample, traits = _measured_sample(tasks, solver, asked, revealed=revealed)
    numbers = sorted_tasks(traits, order)
    accuracy = traits.accuracy
    st.markdown(
        f"The {N_DRAWN} {order} of tasks 0 to {N_TASKS - 1}. In all of them {accuracy.mean():.0%} of the queries are "
        f"answered right, from {accuracy.min():.0%} to {accuracy.max():.0%} in a task."
    )
    st.pills(
        "Open task",
        numbers[:N_DRAWN].tolist(),
        key=OPEN,
        on_change=_open_chosen,
        help="Shows the task by itself; its number goes into the link.",
    )
    _draw_tasks(tasks, sample, traits, numbers[:N_DRAWN])
    if presented():
        return
    with st.expander(f"All {N_TASKS} tasks as a table", icon=":material/table:"):
        draw_table(_table(traits, numbers), key="task table")


def _split_of(tasks: NumberedTasks) -> str:
    return "meta_test" if tasks.source == "test tasks" else "meta_train"


def _measured_sample(
    tasks: NumberedTasks, solver: Solver, asked: Sequence[np.ndarray], *, revealed: bool
) -> tuple[TaskBatch, TaskTraits]:
    """Return the first tasks, and what they can be sorted by."""
    embedding = state.embedding()
    sample = remember(
        "task sample",
        embedding,
        tasks.key,
        label="Drawing tasks",
        make=lambda step: tasks.first(N_TASKS, step),
    )
    accuracy = remember(
        "sample accuracies",
        embedding,
        tasks.key,
        solver.name,
        label=f"Answering {N_TASKS} tasks by {solver.name}",
        make=lambda step: accuracies(solver, sample, step),
    )
    classes = state.dataset().classes.values if revealed else None
    traits = remember(
        "task traits",
        embedding,
        tasks.key,
        solver.name,
        revealed,
        len(asked),
        state.classes_key(),
        label="Measuring tasks",
        make=lambda _: task_traits(
            sample, embedding.vectors, accuracy=accuracy, classes=classes, partitions=asked
        ),
    )
    return sample, traits


def _pick_order(revealed: bool, *, can_ask: bool) -> Order:
    hidden = (() if revealed else ORDERS_BY_CLASSES) + (() if can_ask else ORDERS_BY_PARTITIONS)
    options: list[Order] = [order for order in ORDERS if order not in hidden]
    linked = links.ORDER.read()
    if st.session_state.get(links.ORDER.key, linked or ORDERS[0]) not in options:
        st.session_state[links.ORDER.key] = ORDERS[0]
        if linked in ORDERS_BY_CLASSES:
            links.say("This link sorts by purity. Reveal true classes to sort by it.")
    return st.selectbox(
        "First",
        options,
        key=links.ORDER.key,
        bind="query-params",
        width=170,
        help="Hard: few queries are answered right. Diverse: rows lie far apart in the embedding. Sure: partitions by "
        "the same strategy, which are made for it, put queries with the support of their row too. Pure: queries are of "
        "their row's true class; offered once true classes are revealed.",
    )


def _pick_solver(tasks: NumberedTasks) -> Solver:
    learners = available_learners(tasks.shape)
    names = [NEAREST, *learners]
    linked = links.SOLVER.read()
    if linked and linked not in names:
        links.say(
            f"solver={cut(linked)!r} is not here: its run is not kept on this machine, or takes fewer ways."
        )
    name = st.selectbox(
        "Difficulty for",
        names,
        key=links.SOLVER.key,
        bind="query-params",
        help="The nearest neighbour, or the learner of a finished run on these images.",
    )
    return nearest_neighbour() if name == NEAREST else learner_of_run(name, learners[name])


def _draw_tasks(
    tasks: NumberedTasks, sample: TaskBatch, traits: TaskTraits, numbers: Int[np.ndarray, " n_drawn"]
) -> None:
    n_rows = min(MAX_ROWS, tasks.shape.n_way)
    image_rows(
        state.dataset().images.images,
        [_task_row(sample, traits, number, n_rows) for number in numbers.tolist()],
        [f"Row {row + 1}" for row in range(n_rows)],
        side=SIDE,
    )
    if tasks.shape.n_way > n_rows or tasks.shape.n_query > MAX_QUERIES:
        st.caption(
            f"Of each task the first {n_rows} rows: the support, framed, and the first {MAX_QUERIES} queries."
        )


def _task_row(sample: TaskBatch, traits: TaskTraits, number: int, n_rows: int) -> GridRow:
    """Return one task as a row of the grid: a part for each of its classes."""
    parts = []
    for row, colour in enumerate(row_colours(n_rows)):
        support = [
            Tile(item=int(item), colour=colour, alt=f"item {item}, support of row {row + 1} of task {number}")
            for item in sample.support[number, row, :MAX_QUERIES]
        ]
        query = [
            Tile(item=int(item), alt=f"item {item}, query of row {row + 1} of task {number}")
            for item in sample.query[number, row, :MAX_QUERIES]
        ]
        parts.append([*support, *query])
    badges = (f"{traits.accuracy[number]:.0%} right", f"diversity {traits.diversity[number]:.2f}")
    if traits.agreement is not None:
        badges += (f"{traits.agreement[number]:.0%} sure",)
    if traits.purity is not None:
        badges += (f"purity {traits.purity[number]:.0%}",)
    return GridRow(parts=parts, heading=f"Task {number}", badges=badges)


def _table(traits: TaskTraits, numbers: Int[np.ndarray, " n_tasks"]) -> dict[str, np.ndarray]:
    """Return the traits of all tasks in the order, as columns."""
    table = {
        "task": numbers,
        "right %": np.round(100 * traits.accuracy[numbers], 1),
        "diversity": np.round(traits.diversity[numbers], 2),
    }
    if traits.agreement is not None:
        table["sure %"] = np.round(100 * traits.agreement[numbers], 1)
    if traits.purity is not None:
        table["purity %"] = np.round(100 * traits.purity[numbers], 1)
    return table


def _open_chosen() -> None:
    number = st.session_state.get(OPEN)
    if number is not None:
        open_task(int(number))
