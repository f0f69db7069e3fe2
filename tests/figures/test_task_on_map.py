import base64
import io

import numpy as np
import pytest
from PIL import Image

from tests.figures.drawn import traces
from umeta.figures.task_on_map import OPACITY, PIXELS, task_on_map


def test_a_task_stands_on_the_map_row_by_row_and_how_far_its_queries_are_is_said():
    ground = np.array([[0, 0], [100, 50]])
    support, query = np.array([[[10, 10]], [[80, 40]]]), np.array([[[13, 14]], [[80, 25]]])
    chart = task_on_map(ground, support, query)
    marks = traces(chart.figure)
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


def test_the_other_images_are_a_picture_whose_dots_lie_where_they_do():
    ground = np.array([[0, 0], [100, 50], [0, 0]])
    figure = task_on_map(ground, ground[None, :1], ground[None, 1:2]).figure
    layout = figure.to_dict()["layout"]
    (picture,) = layout["images"]
    assert tuple(picture[key] for key in ("x", "y", "sizex", "sizey")) == (
        0,
        50,
        100,
        50,
    )  # x and y of its upper left
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(picture["source"].partition(",")[2]))))
    height, width = pixels.shape[:2]
    assert (width, height) == (PIXELS, PIXELS // 2 + 1)
    alpha = pixels[..., 3] / 255
    assert alpha[0, -1] == pytest.approx(OPACITY, abs=0.01)
    assert alpha[-1, 0] == pytest.approx(1 - (1 - OPACITY) ** 2, abs=0.01)  # two lie there
    assert (alpha[0, 0], alpha[-1, -1], alpha[height // 2, width // 2]) == (0, 0, 0)
    assert layout["xaxis"]["range"][0] < 0
    assert layout["yaxis"]["range"][1] > 50
