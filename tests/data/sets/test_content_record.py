import json

from umeta.cache import Home
from umeta.data.sets.content_record import last_record, record

READ_BY = {"name": "folder", "path": "/photos"}


def test_a_record_stands_until_the_content_changes(home: Home) -> None:
    assert last_record(home, READ_BY) is None
    first = record(home, READ_BY, "a" * 16, 10)
    assert (first.content, first.n_images, first.note) == ("a" * 16, 10, "")
    assert record(home, READ_BY, "a" * 16, 10) == last_record(home, READ_BY) == first
    second = record(home, READ_BY, "b" * 16, 12)
    assert (second.n_before, second.before_read_at) == (10, first.read_at)
    assert "10 were read then" in second.note
    assert "there were 12" in second.note
    assert record(home, READ_BY, "b" * 16, 12) == second
    assert last_record(home, {**READ_BY, "path": "/others"}) is None


def test_a_damaged_record_is_none(home: Home) -> None:
    record(home, READ_BY, "a" * 16, 10)
    (file,) = (home.root / "own_images").iterdir()
    for text in (
        "",
        "[]",
        "{}",
        "\x00",
        json.dumps({"schema_version": 99}),
        json.dumps({"schema_version": 1}),
    ):
        file.write_text(text)
        assert last_record(home, READ_BY) is None
    assert record(home, READ_BY, "a" * 16, 10).note == ""
