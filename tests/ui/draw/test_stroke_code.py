"""Drawings in a link: what is written is read again, and what is damaged is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umeta.stage import UserError
from umeta.ui.draw.stroke_code import MAX_POINTS, from_text, to_text

part = st.floats(0, 1)
stroke = st.lists(st.tuples(part, part), min_size=1, max_size=20).map(np.array)


@given(st.dictionaries(st.integers(0, 10), st.lists(stroke, min_size=1, max_size=4), max_size=4))
def test_drawings_are_read_as_they_were_written(drawings):
    found = from_text(to_text(drawings))
    assert found.keys() == drawings.keys()
    for slot, strokes in drawings.items():
        for before, after in zip(strokes, found[slot], strict=True):
            np.testing.assert_allclose(after, before, atol=0.5 / 255 + 1e-9)


def test_a_slot_without_strokes_is_left_out_and_nothing_is_no_text():
    assert to_text({0: [], 1: []}) == ""
    assert from_text("") == {}


def test_of_a_long_stroke_points_at_even_distances_are_kept_with_both_ends():
    long = np.stack([np.linspace(0, 1, 2000), np.full(2000, 0.5)], axis=1)
    (kept,) = from_text(to_text({3: [long]}))[3]
    assert len(kept) == MAX_POINTS
    assert (kept[0, 0], kept[-1, 0]) == (0, 1)


@pytest.mark.parametrize("text", ["AA", "AAE", "AAEF", "é", "AAMNMzNM", "!!!", "AAIAAQID"])
def test_a_damaged_text_is_said(text):
    with pytest.raises(UserError, match="the drawings in the link are damaged"):
        from_text(text)
