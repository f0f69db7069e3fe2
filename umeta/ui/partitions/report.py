"""How good is each? The report cards, the sizes of the clusters, and their purity where classes are revealed."""

import streamlit as st

from umeta.figures.partitions import cluster_sizes, purity_histogram
from umeta.partitions.marked_pairs import MarkedPairs
from umeta.tasks import TaskConfig
from umeta.ui.frame import state
from umeta.ui.frame.text import plain
from umeta.ui.partitions.partition_facts import AGREEMENT_FACTS, FACTS, agreement_facts, facts
from umeta.ui.partitions.sides import Side
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.fact_table import card_html
from umeta.ui.shared.reveal import draw_why_hidden, not_seen_badge
from umeta.wording import counted

SIZES_TEXT = (
    "Crosses mark clusters with fewer images than one task needs of a class; they are left out of tasks, "
    "neither merged nor refilled."
)


def draw_report(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw what tasks can be made of each partition, and how each agrees with the true classes once revealed."""
    for side in (a, b):
        usable = side.report.usable(task.items_per_class)
        if usable < task.n_way:
            st.warning(
                f"{plain(side.title)}: no {task.n_way}-way task can be drawn. It needs {task.n_way} clusters of "
                f"{counted(task.items_per_class, 'image')}; {usable:,} hold as many. "
                "Lower ways, shots, queries or clusters.",
                icon=":material/warning:",
            )
    left, right = st.columns(2, gap="medium")
    with left:
        st.html(card_html([a.title, b.title], FACTS, [facts(side.report, task) for side in (a, b)]))
    with right:
        st.markdown("#### Cluster sizes")
        st.caption(SIZES_TEXT)
        sizes = {a.title: a.report.sizes, b.title: b.report.sizes}
        draw_chart(cluster_sizes(sizes, task.items_per_class), key="sizes", picture="svg")
    _draw_agreement(a, b)


def _draw_agreement(a: Side, b: Side) -> None:
    """Draw how both agree with the true classes, if these are revealed."""
    agreements = {side.title: side.report.agreement for side in (a, b) if side.report.agreement is not None}
    dataset = state.dataset()
    if not agreements and a.revealed and dataset.n_labelled("meta_test"):
        not_seen_badge()
        st.markdown("\n".join(f"- {marked_text(side.title, side.marked)}" for side in (a, b)))
        st.caption("Marks that were made cluster by cluster flatter the partition in which they were made.")
        return
    if not agreements:
        draw_why_hidden("How pure the clusters are")
        st.markdown("You can judge pairs yourself under “Are clusters pure?”: that takes no label.")
        return
    not_seen_badge()
    n_classes = state.dataset().n_classes("meta_train")
    left, right = st.columns(2, gap="medium")
    with left:
        columns = [agreement_facts(agreement, n_classes) for agreement in agreements.values()]
        st.html(card_html(list(agreements), AGREEMENT_FACTS, columns))
    with right:
        st.markdown("#### Purity of the clusters")
        purities = {title: agreement.cluster_purity for title, agreement in agreements.items()}
        draw_chart(purity_histogram(purities), key="purity", picture="svg")


def marked_text(title: str, pairs: MarkedPairs) -> str:
    """Return how far a partition follows the classes of a few marked images, in a sentence."""
    of = f"{counted(pairs.n_items, 'marked image')} of meta_test, each put into its nearest cluster"
    if not pairs.is_enough:
        return f"**{plain(title)}**: {of}, make {counted(pairs.n_together, 'pair')} of one cluster, too few to judge."
    return (
        f"**{plain(title)}**: of the {pairs.n_together:,} pairs of one cluster among {of}, **{pairs.together:.0%}** "
        f"are of one class; by chance it would be {pairs.by_chance:.0%}."
    )
