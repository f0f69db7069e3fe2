"""The task plane: label noise × diversity of pairs, coloured by what practice adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from umeta.figures.chart import Chart
from umeta.figures.layout import LEGEND_BELOW, LINE, lay_out
from umeta.figures.palette import PETROFF, hex_of
from umeta.plane.points import Point, dial_paths

SHAPES: Mapping[str, tuple[str, str]] = {
    "oracle": ("true classes", "hexagram"),
    "random": ("random groups", "x"),
    "kmeans": ("k-means", "circle"),
    "spherical": ("spherical k-means", "diamond"),
    "balanced": ("balanced k-means", "square"),
    "hyperplanes": ("hyperplanes", "triangle-up"),
    "hdbscan": ("HDBSCAN", "pentagon"),
    "umtra": ("UMTRA: views of one image", "star"),
    "protoclr": ("ProtoCLR: views of one image", "star-diamond"),
}
LOSS, NONE, GAIN = "#b35806", "#f7f7f7", "#542788"
SCALE = [[0.0, LOSS], [0.25, "#f1a340"], [0.5, NONE], [0.75, "#998ec3"], [1.0, GAIN]]
"""Orange for losses, violet for gains: told apart with every colour deficiency (ColorBrewer's PuOr)."""
EDGE = "#4b5163"


TICKS = (0.0, 0.5, 0.9, 0.99, 0.999)
MOST_NOISE = 0.9995
"""Of the axis: what is noisier is drawn there. Random groups of a thousand classes have so much."""


@dataclass(frozen=True)
class OwnPoint:
    """A person's own construction: where it lies, and its gain, forecast or found."""

    name: str
    noise: float
    diversity: float
    gain: float
    band: float
    """Half the width of the interval of the gain."""
    is_found: bool
    """Whether a run was trained; else the gain is a forecast, and the point hollow."""


def task_plane(points: Sequence[Point], pinned: Mapping[str, Point], own: OwnPoint | None = None) -> Chart:
    """Draw every construction; `pinned` are those with a letter, by their letters."""
    figure = go.Figure()
    # Colours are full at the gain that four of five constructions stay below: those of true classes are far above.
    most = max(1.0, 100 * float(np.quantile([abs(point.gain) for point in points], 0.8)))
    for points_of_dial in dial_paths(points).values():
        figure.add_scatter(
            x=[place(point.noise) for point in points_of_dial],
            y=[point.diversity for point in points_of_dial],
            mode="lines",
            line={"color": LINE, "width": 1.5, "dash": "dot"},
            hoverinfo="skip",
            showlegend=False,
        )
    for made_by, (name, symbol) in SHAPES.items():
        numbered = [(number, point) for number, point in enumerate(points) if point.made_by == made_by]
        if numbered:
            figure.add_traces([_in_legend(name, symbol), _marks(numbered, name, symbol, most)])
    for letter, point in pinned.items():
        figure.add_trace(_pin(letter, point))
    if own is not None:
        figure.add_trace(_own(own))
    _colour_by_gain(figure, most)
    lay_out(
        figure,
        "label noise: wrong pairs (%)",
        "different pairs",
        height=520,
    )
    figure.update_layout(
        legend=LEGEND_BELOW, margin={"l": 8, "r": 8, "t": 16, "b": 130}, clickmode="event+select"
    )
    figure.update_xaxes(
        range=[-0.12, place(MOST_NOISE) + 0.12],
        zeroline=False,
        tickvals=[place(noise) for noise in TICKS],
        ticktext=[f"{100 * noise:g}" for noise in TICKS],
    )
    figure.update_yaxes(type="log", dtick=1, exponentformat="power")
    best = max(points, key=lambda point: point.gain)
    alt = (
        f"{len(points)} constructions of tasks by their pairs' label noise and diversity. The largest gain is "
        f"{100 * best.gain:+.1f} points, of {best.name}; {sum(point.gain > 0 for point in points)} gain, "
        f"{sum(point.gain <= 0 for point in points)} do not."
    )
    return Chart(figure, alt, _table(points))


def _in_legend(name: str, symbol: str) -> go.Scatter:
    """Return a shape for the legend alone: that of marks would have the colour of the first gain."""
    marker = {"symbol": symbol, "size": 12, "color": LINE}
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)


