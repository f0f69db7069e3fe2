import numpy as np
import pytest

from umeta.vectors import nearly_nearest_neighbours
from umeta.vectors.inverted_lists import search_by_lists

POINTS = np.array([[0.0], [1], [2], [10], [11], [13]], np.float32)


def test_neighbours_are_those_in_an_items_lists_nearest_first():
    lists = np.array([[0, 1], [0, 1], [0, 1], [1, 0], [1, 2], [1, 2]])
    found = search_by_lists(POINTS, lists, 4)
    assert found.tolist() == [
        [0, 1, 2, 3],
        [1, 0, 2, 3],
        [2, 1, 0, 3],
        [3, 4, 5, 2],
        [4, 3, 5, -1],
        [5, 4, 3, -1],
    ]


def test_many_embeddings_have_the_neighbours_that_one_search_after_the_other_finds(
    monkeypatch: pytest.MonkeyPatch,
):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(50, 12)).astype(np.float32)[rng.integers(50, size=3000)]
    vectors += rng.normal(scale=0.3, size=vectors.shape).astype(np.float32)
    plain = nearly_nearest_neighbours(vectors, 8)
    monkeypatch.setattr("umeta.vectors.neighbours.BY_LISTS", 0)
    assert (nearly_nearest_neighbours(vectors, 8) == plain).mean() > 0.999
