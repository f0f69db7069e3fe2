"""The tasks page: one task as grids of images, rebuilt from its number, with its items ringed on a map."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from umeta.data import Dataset
from umeta.figures.palette import PETROFF, TINTS, Colour
from umeta.partitions import PARTITIONS, Partition
from umeta.tasks import PartitionSource, TaskBatch, TaskConfig
from umeta.ui import maps, state
from umeta.ui.gallery import caption_cell, class_name
from umeta.ui.grid import GridRow, Tile, image_rows
from umeta.ui.map import MapRing, embedding_map
from umeta.ui.partitions import task_shape
from umeta.ui.reveal import not_seen_badge, reveal_toggle

SOURCES = ("partition A", "random", "oracle")
SOURCE_TEXTS = {
    "partition A": "Rows are clusters of partition A.",
    "random": "Rows are clusters drawn by chance: there is nothing to learn in them.",
    "oracle": "Rows are true classes: what pseudo-tasks try to imitate.",
}


@dataclass(frozen=True)
class Asked:
    """What the controls ask for; the same values always give the same task."""

    shape: TaskConfig
    source: str
    task: int
    n_partitions: int
    number: int | None
    """The partition to draw from, None for any of them."""
    projection: str
    revealed: bool


def controls() -> Asked:
    """Draw the controls and return what they ask for."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("New task", icon=":material/casino:", type="primary", shortcut="N", on_click=_next_task)
        task = st.number_input(
            "Task",
            0,
            2**31 - 1,
            0,
            key="task",
            bind="query-params",
            width=130,
            help="The number that the task is drawn from: the same number gives the same task on any machine.",
        )
        shape = task_shape()
        count = st.number_input(
            "Partitions",
            1,
            50,
            1,
            key="p",
            bind="query-params",
            width=110,
            help="How many clusterings tasks are drawn from: the first of the vectors as they are, each other one "
            "under a random scaling.",
        )
        number = None
        if count > 1:
            names = ["any", *(str(k) for k in range(1, count + 1))]
            chosen = st.selectbox("Drawn from", names, key="p_n", bind="query-params", width=100)
            number = None if chosen == "any" else int(chosen) - 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        projection = maps.pick_projection()
        place = st.container()
        revealed = reveal_toggle()
        with place:
            source = st.segmented_control(
                "Tasks from",
                SOURCES if revealed else SOURCES[:2],
                default=SOURCES[0],
                required=True,
                key="source",
                bind="query-params",
                help="Where rows come from. True classes (oracle) are offered once they are revealed.",
            )
    return Asked(shape, source or SOURCES[0], task, count, number, maps.when_ready(projection), revealed)


def _next_task() -> None:
    st.session_state["task"] = int(st.session_state.get("task", 0)) + 1


def partitions_of(asked: Asked) -> tuple[str, Sequence[Partition]]:
    """Return the partitions that tasks are drawn from, and what identifies them."""
    choose = state.selection().partition_method
    if asked.source == "oracle":
        method = PARTITIONS.parse("oracle")
    elif asked.source == "random":
        method = choose("random", n_partitions=asked.n_partitions)
    elif state.selection().partition == "oracle":
        method = choose()
    else:
        method = choose(n_partitions=asked.n_partitions)
    made = state.partitions(method)
    if asked.number is not None and asked.number < len(made):
        return f"{method.model_dump_json()} {asked.number}", [made[asked.number]]
    return method.model_dump_json(), made


def draw_task(partitions: Sequence[Partition], shape: TaskConfig, task: int) -> TaskBatch:
    """Draw the task of a number; the same number, shape and partitions always give the same one."""
    source = PartitionSource([partition.clusters for partition in partitions])
    return source.sample(1, shape, rng=np.random.default_rng([task, 7]))


def row_colours(n_way: int) -> list[Colour]:
    """Return a colour for each row of a task; beyond eight rows they come round again."""
    return [PETROFF[TINTS[row % len(TINTS)]] for row in range(n_way)]


