"""Two methods task by task: where one is right and the other is not."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool

from umeta.evaluation.agreement import TaskPairs, agreement, task_pairs
from umeta.figures.chart import Chart
from umeta.figures.palette import PETROFF, hex_of
from umeta.wording import counted

MAX_CIRCLE = 26
"""Pixels of the circle of the pair of accuracies that most tasks share."""


def per_task(
    a: Bool[np.ndarray, "n_tasks n_way n_query"],
    b: Bool[np.ndarray, "n_tasks n_way n_query"],
    names: tuple[str, str],
) -> Chart:
    """Draw B's accuracy over A's: a circle for each pair of accuracies, its area the number of tasks with that pair.

    Above the diagonal B is better on a task, below it A.
    """
    pairs = task_pairs(a, b)
    figure = go.Figure(_circles(pairs))
    low = 100 * float(min(pairs.a.min(), pairs.b.min())) - 6
    figure.add_shape(type="line", x0=low, y0=low, x1=104, y1=104, line={"dash": "dash", "color": "#717581"})
    figure.update_xaxes(title_text=f"A: {names[0]}", range=[low, 104], ticksuffix="%", showgrid=True)
    figure.update_yaxes(
        title_text=f"B: {names[1]}", range=[low, 104], ticksuffix="%", scaleanchor="x", constrain="domain"
    )
    figure.update_xaxes(constrain="domain")
    figure.update_layout(height=460, margin={"l": 10, "r": 10, "t": 20, "b": 40})
    better = [int(pairs.n_tasks[side].sum()) for side in (pairs.a > pairs.b, pairs.b > pairs.a)]
    alt = (
        f"Accuracy of B, {names[1]}, over that of A, {names[0]}, on {counted(len(a), 'task')}. "
        f"A is better on {better[0]:,}, B on {better[1]:,}, both alike on {len(a) - sum(better):,}."
    )
    table = {
        "A %": np.round(100 * pairs.a, 1).tolist(),
        "B %": np.round(100 * pairs.b, 1).tolist(),
        "tasks": pairs.n_tasks.tolist(),
    }
    return Chart(figure, alt, table)


def _circles(pairs: TaskPairs) -> go.Scatter:
    sizes = MAX_CIRCLE * np.sqrt(pairs.n_tasks / pairs.n_tasks.max())
    return go.Scatter(
        x=100 * pairs.a,
        y=100 * pairs.b,
        mode="markers",
        marker={
            "size": np.maximum(sizes, 3),
            "color": hex_of(PETROFF[0]),
            "opacity": 0.75,
            "line": {"width": 1, "color": "rgba(20,22,28,.6)"},
        },
        customdata=pairs.n_tasks,
        hovertemplate="A %{x:.0f}%, B %{y:.0f}%: %{customdata} tasks<extra></extra>",
        showlegend=False,
    )


def who_is_right(
    a: Bool[np.ndarray, "n_tasks n_way n_query"], b: Bool[np.ndarray, "n_tasks n_way n_query"]
) -> dict[str, list[str]]:
    """Return the two-by-two table of who gets queries right, in per cent of all queries."""
    share = [f"{100 * count / a.size:.1f}%" for count in agreement(a, b)]
    return {"": ["A right", "A wrong"], "B right": [share[0], share[2]], "B wrong": [share[1], share[3]]}
