"""Drawings become a data set of one's own, which can be opened like any other."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.data.drawn_strokes import ink_of
from umeta.stage import UserError
from umeta.ui.draw.keeping import READING, keep

CROSS = ink_of([np.array([[0.2, 0.5], [0.8, 0.5]]), np.array([[0.5, 0.2], [0.5, 0.8]])])
LINE = ink_of([np.array([[0.2, 0.2], [0.8, 0.8]])])


def test_what_is_kept_twice_is_there_once_and_other_characters_are_other_classes(home: Home):
    first = keep({1: [CROSS], 2: [LINE]}, "1 of 5", home, "My drawings")
    assert keep({1: [CROSS, LINE]}, "1 of 5", home, "My drawings") == first
    keep({1: [CROSS]}, "2 of 5", home, "My drawings")
    assert keep({1: [CROSS]}, "1 of 5", home, "My-drawings") != first
    counts = {folder.name: len(list(folder.iterdir())) for folder in first.iterdir()}
    assert counts == {
        "characters 1 of 5, class 1": 2,
        "characters 1 of 5, class 2": 1,
        "characters 2 of 5, class 1": 1,
    }
    np.testing.assert_array_equal(np.asarray(Image.open(next(first.glob("*class 2/*.png")))), LINE[0])


def test_a_kept_set_is_read_as_it_was_drawn(home: Home):
    drawings = [np.roll(CROSS, shift, axis=2) for shift in range(8)]
    folder = keep({k: drawings[k::3] for k in range(1, 4)}, "1 of 3", home, "Crosses")
    dataset = DATASETS.parse({"name": f"folder:{folder}", **READING}).load(home)
    assert sorted(map(bytes, dataset.images.images)) == sorted(map(bytes, drawings[1:]))


def test_a_disk_that_refuses_is_said(home: Home, tmp_path: Path):
    home.root.mkdir(parents=True)
    (home.root / "drawn").write_text("a file where the folder should be")
    with pytest.raises(UserError, match="could not write"):
        keep({1: [CROSS]}, "1 of 5", home, "My drawings")
