import pytest

from umeta.lessons import LESSONS, find_lesson
from umeta.lessons.lesson import nearest_choice, verdict
from umeta.stage import UserError

LESSON = LESSONS[0]


def test_names_are_unique_and_find_their_lesson():
    assert len({lesson.name for lesson in LESSONS}) == len(LESSONS) == 8
    assert find_lesson("maml").name == "maml"
    with pytest.raises(UserError, match="no lesson 'astrology'.*embedding, map, k-means"):
        find_lesson("astrology")


def test_the_nearest_number_is_chosen():
    assert nearest_choice(0.62, (0.9, 0.5, 0.1)) == 1


def test_the_verdict_says_who_was_right():
    right = f"Right is **2 · {LESSON.choices[1]}**."
    assert verdict(LESSON, 1, None, (0, 0, 0)) == right
    assert verdict(LESSON, 1, 1, (0, 0, 0)) == f"{right} ✓ You predicted it."
    assert verdict(LESSON, 1, 0, (2, 6, 0)) == (f"{right} ✗ You predicted 1. 6 of 8 hands were for it (75%).")
