"""Strokes become ink where the pen went, and nowhere else."""

import numpy as np
import pytest

from umeta.data.drawn_strokes import PEN, ink_of


def test_a_stroke_across_the_middle_is_ink_along_its_row_of_the_width_of_the_pen():
    ink = ink_of([np.array([[0.1, 0.5], [0.9, 0.5]])])
    assert (ink.shape, ink.dtype) == ((1, 28, 28), np.uint8)
    rows = np.flatnonzero(ink[0].any(axis=1))
    assert rows.tolist() == [13, 14]  # half a pixel and more of each: the pen is 1.8 pixels wide
    column = ink[0, :, 14].astype(float) / 255
    assert column.sum() == pytest.approx(28 * PEN, abs=0.3)
    assert not ink[0, :, :1].any()


def test_a_single_point_is_a_dot_and_no_stroke_is_an_empty_image():
    dot = ink_of([np.array([[0.5, 0.5]])])[0].astype(float) / 255
    assert dot.sum() == pytest.approx(np.pi * (28 * PEN / 2) ** 2, rel=0.25)
    assert np.argwhere(dot > 0).min() >= 12
    assert not ink_of([]).any()


def test_what_lies_outside_the_pad_is_not_seen():
    inside = np.array([[0.2, 0.2], [0.8, 0.8]])
    ink = ink_of([inside, np.array([[2.0, 2.0], [3.0, -1.0]])])
    np.testing.assert_array_equal(ink, ink_of([inside]))


def test_a_longer_path_of_the_same_points_is_the_same_ink():
    once = ink_of([np.array([[0.2, 0.3], [0.6, 0.7]])])
    back = ink_of([np.array([[0.2, 0.3], [0.6, 0.7], [0.2, 0.3]])])
    assert np.abs(once.astype(int) - back).max() <= 32  # an edge of the line, a pixel of the finer paper
