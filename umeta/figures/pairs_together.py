"""What further partitions put together."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from umeta.figures.chart import Chart
from umeta.figures.layout import lay_out
from umeta.figures.palette import PETROFF, hex_of


def pairs_together_chart(
    found: Float[np.ndarray, " n_partitions"], mixed: Float[np.ndarray, " n_partitions"]
) -> Chart:
    """Draw the shares of the pairs of one class and of two that some of the first partitions put together."""
    numbers = list(range(1, len(found) + 1))
    figure = go.Figure()
    columns: dict[str, Sequence[float]] = {"partitions": numbers}
    for name, shares, colour in (("of one character", found, 0), ("of two characters", mixed, 6)):
        percent = [round(100 * float(share), 2) for share in shares]
        columns[f"% of pairs {name}"] = percent
        figure.add_scatter(
            x=numbers,
            y=percent,
            name=f"pairs {name}",
            mode="lines+markers",
            line={"color": hex_of(PETROFF[colour]), "width": 3},
            hovertemplate="%{x} partitions: %{y:.1f}%<extra></extra>",
        )
    lay_out(figure, "partitions", "together at least once", height=460)
    figure.update_xaxes(tickvals=numbers)
    figure.update_yaxes(ticksuffix="%", rangemode="tozero")
    alt = (
        f"Pairs together in at least one of {len(found)} partitions: of one character from {found[0]:.0%} to "
        f"{found[-1]:.0%}, of two characters from {mixed[0]:.1%} to {mixed[-1]:.1%}."
    )
    return Chart(figure, alt, columns)
