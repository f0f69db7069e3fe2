import numpy as np
import pytest

from umeta.data.glyphs.hands import ink_images, train_hands, write
from umeta.data.glyphs.scripts import invent_alphabet


def plainly_inked(points: np.ndarray, widths: np.ndarray, size: int) -> np.ndarray:
    """Each pixel by its distances from all points."""
    sigma = 0.65 * size / 28
    pixels = np.arange(size) + 0.5
    step = np.linalg.norm(np.gradient(points, axis=3), axis=2)
    x, y = points[:, :, 0, None, None], points[:, :, 1, None, None]
    squares = (x - pixels[:, None]) ** 2 + (
        y - pixels[:, None, None]
    ) ** 2  # (n, n_strokes, size, size, n_points)
    bells = step[:, :, None, None] * np.exp(-squares / (2 * sigma**2))
    density = bells.sum((1, 4)) / (sigma * np.sqrt(2 * np.pi))
    distance = sigma * np.sqrt(-2 * np.log(density.clip(1e-9, 1)))
    return np.round(255 * (widths[:, None, None] / 2 + 0.5 - distance).clip(0, 1))


@pytest.mark.parametrize("size", [8, 28, 40])
def test_ink_is_where_the_distances_of_all_pixels_from_all_points_put_it(size: int):
    hands, rng = train_hands(3, np.random.default_rng(0)), np.random.default_rng(1)
    for strokes in invent_alphabet(8, np.random.default_rng(2)):
        points = (write(strokes, hands, rng) + 1) * size / 2
        widths = hands.width * size / 28
        np.testing.assert_array_equal(ink_images(points, widths, size), plainly_inked(points, widths, size))


def test_a_stroke_that_leaves_the_image_leaves_the_same_ink_inside():
    line = np.stack([np.linspace(-8, 36, 64), np.full(64, 14.0)])[None, None]
    widths = np.array([2.0])
    np.testing.assert_array_equal(ink_images(line, widths, 28), plainly_inked(line, widths, 28))
