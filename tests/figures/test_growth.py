import math
from typing import Any

import pytest

from umeta.figures.growth import Growth, exponent, growth_chart

SQUARE = [Growth(10, 1, 0.1, 100, 110), Growth(100, 9, 10, 200, 300), Growth(1000, 700, 1000, 400, 1400)]
LINEAR = [Growth(10, 1, 1, 50, 60), Growth(1000, 70, 100, 50, 60)]


def test_exponents_are_those_of_the_powers_that_the_seconds_follow():
    assert exponent(SQUARE) == pytest.approx(2)
    assert exponent(LINEAR) == pytest.approx(1)
    assert math.isnan(exponent(SQUARE[:1]))


def test_each_work_is_drawn_in_seconds_and_in_memory_and_says_its_exponent():
    chart = growth_chart({"neighbours": SQUARE, "sampling": LINEAR}, "items")
    traces: list[Any] = list(chart.figure.data)
    seconds = [trace for trace in traces if trace.showlegend is None]
    assert [trace.name for trace in seconds] == ["neighbours ~ items^2.00", "sampling ~ items^1.00"]
    assert [list(trace.y) for trace in seconds] == [[0.1, 10, 1000], [1, 100]]
    memory = [list(trace.y) for trace in traces if trace.showlegend is False]
    assert memory == [[100, 200, 400], [110, 300, 1400], [50, 50], [60, 60]]
    assert (
        "neighbours from 0.1 s at 10 items to 1e+03 s at 1,000 (exponent 2.00, at most 400 MB)" in chart.alt
    )
    assert chart.table["own MB"] == [100, 200, 400, 50, 50]
    assert chart.table["with files MB"] == [110, 300, 1400, 60, 60]
