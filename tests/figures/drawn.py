"""What a figure draws."""

from typing import Any

import plotly.graph_objects as go


def traces(figure: go.Figure) -> list[Any]:
    """Return the traces; plotly's own type for them says nothing."""
    return list(figure.select_traces())


def rulers(figure: go.Figure) -> list[Any]:
    """Return the traces that mark one value in each row, such as chance."""
    return [trace for trace in traces(figure) if trace.marker.symbol == "line-ns"]


def results(figure: go.Figure) -> list[Any]:
    """Return the traces that are no rulers."""
    return [trace for trace in traces(figure) if trace.marker.symbol != "line-ns"]


def layout(figure: go.Figure) -> Any:
    """Return the layout."""
    return figure.layout
