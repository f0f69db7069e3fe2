"""Where do A and B differ? Their clusters matched one to one, and the usual scores of likeness."""

import numpy as np
import streamlit as st

from umeta.figures.heat import overlap_matrix
from umeta.partitions.diversity import iou
from umeta.partitions.overlap import Overlap, overlap
from umeta.partitions.report import class_agreement
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.partitions.cells import sides_cell
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

_IMPORTS = """\
from umeta.figures.heat import overlap_matrix
from umeta.partitions.overlap import overlap
"""


def draw_overlap(a: Side, b: Side) -> None:
    """Draw the overlap matrix of A and B, and how alike they are by number."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        draw_matrix(a, b)
    with right:
        draw_scores(a, b)


def draw_matrix(a: Side, b: Side) -> None:
    """Draw which clusters of A share images with which of B."""
    matched = _matched(a, b)
    if matched is None:
        st.info("No image is in a cluster of both, so there is nothing to compare.", icon=":material/info:")
        return
    st.markdown(
        "Each cluster of A (a row) is matched with one of B (a column), so that matched ones share as many images as "
        "can be. **Bright on the diagonal alone** means the same clusters; a row bright in many places is a cluster "
        "of A that B takes apart."
    )
    code = sides_cell(a, b, _IMPORTS, "overlap_matrix(overlap(a.clusters, b.clusters)).figure")
    draw_chart(overlap_matrix(matched[0]), key="overlap", code=code, picture="svg")


def draw_scores(a: Side, b: Side) -> None:
    """Draw how alike A and B are by number."""
    matched = _matched(a, b)
    if matched is not None:
        matching, scores = matched
        st.html(card_html(["A and B"], FACTS, [{**scores, "matched": f"{matching.matched:.0%}"}]))


def _matched(a: Side, b: Side) -> tuple[Overlap, dict[str, str]] | None:
    """Return how the clusters of A and B overlap, and the scores; None where no image is in a cluster of both."""
    clusters = a.partition.clusters, b.partition.clusters
    both = (clusters[0] >= 0) & (clusters[1] >= 0)
    if not both.any():
        return None
    return remember(
        "overlap",
        state.embedding(),
        a.name,
        b.name,
        state.selection().split,
        label="Matching the clusters of A and B",
        make=lambda _: (overlap(*clusters), _scores(*(each[both] for each in clusters))),
    )


def _scores(a: np.ndarray, b: np.ndarray) -> dict[str, str]:
    alike = class_agreement(a, b)
    return {"ari": two_digits(alike.ari), "nmi": two_digits(alike.nmi), "iou": two_digits(iou(a, b))}
