"""Accuracies of methods beside each other, a facet for each way and shot."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from umeta.figures.chart import Chart
from umeta.figures.layout import LEGEND_BELOW
from umeta.figures.palette import PETROFF, hex_of
from umeta.figures.rows import name_rows, ruler
from umeta.results.contenders import GROUPS, Contender, Over, Setting
from umeta.results.tables import columns

KINDS = {
    "oracle": ("learner with true labels (oracle)", hex_of(PETROFF[8])),
    "CACTUs": ("learner on clusters (CACTUs)", hex_of(PETROFF[0])),
    "augmented": ("learner on augmented images", hex_of(PETROFF[1])),
    "random": ("learner on random clusters", hex_of(PETROFF[5])),
    "baseline": ("baseline, no meta-training", hex_of(PETROFF[7])),
}
"""What a method is, and the colour of that kind."""
PAPER = ("the paper's figure (other split)", hex_of(PETROFF[4]))
MOST_NUMBERS = 14
"""Lines of a chart up to which numbers stand above its points."""
BETWEEN = 70
"""Pixels between rows of facets, for their titles."""
EDGE = "rgba(20,22,28,.6)"


class Reference(NamedTuple):
    """A figure of the paper, to stand beside a method's own."""

    label: str
    """The row it stands on: a contender's name, or a name of its own."""
    setting: Setting
    accuracy: float


def accuracies(
    methods: Sequence[Contender], *, over: Over = "tasks", references: Sequence[Reference] = ()
) -> Chart:
    """Draw each method's mean accuracy with its 95% interval, its trainings as small points, and chance.

    Args:
        methods: The methods of one way and shot or of several.
        over: What the interval covers.
        references: Figures of the paper to mark.
    """
    settings = list(dict.fromkeys(one.setting for one in methods))
    ways, shots = sorted({s.n_way for s in settings}), sorted({s.n_shot for s in settings})
    lines = _lines(methods, references)
    numbers = len(lines) <= MOST_NUMBERS and len(shots) < 3
    title = "{}-way {}-shot" if len(shots) == 1 else "{}-way<br>{}-shot"  # facets on a phone are narrow
    facet = (42 if numbers else 31) * (len(lines) + 0.7)  # pixels
    drawn = len(ways) * facet + (len(ways) - 1) * BETWEEN
    figure = make_subplots(
        rows=len(ways),
        cols=len(shots),
        shared_xaxes=True,
        shared_yaxes=True,
        subplot_titles=[title.format(way, shot) for way in ways for shot in shots],
        vertical_spacing=BETWEEN / drawn,
        horizontal_spacing=0.05,
    )
    named: set[str] = set()
    for r, way in enumerate(ways, start=1):
        for c, shot in enumerate(shots, start=1):
            here = [one for one in methods if one.setting == (way, shot)]
            traces = [
                trace
                for kind in KINDS
                for trace in _traces([one for one in here if one.kind == kind], kind, over, numbers=numbers)
            ]
            marked = [one for one in references if one.setting == (way, shot)]
            chance = f"chance {100 / way:.0f}%"
            figure.add_trace(ruler(100 / way, lines, chance), r, c)
            for trace in [*traces, *([_marks(marked)] if marked else [])]:
                trace.showlegend = trace.showlegend is not False and trace.name not in named
                named.add(str(trace.name))
                figure.add_trace(trace, r, c)
            figure.add_annotation(
                text=chance,
                x=100 / way,
                y=lines[-1],
                xanchor="left",
                yanchor="top",
                yshift=-18,
                font_size=12,
                showarrow=False,
                row=r,
                col=c,
            )
        name_rows(figure, lines, row=r)
    figure.update_xaxes(range=[0, 103], tickangle=0, showgrid=True, dtick=50 if len(shots) > 1 else None)
    figure.update_xaxes(title_text="test accuracy %", row=len(ways), col=1)
    figure.update_layout(
        height=175 + drawn,
        margin={"l": 10, "r": 10, "t": 50, "b": 125},
        legend=LEGEND_BELOW,
    )
    return Chart(figure, _in_words(methods, over), columns(methods))


def _lines(methods: Sequence[Contender], references: Sequence[Reference]) -> list[str]:
    """Return what stands on the y axis from above: each group's heading, if there are several, and its methods."""
    groups: dict[str, list[str]] = {group: [] for group in GROUPS}
    for one in methods:
        if one.name not in groups[one.group]:
            groups[one.group].append(one.name)
    filled = {group: names for group, names in groups.items() if names}
    lines = []
    for group, names in filled.items():
        lines += [f"<b>{GROUPS[group]}</b>", *names] if len(filled) > 1 else names
    return lines + list(dict.fromkeys(one.label for one in references if one.label not in lines))


def _traces(methods: Sequence[Contender], kind: str, over: Over, *, numbers: bool) -> list[go.Scatter]:
    """Return the points of one kind: the means with their intervals, and under them the single trainings."""
    if not methods:
        return []
    words, colour = KINDS[kind]
    methods = sorted(methods, key=lambda one: one.transductive)  # the legend takes the first one's symbol
    single = [(100 * row["accuracy"], one.name) for one in methods if one.repeated for row in one.rows]
    trainings = go.Scatter(
        x=[x for x, _ in single],
        y=[y for _, y in single],
        mode="markers",
        marker={"size": 5, "color": colour, "opacity": 0.75},
        name="one training each",
        showlegend=False,
        hovertemplate="%{y}, one training: %{x:.2f}%<extra></extra>",
    )
    means = go.Scatter(
        x=[100 * one.accuracy for one in methods],
        y=[one.name for one in methods],
        error_x={
            "type": "data",
            "array": [100 * one.half_width(over) for one in methods],
            "thickness": 2.5,
            "width": 6,
        },
        mode="markers+text" if numbers else "markers",
        text=[f"{100 * one.accuracy:.1f}" for one in methods],
        textposition="bottom center",
        marker={
            "size": 9,
            "color": colour,
            "symbol": ["diamond" if one.transductive else "circle" for one in methods],
            "line": {"width": 1, "color": EDGE},
        },
        name=words,
        hovertemplate="%{y}: %{x:.2f}% ± %{error_x.array:.2f}<extra></extra>",
    )
    return [trainings, means] if single else [means]


def _marks(references: Sequence[Reference]) -> go.Scatter:
    words, colour = PAPER
    return go.Scatter(
        x=[100 * one.accuracy for one in references],
        y=[one.label for one in references],
        mode="markers",
        marker={"size": 11, "symbol": "x-thin", "line": {"width": 3, "color": colour}},
        name=words,
        hovertemplate="%{y}, in the paper: %{x:.2f}%<extra></extra>",
    )


def _in_words(methods: Sequence[Contender], over: Over) -> str:
    first = methods[0].setting
    here = [one for one in methods if one.setting == first]
    numbers = ", ".join(
        f"{one.name} {100 * one.accuracy:.1f}{plus_minus(one.half_width(over))}%" for one in here
    )
    return (
        f"Test accuracy of {len({one.name for one in methods})} methods with 95% intervals over {over}. {first}, "
        f"chance {100 / first.n_way:.0f}%: {numbers}."
    )


def plus_minus(half: float) -> str:
    """Return the half-width of an interval in points as it stands behind a number; nothing where there is none."""
    return "" if half != half else f" ± {100 * half:.1f}"
