"""Drawings as text for a link: each stroke's points as bytes, in base64.

The bytes of one drawing: its slot (0 the query, k class k) and how many strokes it has; of each stroke how many points,
then x and y of each.
"""

import base64
import binascii
from collections.abc import Mapping

import numpy as np

from umeta.data.drawn_strokes import Stroke
from umeta.stage import UserError

STEPS = 255
"""A side of the pad in whole steps."""
MAX_POINTS = 255
"""Of one stroke, and strokes of one drawing."""

Drawings = Mapping[int, list[Stroke]]
"""Strokes by slot: 0 for the query, k for class k."""


def to_text(drawings: Drawings) -> str:
    """Return drawings as text; of a stroke with more points than fit, as many at even distances are kept."""
    found = bytearray()
    for slot, strokes in sorted(drawings.items()):
        if strokes:
            kept = strokes[:MAX_POINTS]
            found += bytes((slot, len(kept)))
            for stroke in kept:
                points = _thinned(np.rint(np.clip(stroke, 0, 1) * STEPS).astype(np.uint8))
                found += bytes((len(points),)) + points.tobytes()
    return base64.urlsafe_b64encode(bytes(found)).decode().rstrip("=")


def from_text(text: str) -> dict[int, list[Stroke]]:
    """Return the drawings of a link.

    Raises:
        UserError: the text was not written by `to_text`.
    """
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
        drawings: dict[int, list[Stroke]] = {}
        place = 0
        while place < len(found):
            slot, n_strokes = found[place], found[place + 1]
            place += 2
            drawings[slot] = []
            for _ in range(n_strokes):
                n_points = found[place]
                if n_points == 0:
                    raise ValueError("a stroke without points")
                points = np.frombuffer(found, np.uint8, 2 * n_points, place + 1).reshape(-1, 2)
                drawings[slot].append(points / STEPS)
                place += 1 + 2 * n_points
    except (binascii.Error, IndexError, ValueError):
        raise UserError("the drawings in the link are damaged, so none of them is shown.") from None
    return drawings


def _thinned(points: np.ndarray) -> np.ndarray:
    places = np.linspace(0, len(points) - 1, min(len(points), MAX_POINTS)).round().astype(int)
    return points[places]
