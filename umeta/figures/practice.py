"""How good a start MAML has after so many training steps: what a few gradient steps from there get right."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE, lay_out
from umeta.figures.palette import PETROFF, hex_of
from umeta.wording import counted


def starts_over_training(
    steps: Sequence[int], accuracy: Float[np.ndarray, "n_steps n_gradient_steps"], chance: float
) -> Chart:
    """Draw the accuracy over training steps: before a gradient step on a task's examples, after one, and after all.

    Args:
        steps: After how many training steps each start was looked at.
        accuracy: From each of them, before the first gradient step and after each, as fractions.
        chance: What guessing gets right.
    """
    last = accuracy.shape[1] - 1
    figure = go.Figure()
    columns: dict[str, list] = {"training steps": list(steps)}
    for place, colour in ((0, PETROFF[7]), (1, PETROFF[1]), (last, PETROFF[0])):
        name = "before a gradient step" if place == 0 else f"after {counted(place, 'gradient step')}"
        columns[f"% {name}"] = [round(100 * float(value), 1) for value in accuracy[:, place]]
        figure.add_trace(
            go.Scatter(
                x=list(steps),
                y=columns[f"% {name}"],
                mode="lines+markers",
                name=name,
                line={"color": hex_of(colour), "width": 2.5},
                marker={"size": 9},
                hovertemplate="after %{x:,} training steps: %{y:.1f}%<extra>%{fullData.name}</extra>",
            )
        )
    figure.add_hline(100 * chance, line={"color": LINE, "dash": "dash"})
    lay_out(figure, "training steps", "queries in the right row", height=420)
    figure.update_yaxes(range=[0, 104], ticksuffix="%")
    figure.update_xaxes(tickformat=",")
    first, end = (f"{accuracy[0, place]:.0%} to {accuracy[-1, place]:.0%}" for place in (0, last))
    alt = (
        f"Accuracy over {steps[-1]:,} training steps. Before a gradient step it goes from {first}, after {last} from "
        f"{end}; guessing gets {chance:.0%}."
    )
    return Chart(figure, alt, columns)
