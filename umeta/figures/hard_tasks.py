"""How hard tasks are on the queries that they were not ranked on."""

import numpy as np
import plotly.graph_objects as go

from umeta.evaluation.hard_tasks import RankedTasks
from umeta.figures.chart import Chart
from umeta.figures.layout import LEGEND_BELOW
from umeta.figures.palette import PETROFF, hex_of

GROUPS = 20
"""Groups of tasks, of equal size, that the ranking is cut into."""


def ranking(tasks: RankedTasks, *, measure: str) -> Chart:
    """Draw the mean of groups of tasks in the order of the ranking, on the half it was made on and on the other.

    Args:
        tasks: The ranked tasks.
        measure: What the values are shares of, e.g. "queries right".
    """
    groups = np.array_split(tasks.order, min(GROUPS, len(tasks.order)))
    centres = [100 * (k + 0.5) / len(groups) for k in range(len(groups))]
    figure = go.Figure()
    halves = {
        "the half that tasks are ranked on": (tasks.ranking_half, PETROFF[3], "dot"),
        "the other half": (tasks.other_half, PETROFF[0], "solid"),
    }
    means = {}
    for name, (values, colour, dash) in halves.items():
        means[name] = [round(100 * float(values[group].mean()), 1) for group in groups]
        figure.add_trace(
            go.Scatter(
                x=centres,
                y=means[name],
                mode="lines+markers",
                name=name,
                line={"color": hex_of(colour), "dash": dash, "width": 2.5},
                hovertemplate="%{y:.1f}%<extra>%{fullData.name}</extra>",
            )
        )
    figure.update_xaxes(title_text="tasks in the order of the ranking", ticksuffix="%", range=[0, 100])
    figure.update_yaxes(title_text=measure, ticksuffix="%", rangemode="tozero", automargin=True)
    figure.update_layout(
        height=335,
        margin={"l": 10, "r": 10, "t": 20, "b": 85},
        legend=LEGEND_BELOW,
    )
    other = means["the other half"]
    alt = (
        f"{measure.capitalize()} by rank of the task, on queries that the ranking did not use: {other[0]:.1f}% in the "
        f"first twentieth, {other[-1]:.1f}% in the last. Reliability of the ranking {tasks.reliability:.2f}."
    )
    return Chart(figure, alt, {"rank %": [round(c, 1) for c in centres], **means})
