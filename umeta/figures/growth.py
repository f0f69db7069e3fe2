"""How time and memory grow with the size of what is worked on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from plotly.subplots import make_subplots

from umeta.figures.chart import Chart
from umeta.figures.palette import PETROFF, hex_of


class Growth(NamedTuple):
    """One measurement: a size, the seconds that it took, and the peak of the process's memory in MB."""

    size: int
    seconds: float
    peak_mb: float


def exponent(measured: Sequence[Growth]) -> float:
    """Return e of seconds ~ sizeᵉ, by least squares of the logarithms; NaN for a single size."""
    if len({one.size for one in measured}) < 2:
        return float("nan")
    sizes, seconds = np.log([one.size for one in measured]), np.log([one.seconds for one in measured])
    return float(np.polyfit(sizes, seconds, 1)[0])


def growth_chart(measured: Mapping[str, Sequence[Growth]], sizes: str) -> Chart:
    """Draw the seconds of each kind of work by size, and the peak of memory beside it, on logarithmic axes.

    Args:
        measured: For each kind of work, its measurements, the smallest size first.
        sizes: What the sizes count, such as "items".
    """
    figure = make_subplots(1, 2, subplot_titles=("seconds", "peak of memory, MB"), horizontal_spacing=0.12)
    for k, (work, points) in enumerate(measured.items()):
        drawn = {"x": [one.size for one in points], "name": f"{work} ~ {sizes}^{exponent(points):.2f}"}
        style = {
            "mode": "lines+markers",
            "line_color": hex_of(PETROFF[k % len(PETROFF)]),
            "legendgroup": work,
        }
        figure.add_scatter(y=[one.seconds for one in points], **drawn, **style, row=1, col=1)
        peaks = [one.peak_mb for one in points]
        figure.add_scatter(y=peaks, **drawn, **style, showlegend=False, row=1, col=2)
    figure.update_xaxes(type="log", title=sizes)
    figure.update_yaxes(type="log")
    figure.update_layout(legend={"orientation": "h", "y": -0.25}, height=420)
    rows = [(work, one) for work, points in measured.items() for one in points]
    table = {
        "work": [work for work, _ in rows],
        sizes: [one.size for _, one in rows],
        "seconds": [round(one.seconds, 3) for _, one in rows],
        "peak MB": [round(one.peak_mb) for _, one in rows],
    }
    return Chart(figure, _alt_text(measured, sizes), table)


def _alt_text(measured: Mapping[str, Sequence[Growth]], sizes: str) -> str:
    said = [
        f"{work} from {points[0].seconds:.2g} s at {points[0].size:,} {sizes} to {points[-1].seconds:.2g} s at "
        f"{points[-1].size:,} (exponent {exponent(points):.2f}, at most {max(one.peak_mb for one in points):,.0f} MB)"
        for work, points in measured.items()
    ]
    return "; ".join(said) + "."