def task_rows(dataset: Dataset, batch: TaskBatch, sizes: dict[int, int], *, revealed: bool) -> list[GridRow]:
    """Return the rows of the first task of a batch, one per cluster, with its classes if they are revealed."""
    rows = []
    for row, (cluster, colour) in enumerate(
        zip(batch.clusters[0].tolist(), row_colours(batch.clusters.shape[1]), strict=True)
    ):
        support, query = batch.support[0, row], batch.query[0, row]
        note, badges = f"cluster {cluster}", (f"of {sizes.get(cluster, 0)} images",)
        if revealed:
            classes = {class_name(dataset, int(item)) for item in np.concatenate([support, query])}
            badges += (f"{len(classes)} true {'class' if len(classes) == 1 else 'classes'} here",)
        parts = [
            [_tile(dataset, int(item), part, row, revealed=revealed) for item in items]
            for part, items in (("support", support), ("query", query))
        ]
        rows.append(GridRow(parts=parts, heading=f"Row {row + 1}", note=note, colour=colour, badges=badges))
    return rows


def _tile(dataset: Dataset, item: int, part: str, row: int, *, revealed: bool) -> Tile:
    name = class_name(dataset, item) if revealed else ""
    return Tile(
        item=item, caption=name, alt=f"item {item}, {part} of row {row + 1}" + (f", {name}" if name else "")
    )


def grids(asked: Asked, partitions: Sequence[Partition], batch: TaskBatch) -> None:
    """Draw the task's images."""
    data = state.dataset()
    ids, counts = partitions[int(batch.origin[0])].sizes()
    sizes = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    rows = task_rows(data, batch, sizes, revealed=asked.revealed)
    if asked.revealed:
        not_seen_badge()
    image_rows(
        data.images.images,
        rows,
        ("Support", "Query"),
        cell=caption_cell(tile for row in rows for part in row.parts for tile in part),
    )


def mini_map(asked: Asked, name: str, partitions: Sequence[Partition], batch: TaskBatch) -> None:
    """Draw the map with the task's items ringed: circles are support, squares are queries."""
    places = maps.points(asked.projection)
    origin = int(batch.origin[0])
    partition = partitions[origin]
    rings = []
    for row, colour in enumerate(row_colours(asked.shape.n_way)):
        support, query = (tuple(int(i) for i in items[0, row]) for items in (batch.support, batch.query))
        rings.append(MapRing(items=query, colour=colour, shape="square"))
        rings.append(MapRing(items=support, colour=colour))
    view = maps.cluster_view(
        partition,
        maps.cluster_colours(f"{name} {origin}", partition, asked.projection),
        painted=np.full((len(places), 3), 208, np.uint8),
        point_size=0.7,
        rings=tuple(rings),
    )
    embedding_map(
        places,
        view,
        key="task map",
        alt=f"Map of {len(places):,} images, grey, with the {asked.shape.n_way * asked.shape.items_per_class} of this "
        "task ringed: circles are support, squares are queries, a colour for each row.",
        height=400,
        tools=False,
    )
    st.caption("The task on the map. Circles are support, squares are queries; each colour is a row.")


def how_to_read(asked: Asked, batch: TaskBatch) -> None:
    """Say what the task asks of a learner."""
    way, shot, query = asked.shape.n_way, asked.shape.n_shot, asked.shape.n_query
    which = (
        f" This one comes from partition {int(batch.origin[0]) + 1}."
        if asked.n_partitions > 1 and asked.number is None
        else ""
    )
    st.markdown(
        f"{SOURCE_TEXTS[asked.source]} A learner sees {shot} labelled {'image' if shot == 1 else 'images'} "
        f"of each of {way} rows and must put {way * query} queries into the right row; "
        f"guessing gets {1 / way:.0%} right.{which}"
    )
