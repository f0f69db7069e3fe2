"""The two partitions compared: A is the sidebar's, B is chosen on the page."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st

from umeta.partitions import PARTITIONS, Partition, PartitionReport, report
from umeta.partitions.marked_pairs import MarkedPairs, marked_pairs
from umeta.partitions.nearest_cluster import nearest_clusters
from umeta.partitions.partition import OUTSIDE
from umeta.tasks import TaskConfig
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.shared.map_layout import MapLayout, pick_projection
from umeta.ui.shared.reveal import reveal_toggle
from umeta.ui.shared.task_shape import task_shape
from umeta.wording import counted


@dataclass(frozen=True)
class Side:
    """One of the two partitions compared."""

    letter: str
    method: Any
    """The config of its strategy."""
    partition: Partition
    number: int
    """Which of the strategy's partitions it is, from 0."""
    revealed: bool

    @property
    def name(self) -> str:
        """What identifies the partition in memory."""
        return f"{state.partition_key(self.method)} {self.number}"

    @property
    def title(self) -> str:
        """What the page calls it."""
        place = f", no. {self.number + 1}" if self.number else ""
        return f"{self.letter}: {self.method.name}, {counted(self.partition.n_clusters, 'cluster')}{place}"

    @cached_property
    def report(self) -> PartitionReport:
        """Its numbers, with those about true classes where they are revealed."""
        classes = state.dataset().classes.values if self.revealed else None
        return remember(
            "report",
            state.embedding(),
            self.name,
            self.revealed,
            state.classes_key(),
            state.selection().split,
            label=f"Judging partition {self.letter}",
            make=lambda _: report(self.partition, state.items(), classes),
        )

    @property
    def marked(self) -> MarkedPairs:
        """How far it follows the classes of marked images of meta_test, each put into its nearest cluster."""
        dataset = state.dataset()
        items = dataset.items("meta_test")
        clusters = np.full(len(dataset.images), OUTSIDE, np.int32)
        clusters[items] = nearest_clusters(state.embedding().vectors, self.partition.clusters, items).clusters
        return marked_pairs(clusters, dataset.classes.values)


def draw_controls() -> tuple[Side, Side, MapLayout, TaskConfig]:
    """Draw the choice of B, of the map, of the reveal and of a task's shape; return A, B, the map and the shape."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        projection = pick_projection()
        place = st.container(horizontal=True, vertical_alignment="bottom", width="content")
        with st.popover(
            "Task shape", icon=":material/tune:", help="Ways, shots, queries: what clusters must be good for."
        ):
            task = task_shape()
        revealed = reveal_toggle()
        with place:
            method, number = _pick_b(revealed)
    b = _side("B", method, number, revealed)
    a = _side("A", state.selection().partition_method(), 0, revealed)
    return a, b, MapLayout(projection).when_ready(), task


def _pick_b(revealed: bool) -> tuple[Any, int]:
    """Draw the controls of partition B; return its strategy, and which of its partitions is shown."""
    names = [name for name in PARTITIONS.methods if revealed or name != "oracle"]
    links.announce_unknown(links.PARTITION_B, names)
    name = st.selectbox(
        "Partition B",
        names,
        index=names.index(links.PARTITION_B.default),
        key=links.PARTITION_B.key,
        bind="query-params",
        width=130,
        help="What A is compared with. “spherical” is k-means by angles. “random” gives every image a cluster by "
        "chance: what no clustering may fall below. “oracle”, the true classes, is offered once they are revealed.",
    )
    offered = PARTITIONS.method_class(name).page_options
    options: dict[str, Any] = {}
    if "n_clusters" in offered:
        n_clusters = st.number_input(
            "Clusters of B",
            min_value=2,
            value=None,
            step=10,
            key=links.N_CLUSTERS_B.key,
            bind="query-params",
            placeholder="as A",
            width=112,
        )
        options["n_clusters"] = n_clusters or state.selection().n_clusters
    number = 0
    if "n_partitions" in offered:
        with st.popover("More of B", icon=":material/tune:"):
            further, number = _pick_further(offered)
            options |= further
    return PARTITIONS.parse({"name": name, **options}), number


def _pick_further(offered: frozenset[str]) -> tuple[dict[str, Any], int]:
    """Draw the rarer options of partition B; return them, and which of its partitions is shown."""
    count = st.number_input(
        "Partitions",
        1,
        50,
        links.N_PARTITIONS_B.default,
        key=links.N_PARTITIONS_B.key,
        bind="query-params",
        help="How many clusterings of the same vectors. Tasks are drawn from all of them.",
    )
    options: dict[str, Any] = {"n_partitions": count}
    number = 0
    if count > 1:
        links.announce_beyond(links.PARTITION_NUMBER_B, count)
        shown = st.number_input(
            "Shown", 1, count, min(2, count), key=links.PARTITION_NUMBER_B.key, bind="query-params"
        )
        number = shown - 1
    if "scaling" in offered:
        options["scaling"] = st.checkbox(
            "Scaling",
            value=True,
            key=links.SCALING_B.key,
            bind="query-params",
            help="Every partition but the first stretches each direction of the vectors at random, so that it groups "
            "the images by something else.",
        )
    if "margin" in offered:
        options["margin"] = st.number_input(
            "Margin",
            0.0,
            step=0.1,
            key=links.MARGIN_B.key,
            bind="query-params",
            help="Images nearer than this to a plane are left out.",
        )
    return options, number


def _side(letter: str, method: Any, number: int, revealed: bool) -> Side:
    return Side(letter, method, state.partitions(method)[number], number, revealed)


def pick_side(a: Side, b: Side) -> Side:
    """Draw the choice of the partition that the open section is about."""
    chosen = st.segmented_control(
        "Partition",
        ("A", "B"),
        default=links.SIDE.default,
        required=True,
        key=links.SIDE.key,
        bind="query-params",
    )
    return b if chosen == "B" else a
