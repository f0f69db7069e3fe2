"""Where do A and B differ? Their clusters matched one to one, and the usual scores of likeness."""

import numpy as np
import streamlit as st

from umeta.figures.heat import overlap_matrix
from umeta.partitions.diversity import iou
from umeta.partitions.overlap import overlap
from umeta.partitions.report import class_agreement
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.partitions.sides import Side
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.fact_table import card_html, two_digits

FACTS = {
    "ari": ("Adjusted Rand index", "By pairs of images: 0 is what chance gives, 1 is the same clusters."),
    "nmi": ("NMI", "Normalised mutual information: 0 tells nothing of the other, 1 is the same clusters."),
    "iou": (
        "Overlap of matched clusters",
        "Mean intersection over union; a cluster without a partner has 0.",
    ),
    "matched": ("Images in matched clusters", "How far B is A under other names, one cluster for one."),
}


def draw_overlap(a: Side, b: Side) -> None:
    """Draw the overlap matrix of A and B, and how alike they are by number."""
    clusters = a.partition.clusters, b.partition.clusters
    both = (clusters[0] >= 0) & (clusters[1] >= 0)
    if not both.any():
        st.info("No image is in a cluster of both, so there is nothing to compare.", icon=":material/info:")
        return
    matching, scores = remember(
        "overlap",
        state.embedding(),
        a.name,
        b.name,
        state.selection().split,
        label="Matching the clusters of A and B",
        make=lambda _: (overlap(*clusters), _scores(*(each[both] for each in clusters))),
    )
    st.markdown(
        "Each cluster of A (a row) is matched with one of B (a column), so that matched ones share as many images as "
        "can be. **Bright on the diagonal alone** means the same clusters; a row bright in many places is a cluster "
        "of A that B takes apart."
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        draw_chart(overlap_matrix(matching), key="overlap", picture="svg")
    with right:
        st.html(card_html(["A and B"], FACTS, [{**scores, "matched": f"{matching.matched:.0%}"}]))


def _scores(a: np.ndarray, b: np.ndarray) -> dict[str, str]:
    alike = class_agreement(a, b)
    return {"ari": two_digits(alike.ari), "nmi": two_digits(alike.nmi), "iou": two_digits(iou(a, b))}
