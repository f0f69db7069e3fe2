import itertools
import math

import numpy as np
import pytest

from umeta.evaluation import (
    accuracy,
    over_classes,
    over_seeds,
    paired_difference,
    paired_over_seeds,
    per_task,
    shared_tasks,
)
from umeta.evaluation.intervals import unpaired_difference
from umeta.stage import UserError

# four tasks of two ways and one query: 1, 0.5, 0.5 and 0 right
A = np.array([[[1], [1]], [[1], [0]], [[0], [1]], [[0], [0]]], bool)
B = np.zeros_like(A)


def test_mean_and_interval_by_hand():
    found = accuracy(A)
    assert found.mean == 0.5
    assert found.ci95 == pytest.approx(1.96 * np.sqrt(0.5 / 3) / 2)  # sd of (1, .5, .5, 0) is sqrt(.5/3)
    assert found.n_tasks == 4


def test_paired_difference_and_win_rate_by_hand():
    found = paired_difference(A, B)
    assert found.mean == 0.5
    assert found.win_rate == 3.5 / 4  # three wins, one tie


def test_a_constant_difference_has_no_width_though_each_method_varies():
    assert paired_difference(A, A).ci95 == 0
    assert accuracy(A).ci95 > 0


def test_the_interval_covers_the_true_mean_95_times_in_100():
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(1000):
        found = accuracy(rng.random((200, 5, 5)) < 0.6)
        inside += abs(found.mean - 0.6) <= found.ci95
    assert 930 <= inside <= 970


def test_methods_on_different_tasks_are_not_paired():
    with pytest.raises(UserError, match="different tasks cannot be paired"):
        paired_difference(A, A[:2])


def test_a_method_judged_on_the_first_tasks_alone_is_paired_on_these_when_that_is_asked_for():
    found = paired_difference(A, B[:2], shared=True)
    assert (found.mean, found.n_tasks) == (0.75, 2)
    assert [len(one) for one in shared_tasks(A[:3], B)] == [3, 3]
    with pytest.raises(UserError, match="different tasks cannot be paired"):
        paired_difference(A, B[:, :1], shared=True)


def test_unpaired_difference_by_hand():
    # means 0.9 and 0.5, variance 0.01 each
    a, b = np.tile([1.0, 0.8], 500), np.tile([0.6, 0.4], 500)
    difference, ci95 = unpaired_difference(a, b)
    assert difference == pytest.approx(0.4)
    assert ci95 == pytest.approx(1.96 * np.sqrt(0.02 / 999))
    assert np.isnan(unpaired_difference(a[:1], b)[1])


def test_over_training_seeds_by_hand():
    found = over_seeds([0.4, 0.5, 0.6])
    assert (found.mean, found.n) == (pytest.approx(0.5), 3)
    assert found.ci95 == pytest.approx(4.302653 * 0.1 / math.sqrt(3))  # t of 2 degrees of freedom
    assert math.isnan(over_seeds([0.4]).ci95)
    assert over_seeds([0.4])[::2] == (0.4, 1)


def test_runs_are_paired_by_their_seed():
    found = paired_over_seeds({0: 0.5, 1: 0.7, 2: 0.9}, {2: 0.8, 1: 0.6, 5: 0.1})
    assert (found.mean, found.n) == (pytest.approx(0.1), 2)
    assert found.ci95 == pytest.approx(0, abs=1e-12)  # the runs vary, their difference does not
    with pytest.raises(UserError, match=r"A has \[0\] and B \[1\]: train both with the same"):
        paired_over_seeds({0: 0.5}, {1: 0.5})


def test_with_every_task_noiseless_and_drawn_once_it_is_the_plain_interval_over_classes():
    """All pairs of eight classes: the mean over tasks is the mean over classes, of which sd / √C is known."""
    effects = np.array([0.1, 0.9, 0.4, 0.3, 0.6, 0.8, 0.2, 0.5])
    classes = np.array(list(itertools.combinations(range(8), 2)))
    many = np.tile(classes, (400, 1))  # so many that the sampling of tasks adds next to nothing
    found = over_classes(effects[many].mean(axis=1), many)
    assert (found.mean, found.n) == (pytest.approx(effects.mean()), 8)
    assert found.ci95 == pytest.approx(2.364624 * effects.std(ddof=1) / math.sqrt(8), rel=2e-3)


def test_the_names_of_the_classes_play_no_part():
    rng = np.random.default_rng(0)
    classes = draw_tasks(rng, 30, 5, 200)
    values = rng.random((200, 5, 3)) < 0.5
    assert over_classes(values, classes) == over_classes(values, 7 * classes + 100)


def test_where_a_class_is_in_every_task_there_is_no_interval_over_classes():
    classes = np.array([[0, 1], [1, 0], [0, 1], [0, 1]])
    found = over_classes(A, classes)
    assert (found.mean, found.n) == (0.5, 2)
    assert math.isnan(found.ci95)
    assert math.isnan(over_classes(A[:1], classes[:1]).ci95)


