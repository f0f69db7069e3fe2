"""A task on the map of an embedding: where the images of its rows lie among others."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Real
from PIL import Image

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE
from umeta.figures.palette import hex_of, row_colours
from umeta.wording import counted

HEIGHT = 300
PIXELS = 600
"""Of the longer side of the grey map, as a screen of fine pixels shows it."""
OPACITY = 0.35
RADIUS = 2
"""Of its dots, in pixels."""
DOT = [
    (down, right)
    for down in range(-RADIUS, RADIUS + 1)
    for right in range(-RADIUS, RADIUS + 1)
    if down**2 + right**2 <= RADIUS**2
]


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
    low, high = ground.min(axis=0), ground.max(axis=0)
    edge = 0.03 * np.ptp(ground, axis=0).max()
    figure = go.Figure()
    figure.add_layout_image(
        source=_picture(ground),
        **{"xref": "x", "yref": "y", "x": low[0], "y": high[1], "layer": "below", "sizing": "stretch"},
        **dict(zip(("sizex", "sizey"), high - low, strict=True)),
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
    figure.update_xaxes(visible=False, range=[low[0] - edge, high[0] + edge])
    figure.update_yaxes(visible=False, range=[low[1] - edge, high[1] + edge], scaleanchor="x")
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


def _picture(places: Real[np.ndarray, "n_images 2"]) -> Image.Image:
    """Return a picture of grey dots, from edge to edge; a browser shows it much sooner than thousands of marks."""
    extent = np.ptp(places, axis=0)
    pixels = np.rint((places - places.min(axis=0)) * (PIXELS - 1) / extent.max()).astype(int)
    covers = np.zeros(pixels.max(axis=0)[::-1] + 1 + 2 * RADIUS, int)
    for down, right in DOT:
        np.add.at(covers, (pixels[:, 1] + RADIUS + down, pixels[:, 0] + RADIUS + right), 1)
    alpha_of = np.rint(255 * (1 - (1 - OPACITY) ** np.arange(covers.max() + 1))).astype(np.uint8)
    alpha = alpha_of[covers[RADIUS:-RADIUS, RADIUS:-RADIUS]][::-1]
    picture = Image.new("RGB", alpha.shape[::-1], LINE)
    picture.putalpha(Image.fromarray(alpha))
    return picture


def _table(support: np.ndarray, query: np.ndarray) -> dict[str, list]:
    rows = [
        (row + 1, kind, *np.asarray(place).round(1).tolist())
        for row in range(len(support))
        for kind, places in (("support", support[row]), ("query", query[row]))
        for place in places
    ]
    return dict(zip(("row", "image", "x", "y"), map(list, zip(*rows, strict=True)), strict=True))
