"""The partitions page: A and B side by side, with a report card of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from umeta.figures.partitions import cluster_sizes, purity_histogram
from umeta.partitions import PARTITIONS, Partition, PartitionReport, report
from umeta.partitions.report import agree
from umeta.tasks import TaskConfig
from umeta.ui import maps, state
from umeta.ui.charts import draw_chart
from umeta.ui.gallery import by_cluster_typical_first
from umeta.ui.grid import Tile, image_grid
from umeta.ui.map import MapSelection, embedding_map
from umeta.ui.report_card import AGREEMENT_FACTS, FACTS, agreement_facts, card_html, facts, two_digits
from umeta.ui.reveal import not_seen_badge, reveal_toggle

SHOWN = 60
SIZES_TEXT = (
    "Crosses mark clusters with fewer images than one task needs of a class; they are left out of tasks, "
    "neither merged nor refilled."
)


@dataclass(frozen=True)
class Side:
    """One of the two partitions compared."""

    title: str
    method: str
    partition: Partition
    number: int
    n_partitions: int
    report: PartitionReport

    @property
    def name(self) -> str:
        """What identifies the partition in memory."""
        return f"{self.method} {self.number}"


def controls() -> tuple[str, bool, TaskConfig]:
    """Draw what concerns both: the map, the task that clusters must serve, and whether classes are revealed."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        projection = maps.pick_projection()
        task = task_shape()
        revealed = reveal_toggle()
    return maps.when_ready(projection), revealed, task


def task_shape() -> TaskConfig:
    """Draw the shape of a task: classes, examples of each, questions about each."""
    ways = st.number_input(
        "Ways", 2, 50, 5, key="way", bind="query-params", width=110, help="Classes in one task (N)."
    )
    shots = st.number_input(
        "Shots",
        1,
        20,
        1,
        key="shot",
        bind="query-params",
        width=110,
        help="Labelled examples of each class (K).",
    )
    queries = st.number_input(
        "Queries",
        1,
        20,
        5,
        key="query",
        bind="query-params",
        width=110,
        help="Images of each class to be recognised.",
    )
    return TaskConfig(n_way=ways, n_shot=shots, n_query=queries)


def side_a(revealed: bool) -> Side:
    """Return partition A, the sidebar's; its controls are there."""
    method = state.selection().partition_method()
    return _side("A", method, 0, revealed)


def side_b(revealed: bool) -> Side:
    """Draw the controls of partition B and return it."""
    names = [name for name in PARTITIONS.methods if revealed or name != "oracle"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Partition B",
            names,
            index=names.index("random"),
            key="b",
            bind="query-params",
            width=150,
            help="What A is compared with. “random” gives every image a cluster by chance: what no clustering may fall "
            "below. “oracle”, the true classes, is offered once they are revealed.",
        )
        if name == "oracle":
            return _side("B", PARTITIONS.parse("oracle"), 0, revealed)
        takes = PARTITIONS.method_class(name).model_fields
        options: dict[str, Any] = {}
        if "n_clusters" in takes:
            asked = st.number_input(
                "Clusters of B",
                min_value=2,
                value=None,
                step=10,
                key="b_k",
                bind="query-params",
                placeholder="as A",
                width=130,
            )
            options["n_clusters"] = asked or state.selection().n_clusters
        count = st.number_input(
            "Partitions",
            1,
            50,
            1,
            key="b_p",
            bind="query-params",
            width=110,
            help="How many clusterings of the same vectors. Tasks are drawn from all of them.",
        )
        number = 0
        if count > 1:
            number = (
                st.number_input("Shown", 1, count, min(2, count), key="b_n", bind="query-params", width=110)
                - 1
            )
        options["n_partitions"] = count
        if "scaling" in takes and count > 1:
            options["scaling"] = st.checkbox(
                "Scaling",
                value=True,
                key="b_scaling",
                bind="query-params",
                help="Every partition but the first stretches each direction of the vectors at random, so that it "
                "groups the images by something else.",
            )
    return _side("B", PARTITIONS.parse({"name": name, **options}), number, revealed)


def _side(letter: str, method, number: int, revealed: bool) -> Side:
    data = state.dataset()
    partition = state.partitions(method)[number]
    key = method.model_dump_json()
    classes = data.classes.values
    judged = state.remember(
        "report",
        f"{state.embedding_key()} {key} {number} {revealed} {state.selection().split}",
        f"Judging partition {letter}",
        lambda _: report(partition, state.items(), classes if revealed else None),
    )
    title = f"{letter}: {method.name}, {len(judged.clusters)} clusters"
    return Side(title, key, partition, number, getattr(method, "n_partitions", 1), judged)


