"""A map of a few hundred points for a hall: groups in colours, their names written on them, centres marked."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from umeta.figures.chart import Chart
from umeta.figures.palette import PETROFF, hex_of

HEIGHT = 500
NEUTRAL = "#8a909c"


def point_map(
    positions: Float[np.ndarray, "n_points 2"],
    groups: Int[np.ndarray, " n_points"] | None = None,
    *,
    alt: str,
    names: Sequence[str] = (),
    centres: Float[np.ndarray, "n_centres 2"] | None = None,
    faint: bool = False,
) -> Chart:
    """Draw points, all alike or coloured by group.

    Args:
        positions: Where they lie.
        groups: Each point's group, at most ten.
        alt: What there is to see, with its main numbers.
        names: Written at the middle of each group.
        centres: Places to mark by a cross, of the colour of the group of the same number.
        faint: Whether points stand back behind the names and centres.
    """
    colours = [hex_of(colour) for colour in PETROFF]
    painted = NEUTRAL if groups is None else [colours[group] for group in groups.tolist()]
    marker = {"size": 7, "color": painted, "opacity": 0.45 if faint else 0.8}
    points = go.Scatter(
        x=positions[:, 0],
        y=positions[:, 1],
        mode="markers",
        marker=marker,
        hoverinfo="skip",
        showlegend=False,
    )
    figure = go.Figure(points)
    if centres is not None:
        cross = {
            "size": 17,
            "symbol": "x",
            "color": colours[: len(centres)],
            "line": {"width": 2, "color": "#14161c"},
        }
        figure.add_scatter(
            x=centres[:, 0], y=centres[:, 1], mode="markers", marker=cross, hoverinfo="skip", showlegend=False
        )
    for group, name in enumerate(names):
        assert groups is not None
        x, y = np.median(positions[groups == group], axis=0).tolist()
        figure.add_annotation(
            x=x, y=y, text=f"<b>{name}</b>", showarrow=False, font_size=24, bgcolor="rgba(255,255,255,.72)"
        )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    figure.update_layout(height=HEIGHT, margin={"l": 4, "r": 4, "t": 4, "b": 4}, showlegend=False)
    return Chart(figure, alt, _sizes(groups, names, len(positions)))


def _sizes(
    groups: Int[np.ndarray, " n_points"] | None, names: Sequence[str], n_points: int
) -> dict[str, Sequence[object]]:
    if groups is None:
        return {"points": [n_points]}
    ids, sizes = np.unique(groups, return_counts=True)
    return {"group": [names[k] if names else str(k + 1) for k in ids.tolist()], "points": sizes.tolist()}
