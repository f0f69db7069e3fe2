"""Charts of a sample of tasks: are pseudo-tasks easier than the test tasks?"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE, lay_out
from umeta.figures.partitions import DASHES, LINES

EDGES = np.arange(21) / 20
"""Of the bins of accuracy, rounded as an accuracy of 15 in 25 is; np.linspace rounds otherwise."""


def difficulty(accuracies: Mapping[str, Float[np.ndarray, " n_tasks"]], n_way: int) -> Chart:
    """Draw how many tasks have which nearest-neighbour accuracy, for each kind of task, and chance.

    Args:
        accuracies: Each task's accuracy, by the kind of task, e.g. `pseudo-tasks` and `test tasks`.
        n_way: Classes of a task.
    """
    figure = go.Figure()
    table: dict[str, list] = {"accuracy": [f"{edge:.0%}–{edge + 0.05:.0%}" for edge in EDGES[:-1]]}
    summaries = []
    for number, (name, values) in enumerate(accuracies.items()):
        shares = np.histogram(values, EDGES)[0] / len(values)
        mean = float(values.mean())
        _add_histogram(figure, number, name, shares, mean)
        summaries.append(
            f"{name} {mean:.0%} in the mean, from {np.quantile(values, 0.05):.0%} to {np.quantile(values, 0.95):.0%} "
            "for nine tasks in ten"
        )
        table[f"{name}, % of tasks"] = (100 * shares).round(1).tolist()
    figure.add_vline(
        100 / n_way,
        line={"color": LINE, "dash": "dot", "width": 1.5},
        annotation={"text": f"chance {100 / n_way:.0f}%"},
        annotation_position="top left",
    )
    lay_out(figure, "accuracy of the nearest neighbour in a task", "share of the tasks")
    figure.update_xaxes(range=[0, 100], ticksuffix="%")
    figure.update_yaxes(rangemode="tozero", ticksuffix="%")
    alt = (
        f"Accuracy of the nearest neighbour per task, chance {100 / n_way:.0f}%: "
        + "; ".join(summaries)
        + "."
    )
    return Chart(figure, alt, table)


def _add_histogram(
    figure: go.Figure, number: int, name: str, shares: Float[np.ndarray, " n_bins"], mean: float
) -> None:
    """Draw the shares of the tasks of one kind, and a line at their mean accuracy."""
    figure.add_scatter(
        x=100 * EDGES,
        y=100 * np.append(shares, shares[-1]),
        name=f"{name}: mean {mean:.0%}",
        mode="lines",
        fill="tozeroy",
        line={"color": LINES[number], "dash": DASHES[number], "width": 2.5, "shape": "hv"},
        hovertemplate="from %{x:.0f}%: %{y:.1f}% of the tasks",
    )
    figure.add_vline(100 * mean, line={"color": LINES[number], "dash": DASHES[number], "width": 1.5})
