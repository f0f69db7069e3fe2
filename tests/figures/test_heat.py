from typing import Any, cast

import numpy as np
import pytest

from umeta.figures.chart import Chart
from umeta.figures.heat import likeness_matrix, overlap_matrix
from umeta.partitions.overlap import Overlap


def heat(chart: Chart) -> Any:
    return cast(Any, chart.figure).data[0]


def numbers(chart: Chart) -> Any:
    return cast(Any, chart.figure).data[1]


FOUND = Overlap(np.array([1, 0]), np.array([7, 8]), np.array([[4, 0, 0], [2, 3, 5], [0, 1, 2]]), (3, 4), 0.75)


def test_an_overlap_is_coloured_by_the_share_of_the_row_and_says_its_numbers():
    chart = overlap_matrix(FOUND, "kmeans", "gmm")
    cells = heat(chart)
    assert list(cells.y) == ["1", "0", "others"]
    assert list(cells.x) == ["7", "8", "others"]
    assert np.asarray(cells.z).tolist() == pytest.approx(
        np.array([[1, 0, 0], [0.2, 0.3, 0.5], [0, 1 / 3, 2 / 3]])
    )
    written = numbers(chart)
    assert list(written.text) == ["4", "0", "0", "2", "3", "5", "0", "1", "2"]
    assert list(written.textfont.color)[:2] == ["#14161c", "#ffffff"]
    assert "3 clusters of kmeans and 4 of gmm, matched one to one: 75% of the images" in chart.alt
    assert "cluster 1 of kmeans with cluster 7 of gmm: 4 images, 100% of the former" in chart.alt
    assert chart.table["images"] == [4, 0, 0, 2, 3, 5, 0, 1, 2]
    assert chart.table["cluster of kmeans"][:4] == ["1", "1", "1", "0"]


def test_an_empty_row_has_no_share():
    chart = overlap_matrix(Overlap(np.array([1]), np.array([7]), np.array([[4, 0], [0, 0]]), (1, 1), 1.0))
    assert np.isfinite(np.asarray(heat(chart).z)).all()


def test_likeness_leaves_the_diagonal_empty_and_scales_to_the_rest():
    matrix = np.array([[1, 0.2, 0.4], [0.2, 1, 0.3], [0.4, 0.3, 1]])
    chart = likeness_matrix(matrix, "IoU")
    cells = heat(chart)
    assert np.isnan(np.diag(np.asarray(cells.z))).all()
    assert cells.zmax == pytest.approx(0.4)
    assert list(numbers(chart).text) == ["0.20", "0.40", "0.20", "0.30", "0.40", "0.30"]
    assert "3 partitions are, by IoU: 0.30 in the mean, from 0.20 to 0.40" in chart.alt
    assert chart.table == {"partition": [1, 1, 2], "and": [2, 3, 3], "IoU": [0.2, 0.4, 0.3]}


def test_one_partition_alone_is_no_error():
    assert "there is only one" in likeness_matrix(np.eye(1)).alt


def test_many_rows_are_too_small_for_numbers():
    assert len(cast(Any, likeness_matrix(np.eye(13)).figure).data) == 1
