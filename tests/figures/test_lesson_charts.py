"""The charts of the lessons.

Tests umeta.figures.accuracy_bars, umeta.figures.counts, umeta.figures.distances, umeta.figures.pairs_together,
umeta.figures.plane_task, umeta.figures.point_map, umeta.figures.practice and umeta.figures.predictions.
"""

from typing import Any

import numpy as np

from umeta.figures.accuracy_bars import Bar, accuracy_bars
from umeta.figures.chart import Chart
from umeta.figures.counts import counts_of_tasks
from umeta.figures.distances import distances_to_prototypes
from umeta.figures.pairs_together import pairs_together_chart
from umeta.figures.palette import PETROFF, hex_of
from umeta.figures.plane_task import plane_task
from umeta.figures.point_map import point_map
from umeta.figures.practice import starts_over_training
from umeta.figures.predictions import predictions_chart


def traces(chart: Chart) -> list[Any]:
    return list(chart.figure.data)


def test_accuracies_are_drawn_in_percent_with_their_intervals_and_chance():
    chart = accuracy_bars([Bar("A", 0.914, 0.004, "#000000"), Bar("B", 0.5, 0.01, "#ffffff")], 0.2)
    (bars,) = traces(chart)
    assert list(bars.x) == [91.4, 50]
    assert list(bars.error_x.array) == [0.4, 1]
    assert chart.alt == "A 91.4% ± 0.4; B 50.0% ± 1.0; chance 20%."


def test_each_count_has_as_many_tasks_as_there_are():
    chart = counts_of_tasks(np.array([3, 3, 1]), 4, "right queries")
    assert list(traces(chart)[0].y) == [0, 1, 0, 2, 0]
    assert "mean 2.3 of 4" in chart.alt


def test_a_filled_point_is_the_distance_to_the_query_s_own_class():
    distances = np.array([[[1.0, 2.0], [3.0, 1.5]], [[4.0, 0.5], [1.0, 2.5]]])  # 2 classes, 2 queries each
    chart = distances_to_prototypes(distances)
    others, own = traces(chart)
    assert list(own.y) == [1, 3, 0.5, 2.5]
    assert list(others.y) == [2, 1.5, 4, 1]
    assert "2 are nearest to their own class" in chart.alt
    assert list(chart.figure.layout.xaxis.tickvals) == [1, 4.2]


def test_shares_of_pairs_are_drawn_in_percent_by_the_number_of_partitions():
    chart = pairs_together_chart(np.array([0.25, 0.5]), np.array([0.01, 0.02]))
    assert [list(trace.y) for trace in traces(chart)] == [[25, 50], [1, 2]]
    assert "from 25% to 50%" in chart.alt
    assert chart.table["partitions"] == [1, 2]


def test_a_line_stands_across_its_weights_and_wrong_queries_are_crossed():
    queries = np.array([[0.0, 1.0], [0.0, -1.0]])
    chart = plane_task(
        np.array([[0.0, -2.0], [0.0, 2.0]]),
        queries,
        np.array([1, 0]),
        np.array([1, 1]),
        np.array([[0.0, 3.0]]),
    )
    line, *_, wrong = traces(chart)
    np.testing.assert_allclose([*line.y], [0, 0], atol=1e-9)  # the weights point upwards: the line is level
    assert (list(wrong.x), list(wrong.y)) == ([0], [-1])
    assert "1 are on their own side" in chart.alt


def test_points_have_the_colours_of_their_groups_and_names_stand_at_their_middles():
    positions = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 5.0]])
    chart = point_map(
        positions, np.array([0, 0, 1]), alt="x", names=["a", "b"], centres=np.array([[1.0, 0.0]])
    )
    points, crosses = traces(chart)
    blue, orange = (hex_of(colour) for colour in PETROFF[:2])
    assert list(points.marker.color) == [blue, blue, orange]
    assert list(crosses.x) == [1]
    assert [(note.x, note.y, note.text) for note in chart.figure.layout.annotations] == [
        (1, 0, "<b>a</b>"),
        (1, 5, "<b>b</b>"),
    ]
    assert chart.table == {"group": ["a", "b"], "points": [2, 1]}
    assert point_map(positions, alt="x").table == {"points": [3]}


def test_the_right_answer_is_named_and_counted():
    chart = predictions_chart(("few", "many"), (3, 9), 1)
    assert list(traces(chart)[0].x) == [3, 9]
    assert chart.table["answer"] == ["1 · few", "✓ right: 2 · many"]
    assert chart.alt == "9 of 12 predicted what is right: many."


def test_a_start_is_drawn_before_a_gradient_step_after_one_and_after_all():
    accuracy = np.array([[0.2, 0.25, 0.3, 0.5], [0.21, 0.7, 0.8, 0.9]])
    chart = starts_over_training([0, 300], accuracy, 0.2)
    before, one, every = traces(chart)
    assert list(before.y) == [20, 21]
    assert list(one.y) == [25, 70]
    assert list(every.y) == [50, 90]
    assert every.name == "after 3 gradient steps"
    assert "it goes from 20% to 21%, after 3 from 50% to 90%; guessing gets 20%" in chart.alt
