from typing import Any

import plotly.graph_objects as go
import pytest

from umeta.figures.results import accuracies, kind_of, label_of


def row(method: str, accuracy: float, *, n_way: int = 5, n_shot: int = 1, bn: str | None = None) -> dict:
    given = {
        "method": method,
        "n_way": n_way,
        "n_shot": n_shot,
        "n_query": 5,
        "accuracy": accuracy,
        "ci95": 0.01,
    }
    return given | {"n_tasks": 100, "split": "meta_test", "seed": 0, "bn": bn, "tasks_hash": "abc"}


def traces(figure: go.Figure) -> list[Any]:
    return list(figure.select_traces())


ROWS = [
    row("CACTUs-MAML", 0.5, bn="transductive"),
    row("CACTUs-MAML", 0.45, bn="support"),
    row("oracle-MAML", 0.9, bn="transductive"),
    row("nearest-neighbour", 0.4),
]


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("CACTUs-MAML", "CACTUs"),
        ("oracle-ProtoNets", "oracle"),
        ("random-MAML", "random"),
        ("linear", "baseline"),
    ],
)
def test_a_methods_kind_is_told_by_its_name(method: str, kind: str):
    assert kind_of(method) == kind


def test_the_two_modes_of_one_learner_are_two_lines_of_the_chart():
    assert label_of(ROWS[0]) != label_of(ROWS[1])
    drawn = [label for trace in traces(accuracies(ROWS).figure) for label in trace.y]
    assert sorted(drawn) == sorted(map(label_of, ROWS))


def test_points_carry_their_intervals_and_chance_is_a_line():
    figure = accuracies(ROWS).figure
    points = {
        label: (x, e) for t in traces(figure) for label, x, e in zip(t.y, t.x, t.error_x.array, strict=True)
    }
    assert points["nearest-neighbour"] == (40.0, 1.0)
    assert [shape.x0 for shape in figure.layout.shapes] == [20.0]


def test_each_way_and_shot_has_a_facet_with_its_own_chance():
    rows = [row("linear", 0.5, n_way=way, n_shot=shot) for way in (5, 20) for shot in (1, 5)]
    figure = accuracies(rows).figure
    titles = {note.text for note in figure.layout.annotations}
    assert {"5-way 1-shot", "5-way 5-shot", "20-way 1-shot", "20-way 5-shot", "chance 5 %"} <= titles
    assert sorted(shape.x0 for shape in figure.layout.shapes) == [5.0, 5.0, 20.0, 20.0]


def test_the_words_and_the_table_hold_the_numbers():
    chart = accuracies(ROWS)
    assert "chance 20 %" in chart.alt
    assert "nearest-neighbour 40.0 ± 1.0 %" in chart.alt
    assert chart.table["accuracy %"] == [50.0, 45.0, 90.0, 40.0]
    assert chart.table["batch norm"] == ["transductive", "support", "transductive", "–"]
