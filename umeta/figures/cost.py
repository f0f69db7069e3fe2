"""Accuracy beside what it cost."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from umeta.evaluation.method_id import MethodKind
from umeta.figures.chart import Chart
from umeta.figures.layout import LEGEND_BELOW
from umeta.figures.results import EDGE, KINDS
from umeta.results.contenders import Contender
from umeta.results.cost import STAGES, Clock

MIN_SECONDS = 0.01
"""Seconds: less cannot be drawn on a logarithmic axis, and nobody waits for it."""


UNITS: Mapping[Clock, str] = {"seconds": "seconds", "cpu_seconds": "CPU seconds"}
"""What is on the axis, by clock."""


def accuracy_by_cost(
    methods: Sequence[Contender], seconds: Sequence[Mapping[str, float]], clock: Clock = "seconds"
) -> Chart:
    """Draw each method at the seconds it took in all, on a logarithmic axis, and its accuracy.

    Args:
        methods: Methods at one way and shot.
        seconds: For each, its seconds by stage.
        clock: What the seconds count.
    """
    totals = [max(sum(by_stage.values()), MIN_SECONDS) for by_stage in seconds]
    figure = go.Figure()
    for kind in KINDS:
        of_kind = [k for k, method in enumerate(methods) if method.kind is kind]
        if of_kind:
            figure.add_trace(_points([methods[k] for k in of_kind], [totals[k] for k in of_kind], kind))
    _lay_out_axes(figure, _ticks(min(totals), max(totals)), clock)
    table = {
        "method": [method.name for method in methods],
        "accuracy %": [round(100 * method.accuracy, 2) for method in methods],
        UNITS[clock]: [round(sum(by_stage.values()), 1) for by_stage in seconds],
        **{
            stage: [round(by_stage[stage], 1) if stage in by_stage else None for by_stage in seconds]
            for stage in STAGES
        },
    }
    return Chart(figure, _alt_text(methods, totals, clock), table)


def _points(methods: Sequence[Contender], totals: Sequence[float], kind: MethodKind) -> go.Scatter:
    """Return the points of the methods of one kind."""
    meaning, colour = KINDS[kind]
    return go.Scatter(
        x=totals,
        y=[100 * method.accuracy for method in methods],
        mode="markers",
        marker={
            "size": 11,
            "color": colour,
            "symbol": ["diamond" if method.transductive else "circle" for method in methods],
            "line": {"width": 1, "color": EDGE},
        },
        customdata=[method.name for method in methods],
        name=meaning,
        hovertemplate="%{customdata}<br>%{y:.1f}% after %{x:.1f} s<extra></extra>",
    )


def _lay_out_axes(figure: go.Figure, ticks: Sequence[float], clock: Clock) -> None:
    figure.update_xaxes(
        type="log",
        title_text=f"{UNITS[clock]} in all, on a logarithmic axis",
        tickvals=ticks,
        tickformat=",~r",
        range=[math.log10(ticks[0]) - 0.05, math.log10(ticks[-1]) + 0.05],
        showgrid=True,
    )
    figure.update_yaxes(title_text="test accuracy", ticksuffix="%", automargin=True)
    figure.update_layout(
        height=440,
        margin={"l": 10, "r": 10, "t": 20, "b": 120},
        legend=LEGEND_BELOW,
    )


def _alt_text(methods: Sequence[Contender], totals: Sequence[float], clock: Clock) -> str:
    dearest = max(range(len(methods)), key=totals.__getitem__)
    best = max(range(len(methods)), key=lambda k: methods[k].accuracy)
    return (
        f"Accuracy of {len(methods)} methods by their {UNITS[clock]}, {methods[0].setting}. "
        f"The best, {methods[best].name}, took {totals[best]:,.0f} s for {100 * methods[best].accuracy:.1f}%; "
        f"the longest, {methods[dearest].name}, {totals[dearest]:,.0f} s for "
        f"{100 * methods[dearest].accuracy:.1f}%."
    )


def _ticks(shortest: float, longest: float) -> list[float]:
    """Return round numbers of seconds that enclose all, two at least: powers of ten, between few also 2 and 5 times."""
    low, high = math.floor(math.log10(shortest)), math.floor(math.log10(longest)) + 1
    steps = (1, 2, 5) if high - low < 3 else (1,)
    ticks = [step * 10.0**power for power in range(low, high) for step in steps] + [10.0**high]
    first = max(tick for tick in ticks if tick <= shortest)
    last = min(tick for tick in ticks if tick > longest)
    return [tick for tick in ticks if first <= tick <= last]