def draw_side(side: Side, projection: str) -> MapSelection:
    """Draw one partition's title and map, and return what is selected there."""
    st.markdown(f"#### {side.title}")
    places = maps.points(projection)
    colours = maps.cluster_colours(side.name, side.partition, projection)
    typical = maps.medoids(side.partition.clusters, maps.typicality(side.name, side.partition))
    return embedding_map(
        places,
        maps.cluster_view(side.partition, colours, typical=typical),
        key=f"map {side.title[0]}",
        alt=f"Map of {len(places):,} images coloured by the clusters of partition {side.title}.",
        height=380,
        link="partitions",
    )


def report_cards(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw the report cards of both as one table, with a plain explanation of every number."""
    columns = [facts(side.report, task) for side in (a, b)]
    st.html(card_html([a.title, b.title], FACTS, columns))
    for side, numbers in zip((a, b), columns, strict=True):
        if int(numbers["usable"].replace(",", "")) < task.n_way:
            st.warning(
                f"{side.title}: no {task.n_way}-way task can be drawn, as {numbers['usable']} clusters hold "
                f"{task.items_per_class} images. Lower ways, shots, queries or clusters.",
                icon=":material/warning:",
            )
    if a.report.agreement and b.report.agreement:
        not_seen_badge()
        n_classes = state.dataset().n_classes("meta_train")
        agreements = [
            agreement_facts(side.report.agreement, n_classes) for side in (a, b) if side.report.agreement
        ]
        st.html(card_html([a.title, b.title], AGREEMENT_FACTS, agreements))


def compare(a: Side, b: Side) -> None:
    """Say how alike the two are."""
    both = (a.partition.clusters >= 0) & (b.partition.clusters >= 0)
    alike = state.remember(
        "agreement",
        f"{state.embedding_key()} {a.name} {b.name} {state.selection().split}",
        "Comparing A and B",
        lambda _: agree(a.partition.clusters[both], b.partition.clusters[both]),
    )
    st.markdown(
        f"**A and B agree to {two_digits(alike.ari)}** by the adjusted Rand index over all pairs of images: 0 is what "
        "chance gives, 1 is the same clusters. Point at a dot or select on one map to see the same images on the other."
    )


def selection_gallery(a: Side, b: Side, projection: str, chosen: Sequence[MapSelection]) -> None:
    """Draw the images selected last on either map, and say how each partition groups them."""
    last = max(chosen, key=lambda selection: selection.at)
    if not last:
        return
    n_a, n_b = (len(np.unique(side.partition.clusters[last.items])) for side in (a, b))
    st.markdown(f"#### {len(last.items):,} selected: in {_clusters(n_a)} of A and {_clusters(n_b)} of B")
    typical = by_cluster_typical_first(last.items, b.partition.clusters, maps.typicality(b.name, b.partition))
    colours = maps.cluster_colours(b.name, b.partition, projection)
    tiles = [
        Tile(
            item=int(item),
            alt=f"item {item}, cluster {b.partition.clusters[item]} of B",
            colour=colours.of(int(b.partition.clusters[item])),
        )
        for item in typical[:SHOWN]
    ]
    more = f" The first {SHOWN} are shown; Explore shows all." if len(typical) > SHOWN else ""
    st.caption(f"Grouped and coloured by the clusters of B.{more}")
    image_grid(state.dataset().images.images, tiles)


def _clusters(count: int) -> str:
    return f"{count} cluster" if count == 1 else f"{count} clusters"


def charts(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw the sizes of the clusters, and their purity where classes are revealed."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("#### Cluster sizes")
        sizes = {a.title: a.report.sizes, b.title: b.report.sizes}
        st.caption(SIZES_TEXT)
        draw_chart(cluster_sizes(sizes, task.items_per_class), key="sizes")
    with right:
        st.markdown("#### Purity of the clusters")
        if a.report.agreement is None or b.report.agreement is None:
            st.info(
                "How pure clusters are can be said only with the true classes. Reveal them above.",
                icon=":material/visibility_off:",
            )
            return
        not_seen_badge()
        purities = {a.title: a.report.agreement.cluster_purity, b.title: b.report.agreement.cluster_purity}
        draw_chart(purity_histogram(purities), key="purity")
