"""A task that is kept with a construction, as rows of images."""

import numpy as np
import streamlit as st
from jaxtyping import Bool, Int

from umeta.browser.task_images import TaskImages
from umeta.data import DATASETS, Dataset
from umeta.plane.points import Point
from umeta.tasks import TaskBatch
from umeta.tasks.task import Views
from umeta.ui.frame import links, state
from umeta.ui.frame.text import plain
from umeta.ui.shared.grid import GridRow, Tile, image_rows

SIDE = 56


def pick_example(*points: Point) -> int:
    """Draw the choice of the task, the same for all, and return its number, from 0."""
    most = min(len(point.tasks) for point in points)
    links.announce_beyond(links.EXAMPLE, most)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.number_input(
            "Task",
            1,
            most,
            links.EXAMPLE.default,
            key=links.EXAMPLE.key,
            bind="query-params",
            width=110,
            help="Which of the tasks that are kept with each construction: its first five rows.",
        )
    return int(chosen) - 1


def draw_example(point: Point, number: int) -> None:
    """Draw a task of a construction, whose images must be here; what is wrong in it is marked."""
    method = DATASETS.parse(dict(point.sections["dataset"]))
    if missing := method.whereabouts(state.home()).missing:
        st.info(plain(missing), icon=":material/download:")
        return
    dataset = state.load(method)
    batch = batch_of(point, number)
    pictures = TaskImages.of(dataset, batch)
    rows = [
        GridRow(
            heading=f"Row {row + 1}",
            parts=[
                _tiles(dataset, pictures.support[row], batch.support[0, row], int(batch.support[0, row, 0])),
                _tiles(dataset, pictures.query[row], batch.query[0, row], int(batch.support[0, row, 0])),
            ],
        )
        for row in range(len(pictures.support))
    ]
    image_rows(pictures.images, rows, ("Support", "Query"), side=SIDE)


def batch_of(point: Point, number: int) -> TaskBatch:
    """Return one of the tasks that are kept with a point."""
    items = np.array([point.tasks[number]])  # (1, n_way, n_items)
    same = items[..., :, None] == items[..., None, :]
    is_view = np.tril(same, -1).any(axis=-1)  # only views repeat an image of their row
    source, views = point.sections["source"], None
    if is_view.any():
        policy, strength = source.get("policy", "auto"), source.get("strength", 1.0)
        views = Views(policy, strength, np.array([number]), is_view)
    return TaskBatch(items[..., :1], items[..., 1:], np.zeros(1, int), np.zeros(items.shape[:2], int), views)


def wrong_in(dataset: Dataset, task: Int[np.ndarray, "n_way n_items"]) -> Bool[np.ndarray, "n_way n_items"]:
    """Return which items of a task are of another class than the first of their row."""
    classes = dataset.classes.values[task]
    return classes != classes[:, :1]


def _tiles(dataset: Dataset, places: np.ndarray, items: np.ndarray, support: int) -> list[Tile]:
    wrong_ones = wrong_in(dataset, np.array([[support, *items]]))[0, 1:]
    tiles = []
    for place, item, is_wrong in zip(places.tolist(), items.tolist(), wrong_ones.tolist(), strict=True):
        sign = "" if item == support else "✗" if is_wrong else "✓"
        wrong = ", of another class than its row" if sign == "✗" else ""
        tiles.append(Tile(item=place, caption=sign, alt=f"item {item}{wrong}"))
    return tiles
