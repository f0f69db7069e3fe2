"""A map as a picture that needs no browser: what stands where its script cannot run."""

import io

import numpy as np
from PIL import Image, ImageDraw

from umeta.browser.map.points import MapPoints
from umeta.browser.map.view import MapView, Mark
from umeta.projections import seen_from

_FINER = 2  # drawn larger by this factor, then reduced: its points have smooth edges
_ROOM = 16  # pixels around the points
_PAPER = (255, 255, 255)
_FADED = (222, 224, 228)
_TURNED = (0.5, 0.35)  # as the script first shows points in space


def map_png(points: MapPoints, view: MapView, *, width: int = 720, height: int = 480) -> bytes:
    """Draw all points as a PNG, the selected ones over the others, which are pale then."""
    places = _on_paper(points, width, height) * _FINER
    radius = _FINER * view.point_size * float(np.clip(0.45 * np.sqrt(width * height / len(points)), 1.15, 5))
    colours = view.colours if view.palette is None else view.palette[view.colours]
    colours = np.array(colours, np.uint8)
    marks = np.zeros(len(points), np.uint8) if view.marks is None else view.marks
    order = np.arange(len(points))
    if view.selected is not None and len(view.selected):
        stands = np.isin(points.items, view.selected)
        colours[~stands] = _FADED
        order = np.argsort(stands, kind="stable")
    picture = Image.new("RGB", (width * _FINER, height * _FINER), _PAPER)
    draw = ImageDraw.Draw(picture)
    for point in order.tolist():
        x, y = places[point].tolist()
        _draw_mark(draw, x, y, radius, tuple(colours[point].tolist()), int(marks[point]))
    encoded = io.BytesIO()
    picture.resize((width, height), Image.Resampling.BOX).save(encoded, "PNG", optimize=True)
    return encoded.getvalue()


def _on_paper(points: MapPoints, width: int, height: int) -> np.ndarray:
    """Return where the points lie on the picture (n_points, 2), y downwards."""
    positions = points.positions
    if positions.shape[1] == 3:
        positions = seen_from(positions, *_TURNED)
    low, high = positions.min(axis=0), positions.max(axis=0)
    extent = np.maximum(high - low, 1e-9)
    scale = min((width - 2 * _ROOM) / extent[0], (height - 2 * _ROOM) / extent[1])
    centred = (positions - (low + high) / 2) * scale
    return centred * (1, -1) + (width / 2, height / 2)


def _draw_mark(
    draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: tuple[int, ...], mark: int
) -> None:
    if mark == Mark.TRIANGLE:
        corners = [(x, y - 1.2 * radius), (x + radius, y + 0.7 * radius), (x - radius, y + 0.7 * radius)]
        draw.polygon(corners, outline=colour)
    elif mark == Mark.HOLLOW:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour)
    else:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
