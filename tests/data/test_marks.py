import numpy as np
import pytest

from umeta.data.marks import Marks, changed_by, check_marks, classes_of, merged
from umeta.stage import UserError

IDS = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"]
FRUIT = Marks({"apple": ("a.jpg", "b.jpg"), "pear": ("c.jpg", "d.jpg")}, "cafe")


def test_marks_of_other_images_are_refused():
    check_marks(FRUIT, IDS, "cafe", "m")
    check_marks(Marks(FRUIT.classes), IDS, "cafe", "m")
    with pytest.raises(UserError, match="made on other images .their hash is cafe, that of these is beef"):
        check_marks(FRUIT, IDS, "beef", "m")
    with pytest.raises(UserError, match="2 of 4 marked ids are not here: c.jpg, d.jpg"):
        check_marks(FRUIT, IDS[:2], "cafe", "m")


def test_unmarked_images_have_no_class():
    classes = classes_of(FRUIT, IDS)
    assert classes.names == ["apple", "pear"]
    assert np.array_equal(classes.values, [0, 0, 1, 1, -1])


def test_changes_are_made_on_what_others_marked_meanwhile():
    after = Marks({"apple": ("b.jpg",), "plum": ("a.jpg",), "pear": ("c.jpg", "d.jpg")}, "cafe")
    meanwhile = Marks({"apple": ("a.jpg", "b.jpg"), "pear": ("c.jpg",), "fig": ("e.jpg",)}, "cafe")
    now = changed_by(FRUIT, after, meanwhile)
    assert now.class_of == {"a.jpg": "plum", "b.jpg": "apple", "c.jpg": "pear", "e.jpg": "fig"}
    assert list(now.classes) == ["apple", "plum", "pear", "fig"]


def test_a_renamed_class_takes_its_images_along_and_an_emptied_one_goes():
    renamed = Marks({"quince": ("a.jpg", "b.jpg"), "pear": ("c.jpg", "d.jpg")}, "cafe")
    assert changed_by(FRUIT, renamed, FRUIT).classes == renamed.classes
    emptied = Marks({"pear": FRUIT.classes["pear"]}, "cafe")
    assert changed_by(FRUIT, emptied, FRUIT).classes == emptied.classes


def test_further_marks_are_added_and_the_first_class_of_an_image_stays():
    more = Marks({"pear": ("a.jpg", "e.jpg"), "fig": ()})
    assert merged(FRUIT, more).classes == {
        "apple": ("a.jpg", "b.jpg"),
        "pear": ("c.jpg", "d.jpg", "e.jpg"),
        "fig": (),
    }
