import pytest

from umeta.ui.train.durations import duration


@pytest.mark.parametrize(("seconds", "text"), [(4.4, "4 s"), (89, "89 s"), (300, "5 min"), (9000, "2.5 h")])
def test_a_duration_is_said_as_people_say_it(seconds: float, text: str):
    assert duration(seconds) == text
