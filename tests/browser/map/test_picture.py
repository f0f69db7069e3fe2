import io
from pathlib import Path

import numpy as np
from PIL import Image

from umeta.browser.map.picture import map_png
from umeta.browser.map.points import MapPoints
from umeta.browser.map.view import MapView

RED, BLUE = (200, 0, 0), (0, 0, 200)


def pixels(view: MapView, media: Path) -> np.ndarray:
    """Draw two points, a red one on the left and a blue one above it on the right."""
    points = MapPoints.publish(np.array([[0.0, 0.0], [3.0, 2.0]]), np.array([7, 4]), media)
    return np.asarray(Image.open(io.BytesIO(map_png(points, view, width=152, height=112))))


def test_points_lie_where_they_do_on_the_map_y_upwards(tmp_path: Path):
    drawn = pixels(MapView(colours=np.array([RED, BLUE], np.uint8)), tmp_path)
    assert drawn[96, 16].tolist() == list(RED)
    assert drawn[16, 136].tolist() == list(BLUE)
    assert drawn[16, 16].tolist() == [255, 255, 255]


def test_what_is_not_selected_is_pale(tmp_path: Path):
    view = MapView(colours=np.array([RED, BLUE], np.uint8), selected=np.array([4]))
    drawn = pixels(view, tmp_path)
    assert drawn[96, 16].min() > 200
    assert drawn[16, 136].tolist() == list(BLUE)
