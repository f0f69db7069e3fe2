from concurrent.futures import ThreadPoolExecutor

import pytest

from umeta.cache import Home
from umeta.data.marks import Marks
from umeta.data.marks_file import read_marks
from umeta.data.marks_store import change_marks, kept_for_good, marks_file, stored_marks
from umeta.stage import UserError

NONE = Marks({}, "cafe")


def test_marks_are_kept_by_the_images_that_they_are_of(home: Home):
    assert stored_marks(home, "cafe") == NONE
    made = Marks({"apple": ("a", "b")}, "cafe")
    assert change_marks(home, "cafe", NONE, made) == made
    assert stored_marks(home, "cafe") == made
    assert stored_marks(home, "beef") == Marks({}, "beef")


def test_no_change_of_many_writers_is_lost(home: Home):
    def mark(number: int) -> None:
        change_marks(home, "cafe", NONE, Marks({f"class {number % 4}": (f"item {number}",)}, "cafe"))

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(mark, range(60)))
    assert len(stored_marks(home, "cafe").class_of) == 60


def test_a_damaged_file_is_said_and_stays(home: Home):
    file = marks_file(home, "cafe")
    file.parent.mkdir(parents=True)
    file.write_text('{"schema_version": 1, "cla')
    with pytest.raises(UserError, match="is no JSON"):
        change_marks(home, "cafe", NONE, Marks({"apple": ("a",)}, "cafe"))
    assert file.read_text() == '{"schema_version": 1, "cla'


def test_what_a_run_is_judged_by_never_changes(home: Home):
    made = Marks({"apple": ("a", "b"), "pear": ("c", "d")}, "cafe")
    file = kept_for_good(home, made)
    assert read_marks(file) == made
    assert kept_for_good(home, made) == file
    assert kept_for_good(home, Marks({**made.classes, "fig": ("e",)}, "cafe")) != file
    with pytest.raises(UserError, match="mark more"):
        kept_for_good(home, Marks({"apple": ("a", "b")}, "cafe"))


def test_a_name_that_is_no_hash_names_no_file(home: Home):
    with pytest.raises(ValueError, match="is no hash"):
        marks_file(home, "../secret")
