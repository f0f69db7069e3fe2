"""How much better each method is than one other, on the same tasks."""

from collections.abc import Sequence

import plotly.graph_objects as go

from umeta.figures.chart import Chart
from umeta.figures.results import EDGE, KINDS, plus_minus
from umeta.figures.rows import name_rows, ruler
from umeta.results.comparison import Difference
from umeta.results.contenders import Over


def differences(found: Sequence[Difference], *, over: Over = "tasks") -> Chart:
    """Draw paired differences to one reference method, B of each, with their 95% intervals over one thing.

    Args:
        found: At least one difference, all to the same reference.
        over: What the interval covers; nothing is drawn for a difference that has no such interval.
    """
    reference = found[0].b.name
    found = sorted(found, key=lambda one: -one.mean)
    names = [one.a.name for one in found]
    halves = [half_width(one, over) for one in found]
    figure = go.Figure(ruler(0.0, names, "no difference"))
    for kind, (words, colour) in KINDS.items():
        here = [(one, half) for one, half in zip(found, halves, strict=True) if one.a.kind == kind]
        if not here:
            continue
        figure.add_trace(
            go.Scatter(
                x=[100 * one.mean for one, _ in here],
                y=[one.a.name for one, _ in here],
                error_x={
                    "type": "data",
                    "array": [100 * half for _, half in here],
                    "thickness": 2.5,
                    "width": 6,
                },
                mode="markers+text",
                text=[f"{100 * one.mean:+.1f}" for one, _ in here],
                textposition="bottom center",
                marker={
                    "size": 9,
                    "color": colour,
                    "symbol": ["diamond" if one.a.transductive else "circle" for one, _ in here],
                    "line": {"width": 1, "color": EDGE},
                },
                name=words,
                hovertemplate="%{y}: %{x:+.2f} ± %{error_x.array:.2f} points<extra></extra>",
                showlegend=False,
            )
        )
    name_rows(figure, names)
    figure.update_xaxes(title_text="points above the reference", showgrid=True, zeroline=False)
    figure.update_layout(height=100 + 42 * len(names), margin={"l": 10, "r": 10, "t": 20, "b": 40})
    best = found[0]
    alt = (
        f"Paired differences of {len(found)} methods to {reference}, {best.b.setting}, with 95% intervals over "
        f"{over}. The best, {best.a.name}: {100 * best.mean:+.1f}{plus_minus(halves[0])} points."
    )
    return Chart(figure, alt, _table(found))


def half_width(one: Difference, over: Over) -> float:
    """Return the half-width of a difference's interval over tasks, classes or trainings; nan where there is none."""
    interval = {"tasks": one.tasks, "classes": one.classes, "trainings": one.seeds}[over]
    return float("nan") if interval is None else interval.ci95


def _table(found: Sequence[Difference]) -> dict[str, list]:
    def points(value: float) -> float | None:
        return None if value != value else round(100 * value, 2)

    return {
        "method": [one.a.name for one in found],
        "minus": [one.b.name for one in found],
        "points": [points(one.mean) for one in found],
        "± tasks": [points(half_width(one, "tasks")) for one in found],
        "± classes": [points(half_width(one, "classes")) for one in found],
        "± trainings": [points(half_width(one, "trainings")) for one in found],
        "trainings": [one.seeds.n if one.seeds else 1 for one in found],
        "wins on % of tasks": [round(100 * one.tasks.win_rate, 1) if one.tasks else None for one in found],
        "tasks": [one.tasks.n_tasks if one.tasks else None for one in found],
    }
