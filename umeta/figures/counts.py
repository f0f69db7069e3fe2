"""How a count is spread over tasks."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Int

from umeta.figures.chart import Chart
from umeta.figures.layout import LINE, lay_out
from umeta.figures.palette import PETROFF, hex_of


def counts_of_tasks(counts: Int[np.ndarray, " n_tasks"], most: int, what: str) -> Chart:
    """Draw how many tasks have each count.

    Args:
        counts: One of each task.
        most: The largest possible.
        what: What is counted.
    """
    tasks = np.bincount(counts, minlength=most + 1)
    mean = float(counts.mean())
    figure = go.Figure(
        go.Bar(
            x=list(range(most + 1)),
            y=tasks.tolist(),
            marker_color=hex_of(PETROFF[0]),
            hovertemplate=f"%{{y}} tasks: %{{x}} {what}<extra></extra>",
        )
    )
    figure.add_vline(
        x=mean, line_color=LINE, line_width=2, annotation_text=f"mean {mean:.1f}", annotation_position="top"
    )
    lay_out(figure, f"{what}, of {most}", "tasks", height=440)
    figure.update_layout(margin_t=30, bargap=0.15)
    alt = f"Of {len(counts)} tasks, how many have each number of {what}: mean {mean:.1f} of {most}."
    return Chart(figure, alt, {what: list(range(most + 1)), "tasks": tasks.tolist()})
