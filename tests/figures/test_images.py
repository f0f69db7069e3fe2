import numpy as np
import pytest

from umeta.figures.images import GAP, montage, scatter


@pytest.mark.parametrize("channels", [1, 3])
def test_a_montage_shows_each_item_at_its_place(channels):
    images = np.random.default_rng(0).integers(0, 255, (5, channels, 4, 6)).astype(np.uint8)
    items = np.array([[0, 3], [4, 1]])
    sheet = np.asarray(montage(images, items)["data"][0]["z"]).reshape(2 * (4 + GAP), 2 * (6 + GAP), channels)
    for row in range(2):
        for column in range(2):
            top, left = row * (4 + GAP), column * (6 + GAP)
            tile = np.moveaxis(sheet[top : top + 4, left : left + 6], -1, 0)
            assert (tile == images[items[row, column]]).all()


def test_a_scatter_gives_each_group_one_colour_and_no_group_grey():
    groups = np.array([0, 0, 1, -1])
    trace = scatter(np.arange(8, dtype=np.float32).reshape(4, 2), groups)["data"][0]
    first, second, third, none = trace["marker"]["color"]
    assert first == second
    assert len({first, third, none}) == 3
