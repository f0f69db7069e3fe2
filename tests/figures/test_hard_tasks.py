import numpy as np

from tests.figures.drawn import traces
from umeta.evaluation.hard_tasks import hard_tasks
from umeta.figures.hard_tasks import GROUPS, ranking


def drawn(correct: np.ndarray) -> dict[str, list[float]]:
    chart = ranking(hard_tasks(correct, rng=np.random.default_rng(0)), measure="queries right")
    return {trace.name: list(trace.y) for trace in traces(chart.figure)}


def test_luck_alone_rises_on_the_half_it_was_ranked_on_and_is_flat_on_the_other():
    correct = np.random.default_rng(1).random((2000, 5, 6)) < 0.5
    first, other = drawn(correct).values()
    assert len(first) == GROUPS
    assert first[-1] - first[0] > 40
    assert abs(other[-1] - other[0]) < 10


def test_a_lasting_difference_shows_on_both_halves():
    rng = np.random.default_rng(1)
    correct = rng.random((2000, 5, 6)) < rng.choice([0.1, 0.9], 2000)[:, None, None]
    _, other = drawn(correct).values()
    assert other[-1] - other[0] > 60
