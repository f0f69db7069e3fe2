"""Accuracies of methods beside each other, a facet for each setting."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from umeta.evaluation.method_id import MethodKind
from umeta.figures.chart import Chart
from umeta.figures.layout import LEGEND_BELOW
from umeta.figures.palette import PETROFF, hex_of
from umeta.figures.rows import name_rows, ruler
from umeta.results.contenders import GROUPS, Contender, Setting
from umeta.results.interval_cover import Over, in_words
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
    ways = sorted({contender.setting.n_way for contender in methods})
    kinds = {contender.setting[1:] for contender in methods}
    kinds = sorted(
        kinds, key=lambda kind: (kind[1] is not None, *kind)
    )  # equally many queries of each class first
    lines = _lines(methods, references)
    numbers = len(lines) <= MAX_NUMBERED_LINES and len(kinds) < 3
    settings = [[Setting(way, *kind) for kind in kinds] for way in ways]
    figure, facets_height = _empty_facets(settings, len(lines), numbers=numbers)
    in_legend: set[str] = set()
    on_views = any(contender.judged_on == "views" for contender in methods)
    for r, row in enumerate(settings, start=1):
        for c, setting in enumerate(row, start=1):
            in_facet = [contender for contender in methods if contender.setting == setting]
            traces = [trace for kind in KINDS for trace in _traces(in_facet, kind, over, numbers=numbers)]
            in_paper = [reference for reference in references if reference.setting == setting]
            if in_paper:
                traces.append(_marks(in_paper))
            _draw_chance(figure, setting.n_way, lines, r, c)
            for trace in traces:
                trace.showlegend = trace.showlegend is not False and trace.name not in in_legend
                in_legend.add(str(trace.name))
                figure.add_trace(trace, r, c)
        name_rows(figure, lines, row=r)
    figure.update_xaxes(range=[0, 103], tickangle=0, showgrid=True, dtick=50 if len(kinds) > 1 else None)
    measured = "recognised views %<br>(says nothing of classes)" if on_views else "test accuracy %"
    figure.update_xaxes(title_text=measured, row=len(ways), col=1)
    figure.update_layout(
        height=175 + facets_height,
        margin={"l": 10, "r": 10, "t": 50, "b": 125},
        legend=LEGEND_BELOW,
    )
    return Chart(figure, _alt_text(methods, over), columns(methods))


def _empty_facets(
    settings: Sequence[Sequence[Setting]], n_lines: int, *, numbers: bool
) -> tuple[go.Figure, float]:
    """Return a figure with a facet for each setting, and the height of all facets in pixels."""
    n_rows, n_columns = len(settings), len(settings[0])
    facet_height = (42 if numbers else 31) * (n_lines + 0.7)
    height = n_rows * facet_height + (n_rows - 1) * BETWEEN
    figure = make_subplots(
        rows=n_rows,
        cols=n_columns,
        shared_xaxes=True,
        shared_yaxes=True,
        subplot_titles=[_title(setting, narrow=n_columns > 1) for row in settings for setting in row],
        vertical_spacing=BETWEEN / height,
        horizontal_spacing=0.05,
    )
    return figure, height


def _title(setting: Setting, *, narrow: bool) -> str:
    """Return the title of a facet, in two lines where facets are narrow, as on a phone."""
    shape, _, queries = str(setting).partition(", ")
    if queries:
        return f"{shape}<br>{queries}"
    return shape.replace(" ", "<br>") if narrow else shape


def _draw_chance(figure: go.Figure, way: int, lines: Sequence[str], row: int, column: int) -> None:
    """Mark chance in each line of a facet, and write it below the last."""
    chance = f"chance {100 / way:.0f}%"
    figure.add_trace(ruler(100 / way, lines, chance), row, column)
    figure.add_annotation(
        text=chance,
        x=100 / way,
        y=lines[-1],
        xanchor="left",
        yanchor="top",
        yshift=-18,
        font_size=12,
        showarrow=False,
        row=row,
        col=column,
    )


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
    methods.sort(key=lambda method: method.transductive)  # the legend takes the symbol of the first
    means = _means(methods, kind, over, numbers=numbers)
    repeated = [method for method in methods if method.repeated]
    return [_trainings(repeated, kind), means] if repeated else [means]


def _means(methods: Sequence[Contender], kind: MethodKind, over: Over, *, numbers: bool) -> go.Scatter:
    meaning, colour = KINDS[kind]
    return go.Scatter(
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


def _trainings(methods: Sequence[Contender], kind: MethodKind) -> go.Scatter:
    """Return a small point for each training of each method."""
    return go.Scatter(
        x=[100 * row.accuracy for method in methods for row in method.rows],
        y=[method.name for method in methods for _ in method.rows],
        mode="markers",
        marker={"size": 5, "color": KINDS[kind][1], "opacity": 0.75},
        name="one training each",
        showlegend=False,
        hovertemplate="%{y}, one training: %{x:.2f}%<extra></extra>",
    )


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
    first, note = methods[0].setting, methods[0].run.result.test_note
    covered = in_words(over, [method.judged_on for method in methods])
    numbers = ", ".join(
        f"{method.name} {100 * method.accuracy:.1f}{plus_minus(method.half_width(over))}%"
        for method in methods
        if method.setting == first
    )
    return (
        f"Test accuracy of {len({method.name for method in methods})} methods with 95% intervals over {covered}. "
        f"{first}, chance {100 / first.n_way:.0f}%: {numbers}.{f' {note}' if note else ''}"
    )


def plus_minus(half: float) -> str:
    """Return the half-width of an interval in points as it stands behind a number; nothing where there is none."""
    return "" if half != half else f" ± {100 * half:.1f}"
