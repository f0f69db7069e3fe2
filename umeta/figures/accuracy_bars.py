"""A few accuracies beside each other, for a hall."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE


class Bar(NamedTuple):
    """One accuracy, as a fraction, with the half-width of its 95% interval."""

    name: str
    accuracy: float
    ci95: float
    colour: str


def accuracy_bars(bars: Sequence[Bar], chance: float) -> Chart:
    """Draw accuracies as bars with intervals and their numbers, over the line of chance (a fraction)."""
    percent = [round(100 * bar.accuracy, 1) for bar in bars]
    half = [round(100 * bar.ci95, 1) for bar in bars]
    figure = go.Figure(
        go.Bar(
            x=percent,
            y=[bar.name for bar in bars],
            orientation="h",
            marker_color=[bar.colour for bar in bars],
            error_x={"array": half, "color": LINE, "thickness": 2},
            text=[f"{value}%" for value in percent],
            textposition="inside",
            insidetextanchor="start",
            textfont={"color": "#14161c", "size": 18},
            hovertemplate="%{y}: %{x}%<extra></extra>",
        )
    )
    figure.add_vline(
        x=100 * chance,
        line_color=LINE,
        line_width=2,
        annotation_text=f"chance {chance:.0%}",
        annotation_position="top",
    )
    figure.update_xaxes(range=[0, 103], ticksuffix="%")
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_layout(height=80 + 62 * len(bars), margin={"l": 8, "r": 8, "t": 34, "b": 8})
    alt = "; ".join(
        f"{bar.name} {value}% ± {give}" for bar, value, give in zip(bars, percent, half, strict=True)
    )
    return Chart(
        figure,
        f"{alt}; chance {chance:.0%}.",
        {"method": [bar.name for bar in bars], "%": percent, "±": half},
    )
