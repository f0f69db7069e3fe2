"""The chart of switches: its numbers, and a number from elsewhere."""

import pytest

from umeta.figures.switches import switches_chart
from umeta.results.switches import Switch

SWITCHES = [
    Switch("learner=anil", "maml", 0.6, -0.1, 0.02, True),
    Switch("dataset.rotated=all", "as usual", 0.75, 0.05, 0.03, False),
]


def test_the_chart_says_what_it_shows_and_draws_the_other_number():
    chart = switches_chart(0.7, SWITCHES, 0.74)
    assert "70.0 % under 2 switches" in chart.alt
    assert "learner=anil instead of maml, -10.0 ± 2.0 points" in chart.alt
    assert chart.table["change, points"] == [-10.0, 5.0]
    (line,) = chart.figure.layout.shapes
    assert line.x0 == pytest.approx(74.0)
    assert not switches_chart(0.7, SWITCHES).figure.layout.shapes
