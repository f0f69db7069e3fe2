import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umeta.data.marks import Marks
from umeta.data.marks_file import labels_of_file, marks_as_csv, marks_as_json, parse_marks, read_marks
from umeta.stage import UserError

IDS = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"]
FRUIT = Marks({"apple": ("a.jpg", "b.jpg"), "pear": ("c.jpg", "d.jpg")}, "cafe")


def test_marks_survive_being_written_and_read():
    assert parse_marks(marks_as_json(FRUIT).encode(), "m") == FRUIT
    assert parse_marks(marks_as_csv(FRUIT).encode(), "m") == Marks(FRUIT.classes)


def test_the_json_is_what_others_may_write():
    assert json.loads(marks_as_json(FRUIT)) == {
        "schema_version": 1,
        "content": "cafe",
        "classes": {"apple": ["a.jpg", "b.jpg"], "pear": ["c.jpg", "d.jpg"]},
    }


def test_a_csv_may_have_further_columns_any_order_a_byte_order_mark_and_empty_classes():
    text = "\ufeffclass;note;id\napple;x;a.jpg\n;;b.jpg\npear;;c.jpg\n"
    assert parse_marks(text.encode(), "m") == Marks({"apple": ("a.jpg",), "pear": ("c.jpg",)})


names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).map(str.strip)


@given(st.dictionaries(names.filter(bool), st.sets(st.integers(0, 99), min_size=1), max_size=5))
def test_any_names_survive(numbers: dict[str, set[int]]):
    seen: set[int] = set()
    classes = {}
    for label, items in numbers.items():
        classes[label] = tuple(f"{item}.png" for item in sorted(items - seen))
        seen |= items
    marks = Marks(classes, "0")
    assert parse_marks(marks_as_json(marks).encode(), "m") == marks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "needs the columns id and class"),
        ("id,label\na,b\n", "needs the columns id and class"),
        ("[1, 2]", "holds no marks"),
        ('{"classes": {}}', "holds no marks"),
        ('{"schema_version": 1, "classes": [1]}', "holds no marks"),
        ('{"schema_version": 9, "classes": {}}', "schema version 9, and this umeta reads 1"),
        ('{"schema_version": 1, "classes": {"a": "b"}}', "class 'a' is no list of ids"),
        ('{"schema_version": 1, "classes": {"": ["b"]}}', "has 1 to 80 letters"),
        ('{"schema_version": 1, "classes": {"a": ["x"], "a": ["y"]}}', "'a' stands there twice"),
        ('{"schema_version": 1, "classes": {"a": ["x"], "b": ["x"]}}', "'x' is in two classes, 'a' and 'b'"),
        ("id,class\nx,a\nx,b\n", "'x' is in two classes, 'a' and 'b'"),
        ('{"schema_version": 1,', "is no JSON"),
        ('id,class\n"x', "is no CSV"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_what_are_no_marks_is_refused_in_a_line(text: str, said: str):
    with pytest.raises(UserError, match=said) as refusal:
        parse_marks(text.encode(), "m.json")
    assert "\n" not in str(refusal.value)


def test_other_texts_than_utf_8_and_missing_files_are_refused(tmp_path):
    with pytest.raises(UserError, match="is not UTF-8"):
        parse_marks("id,class\nä,b\n".encode("latin-1"), "m.csv")
    with pytest.raises(UserError, match="cannot be read"):
        read_marks(tmp_path / "nothing.json")
    with pytest.raises(UserError, match="cannot be read"):
        read_marks(tmp_path)


def test_a_file_with_too_few_marks_for_any_task_is_refused(tmp_path):
    file = tmp_path / "marks.csv"
    file.write_text("id,class\na.jpg,apple\nb.jpg,apple\nc.jpg,pear\n")
    with pytest.raises(UserError, match=r"the file marks apple \(2\), pear \(1\). Mark more"):
        labels_of_file(file, IDS, "cafe")
    file.write_text("id,class\na.jpg,apple\nb.jpg,apple\nc.jpg,pear\nd.jpg,pear\n")
    assert np.array_equal(labels_of_file(file, IDS, "cafe").values, [0, 0, 1, 1, -1])
