"""How time and memory grow with the size of what is worked on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from plotly.subplots import make_subplots

from umeta.figures.chart import Chart
from umeta.figures.palette import PETROFF, hex_of


class Growth(NamedTuple):
    """One measurement: a size, the seconds that it took, and the peaks of the process's memory in MB."""

    size: int
    seconds: float
    """By the clock."""
    cpu_seconds: float
    """Of all processors together: whatever else runs on the machine has little part in them."""
    own_mb: float
    """Without the pages of files, which the system takes back when it needs them."""
    peak_mb: float
    """With them."""


def exponent(measured: Sequence[Growth]) -> float:
    """Return e of processor seconds ~ sizeᵉ, by least squares of the logarithms; NaN for a single size."""
    if len({one.size for one in measured}) < 2:
        return float("nan")
    sizes, seconds = np.log([one.size for one in measured]), np.log([one.cpu_seconds for one in measured])
    return float(np.polyfit(sizes, seconds, 1)[0])


def growth_chart(measured: Mapping[str, Sequence[Growth]], sizes: str) -> Chart:
    """Draw the processor seconds of each kind of work by size, and the peaks of memory beside them; both logarithmic.

    Args:
        measured: For each kind of work, its measurements, the smallest size first.
        sizes: What the sizes count, such as "items".
    """
    titles = ("processor seconds", "peak of memory, MB (dotted: with mapped files)")
    figure = make_subplots(1, 2, subplot_titles=titles, horizontal_spacing=0.12)
    for k, (work, points) in enumerate(measured.items()):
        drawn = {"x": [one.size for one in points], "name": f"{work} ~ {sizes}^{exponent(points):.2f}"}
        style = {
            "mode": "lines+markers",
            "line_color": hex_of(PETROFF[k % len(PETROFF)]),
            "legendgroup": work,
        }
        figure.add_scatter(y=[one.cpu_seconds for one in points], **drawn, **style, row=1, col=1)
        own, peaks = [one.own_mb for one in points], [one.peak_mb for one in points]
        figure.add_scatter(y=own, **drawn, **style, showlegend=False, row=1, col=2)
        figure.add_scatter(y=peaks, **drawn, **style, line_dash="dot", showlegend=False, row=1, col=2)
    at = sorted({one.size for points in measured.values() for one in points})
    figure.update_xaxes(type="log", title=sizes, tickvals=at)
    figure.update_yaxes(type="log")
    figure.update_yaxes(dtick=1, col=1)  # of many decades
    margin = {"l": 8, "r": 8, "t": 40, "b": 8}
    figure.update_layout(legend={"orientation": "h", "y": -0.25}, height=420, margin=margin)
    rows = [(work, one) for work, points in measured.items() for one in points]
    table = {
        "work": [work for work, _ in rows],
        sizes: [one.size for _, one in rows],
        "seconds": [round(one.seconds, 3) for _, one in rows],
        "processor seconds": [round(one.cpu_seconds, 3) for _, one in rows],
        "own MB": [round(one.own_mb) for _, one in rows],
        "with files MB": [round(one.peak_mb) for _, one in rows],
    }
    return Chart(figure, _alt_text(measured, sizes), table)


def _alt_text(measured: Mapping[str, Sequence[Growth]], sizes: str) -> str:
    said = [
        f"{work} from {points[0].cpu_seconds:.2g} s at {points[0].size:,} {sizes} to {points[-1].cpu_seconds:.2g} s at "
        f"{points[-1].size:,} (exponent {exponent(points):.2f}, at most {max(one.own_mb for one in points):,.0f} MB)"
        for work, points in measured.items()
    ]
    return "Processor time: " + "; ".join(said) + "."
