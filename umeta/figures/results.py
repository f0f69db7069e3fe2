"""Accuracies of methods beside each other, a facet for each way and shot."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from umeta.evaluation.method_id import MethodKind
from umeta.figures.chart import Chart
from umeta.figures.layout import LEGEND_BELOW
from umeta.figures.palette import PETROFF, hex_of
from umeta.figures.rows import name_rows, ruler
from umeta.results.contenders import GROUPS, Contender, Over
from umeta.results.paper import PaperReference
from umeta.results.tables import columns

KINDS = {
    MethodKind.ORACLE: ("learner with true labels (oracle)", hex_of(PETROFF[8])),
    MethodKind.CLUSTERS: ("learner on clusters (CACTUs)", hex_of(PETROFF[0])),
    MethodKind.OTHER_SOURCE: ("learner on tasks without clusters", hex_of(PETROFF[1])),
    MethodKind.RANDOM_LABELS: ("learner on random clusters", hex_of(PETROFF[5])),
    MethodKind.BASELINE: ("baseline, no meta-training", hex_of(PETROFF[7])),
}
"""What a method is, and the colour of that kind."""
PAPER = ("the paper's figure (other split)", hex_of(PETROFF[4]))
MAX_NUMBERED_LINES = 14
"""Lines of a chart up to which numbers stand above its points."""
BETWEEN = 70
"""Pixels between rows of facets, for their titles."""
EDGE = "rgba(20,22,28,.6)"


def accuracies(
    methods: Sequence[Contender], *, over: Over = "tasks", references: Sequence[PaperReference] = ()
) -> Chart:
    """Draw each method's mean accuracy with its 95% interval, its trainings as small points, and chance.

    Args:
        methods: The methods of one way and shot or of several.
        over: What the interval covers.
        references: Figures of the paper to mark.
    """
    settings = list(dict.fromkeys(contender.setting for contender in methods))
    ways = sorted({setting.n_way for setting in settings})
    shots = sorted({setting.n_shot for setting in settings})
    lines = _lines(methods, references)
    numbers = len(lines) <= MAX_NUMBERED_LINES and len(shots) < 3
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
            in_facet = [contender for contender in methods if contender.setting == (way, shot)]
            traces = [trace for kind in KINDS for trace in _traces(in_facet, kind, over, numbers=numbers)]
            marked = [reference for reference in references if reference.setting == (way, shot)]
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
    return Chart(figure, _alt_text(methods, over), columns(methods))


def _lines(methods: Sequence[Contender], references: Sequence[PaperReference]) -> list[str]:
    """Return what stands on the y axis from above: each group's heading, if there are several, and its methods."""
    groups: dict[str, list[str]] = {group: [] for group in GROUPS}
    for contender in methods:
        if contender.name not in groups[contender.group]:
            groups[contender.group].append(contender.name)
    filled = {group: names for group, names in groups.items() if names}
    lines = []
    for group, names in filled.items():
        lines += [f"<b>{GROUPS[group]}</b>", *names] if len(filled) > 1 else names
    return lines + list(
        dict.fromkeys(reference.label for reference in references if reference.label not in lines)
    )


def _traces(
    contenders: Sequence[Contender], kind: MethodKind, over: Over, *, numbers: bool
) -> list[go.Scatter]:
    """Return the points of one kind: the means with their intervals, and under them the single trainings."""
    methods = [contender for contender in contenders if contender.kind is kind]
    if not methods:
        return []
    meaning, colour = KINDS[kind]
    methods.sort(key=lambda method: method.transductive)  # the legend takes the symbol of the first
    single = [
        (100 * row.accuracy, method.name) for method in methods if method.repeated for row in method.rows
    ]
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
        x=[100 * method.accuracy for method in methods],
        y=[method.name for method in methods],
        error_x={
            "type": "data",
            "array": [100 * method.half_width(over) for method in methods],
            "thickness": 2.5,
            "width": 6,
        },
        mode="markers+text" if numbers else "markers",
        text=[f"{100 * method.accuracy:.1f}" for method in methods],
        textposition="bottom center",
        marker={
            "size": 9,
            "color": colour,
            "symbol": ["diamond" if method.transductive else "circle" for method in methods],
            "line": {"width": 1, "color": EDGE},
        },
        name=meaning,
        hovertemplate="%{y}: %{x:.2f}% ± %{error_x.array:.2f}<extra></extra>",
    )
    return [trainings, means] if single else [means]


def _marks(references: Sequence[PaperReference]) -> go.Scatter:
    meaning, colour = PAPER
    return go.Scatter(
        x=[100 * reference.accuracy for reference in references],
        y=[reference.label for reference in references],
        mode="markers",
        marker={"size": 11, "symbol": "x-thin", "line": {"width": 3, "color": colour}},
        name=meaning,
        hovertemplate="%{y}, in the paper: %{x:.2f}%<extra></extra>",
    )


def _alt_text(methods: Sequence[Contender], over: Over) -> str:
    first = methods[0].setting
    numbers = ", ".join(
        f"{method.name} {100 * method.accuracy:.1f}{plus_minus(method.half_width(over))}%"
        for method in methods
        if method.setting == first
    )
    return (
        f"Test accuracy of {len({method.name for method in methods})} methods with 95% intervals over {over}. {first}, "
        f"chance {100 / first.n_way:.0f}%: {numbers}."
    )


def plus_minus(half: float) -> str:
    """Return the half-width of an interval in points as it stands behind a number; nothing where there is none."""
    return "" if half != half else f" ± {100 * half:.1f}"
