"""The partitions page: A and B side by side, with a report card of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

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
            number = (
                st.number_input("Shown", 1, count, min(2, count), key="b_n", bind="query-params", width=110)
                - 1
            )
        options = {"n_partitions": count, "n_clusters": n_clusters or state.selection().n_clusters}
        if name == "kmeans":
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


def draw_side(side: Side, projection: str) -> None:
    """Draw one partition's title and map."""
    st.markdown(f"#### {side.title}")
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


def report_cards(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw the report cards of both as one table, with a plain explanation of every number."""
    facts = [_facts(side.report, task) for side in (a, b)]
    st.html(card_html([a.title, b.title], FACTS, facts))
    for side, numbers in zip((a, b), facts, strict=True):
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
            _agreement_facts(side.report.agreement, n_classes) for side in (a, b) if side.report.agreement
        ]
        st.html(card_html([a.title, b.title], AGREEMENT_FACTS, agreements))


FACTS = {
    "made": ("Clusters made", "What the strategy was asked for."),
    "usable": ("Clusters kept", "Large enough to give one task its support and query images of a class."),
    "dropped": ("Clusters dropped", "Too small for that; neither merged nor refilled."),
    "images": ("Images dropped", "No task will ever show them."),
    "retries": ("Retries", "How often clustering began anew because too many clusters were small."),
}
AGREEMENT_FACTS = {
    "purity": ("Purity", "Images that are of the most frequent class of their cluster."),
    "nmi": (
        "NMI",
        "Normalised mutual information with the classes: 0 tells nothing of them, 1 is equal to them.",
    ),
    "ari": ("ARI", "Adjusted Rand index, by pairs of images: 0 is what chance gives, 1 is equal."),
    "covered": ("Classes covered", "True classes that are the most frequent one of some cluster."),
}


def _facts(judged: PartitionReport, task: TaskConfig) -> dict[str, str]:
    usable = judged.usable(task.items_per_class)
    small = int(judged.sizes[judged.sizes < task.items_per_class].sum())
    return {
        "made": f"{judged.n_made:,}",
        "usable": f"{usable:,}",
        "dropped": f"{judged.n_made - usable:,}",
        "images": f"{small + judged.n_dropped_items:,}",
        "retries": f"{judged.retries:,}",
    }


def _agreement_facts(agreement: Agreement, n_classes: int) -> dict[str, str]:
    return {
        "purity": f"{agreement.purity:.1%}",
        "nmi": two_digits(agreement.nmi),
        "ari": two_digits(agreement.ari),
        "covered": f"{agreement.classes_covered:,} of {n_classes:,}",
    }


def two_digits(value: float) -> str:
    """Return a score with two digits, and never a negative zero."""
    return f"{round(value, 2) + 0.0:.2f}"


def card_html(
    titles: Sequence[str], facts: Mapping[str, tuple[str, str]], columns: Sequence[Mapping[str, str]]
) -> str:
    """Return a table with a row per fact, its explanation under its name, and a column per partition."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}<small>{escape(text)}</small></th>'
        + "".join(f"<td>{escape(column[key])}</td>" for column in columns)
        + "</tr>"
        for key, (name, text) in facts.items()
    )
    table = f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody>"
    return f'{_CARD_STYLE}<table class="umeta-card">{table}</table>'


_CARD_STYLE = """<style>
.umeta-card { width: 100%; border-collapse: collapse; font-size: 14px; line-height: 1.35; }
.umeta-card th, .umeta-card td { padding: 7px 10px; text-align: right; vertical-align: top; font-weight: 400;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); overflow-wrap: anywhere; }
.umeta-card thead th { font-weight: 600; vertical-align: bottom; }
.umeta-card th[scope=row] { text-align: left; font-weight: 600; padding-left: 0; width: 52%; }
.umeta-card small { display: block; font-size: 12.5px; font-weight: 400; }
.umeta-card td { font-size: 17px; font-variant-numeric: tabular-nums; }
</style>"""


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
