"""Pixels become strokes that draw them again."""

import numpy as np

from tests.benchmarks.replayed_strokes import strokes_of, thinned
from umeta.data.drawn_strokes import ink_of


def drawn(rows: str) -> np.ndarray:
    return np.array([[sign == "#" for sign in row] for row in rows.split()])


def test_thick_lines_become_one_pixel_wide():
    bar = np.zeros((1, 9, 15), bool)
    bar[0, 3:6, 2:13] = True
    (line,) = thinned(bar)
    assert line[4, 4:11].all()
    assert line.sum(axis=0).max() == 1


def test_a_line_is_one_stroke_from_end_to_end_and_a_branch_another():
    (stroke,) = strokes_of(drawn("..... .###. ....."))
    assert (stroke * 5).tolist() == [[1.5, 1.5], [2.5, 1.5], [3.5, 1.5]]
    strokes = strokes_of(drawn("..#.. ..#.. ##### ..#.. ..#.."))
    assert sum(len(one) for one in strokes) == 9
    assert len(strokes) == 3


def test_a_ring_is_traced_whole():
    strokes = strokes_of(drawn("..... .###. .#.#. .###. ....."))
    assert sum(len(one) for one in strokes) == 8


def test_strokes_of_a_drawing_draw_it_again():
    ink = ink_of([np.array([[0.2, 0.3], [0.8, 0.4], [0.5, 0.8]])], 105)
    (skeleton,) = thinned(ink > 127)
    again = ink_of(strokes_of(skeleton), 105)
    assert np.minimum(ink, again).sum() / np.maximum(ink, again).sum() > 0.85
