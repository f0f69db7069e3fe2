"""One test task: its images, and which of two methods got each query right."""

import numpy as np
import streamlit as st

from umeta.browser.task_images import TaskImages
from umeta.data import Dataset
from umeta.figures.palette import PETROFF, TINTS
from umeta.results.contenders import Contender
from umeta.results.reload import dataset_of, tasks_of
from umeta.stage import UserError
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import plain
from umeta.ui.results.task_by_task import shared_answers
from umeta.ui.shared.grid import GridRow, Tile, image_rows
from umeta.ui.shared.reveal import not_seen_badge

SIGNS = {True: "✓ right", False: "✗ wrong"}


def pick_task(n_tasks: int, default: int) -> int:
    """Draw the choice of a test task by its number in the list."""
    links.announce_beyond(links.TEST_TASK, n_tasks - 1)
    number = st.number_input(
        "Open test task",
        0,
        n_tasks - 1,
        min(default, n_tasks - 1),
        key=links.TEST_TASK.key,
        bind="query-params",
        width=170,
    )
    return int(number)


def images_of(contender: Contender) -> Dataset | None:
    """Return the data set of a method's run; None, with the reason on the page, where it is not at hand."""
    dataset = contender.run.result.config["dataset"]
    try:
        return remember(
            "dataset of a run",
            dataset,
            label="Reading images",
            make=lambda step: dataset_of(contender.run, state.home(), on_step=step),
        )
    except UserError as error:
        st.info(f"Its images cannot be shown here: {plain(error)}", icon=":material/image_not_supported:")
        return None


def draw_task(a: Contender, b: Contender, number: int) -> None:
    """Draw a test task's images, under each query which of two methods got it right."""
    dataset = images_of(a)
    if dataset is None:
        return
    tasks = tasks_of(a.run, a.row, dataset).tasks
    pictures = TaskImages.of(dataset, tasks[number : number + 1])
    right_a, right_b = shared_answers(a, b)
    grid_rows = []
    for row in range(tasks.support.shape[1]):
        support = [
            Tile(item=int(place), alt=f"item {item}, support of row {row + 1}")
            for place, item in zip(pictures.support[row], tasks.support[number, row], strict=True)
        ]
        query = []
        for place in zip(*np.nonzero(tasks.true_rows[number] == row), strict=True):
            item = int(tasks.query[number][place])
            signs = [SIGNS[bool(right[number][place])] for right in (right_a, right_b)]
            a_sign, b_sign = (sign.split()[0] if presented() else sign for sign in signs)
            query.append(
                Tile(
                    item=int(pictures.query[place]),
                    caption=f"A {a_sign}/B {b_sign}",
                    alt=f"item {item}, query of row {row + 1}: A {signs[0]}, B {signs[1]}",
                )
            )
        colour = PETROFF[TINTS[row % len(TINTS)]]
        grid_rows.append(GridRow(parts=[support, query], heading=f"Row {row + 1}", colour=colour))
    rows_are = (
        f"Each row is one image of {plain(a.row.split)}: the image itself, then random views of it."
        if tasks.views is not None
        else f"Rows are true classes of {plain(a.row.split)}."
    )
    st.markdown(f"**Test task {number}.** A: {plain(a.name)}. B: {plain(b.name)}. {rows_are}")
    if tasks.views is None:
        not_seen_badge()
    image_rows(pictures.images, grid_rows, ("Support", "Queries"), cell=74)
