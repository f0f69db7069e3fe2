from dataclasses import replace
from typing import Any

from umeta.figures.rounds import degradation, rounds_chart
from umeta.runs.result import TrainingRound

ROUNDS = [
    TrainingRound(1, 100, 50, 0.30, 0.60, 0.70, -0.05, 0.01),
    TrainingRound(2, 200, 48, 0.40, 0.62, 0.78, 0.03, 0.012),
    TrainingRound(3, 300, 47, 0.35, 0.59, 0.75, 0.0, 0.0),
]


def test_each_measure_is_a_line_over_the_rounds():
    chart = rounds_chart(ROUNDS)
    traces: list[Any] = list(chart.figure.data)
    assert [list(trace.y) for trace in traces] == [[70, 78, 75], [30, 40, 35], [60, 62, 59]]
    assert all(list(trace.x) == [1, 2, 3] for trace in traces)
    assert "accuracy of the learner, meta_val from 70.0% to 75.0%" in chart.alt
    assert chart.table["purity %"] == [30, 40, 35]
    assert chart.table["clusters"] == [50, 48, 47]


def test_what_is_not_known_is_left_out():
    unknown = [replace(one, purity=None, nmi=None) for one in ROUNDS]
    assert list(rounds_chart(unknown).table) == ["round", "steps", "clusters", "accuracy %"]
    nothing = [replace(one, accuracy=None) for one in unknown]
    assert degradation(nothing) == "No true class is known by which rounds could be judged."


def test_the_sentence_says_where_it_degrades():
    assert degradation(ROUNDS) == (
        "The learner is best after round 2 of 3, by 3.0 ± 1.2 points over the last; the purity of what it clusters "
        "falls first in round 3."
    )
    unsure = [ROUNDS[0], replace(ROUNDS[1], lead_ci95=0.04), ROUNDS[2]]
    assert degradation(unsure).startswith("After no round is the learner surely better than after the last; ")
    assert degradation(ROUNDS[:2]).endswith("the purity of what it clusters never falls.")