def test_a_list_so_short_that_each_class_occurs_once_and_one_without_any_error_have_an_interval():
    values = np.array([[[1, 1], [0, 1]], [[0, 0], [1, 0]], [[1, 1], [1, 1]]], bool)
    assert 0 < over_classes(values, np.arange(6).reshape(3, 2)).ci95 < 2
    assert over_classes(np.ones((3, 2, 2), bool), np.arange(6).reshape(3, 2)).ci95 == 0


def draw_tasks(rng: np.random.Generator, n_classes: int, n_way: int, n_tasks: int) -> np.ndarray:
    return np.argsort(rng.random((n_tasks, n_classes)), axis=1)[:, :n_way]


def uniform(rng: np.random.Generator, sd: float, *shape: int) -> np.ndarray:
    return rng.uniform(-sd, sd, shape) * 3**0.5


def skewed(rng: np.random.Generator, sd: float, n: int) -> np.ndarray:
    """A few classes are much harder than the rest."""
    return (0.2 - rng.beta(1, 4, n)) / (4 / 150) ** 0.5 * sd


def coverage(
    n_classes: int,
    n_way: int,
    n_tasks: int,
    *,
    repetitions: int,
    sd: float = 0.12,
    effect=uniform,
    paired: bool = False,
    by_task: bool = False,
    n_query: int = 5,
    n_items: int = 20,
) -> tuple[float, float]:
    """Return how often the intervals over classes, and over tasks, hold the mean over all classes there could be.

    Every repetition draws new classes. A class has a difficulty, its items have theirs, and it draws the other
    classes of a task to itself more or less; all these effects have mean 0, so the true mean is known.
    """
    rng = np.random.default_rng([n_classes, n_way, n_tasks])
    lists = [draw_tasks(rng, n_classes, n_way, n_tasks) for _ in range(20)]
    items = rng.integers(n_items, size=(n_tasks, n_way, n_query))
    inside = np.zeros(2)
    for repetition in range(repetitions):
        classes = lists[repetition % len(lists)]

        def right(difficulty: np.ndarray, mean: float, classes=classes) -> np.ndarray:
            pull = uniform(rng, sd / 2, n_classes)[classes]
            of_items = uniform(rng, sd / 2, n_classes, n_items)[classes[:, :, None], items]
            of_rows = difficulty[classes] - (pull.sum(1, keepdims=True) - pull) / (n_way - 1)
            chance = mean + of_rows[:, :, None] + of_items
            return rng.random(chance.shape, dtype=np.float32) < chance

        difficulty = effect(rng, sd, n_classes)
        values, mean = right(difficulty, 0.6), 0.6
        if paired:
            own = difficulty / 2 + effect(rng, sd / 2, n_classes)
            values, mean = np.subtract(values, right(own, 0.5), dtype=np.int8), 0.1
        values = per_task(values) if by_task else values
        found = over_classes(values, classes)
        tasks = per_task(values)
        over_tasks = 1.96 * tasks.std(ddof=1) / np.sqrt(n_tasks)
        inside += abs(found.mean - mean) <= np.array([found.ci95, over_tasks])
    return tuple((inside / repetitions).tolist())


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize(("n_classes", "n_way"), [(20, 5), (40, 5), (40, 20), (423, 5), (423, 20)])
def test_the_interval_over_classes_holds_the_mean_over_new_classes_95_times_in_100(n_classes, n_way, paired):
    found, over_tasks = coverage(n_classes, n_way, 300, repetitions=1000, paired=paired)
    assert 0.93 <= found <= 0.97
    assert over_tasks < 0.9


SLOW = [
    (20, 5, 1000), (40, 5, 1000), (40, 20, 1000), (100, 5, 1000), (100, 20, 1000), (423, 5, 1000), (423, 20, 300),
    (423, 20, 100),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("n_classes", "n_way", "n_tasks"), SLOW)
@pytest.mark.parametrize(
    "options",
    [{}, {"sd": 0.06}, {"effect": skewed, "sd": 0.08}, {"paired": True}, {"paired": True, "sd": 0.06}],
    ids=str,
)
def test_coverage_at_other_sizes_and_shapes_of_the_effects(n_classes, n_way, n_tasks, options):
    found, _ = coverage(n_classes, n_way, n_tasks, repetitions=4000, **options)
    assert 0.93 <= found <= 0.97


@pytest.mark.parametrize("n_classes", [20, 423])
def test_one_number_per_task_is_enough_for_five_ways(n_classes):
    assert 0.93 <= coverage(n_classes, 5, 300, repetitions=1000, by_task=True)[0] <= 0.97


@pytest.mark.parametrize(("n_way", "most"), [(5, 0.99), (20, 1.0)])
def test_where_classes_are_all_alike_it_is_too_wide_rather_than_too_narrow(n_way, most):
    found, over_tasks = coverage(100, n_way, 300, repetitions=500, sd=0.0)
    assert 0.94 <= found <= most
    assert 0.93 <= over_tasks <= 0.97
