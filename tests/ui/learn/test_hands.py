import pytest

from umeta.ui.learn.hands import counts_of


@pytest.mark.parametrize("text", ["", "3-4", "3-4-5-6", "3-4-x", "3--5", "3-4-1000", "-1-4-5"])
def test_a_text_that_is_no_count_for_each_answer_is_none(text: str):
    assert counts_of(text, 3) is None


def test_counts_are_read_from_the_link():
    assert counts_of("12-0-9", 3) == (12, 0, 9)
