"""What the charts share: their margins, and axes that make room for their words."""

import plotly.graph_objects as go

LINE = "#7d8597"
"""Of rulers such as chance: reads on either theme."""
LEGEND_BELOW = {
    "orientation": "h",
    "y": 0,
    "yanchor": "bottom",
    "yref": "container",
    "x": 0,
    "xref": "container",
}
"""A legend in the margin below the chart, however high that margin is: on a phone it has many lines."""


def lay_out(figure: go.Figure, x: str, y: str, *, height: int = 320) -> None:
    """Give a figure its axis titles, its height, and its legend above it."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
    )
    figure.update_xaxes(title=x, automargin=True)
    figure.update_yaxes(title=y, automargin=True)
