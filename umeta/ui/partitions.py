"""The partitions page: A and B side by side, with a report card of each."""

from dataclasses import dataclass

import streamlit as st

from umeta.figures.partitions import cluster_sizes, purity_histogram
from umeta.partitions import PARTITIONS, Partition, PartitionReport, report
from umeta.partitions.report import Agreement, agree
from umeta.tasks import TaskConfig
from umeta.ui import maps, state
from umeta.ui.charts import draw_chart
from umeta.ui.map import embedding_map
from umeta.ui.reveal import not_seen_badge, reveal_toggle

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
    return projection, revealed, task


def task_shape() -> TaskConfig:
    """Draw the shape of a task: classes, examples of each, questions about each."""
    ways = st.number_input("Ways", 2, 50, 5, key="way", bind="query-params", width=110, help="Classes in one task (N).")
    shots = st.number_input(
        "Shots", 1, 20, 1, key="shot", bind="query-params", width=110, help="Labelled examples of each class (K)."
    )
    queries = st.number_input(
        "Queries", 1, 20, 5, key="query", bind="query-params", width=110, help="Images of each class to be recognised."
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
        n_clusters = st.number_input(
            "Clusters of B",
            min_value=2,
            value=None,
            step=10,
            key="b_k",
            bind="query-params",
            placeholder="as A",
            width=130,
        )
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
            number = st.number_input("Shown", 1, count, min(2, count), key="b_n", bind="query-params", width=110) - 1
        options = {"n_partitions": count, "n_clusters": n_clusters or state.selection().n_clusters}
        if name == "kmeans":
            options["scaling"] = st.checkbox(
                "Scaling",
                value=True,
                key="b_scaling",
                bind="query-params",
                help="Every partition but the first stretches each direction of the vectors at random, so that it groups "
                "the images by something else.",
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


def draw_side(side: Side, projection: str, task: TaskConfig) -> None:
    """Draw one partition's map and its report card."""
    places = maps.points(projection)
    colours = maps.cluster_colours(side.name, side.partition, projection)
    typical = maps.medoids(side.partition.clusters, maps.typicality(side.name, side.partition))
    embedding_map(
        places,
        maps.cluster_view(side.partition, colours, typical=typical),
        key=f"map {side.title[0]}",
        alt=f"Map of {len(places):,} images coloured by the clusters of partition {side.title}.",
        height=380,
        link="partitions",
    )
    report_card(side, task)


def report_card(side: Side, task: TaskConfig) -> None:
    """Draw the numbers of one partition."""
    judged, least = side.report, task.items_per_class
    usable = judged.usable(least)
    n_dropped = int(judged.sizes[judged.sizes < least].sum()) + judged.n_dropped_items
    with st.container(horizontal=True):
        st.metric("Clusters made", f"{judged.n_made:,}", help="What the strategy was asked for.")
        st.metric(
            f"Usable for {task.n_way}-way {task.n_shot}-shot",
            f"{usable:,}",
            help=f"Clusters of at least {least} images: {task.n_shot} to learn from and {task.n_query} to ask about.",
        )
        st.metric("Dropped", f"{judged.n_made - usable:,}", help="Clusters made that are too small for this task.")
        st.metric("Images dropped", f"{n_dropped:,}", help="Images that no task will ever show.")
        st.metric("Retries", judged.retries, help="How often clustering began anew because too many were small.")
    if usable < task.n_way:
        st.warning(
            f"No {task.n_way}-way task can be drawn: {usable} clusters hold {least} images. "
            "Lower ways, shots, queries or clusters.",
            icon=":material/warning:",
        )
    if judged.agreement is not None:
        agreement_card(judged.agreement)


def agreement_card(agreement: Agreement) -> None:
    """Draw how one partition agrees with the true classes."""
    not_seen_badge()
    n_classes = state.dataset().n_classes("meta_train")
    with st.container(horizontal=True):
        st.metric("Purity", f"{agreement.purity:.1%}", help="Images that are of their cluster's most frequent class.")
        st.metric("NMI", f"{agreement.nmi:.2f}", help="Normalised mutual information with the classes: 0 none, 1 equal.")
        st.metric("ARI", f"{agreement.ari:.2f}", help="Adjusted Rand index with the classes: 0 by chance, 1 equal.")
        st.metric(
            "Classes covered",
            f"{agreement.classes_covered:,} of {n_classes:,}",
            help="Classes that are the most frequent one of some cluster.",
        )


def compare(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw what the two have in common, and their charts."""
    both = (a.partition.clusters >= 0) & (b.partition.clusters >= 0)
    alike = state.remember(
        "agreement",
        f"{state.embedding_key()} {a.name} {b.name} {state.selection().split}",
        "Comparing A and B",
        lambda _: agree(a.partition.clusters[both], b.partition.clusters[both]),
    )
    st.markdown(
        f"**A and B agree to {alike.ari:.2f}** by the adjusted Rand index over all pairs of images: 0 is what chance gives, "
        "1 is the same clusters. Point at a dot or select on one map to see the same images on the other."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Cluster sizes", anchor=False)
        draw_chart(
            cluster_sizes({a.title: a.report.sizes, b.title: b.report.sizes}, task.items_per_class), key="sizes"
        )
        st.caption(SIZES_TEXT)
    with right:
        st.subheader("Purity", anchor=False)
        if a.report.agreement is None or b.report.agreement is None:
            st.info("How pure the clusters are can be said only with the true classes. Reveal them above.")
            return
        not_seen_badge()
        draw_chart(
            purity_histogram(
                {a.title: a.report.agreement.cluster_purity, b.title: b.report.agreement.cluster_purity}
            ),
            key="purity",
        )
