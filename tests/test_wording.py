import pytest

from umeta.wording import counted, duration


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (1, "image", "1 image"),
        (0, "image", "0 images"),
        (3610, "image", "3,610 images"),
        (1, "true class", "1 true class"),
        (2, "true class", "2 true classes"),
        (2, "query", "2 queries"),
        (2, "day", "2 days"),
        (2, "box", "2 boxes"),
    ],
)
def test_a_count_and_its_noun_agree(number: int, noun: str, text: str):
    assert counted(number, noun) == text


@pytest.mark.parametrize(("seconds", "text"), [(4.4, "4 s"), (89, "89 s"), (300, "5 min"), (9000, "2.5 h")])
def test_a_duration_is_said_as_people_say_it(seconds: float, text: str):
    assert duration(seconds) == text
