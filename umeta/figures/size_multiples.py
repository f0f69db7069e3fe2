"""The cluster sizes of many partitions in small, beside each other on one scale."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Int
from plotly.subplots import make_subplots

from umeta.figures.chart import Chart
from umeta.figures.layout import lay_out
from umeta.figures.palette import PETROFF, hex_of
from umeta.figures.partitions import DASHES, LINES
from umeta.wording import counted

SIZE_COLUMNS = ("partition", "clusters", "smallest", "median", "largest", "too small")
"""Columns of the table of cluster sizes."""


def size_multiples(
    sizes: Mapping[str, Int[np.ndarray, " n_clusters"]], min_size: int, *, n_columns: int = 3
) -> Chart:
    """Draw the cluster sizes of many partitions in small, one panel each on the same scale.

    Args:
        sizes: Cluster sizes by what a panel is called, e.g. `k = 100` or `partition 3`.
        min_size: Images that a task needs of one cluster; smaller clusters have another colour.
        n_columns: Panels side by side.
    """
    n_columns = min(n_columns, len(sizes))
    figure = _empty_panels(list(sizes), n_columns)
    in_legend: set[str] = set()
    for number, values in enumerate(sizes.values()):
        row, column = divmod(number, n_columns)
        for trace in _panel_traces(values, min_size):
            trace.showlegend = trace.name not in in_legend
            in_legend.add(str(trace.name))
            figure.add_trace(trace, row + 1, column + 1)
    rows = [_table_row(name, values, min_size) for name, values in sizes.items()]
    table = {title: list(values) for title, values in zip(SIZE_COLUMNS, zip(*rows, strict=True), strict=True)}
    summaries = [
        f"{name}: {counted(n_clusters, 'cluster')}, median {median:.0f}, {n_small} too small"
        for name, n_clusters, _, median, _, n_small in rows
    ]
    alt = (
        f"Cluster sizes from the largest to the smallest, a task needs {counted(min_size, 'image')}. "
        + "; ".join(summaries)
        + "."
    )
    return Chart(figure, alt, table)


def _empty_panels(titles: Sequence[str], n_columns: int) -> go.Figure:
    n_rows = -(-len(titles) // n_columns)
    figure = make_subplots(
        rows=n_rows,
        cols=n_columns,
        subplot_titles=titles,
        shared_yaxes=True,
        vertical_spacing=min(0.12, 0.3 / n_rows),
        horizontal_spacing=0.04,
    )
    lay_out(figure, "", "", height=90 + 150 * n_rows)
    figure.update_layout(legend={"y": 1 + 30 / (150 * n_rows)})
    figure.update_xaxes(showticklabels=False)
    figure.update_yaxes(rangemode="tozero", matches="y")
    figure.update_yaxes(title="images", col=1)
    return figure


def _panel_traces(sizes: Int[np.ndarray, " n_clusters"], min_size: int) -> list[go.Scatter]:
    """Return the sizes of the clusters that are large enough, and of those that are not, where there are any."""
    ordered = np.sort(sizes)[::-1]
    ranks = np.arange(1, len(ordered) + 1) / max(1, len(ordered))
    large = ordered >= min_size
    return [
        go.Scatter(
            x=ranks[part],
            y=ordered[part],
            mode="lines",
            fill="tozeroy",
            line={"color": colour, "width": 2, "dash": dash, "shape": "hv"},
            name=title,
            legendgroup=title,
            hovertemplate="%{y} images<extra></extra>",
        )
        for part, colour, title, dash in (
            (large, LINES[0], "large enough", DASHES[0]),
            (~large, hex_of(PETROFF[6]), f"below {min_size}", DASHES[2]),
        )
        if part.any()
    ]


def _table_row(
    name: str, sizes: Int[np.ndarray, " n_clusters"], min_size: int
) -> tuple[str, int, int, float, int, int]:
    n_small = int((sizes < min_size).sum())
    return name, len(sizes), int(sizes.min()), float(np.median(sizes)), int(sizes.max()), n_small
