"""How much better each method is than one other, on the same tasks."""

from collections.abc import Sequence

import plotly.graph_objects as go

from umeta.evaluation.method_id import MethodKind
from umeta.figures.chart import Chart
from umeta.figures.results import EDGE, KINDS, plus_minus
from umeta.figures.rows import name_rows, ruler
from umeta.results.comparison import Difference
from umeta.results.interval_cover import Over, in_words


def differences(compared: Sequence[Difference], *, over: Over = "tasks") -> Chart:
    """Draw paired differences to one reference method, B of each, with their 95% intervals over one thing.

    Args:
        compared: At least one difference, all to the same reference.
        over: What the interval covers; nothing is drawn for a difference that has no such interval.
    """
    compared = sorted(compared, key=lambda difference: -difference.mean)
    best = compared[0]
    names = [difference.a.name for difference in compared]
    figure = go.Figure(ruler(0.0, names, "no difference"))
    for kind in KINDS:
        of_kind = [difference for difference in compared if difference.a.kind is kind]
        if of_kind:
            figure.add_trace(_points(of_kind, kind, over))
    name_rows(figure, names)
    on_views = best.a.judged_on == "views"
    measured = "points above the reference (recognised views)" if on_views else "points above the reference"
    figure.update_xaxes(title_text=measured, showgrid=True, zeroline=False)
    figure.update_layout(height=100 + 42 * len(names), margin={"l": 10, "r": 10, "t": 20, "b": 40})
    covered = in_words(over, [best.a.judged_on])
    alt = (
        f"Paired differences of {len(compared)} methods to {best.b.name}, {best.b.setting}, with 95% intervals over "
        f"{covered}. The best, {best.a.name}: {100 * best.mean:+.1f}{plus_minus(half_width(best, over))} points."
    )
    note = best.a.run.result.test_note
    alt += f" {note}" if note else ""
    return Chart(figure, alt, _table(compared))


def _points(compared: Sequence[Difference], kind: MethodKind, over: Over) -> go.Scatter:
    """Return the points of the methods of one kind, with their intervals."""
    meaning, colour = KINDS[kind]
    return go.Scatter(
        x=[100 * difference.mean for difference in compared],
        y=[difference.a.name for difference in compared],
        error_x={
            "type": "data",
            "array": [100 * half_width(difference, over) for difference in compared],
            "thickness": 2.5,
            "width": 6,
        },
        mode="markers+text",
        text=[f"{100 * difference.mean:+.1f}" for difference in compared],
        textposition="bottom center",
        marker={
            "size": 9,
            "color": colour,
            "symbol": ["diamond" if difference.a.transductive else "circle" for difference in compared],
            "line": {"width": 1, "color": EDGE},
        },
        name=meaning,
        hovertemplate="%{y}: %{x:+.2f} ± %{error_x.array:.2f} points<extra></extra>",
        showlegend=False,
    )


def half_width(difference: Difference, over: Over) -> float:
    """Return the half-width of a difference's interval over tasks, classes or trainings; nan where there is none."""
    interval = {
        "tasks": difference.tasks,
        "classes": difference.classes,
        "trainings": difference.seeds,
    }[over]
    return float("nan") if interval is None else interval.ci95


def _table(compared: Sequence[Difference]) -> dict[str, list]:
    def points(value: float) -> float | None:
        return None if value != value else round(100 * value, 2)

    by_classes = in_words("classes", [difference.a.judged_on for difference in compared])
    return {
        "method": [difference.a.name for difference in compared],
        "minus": [difference.b.name for difference in compared],
        "points": [points(difference.mean) for difference in compared],
        "± tasks": [points(half_width(difference, "tasks")) for difference in compared],
        f"± {by_classes}": [points(half_width(difference, "classes")) for difference in compared],
        "± trainings": [points(half_width(difference, "trainings")) for difference in compared],
        "trainings": [difference.seeds.n if difference.seeds else 1 for difference in compared],
        "wins on % of tasks": [
            round(100 * difference.tasks.win_rate, 1) if difference.tasks else None for difference in compared
        ],
        "tasks": [difference.tasks.n_tasks if difference.tasks else None for difference in compared],
    }
