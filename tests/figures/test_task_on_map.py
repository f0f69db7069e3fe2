import numpy as np

from tests.figures.drawn import traces
from umeta.figures.task_on_map import task_on_map


def test_a_task_stands_on_the_map_row_by_row_and_how_far_its_queries_are_is_said():
    ground = np.array([[0, 0], [100, 50]])
    support, query = np.array([[[10, 10]], [[80, 40]]]), np.array([[[13, 14]], [[80, 25]]])
    chart = task_on_map(ground, support, query)
    images, *marks = traces(chart.figure)
    assert list(images.x) == [0, 100]
    assert [(mark.marker.symbol, list(mark.x), list(mark.y)) for mark in marks] == [
        ("square", [13], [14]),
        ("circle", [10], [10]),
        ("square", [80], [25]),
        ("circle", [80], [40]),
    ]
    assert marks[0].marker.color == marks[1].marker.color != marks[2].marker.color
    assert "10% of the map's width" in chart.alt  # distances of 5 and 15
    assert chart.table["image"] == ["support", "query"] * 2
    assert chart.table["row"] == [1, 1, 2, 2]
