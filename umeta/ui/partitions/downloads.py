"""What can be taken along: the clusters of both partitions as a table, and the charts as a notebook cell."""

import csv
import io
from collections.abc import Sequence

import numpy as np
import streamlit as st

from umeta.tasks import TaskConfig
from umeta.ui.frame import state
from umeta.ui.partitions.cells import sides_cell
from umeta.ui.partitions.linked_maps import map_page_part
from umeta.ui.partitions.sides import Side
from umeta.ui.shared.map_layout import MapLayout
from umeta.ui.shared.static_page import draw_save_page

_IMPORTS = """\
from umeta.figures.heat import overlap_matrix
from umeta.figures.partitions import cluster_sizes
from umeta.partitions.overlap import overlap
"""
_FIGURES = """\
cluster_sizes({{"A": a.sizes()[1], "B": b.sizes()[1]}}, min_size={min_size}).figure.show()
overlap_matrix(overlap(a.clusters, b.clusters)).figure"""


def draw_downloads(a: Side, b: Side, layout: MapLayout, task: TaskConfig) -> None:
    """Draw the download of the clusters, both maps as a page, and the cell."""
    st.markdown(
        "The page's link restores what is on it. Point at a chart for the camera that saves it as SVG."
    )
    # The file is made beside the page, without its session.
    ids, items = state.dataset().images.ids, state.items()
    st.download_button(
        "Clusters of A and B as CSV",
        lambda: clusters_csv(ids, items, a, b),
        "clusters.csv",
        key="save clusters",
        icon=":material/download:",
        on_click="ignore",
    )
    parts = [map_page_part(side, layout) for side in (a, b)]
    draw_save_page(
        f"Two partitions of {state.dataset().card.title}",
        "What is pointed at or selected on one map shows on the other.",
        lambda: parts,
        name="partitions",
    )
    st.markdown("**As a notebook cell.** It needs the umeta package and the same data.")
    cell = sides_cell(a, b, _IMPORTS, _FIGURES.format(min_size=task.items_per_class))
    st.code(cell, language="python", wrap_lines=True)


def clusters_csv(ids: Sequence[str], items: np.ndarray, a: Side, b: Side) -> str:
    """Return one row per item: its id and its clusters, empty where it is in none."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["item", "a", "b"])
    for item in items.tolist():
        clusters = (int(side.partition.clusters[item]) for side in (a, b))
        writer.writerow([ids[item], *("" if cluster < 0 else cluster for cluster in clusters)])
    return text.getvalue()
