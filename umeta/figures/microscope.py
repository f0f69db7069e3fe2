"""What each gradient step does to a task, before and after meta-training."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from umeta.evaluation.microscope import InnerLoop
from umeta.figures.chart import Chart
from umeta.figures.layout import LEGEND_BELOW
from umeta.figures.palette import PETROFF, hex_of

COLOURS = {"before": hex_of(PETROFF[5]), "after": hex_of(PETROFF[0])}
DASHES = {"whole network": "solid", "head alone": "dot"}


def inner_loop(views: Sequence[InnerLoop]) -> Chart:
    """Draw the mean accuracy over tasks by gradient step, on the support and on the queries."""
    parts = {
        "on the support": [view.curves.support_accuracy for view in views],
        "on the queries": [view.curves.query_accuracy for view in views],
    }
    figure = make_subplots(
        rows=1, cols=2, shared_yaxes=True, subplot_titles=list(parts), horizontal_spacing=0.04
    )
    steps = list(range(len(views[0].curves.query_accuracy)))
    columns: dict[str, list] = {"step": steps}
    for column, (part, curves) in enumerate(parts.items(), start=1):
        for view, accuracy in zip(views, curves, strict=True):
            means = [round(100 * float(mean), 2) for mean in accuracy.mean(axis=1)]
            columns[f"% {part}, {_name(view)}"] = means
            figure.add_trace(_curve(view, steps, means, in_legend=column == 1), 1, column)
    figure.update_xaxes(title_text="gradient steps")
    figure.update_yaxes(range=[0, 104], ticksuffix="%", automargin=True)
    figure.update_layout(
        height=420,
        margin={"l": 10, "r": 10, "t": 40, "b": 125},
        legend=LEGEND_BELOW,
    )
    ends = "; ".join(
        f"{_name(view)}: {100 * float(view.curves.query_accuracy[0].mean()):.0f} to "
        f"{100 * float(view.curves.query_accuracy[-1].mean()):.0f}%"
        for view in views
    )
    return Chart(figure, f"Accuracy over {steps[-1]} gradient steps. On queries, {ends}.", columns)


def _name(view: InnerLoop) -> str:
    return f"{view.training} meta-training, {view.adapts}"


def _curve(view: InnerLoop, steps: Sequence[int], means: Sequence[float], *, in_legend: bool) -> go.Scatter:
    return go.Scatter(
        x=steps,
        y=means,
        mode="lines",
        name=_name(view),
        legendgroup=_name(view),
        showlegend=in_legend,
        line={"color": COLOURS[view.training], "dash": DASHES[view.adapts], "width": 2.5},
        hovertemplate="step %{x}: %{y:.1f}%<extra>%{fullData.name}</extra>",
    )
