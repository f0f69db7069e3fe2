"""What practice reaches over one dial of the task plane: over k, over P, and over the noise of true classes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from umeta.figures.chart import Chart
from umeta.figures.layout import LEGEND_BELOW, lay_out
from umeta.figures.palette import PETROFF, hex_of
from umeta.plane.points import Point, dial_paths

CURVES = [
    hex_of(colour) for colour in (PETROFF[0], PETROFF[2], PETROFF[4], PETROFF[6], PETROFF[8], PETROFF[1])
]
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKS = ("circle", "square", "diamond", "triangle-up", "x", "star")

EDGE = "#4b5163"


def curves(points: Sequence[Point], of: str) -> Chart | None:
    """Draw the accuracy of k-means clusters over k (`of="k"`) or over P (`of="P"`), an encoder a line.

    Returns:
        The chart; None where no encoder has two values.
    """
    by_encoder = _series(points, of)
    if not by_encoder:
        return None
    figure = go.Figure()
    values = sorted({value for series in by_encoder.values() for value in series})
    encoders = sorted({point.encoder for point in points})  # an encoder looks alike in both charts
    for encoder, series in by_encoder.items():
        figure.add_trace(_curve(encoders.index(encoder), encoder, series, of))
    title = "clusters k of each partition" if of == "k" else "partitions P"
    lay_out(figure, title, "accuracy %", height=360)
    figure.update_layout(legend=LEGEND_BELOW, margin={"l": 8, "r": 8, "t": 16, "b": 100})
    figure.update_xaxes(
        type="log", tickmode="array", tickvals=values, ticktext=[f"{value:,}" for value in values]
    )
    told = "; ".join(
        f"{encoder} {100 * min(p.accuracy for p in series.values()):.1f} to "
        f"{100 * max(p.accuracy for p in series.values()):.1f}"
        for encoder, series in by_encoder.items()
    )
    alt = f"Accuracy over {'the number of clusters' if of == 'k' else 'the number of partitions'}, per cent: {told}."
    rows = [(encoder, value, p) for encoder, series in by_encoder.items() for value, p in series.items()]
    table = {
        "encoder": [encoder for encoder, _, _ in rows],
        of: [value for _, value, _ in rows],
        "accuracy %": [round(100 * p.accuracy, 1) for *_, p in rows],
        "lowest training": [round(100 * min(p.accuracies), 1) for *_, p in rows],
        "highest training": [round(100 * max(p.accuracies), 1) for *_, p in rows],
        "best baseline %": [round(100 * p.baseline_accuracy, 1) for *_, p in rows],
    }
    return Chart(figure, alt, table)


def noise_curves(points: Sequence[Point], level: float, form: str) -> Chart:
    """Draw the accuracy over the noise of true classes, in both forms, and the level that the dial is at."""
    figure = go.Figure()
    names = {"random": "image by image", "clustered": "in pieces"}
    paths = dial_paths(points)
    for place, (name, path) in enumerate(paths.items()):
        series = {round(100 * point.dials.get("noise", 0.0)): point for point in path}
        figure.add_trace(_curve(place, names[name], series, "noise"))
    here = next((p for p in paths.get(form, ()) if p.dials.get("noise", 0.0) == level), None)
    if here is not None:
        figure.add_scatter(
            x=[100 * level],
            y=[100 * here.accuracy],
            mode="markers",
            marker={"size": 20, "color": "rgba(0,0,0,0)", "line": {"width": 3, "color": EDGE}},
            name="the dial",
            hoverinfo="skip",
        )
    lay_out(figure, "images that exchange their class (%)", "accuracy %", height=320)
    figure.update_layout(legend=LEGEND_BELOW, margin={"l": 8, "r": 8, "t": 16, "b": 90})
    rows = [(names[name], point) for name, path in paths.items() for point in path]
    told = "; ".join(
        f"{names[name]} {100 * path[0].accuracy:.1f} to {100 * path[-1].accuracy:.1f}"
        for name, path in paths.items()
    )
    table = {
        "noise": [name for name, _ in rows],
        "share %": [round(100 * point.dials.get("noise", 0.0)) for _, point in rows],
        "pairs not of one class %": [round(100 * point.noise, 1) for _, point in rows],
        "accuracy %": [round(100 * point.accuracy, 1) for _, point in rows],
    }
    return Chart(figure, f"Accuracy from no noise to nothing but noise, per cent: {told}.", table)


def _series(points: Sequence[Point], of: str) -> dict[str, dict[int, Point]]:
    """Return the points of each encoder that differ in k or in P alone, by that."""
    plain = [p for p in points if p.made_by == "kmeans" and not p.dials and p.asked_clusters]
    by_encoder: dict[str, dict[int, Point]] = {}
    for point in plain:
        fixed, varied = (
            (point.n_partitions, point.asked_clusters)
            if of == "k"
            else (point.asked_clusters, point.n_partitions)
        )
        usual = _usual([p.n_partitions if of == "k" else p.asked_clusters for p in plain])
        if fixed == usual:
            by_encoder.setdefault(point.encoder, {})[int(varied or 0)] = point
    return {
        encoder: dict(sorted(series.items())) for encoder, series in by_encoder.items() if len(series) > 1
    }


def _usual(values: Sequence[Any]) -> Any:
    return max(set(values), key=lambda value: (values.count(value), value))


def _curve(place: int, name: str, series: Mapping[int, Point], of: str) -> go.Scatter:
    points = list(series.values())
    accuracy = np.array([point.accuracy for point in points])
    highest = np.array([max(point.accuracies) for point in points])
    lowest = np.array([min(point.accuracies) for point in points])
    colour = CURVES[place % len(CURVES)]
    return go.Scatter(
        x=list(series),
        y=100 * accuracy,
        error_y={
            "type": "data",
            "array": 100 * (highest - accuracy),
            "arrayminus": 100 * (accuracy - lowest),
            "thickness": 1.5,
            "width": 4,
        },
        mode="lines+markers",
        name=name,
        line={"color": colour, "width": 2.5, "dash": DASHES[place % len(DASHES)]},
        marker={"size": 9, "symbol": MARKS[place % len(MARKS)], "line": {"width": 1, "color": EDGE}},
        hovertemplate=f"{name}, {of} = %{{x}}: %{{y:.1f}} %<extra></extra>",
    )
