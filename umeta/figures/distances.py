"""ProtoNets as distances: how far each query is from each class."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from umeta.figures.chart import Chart
from umeta.figures.layout import lay_out
from umeta.figures.palette import PETROFF, hex_of


def distances_to_prototypes(distances: Float[np.ndarray, "n_way n_query n_way"]) -> Chart:
    """Draw each query's distances as points above it; the filled one is the distance to its own class.

    Args:
        distances: Of each query, class by class, to each class's prototype.
    """
    n_way, n_query, _ = distances.shape
    flat = distances.reshape(-1, n_way)
    own = np.repeat(np.arange(n_way), n_query)
    x = np.arange(len(flat)) + np.repeat(np.arange(n_way), n_query) * 1.2  # a gap between classes
    is_own = np.arange(n_way) == own[:, None]
    figure = go.Figure()
    figure.add_scatter(
        x=np.repeat(x, n_way - 1),
        y=flat[~is_own],
        mode="markers",
        name="to another class's example",
        marker={"symbol": "line-ew-open", "size": 13, "color": "#8a909c", "line": {"width": 3}},
        hovertemplate="%{y:.1f}<extra>another class</extra>",
    )
    figure.add_scatter(
        x=x,
        y=flat[is_own],
        mode="markers",
        name="to its own class's example",
        marker={"size": 12, "color": [hex_of(PETROFF[k]) for k in own]},
        hovertemplate="%{y:.1f}<extra>own class</extra>",
    )
    right = flat.argmin(axis=1) == own
    lay_out(figure, "queries, class by class (✗: another class is nearer)", "distance", height=460)
    figure.update_xaxes(tickvals=x[~right], ticktext=["✗"] * int((~right).sum()), showgrid=False)
    figure.update_yaxes(rangemode="tozero")
    alt = (
        f"Distances of {len(flat)} queries to the examples of {n_way} classes; {int(right.sum())} are nearest to their "
        "own class."
    )
    table: dict[str, object] = {"query of class": (own + 1).tolist()}
    for k in range(n_way):
        table[f"distance to {k + 1}"] = np.round(flat[:, k].astype(float), 2).tolist()
    return Chart(figure, alt, table)  # pyright: ignore[reportArgumentType]
