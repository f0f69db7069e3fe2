from typing import Any

import pytest

from umeta.runs.pace import seconds_left


def events(*points: tuple[float, int], total: int = 100, note: str = "") -> list[dict[str, Any]]:
    return [
        {"time": time, "stage": "encoder", "note": note, "done": done, "total": total}
        for time, done in points
    ]


def test_what_is_left_takes_as_long_as_what_was_done():
    assert seconds_left(events((0, 0), (10, 20))) == pytest.approx(40)


def test_the_pace_is_that_of_the_last_minute():
    slow_then_fast = events((0, 0), (100, 10), (160, 70))
    assert seconds_left(slow_then_fast) == pytest.approx(30)


@pytest.mark.parametrize(
    "some", [[], events((5, 10)), events((5, 10), (5.5, 20)), events((0, 10), (10, 10))], ids=str
)
def test_without_a_pace_there_is_no_estimate(some: list[dict[str, Any]]):
    assert seconds_left(some) is None


def test_what_was_begun_anew_and_earlier_phases_do_not_count():
    phases = events((0, 50), (9, 90)) + events((10, 0), (20, 50), note="encoding")
    assert seconds_left(phases) == pytest.approx(10)
    anew = events((0, 80), (1, 90), (2, 0), (12, 20))
    assert seconds_left(anew) == pytest.approx(40)
