"""How far each switch moves an accuracy, beside a number from elsewhere."""

from collections.abc import Sequence

import plotly.graph_objects as go

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE
from umeta.figures.palette import PETROFF, hex_of
from umeta.figures.rows import name_rows, ruler
from umeta.results.switches import Switch


def switches_chart(ours: float, switches: Sequence[Switch], theirs: float | None = None) -> Chart:
    """Draw the accuracy under each switch, ours in every row, and another number as a line.

    Args:
        ours: our accuracy, as a fraction.
        switches: at least one.
        theirs: the number from elsewhere, as a fraction; None for none.
    """
    names = [f"{switch.name}  (ours: {switch.instead_of})" for switch in switches]
    figure = go.Figure(ruler(100 * ours, names, f"ours, {100 * ours:.1f} %"))
    figure.add_trace(
        go.Scatter(
            x=[100 * switch.accuracy for switch in switches],
            y=names,
            error_x={
                "type": "data",
                "array": [100 * switch.ci95 for switch in switches],
                "thickness": 2,
                "width": 5,
            },
            mode="markers+text",
            text=[f"{100 * switch.accuracy:.1f} ({100 * switch.change:+.1f})" for switch in switches],
            textposition="bottom center",
            marker={"size": 9, "color": hex_of(PETROFF[0])},
            hovertemplate="%{y}: %{x:.1f} %, change ± %{error_x.array:.1f} points<extra></extra>",
            showlegend=False,
        )
    )
    if theirs is not None:
        figure.add_vline(100 * theirs, line={"width": 2, "color": LINE, "dash": "dot"})
        figure.add_annotation(
            x=100 * theirs,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=f"yours, {100 * theirs:.1f}",
            showarrow=False,
        )
    name_rows(figure, names)
    figure.update_xaxes(title_text="accuracy, %", showgrid=True, zeroline=False)
    figure.update_layout(height=100 + 42 * len(names), margin={"l": 10, "r": 10, "t": 30, "b": 40})
    largest = switches[0]
    alt = (
        f"Our accuracy of {100 * ours:.1f} % under {len(switches)} switches, one at a time. The largest change: "
        f"{largest.name} instead of {largest.instead_of}, "
        f"{100 * largest.change:+.1f} ± {100 * largest.ci95:.1f} points."
    )
    return Chart(figure, alt, _table(switches))


def _table(switches: Sequence[Switch]) -> dict[str, list]:
    return {
        "switch": [switch.name for switch in switches],
        "ours": [switch.instead_of for switch in switches],
        "accuracy, %": [round(100 * switch.accuracy, 1) for switch in switches],
        "change, points": [round(100 * switch.change, 1) for switch in switches],
        "± tasks": [round(100 * switch.ci95, 1) for switch in switches],
        "same tasks": [switch.same_tasks for switch in switches],
    }