def _marks(numbered: Sequence[tuple[int, Point]], name: str, symbol: str, most: float) -> go.Scatter:
    points = [point for _, point in numbered]
    return go.Scatter(
        x=[place(point.noise) for point in points],
        y=[point.diversity for point in points],
        customdata=[
            [number, point.name, signed(point.gain), point.baseline, 100 * point.noise]
            for number, point in numbered
        ],
        mode="markers+text",
        text=["+" if point.gain > 0 else "−" for point in points],
        textfont={
            "size": 10,
            "color": ["#ffffff" if abs(100 * point.gain) > 0.6 * most else "#14161c" for point in points],
        },
        name=name,
        showlegend=False,
        marker={
            "symbol": symbol,
            "size": 16,
            "color": [100 * point.gain for point in points],
            "coloraxis": "coloraxis",
            "line": {"width": 1, "color": EDGE},
        },
        hovertemplate="<b>%{customdata[1]}</b><br>%{customdata[4]:.1f}% of pairs are not of one class"
        "<br>%{y:,.0f} different pairs<br>%{customdata[2]} points beside %{customdata[3]}<extra></extra>",
    )


def _pin(letter: str, point: Point) -> go.Scatter:
    return go.Scatter(
        x=[place(point.noise)],
        y=[point.diversity],
        mode="markers+text",
        text=[f"<b>{letter}</b>"],
        textposition="top center",
        textfont={"size": 15},
        marker={"size": 26, "color": "rgba(0,0,0,0)", "line": {"width": 3, "color": hex_of(PETROFF[0])}},
        hoverinfo="skip",
        showlegend=False,
    )


def _own(own: OwnPoint) -> go.Scatter:
    colour = {"color": [100 * own.gain], "coloraxis": "coloraxis", "line": {"width": 2, "color": EDGE}}
    hollow = {"color": "rgba(0,0,0,0)", "line": {"width": 4, "color": GAIN if own.gain > 0 else LOSS}}
    how = "found" if own.is_found else "forecast"
    return go.Scatter(
        x=[place(own.noise)],
        y=[own.diversity],
        mode="markers+text",
        text=["<b>yours</b>"],
        textposition="bottom center",
        name=f"yours, {how}",
        marker={"symbol": "circle", "size": 22, **(colour if own.is_found else hollow)},
        hovertemplate=f"<b>{own.name}</b><br>{how}: {signed(own.gain)} ± {100 * own.band:.1f} points<extra></extra>",
    )


def _colour_by_gain(figure: go.Figure, most: float) -> None:
    bar = {"title": {"text": "gain<br>(points)"}, "thickness": 12, "tickformat": "+.0f"}
    axis = {"colorscale": SCALE, "cmin": -most, "cmax": most, "colorbar": bar}
    figure.update_layout(coloraxis=axis)


def place(noise: float) -> float:
    """Return where a share of wrong pairs stands on the axis: every ten times fewer right ones a step further.

    Clusters of plain embeddings lie between 90 and 99.9%, where a tenfold share of right pairs would hide in a straight
    axis.
    """
    return float(-np.log10(1 - min(noise, MOST_NOISE)))


def signed(gain: float) -> str:
    """Return a gain in points, with its sign."""
    return f"{100 * gain:+.1f}".replace("-", "−")


def _table(points: Sequence[Point]) -> Mapping[str, Sequence[Any]]:
    return {
        "construction": [point.name for point in points],
        "noise %": [round(100 * point.noise, 1) for point in points],
        "different pairs": [round(point.diversity) for point in points],
        "gain, points": [round(100 * point.gain, 1) for point in points],
        "lowest training": [round(100 * min(point.gains), 1) for point in points],
        "highest training": [round(100 * max(point.gains), 1) for point in points],
        "accuracy %": [round(100 * point.accuracy, 1) for point in points],
        "best baseline": [point.baseline for point in points],
        "its accuracy %": [round(100 * point.baseline_accuracy, 1) for point in points],
    }
