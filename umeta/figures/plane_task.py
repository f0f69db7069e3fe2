"""A task of two classes in the plane, and the line that a classifier draws through it."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from umeta.figures.chart import Chart
from umeta.figures.palette import PETROFF, hex_of

HEIGHT = 500
REACH = 7.0
"""How far the line is drawn from the origin."""


def plane_task(
    support: Float[np.ndarray, "2 2"],
    queries: Float[np.ndarray, "n_queries 2"],
    labels: Int[np.ndarray, " n_queries"],
    answers: Int[np.ndarray, " n_queries"],
    lines: Float[np.ndarray, "n_lines 2"],
) -> Chart:
    """Draw the points by class, ✗ on each query on the wrong side, and the line step by step.

    Args:
        support: One point of each class.
        queries: The points that are asked about.
        labels: Their classes, 0 or 1.
        answers: The class that the last line gives each.
        lines: The weights before the first gradient step and after each; the last line is drawn bold.
    """
    figure = go.Figure()
    for number, (across, along) in enumerate(lines.tolist()):
        length = max(float(np.hypot(across, along)), 1e-9)
        x, y = -along / length * REACH, across / length * REACH
        last = number == len(lines) - 1
        figure.add_scatter(
            x=[-x, x],
            y=[-y, y],
            mode="lines",
            line={"color": "#7d8597", "width": 4 if last else 1.5, "dash": "solid" if last else "dot"},
            name="line now" if last else "before",
            showlegend=last or number == 0,
            hoverinfo="skip",
        )
    for group, symbol in enumerate(("circle", "square")):
        colour = hex_of(PETROFF[(0, 6)[group]])
        mine = queries[labels == group]
        figure.add_scatter(
            x=mine[:, 0],
            y=mine[:, 1],
            mode="markers",
            name=f"class {group + 1}",
            marker={"symbol": symbol, "size": 11, "color": colour},
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[support[group, 0]],
            y=[support[group, 1]],
            mode="markers",
            showlegend=False,
            marker={"symbol": symbol, "size": 22, "color": colour, "line": {"width": 3, "color": "#14161c"}},
            hoverinfo="skip",
        )
    wrong = queries[answers != labels]
    figure.add_scatter(
        x=wrong[:, 0],
        y=wrong[:, 1],
        mode="markers",
        name="wrong side",
        marker={"symbol": "x-thin", "size": 17, "line": {"width": 3, "color": "#bd1f01"}},
        hoverinfo="skip",
    )
    figure.update_xaxes(visible=False, range=[-REACH, REACH])
    figure.update_yaxes(visible=False, range=[-4.5, 4.5], scaleanchor="x")
    figure.update_layout(
        height=HEIGHT, margin={"l": 4, "r": 4, "t": 4, "b": 4}, legend={"orientation": "h", "y": -0.02}
    )
    n_right = int((answers == labels).sum())
    alt = f"A line through {len(queries)} points of two classes: {n_right} are on their own side."
    table = {
        "class": (labels + 1).tolist(),
        "taken for": (answers + 1).tolist(),
        "x": np.round(queries[:, 0], 2).tolist(),
        "y": np.round(queries[:, 1], 2).tolist(),
    }
    return Chart(figure, alt, table)
