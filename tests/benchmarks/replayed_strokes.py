"""Drawings made of pixels, traced as the movements of a pen that would draw them.

Reference: Zhang, Suen, "A Fast Parallel Algorithm for Thinning Digital Patterns", Communications of the ACM 1984.
"""

import numpy as np
from jaxtyping import Bool

from umeta.data.drawn_strokes import Stroke

Ink = Bool[np.ndarray, "n_drawings height width"]
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""The eight neighbours of a pixel, clockwise from the one above."""


def strokes_of(skeleton: Bool[np.ndarray, "height width"]) -> list[Stroke]:
    """Trace lines of one pixel: from an end, or anywhere on a ring, as straight on as what is left allows."""
    side = max(skeleton.shape)
    left = {(int(y), int(x)) for y, x in np.argwhere(skeleton)}

    def neighbours(place: tuple[int, int]) -> list[tuple[int, int]]:
        found = [(place[0] + dy, place[1] + dx) for dy, dx in (*AROUND[::2], *AROUND[1::2])]
        return [one for one in found if one in left]

    strokes = []
    while left:
        start = min(left, key=lambda place: (len(neighbours(place)) != 1, place))
        path = [start]
        left.discard(start)
        while following := neighbours(path[-1]):
            path.append(max(following, key=lambda place: _straightness(path, place)))
            left.discard(path[-1])
        strokes.append((np.array(path)[:, ::-1] + 0.5) / side)
    return strokes


def _straightness(path: list[tuple[int, int]], place: tuple[int, int]) -> float:
    """Return the cosine of the turn that a path takes towards a place, seen from where it was three steps ago."""
    step = np.subtract(place, path[-1])
    before = np.subtract(path[-1], path[max(0, len(path) - 4)])
    return float(step @ before) / max(float(np.linalg.norm(step) * np.linalg.norm(before)), 1e-9)


def thinned(ink: Ink) -> Ink:
    """Wear lines down to one pixel, of many drawings at once."""
    ink = np.pad(ink, 1)[1:-1]
    while True:
        before = ink.sum()
        for first in (True, False):
            ink = ink & ~_removable(ink, first=first)
        if ink.sum() == before:
            return ink[:, 1:-1, 1:-1]


def _removable(ink: Ink, *, first: bool) -> Ink:
    around = [np.roll(ink, (-dy, -dx), axis=(1, 2)) for dy, dx in AROUND]
    n_ink = np.sum(around, axis=0, dtype=np.uint8)
    turns = np.sum(
        [~a & b for a, b in zip(around, [*around[1:], around[0]], strict=True)], axis=0, dtype=np.uint8
    )
    up, right, down, left = around[::2]
    sides = (up & right & down, right & down & left) if first else (up & right & left, up & down & left)
    return ink & (n_ink >= 2) & (n_ink <= 6) & (turns == 1) & ~sides[0] & ~sides[1]
