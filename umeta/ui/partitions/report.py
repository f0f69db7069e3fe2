"""How good is each? The report cards, the sizes of the clusters, and their purity where classes are revealed."""

from collections.abc import Mapping

import streamlit as st

from umeta.figures.partitions import cluster_sizes, purity_histogram
from umeta.partitions.marked_pairs import MarkedPairs
from umeta.partitions.report import ClassAgreement
from umeta.tasks import TaskConfig
from umeta.ui.frame import state
from umeta.ui.frame.text import plain
from umeta.ui.partitions.cells import sides_cell
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

_SIZES_IMPORTS = "from umeta.figures.partitions import cluster_sizes\n"
_SIZES = "cluster_sizes({{{a!r}: a.sizes()[1], {b!r}: b.sizes()[1]}}, min_size={min_size}).figure"
_PURITY_IMPORTS = (
    "from umeta.figures.partitions import purity_histogram\nfrom umeta.partitions import report\n"
)
_PURITY = """\
items, classes = dataset.items("meta_train"), dataset.classes.values
purities = {{
    name: report(side, items, classes).agreement.cluster_purity for name, side in {{{a!r}: a, {b!r}: b}}.items()
}}
purity_histogram(purities).figure"""


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
        draw_card(a, b, task)
    with right:
        draw_sizes(a, b, task)
    _draw_agreement(a, b)


def draw_card(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw what tasks can be made of each partition, in numbers."""
    st.html(card_html([a.title, b.title], FACTS, [facts(side.report, task) for side in (a, b)]))


def draw_sizes(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw the sizes of the clusters."""
    st.markdown("#### Cluster sizes")
    st.caption(SIZES_TEXT)
    sizes = {a.title: a.report.sizes, b.title: b.report.sizes}
    code = sides_cell(
        a, b, _SIZES_IMPORTS, _SIZES.format(a=a.title, b=b.title, min_size=task.items_per_class)
    )
    draw_chart(cluster_sizes(sizes, task.items_per_class), key="sizes", code=code, picture="svg")


def _draw_agreement(a: Side, b: Side) -> None:
    """Draw how both agree with the true classes, if these are revealed."""
    agreements = agreements_of(a, b)
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
    left, right = st.columns(2, gap="medium")
    with left:
        draw_agreement_card(agreements)
    with right:
        draw_purities(a, b, agreements)


def agreements_of(a: Side, b: Side) -> dict[str, ClassAgreement]:
    """Return how each agrees with the true classes, by its title; none of it while they are hidden."""
    return {side.title: side.report.agreement for side in (a, b) if side.report.agreement is not None}


def draw_agreement_card(agreements: Mapping[str, ClassAgreement]) -> None:
    """Draw how they agree with the true classes, in numbers."""
    n_classes = state.dataset().n_classes("meta_train")
    columns = [agreement_facts(agreement, n_classes) for agreement in agreements.values()]
    st.html(card_html(list(agreements), AGREEMENT_FACTS, columns))


def draw_purities(a: Side, b: Side, agreements: Mapping[str, ClassAgreement]) -> None:
    """Draw how pure their clusters are."""
    st.markdown("#### Purity of the clusters")
    purities = {title: agreement.cluster_purity for title, agreement in agreements.items()}
    code = sides_cell(a, b, _PURITY_IMPORTS, _PURITY.format(a=a.title, b=b.title))
    draw_chart(purity_histogram(purities), key="purity", code=code, picture="svg")


def marked_text(title: str, pairs: MarkedPairs) -> str:
    """Return how far a partition follows the classes of a few marked images, in a sentence."""
    of = f"{counted(pairs.n_items, 'marked image')} of meta_test, each put into its nearest cluster"
    if not pairs.is_enough:
        return f"**{plain(title)}**: {of}, make {counted(pairs.n_together, 'pair')} of one cluster, too few to judge."
    return (
        f"**{plain(title)}**: of the {pairs.n_together:,} pairs of one cluster among {of}, **{pairs.together:.0%}** "
        f"are of one class; by chance it would be {pairs.by_chance:.0%}."
    )
