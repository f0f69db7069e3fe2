import numpy as np
import pytest

from umeta.stage import UserError
from umeta.vectors import nearest_neighbours
from umeta.vectors.neighbours import nearest_items


def test_neighbours_and_distances_by_hand():
    points = np.array([[0, 0], [3, 4], [0, 1]], np.float32)
    items, distances = nearest_neighbours(points, points[:1], 3)
    assert items.tolist() == [[0, 2, 1]]
    assert distances[0].tolist() == pytest.approx([0, 1, 5])


def test_neighbours_equal_a_full_sort():
    rng = np.random.default_rng(0)
    points, queries = (
        rng.normal(size=(300, 7)).astype(np.float32),
        rng.normal(size=(20, 7)).astype(np.float32),
    )
    items, _ = nearest_neighbours(points, queries, 5)
    full = np.argsort(((queries[:, None] - points[None]) ** 2).sum(-1), axis=1)[:, :5]
    assert (items == full).all()


def test_more_neighbours_than_items_are_refused():
    with pytest.raises(UserError, match="4 neighbours were asked for, but there are only 3 items"):
        nearest_neighbours(np.zeros((3, 2), np.float32), np.zeros((1, 2), np.float32), 4)


def test_the_items_nearest_to_an_item_are_given_by_their_numbers_and_without_itself():
    points, items = np.array([[0.0, 0], [3, 4], [0, 1], [0, 2]], np.float32), np.array([4, 7, 9, 12])
    assert nearest_items(4, items, points, 2).tolist() == [9, 12]
    assert nearest_items(9, items, points, 9).tolist() == [4, 12, 7]
