"""The cluster sizes of many partitions in small, beside each other on one scale."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Int
from plotly.subplots import make_subplots

from umeta.figures.chart import Chart
from umeta.figures.layout import lay_out
from umeta.figures.palette import PETROFF, hex_of
from umeta.figures.partitions import DASHES, LINES


def size_multiples(
    sizes: Mapping[str, Int[np.ndarray, " n_clusters"]], least: int, *, n_columns: int = 3
) -> Chart:
    """Draw the cluster sizes of many partitions in small, one panel each on the same scale.

    Args:
        sizes: Cluster sizes by what a panel is called, e.g. `k = 100` or `partition 3`.
        least: What a task needs of one cluster; sizes below it have another colour.
        n_columns: Panels side by side.
    """
    n_columns = min(n_columns, len(sizes))
    n_rows = -(-len(sizes) // n_columns)
    figure = make_subplots(
        rows=n_rows,
        cols=n_columns,
        subplot_titles=list(sizes),
        shared_yaxes=True,
        vertical_spacing=min(0.12, 0.3 / n_rows),
        horizontal_spacing=0.04,
    )
    words, named = [], set()
    table: dict[str, list] = {
        "partition": [],
        "clusters": [],
        "smallest": [],
        "median": [],
        "largest": [],
        "too small": [],
    }
    for number, (name, values) in enumerate(sizes.items()):
        ordered = np.sort(values)[::-1]
        n_usable = int((ordered >= least).sum())
        row, column = divmod(number, n_columns)
        ranks = np.arange(1, len(ordered) + 1) / max(1, len(ordered))
        for part, colour, title, dash in (
            (slice(None, n_usable), LINES[0], "large enough", DASHES[0]),
            (slice(n_usable, None), hex_of(PETROFF[6]), f"below {least}", DASHES[2]),
        ):
            if not len(ordered[part]):
                continue
            figure.add_trace(
                go.Scatter(
                    x=ranks[part],
                    y=ordered[part],
                    mode="lines",
                    fill="tozeroy",
                    line={"color": colour, "width": 2, "dash": dash, "shape": "hv"},
                    name=title,
                    legendgroup=title,
                    showlegend=title not in named,
                    hovertemplate="%{y} images<extra></extra>",
                ),
                row=row + 1,
                col=column + 1,
            )
            named.add(title)
        small = len(ordered) - n_usable
        words.append(f"{name}: {len(ordered)} clusters, median {np.median(ordered):.0f}, {small} too small")
        for key, value in zip(
            table,
            (name, len(ordered), int(ordered[-1]), float(np.median(ordered)), int(ordered[0]), small),
            strict=True,
        ):
            table[key].append(value)
    lay_out(figure, "", "", height=90 + 150 * n_rows)
    figure.update_layout(legend={"y": 1 + 30 / (150 * n_rows)})
    figure.update_xaxes(showticklabels=False)
    figure.update_yaxes(rangemode="tozero", matches="y")
    figure.update_yaxes(title="images", col=1)
    alt = (
        f"Cluster sizes from the largest to the smallest, a task needs {least} images. "
        + "; ".join(words)
        + "."
    )
    return Chart(figure, alt, table)
