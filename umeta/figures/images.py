"""Images and maps of them as plotly figures, for notebooks; the app draws its own."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int, UInt8

from umeta.figures.palette import colour_groups, hex_of

GAP = 2
"""Pixels between the images of a montage."""


def montage(
    images: UInt8[np.ndarray, "n_items channels height width"], items: Int[np.ndarray, "rows columns"]
) -> go.Figure:
    """Draw items row by row, e.g. a task: one row per class, its support and queries side by side."""
    channels, height, width = images.shape[1:]
    rows, columns = items.shape
    sheet = np.full((rows * (height + GAP), columns * (width + GAP), channels), 96, np.uint8)
    for row in range(rows):
        for column in range(columns):
            top, left = row * (height + GAP), column * (width + GAP)
            sheet[top : top + height, left : left + width] = np.moveaxis(images[items[row, column]], 0, -1)
    if channels == 1:
        trace = go.Heatmap(z=sheet[..., 0], colorscale="gray_r", showscale=False, hoverinfo="skip")
    else:
        trace = go.Image(z=sheet, hoverinfo="skip")
    figure = go.Figure(trace)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    figure.update_layout(
        height=40 + rows * 60, width=40 + columns * 60, margin={"l": 10, "r": 10, "t": 10, "b": 10}
    )
    return figure


def scatter(
    positions: Float[np.ndarray, "n_points 2"], groups: Int[np.ndarray, " n_points"], title: str = ""
) -> go.Figure:
    """Draw a map of items coloured by group (a cluster or a class; negative for none)."""
    colours, _ = colour_groups(groups, positions).painted(groups)
    figure = go.Figure(
        go.Scattergl(
            x=positions[:, 0],
            y=positions[:, 1],
            mode="markers",
            marker={"size": 4, "color": [hex_of(colour) for colour in colours.tolist()]},
            customdata=groups,
            hovertemplate="group %{customdata}<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    figure.update_layout(title=title, height=480, margin={"l": 10, "r": 10, "t": 40, "b": 10})
    return figure
