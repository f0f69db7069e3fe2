import pytest

from tests.figures.drawn import traces
from tests.figures.test_plane import POINTS
from tests.plane.made_points import point
from umeta.figures.plane_curves import curves, noise_curves
from umeta.plane.points import Point


def clusters(encoder: str, k: int, p: int, accuracy: float = 0.6) -> Point:
    sections = {"partition": {"name": "kmeans", "n_clusters": k}, "source": {"name": "partition"}}
    accuracies = (accuracy - 0.01, accuracy + 0.01)
    return point(encoder=encoder, sections=sections, n_partitions=p, accuracies=accuracies)


GRID = [clusters("pca", k, 5, 0.5 + k / 10_000) for k in (500, 62, 2000)] + [clusters("pca", 500, 1, 0.4)]


def test_a_curve_over_k_is_of_the_partitions_that_most_have_and_over_p_of_the_clusters():
    over_k = curves([*GRID, clusters("acai", 62, 5)], "k")
    assert over_k is not None
    (line,) = traces(over_k.figure)
    assert (line.name, list(line.x)) == ("pca", [62, 500, 2000])
    assert list(line.y) == pytest.approx([50.62, 55, 70])
    assert list(line.error_y.array) == pytest.approx([1, 1, 1])
    over_p = curves(GRID, "P")
    assert over_p is not None
    assert list(traces(over_p.figure)[0].x) == [1, 5]
    assert over_p.table["accuracy %"] == [40.0, 55.0]


def test_one_value_is_no_curve():
    assert curves([clusters("pca", 62, 5)], "k") is None
    assert curves([], "P") is None


def test_the_dial_is_marked_on_the_curve_of_its_form():
    chart = noise_curves(POINTS, 0.5, "random")
    *lines, dial = traces(chart.figure)
    assert [line.name for line in lines] == ["image by image", "in pieces"]
    assert (list(dial.x), dial.name) == ([50], "the dial")
    assert chart.table["share %"] == [0, 50, 100, 0, 50]
