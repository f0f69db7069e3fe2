"""A task on the map of an embedding: where the images of its rows lie among others."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Real

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE
from umeta.figures.palette import hex_of, row_colours
from umeta.wording import counted

HEIGHT = 300


def task_on_map(
    ground: Real[np.ndarray, "n_images 2"],
    support: Real[np.ndarray, "n_way n_shot 2"],
    query: Real[np.ndarray, "n_way n_query 2"],
) -> Chart:
    """Draw the map grey and a task's images on it: circles are support, squares are queries, a colour for each row.

    Args:
        ground: Where other images lie.
        support: Where the support images lie, row by row.
        query: Where the queries lie.
    """
    figure = go.Figure()
    figure.add_scattergl(
        x=ground[:, 0], y=ground[:, 1], mode="markers", marker={"size": 3, "color": LINE, "opacity": 0.35}
    )
    for row, colour in enumerate(row_colours(len(support))):
        for places, symbol, size in ((query[row], "square", 9), (support[row], "circle", 13)):
            figure.add_scatter(
                x=places[:, 0],
                y=places[:, 1],
                mode="markers",
                marker={
                    "symbol": symbol,
                    "size": size,
                    "color": hex_of(colour),
                    "line": {"width": 1.5, "color": "#ffffff"},
                },
            )
    figure.update_traces(showlegend=False, hoverinfo="skip")
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    figure.update_layout(height=HEIGHT, margin={"l": 4, "r": 4, "t": 4, "b": 4})
    alt = (
        f"Map of {counted(len(ground), 'image')} with a task of {counted(len(support), 'row')} on it. On average a "
        f"query lies {way_to_support(ground, support, query):.0%} of the map's width from its row's support."
    )
    return Chart(figure, alt, _table(support, query))


def way_to_support(
    ground: Real[np.ndarray, "n_images 2"],
    support: Real[np.ndarray, "n_way n_shot 2"],
    query: Real[np.ndarray, "n_way n_query 2"],
) -> float:
    """Return how far a query lies from the mean of its row's support on average, as a share of the map's width."""
    apart = np.linalg.norm(support.mean(axis=1)[:, None] - query, axis=-1)
    return float(apart.mean() / np.ptp(ground, axis=0).max())


def _table(support: np.ndarray, query: np.ndarray) -> dict[str, list]:
    rows = [
        (row + 1, kind, *np.asarray(place).round(1).tolist())
        for row in range(len(support))
        for kind, places in (("support", support[row]), ("query", query[row]))
        for place in places
    ]
    return dict(zip(("row", "image", "x", "y"), map(list, zip(*rows, strict=True)), strict=True))
