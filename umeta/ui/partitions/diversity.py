"""Is one partition enough? How different the partitions of one strategy are, and what each further one adds."""

from typing import Any

import numpy as np
import streamlit as st

from umeta.cache import Arrays
from umeta.figures.heat import likeness_matrix
from umeta.figures.partition_study import added_pairs
from umeta.partitions.diversity import AddedPairs, ari, count_added_pairs, diversity, iou, pairwise
from umeta.stage import OnStep
from umeta.ui.frame import links, state
from umeta.ui.frame.text import plain
from umeta.ui.partitions.cells import embedding_cell
from umeta.ui.partitions.sides import Side, pick_side
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.notebook_cell import partitions_text
from umeta.ui.shared.on_demand import on_demand

MEASURES = {"Rand index": ("adjusted Rand index", "ari"), "overlap (DRESS)": ("overlap of clusters", "iou")}
VERSION = 1
_IMPORTS = """\
from umeta.figures.heat import likeness_matrix
from umeta.figures.partition_study import added_pairs
from umeta.partitions.diversity import ari, count_added_pairs, iou, pairwise
"""
_CLUSTERS = """\
items = dataset.items("meta_train")
clusters = [partition.clusters[items] for partition in {partitions}]
"""
_LIKENESS = "likeness_matrix(pairwise(clusters, {measure}), {title!r}).figure"
_ADDED = "added_pairs(count_added_pairs(clusters)).figure"


def draw_diversity(a: Side, b: Side) -> None:
    """Draw how alike the partitions of A's or B's strategy are, and what one more adds."""
    st.markdown(
        "Tasks may be drawn from several partitions of the same vectors. More of them help only while they put "
        "**new pairs** of images together; two that agree to 1 are one."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = pick_side(a, b)
        method = _pick_partitions(side)
        measure = st.segmented_control(
            "Alike by",
            list(MEASURES),
            default=next(iter(MEASURES)),
            required=True,
            key=links.ALIKE.key,
            bind="query-params",
            help="The adjusted Rand index compares pairs of images; DRESS (2025) matches clusters and takes their mean "
            "intersection over union.",
        )
    if method is None:
        st.info(f"{plain(side.method.name)} makes one partition only.", icon=":material/info:")
        return
    arrays = on_demand(
        "diversity",
        {"partition": method.made_from(), "version": VERSION},
        f"Comparing {method.n_partitions} partitions",
        lambda on_step: _compare(method, on_step),
    )
    if arrays is None:
        return
    title, key = MEASURES[measure or next(iter(MEASURES))]
    added = [
        AddedPairs(number + 1, int(row[0]), *map(float, row[1:]))
        for number, row in enumerate(arrays["added"])
    ]
    st.markdown(diversity_text(arrays["ari"], arrays["iou"], added))
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("#### How alike are they?")
        code = _code(method, _LIKENESS.format(measure=key, title=title))
        draw_chart(likeness_matrix(arrays[key], title), key="likeness", code=code, picture="svg")
    with right:
        st.markdown("#### What does one more add?")
        draw_chart(added_pairs(added), key="added", code=_code(method, _ADDED), picture="svg")


def diversity_text(by_ari: np.ndarray, by_iou: np.ndarray, added: list[AddedPairs]) -> str:
    """Return how different partitions are, and what the last of them adds."""
    last = added[-1]
    new = last.new / last.pairs if last.pairs else 0.0
    return (
        f"Any two agree to **{1 - diversity(by_ari):.2f}** in the mean (1 the same, 0 chance); DRESS's diversity is "
        f"**{diversity(by_iou):.2f}** (0 the same). Of the pairs that partition {last.n_partitions} puts together, "
        f"**{new:.0%}** are new."
    )


def _pick_partitions(side: Side) -> Any:
    """Draw how many partitions and whether they are scaled; return the strategy so, None if it makes only one."""
    offered = side.method.page_options
    if "n_partitions" not in offered:
        return None
    options: dict[str, Any] = {
        "n_partitions": st.number_input(
            "How many",
            2,
            50,
            links.N_COMPARED.default,
            key=links.N_COMPARED.key,
            bind="query-params",
            width=110,
            help="Partitions to compare.",
        )
    }
    if "scaling" in offered:
        options["scaling"] = st.checkbox(
            "Scaled",
            value=True,
            key=links.SCALING_COMPARED.key,
            bind="query-params",
            help="Without scaling they differ by where the clustering starts alone.",
        )
    return side.method.model_copy(update=options)


def _code(method: Any, figure: str) -> str:
    """Return a cell that draws a figure of the clusters of a strategy's partitions."""
    return embedding_cell(_IMPORTS, _CLUSTERS.format(partitions=partitions_text(method)) + figure)


def _compare(method: Any, on_step: OnStep) -> Arrays:
    """Make the partitions, compare each with each, and count what each adds to those before it."""
    clusters = [partition.clusters[state.items()] for partition in state.partitions(method)]
    added = count_added_pairs(clusters, on_step=on_step)
    return {
        "ari": pairwise(clusters, ari, on_step=on_step),
        "iou": pairwise(clusters, iou, on_step=on_step),
        "added": np.array([[row.pairs, row.new, row.new_error, row.together] for row in added]),
    }
