"""One task as grids of images, with its items ringed on a map."""

import numpy as np
import streamlit as st

from umeta.browser.standalone.page import PagePart
from umeta.browser.standalone.parts import board_part, map_part, rows_part, task_rings
from umeta.browser.task_images import TaskImages
from umeta.ui.frame import state
from umeta.ui.frame.presenter import presented
from umeta.ui.shared.cluster_view import cluster_view
from umeta.ui.shared.map import embedding_map
from umeta.ui.shared.map_layout import MapLayout, pick_projection
from umeta.ui.shared.notebook_cell import show_cell
from umeta.ui.shared.static_page import draw_save_page
from umeta.ui.tasks.controls import TaskRequest
from umeta.ui.tasks.image_rows import draw_rows
from umeta.ui.tasks.notebook_cell import task_cell
from umeta.ui.tasks.numbered_tasks import TEXTS, task_description, tasks_for
from umeta.ui.tasks.picture_reason import draw_reason, listen_to_clicks
from umeta.ui.tasks.task_facts import draw_task_facts
from umeta.wording import counted

GREY = 208
LARGE, SMALL = 84, 56
"""Sides of a tile: three or two pixels for one of 28."""
MAX_LARGE = 8
"""Images in a row up to which they are large."""
MAP_HEIGHT = "clamp(300px, 100vh - 375px, 520px)"  # whole on a projector, beside the rows


def draw_single_task(request: TaskRequest) -> None:
    """Draw the task of the number and where it lies on the map."""
    left, right = st.columns([65, 35], gap="small")
    with left:
        draw_task_rows(request)
    with right:
        draw_task_map(request)


def draw_task_rows(request: TaskRequest) -> None:
    """Draw the images of the task of the number, and what can be said of them."""
    tasks = tasks_for(request)
    batch = tasks.draw(request.number)
    st.markdown(task_description(tasks, request, batch))
    if tasks.partitions:  # the embedding holds no random views
        draw_task_facts(request, tasks, batch)
    side = LARGE if tasks.shape.items_per_class <= MAX_LARGE else SMALL
    clickable = bool(tasks.partitions)  # random views of an image are in no cluster
    draw_rows(state.dataset(), tasks, batch, revealed=request.revealed, side=side, clickable=clickable)
    if presented():
        return
    if request.revealed and tasks.partitions and not tasks.true_classes:
        st.caption("✓ is of the true class of its row's support images, ✗ of another.")
    if clickable:
        listen_to_clicks(batch)
        draw_reason(state.dataset(), tasks, batch, request)


def draw_task_map(request: TaskRequest) -> None:
    """Draw the map with the task's items ringed; that of test tasks shows every split."""
    tasks = tasks_for(request)
    batch = tasks.draw(request.number)
    every_split = tasks.source == "test tasks"
    layout = MapLayout(pick_projection(), every_split).when_ready()
    points = layout.points()
    # Augmented tasks have no clusters; the map then says partition A's on hover.
    partition = tasks.partitions[int(batch.origin[0])] if tasks.partitions else state.partitions()[0]
    name = f"{tasks.source_key} {int(batch.origin[0])}"
    rings = task_rings(batch)
    if not tasks.partitions:  # the views of one image lie nowhere on the map but at the image
        rings = tuple(ring for ring in rings if ring.shape == "circle")
    view = cluster_view(
        layout,
        partition,
        layout.cluster_colours(name, partition),
        painted=np.full((len(points), 3), GREY, np.uint8),
        point_size=0.7,
        rings=rings,
    )
    n_items = len(np.unique(np.concatenate([batch.support, batch.query], axis=2)))
    marks = (
        "circles are support, squares are queries" if tasks.partitions else "each image is a row of its own"
    )
    alt = (
        f"Map of {counted(len(points), 'image')}, grey, with the {n_items} of this task ringed: {marks}, "
        "a colour for each row."
    )
    embedding_map(
        points,
        view,
        key=f"task map {every_split}",
        alt=alt,
        height=MAP_HEIGHT,
        share=layout.projection,
        moving=layout.moving,
        on_cell=lambda _chosen, _view: show_cell(task_cell(request)),
    )
    caption = f"The task on the map: {marks}; each colour is a row."
    st.caption(caption)
    dataset = state.dataset()

    def parts() -> list[PagePart]:
        pictures = TaskImages.of(dataset, batch)
        on_map = map_part(points, view, heading="On the map", caption=caption, alt=alt)
        return [board_part(pictures, batch, request.number), rows_part(pictures, batch), on_map]

    draw_save_page(f"A task of {dataset.card.title}", TEXTS[tasks.source], parts, name="task")
