"""Accuracies of a run's methods beside each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from umeta.figures.chart import Chart
from umeta.figures.palette import PETROFF, hex_of

Row = Mapping[str, Any]

KINDS = {
    "oracle": ("learner with true labels (oracle)", hex_of(PETROFF[8])),
    "CACTUs": ("learner on clusters (CACTUs)", hex_of(PETROFF[0])),
    "random": ("learner on random clusters", hex_of(PETROFF[5])),
    "baseline": ("baseline, no meta-training", hex_of(PETROFF[7])),
}
"""What a method is, told by its name, and the colour of that kind."""


def kind_of(method: str) -> str:
    """Return the kind of a method by its name in results."""
    family = method.partition("-")[0]
    return family if family in KINDS else "baseline"


def label_of(row: Row) -> str:
    """Return a method's name with its batch-norm mode, where it has one."""
    return f"{row['method']} ({row['bn']})" if row["bn"] else row["method"]


def accuracies(rows: Sequence[Row]) -> Chart:
    """Draw each method's mean accuracy with its 95 % interval; one facet for each way and shot, chance in each."""
    ways, shots = sorted({row["n_way"] for row in rows}), sorted({row["n_shot"] for row in rows})
    labels = _order(rows)
    figure = make_subplots(
        rows=len(ways),
        cols=len(shots),
        shared_xaxes=True,
        shared_yaxes=True,
        subplot_titles=[f"{way}-way {shot}-shot" for way in ways for shot in shots],
        vertical_spacing=0.12 / max(1, len(ways) - 1) if len(ways) > 1 else 0,
        horizontal_spacing=0.05,
    )
    named: set[str] = set()
    for r, way in enumerate(ways, start=1):
        for c, shot in enumerate(shots, start=1):
            here = [row for row in rows if (row["n_way"], row["n_shot"]) == (way, shot)]
            for kind, (words, colour) in KINDS.items():
                some = [row for row in here if kind_of(row["method"]) == kind]
                if some:
                    figure.add_trace(_points(some, words, colour, show=kind not in named), r, c)
                    named.add(kind)
            figure.add_vline(
                x=100 / way,
                line={"dash": "dash", "width": 1.5, "color": "#717581"},
                annotation_text=f"chance {100 / way:.0f} %",
                annotation_position="bottom right",
                annotation_font_size=12,
                row=r,  # pyright: ignore[reportArgumentType]
                col=c,  # pyright: ignore[reportArgumentType]
            )
    figure.update_yaxes(
        categoryorder="array", categoryarray=labels[::-1], range=[-0.6, len(labels) - 0.35], automargin=True
    )
    figure.update_xaxes(range=[0, 100], ticksuffix=" %", showgrid=True, rangemode="tozero")
    figure.update_xaxes(title_text="test accuracy", row=len(ways))
    figure.update_layout(
        height=130 + len(ways) * (60 + 30 * len(labels)),
        margin={"l": 10, "r": 10, "t": 70, "b": 40},
        legend={
            "orientation": "h",
            "y": 0.99,
            "yanchor": "top",
            "yref": "container",
            "x": 0,
            "xref": "container",
        },
    )
    return Chart(figure, _in_words(rows), _table(rows))


def _points(rows: Sequence[Row], words: str, colour: str, *, show: bool) -> go.Scatter:
    return go.Scatter(
        x=[100 * row["accuracy"] for row in rows],
        y=[label_of(row) for row in rows],
        error_x={"type": "data", "array": [100 * row["ci95"] for row in rows], "thickness": 2.5, "width": 7},
        mode="markers+text",
        text=[f"{100 * row['accuracy']:.1f}" for row in rows],
        textposition="top center",
        marker={"size": 9, "color": colour, "line": {"width": 1, "color": "rgba(20,22,28,.6)"}},
        name=words,
        legendgroup=words,
        showlegend=show,
        hovertemplate="%{y}: %{x:.2f} % ± %{error_x.array:.2f}<extra></extra>",
    )


def _order(rows: Sequence[Row]) -> list[str]:
    """Return the methods' labels, the best at the first way and shot first."""
    best = {}
    for row in rows:
        best.setdefault(label_of(row), row["accuracy"])
    return sorted(best, key=lambda label: -best[label])


def _in_words(rows: Sequence[Row]) -> str:
    first = rows[0]
    here = [row for row in rows if (row["n_way"], row["n_shot"]) == (first["n_way"], first["n_shot"])]
    numbers = ", ".join(
        f"{label_of(row)} {100 * row['accuracy']:.1f} ± {100 * row['ci95']:.1f} %" for row in here
    )
    return (
        f"Test accuracy of {len(_order(rows))} methods with 95 % intervals. {first['n_way']}-way "
        f"{first['n_shot']}-shot, chance {100 / first['n_way']:.0f} %: {numbers}."
    )


def _table(rows: Sequence[Row]) -> dict[str, list[Any]]:
    columns = {
        "method": lambda row: row["method"],
        "way": lambda row: row["n_way"],
        "shot": lambda row: row["n_shot"],
        "accuracy %": lambda row: round(100 * row["accuracy"], 2),
        "± 95 %": lambda row: round(100 * row["ci95"], 2),
        "chance %": lambda row: round(100 / row["n_way"], 2),
        "batch norm": lambda row: row["bn"] or "–",
        "split": lambda row: row["split"],
        "seed": lambda row: row["seed"],
        "tasks": lambda row: row["n_tasks"],
        "queries": lambda row: row["n_query"],
        "tasks hash": lambda row: row.get("tasks_hash", ""),
    }
    return {name: [cell(row) for row in rows] for name, cell in columns.items()}
