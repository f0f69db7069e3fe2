"""What can be taken along: the clusters of both partitions as a table, and the charts as a notebook cell."""

import csv
import io
from collections.abc import Sequence

import numpy as np
import streamlit as st

from umeta.tasks import TaskConfig
from umeta.ui.frame import state
from umeta.ui.partitions.sides import Side
from umeta.ui.shared.notebook_cell import IMPORTS, embedding_text, partitions_text

_CELL = """\
a = {a}[{number_a}]
b = {b}[{number_b}]

cluster_sizes({{"A": a.sizes()[1], "B": b.sizes()[1]}}, min_size={min_size}).figure.show()
overlap_matrix(overlap(a.clusters, b.clusters)).figure
"""
_IMPORTS = f"""{IMPORTS}\
from umeta.figures.heat import overlap_matrix
from umeta.figures.partitions import cluster_sizes
from umeta.partitions.overlap import overlap
"""


def draw_downloads(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw the download of the clusters, and the cell."""
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
    st.markdown("**As a notebook cell.** It needs the umeta package and the same data.")
    st.code(sides_cell(a, b, task), language="python", wrap_lines=True)


def clusters_csv(ids: Sequence[str], items: np.ndarray, a: Side, b: Side) -> str:
    """Return one row per item: its id and its clusters, empty where it is in none."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["item", "a", "b"])
    for item in items.tolist():
        clusters = (int(side.partition.clusters[item]) for side in (a, b))
        writer.writerow([ids[item], *("" if cluster < 0 else cluster for cluster in clusters)])
    return text.getvalue()


def sides_cell(a: Side, b: Side, task: TaskConfig) -> str:
    """Return Python that draws the cluster sizes and the overlap of A and B."""
    figures = _CELL.format(
        a=partitions_text(a.method),
        b=partitions_text(b.method),
        number_a=a.number,
        number_b=b.number,
        min_size=task.items_per_class,
    )
    return f"{_IMPORTS}\n{embedding_text()}{figures}"
