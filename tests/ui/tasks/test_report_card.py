import numpy as np

from umeta.tasks.report import TaskTruth
from umeta.ui.tasks.report_card import meaning, verdict


def test_the_verdict_names_the_easier_tasks_and_how_sure_that_is():
    easy, hard = np.tile([1.0, 0.8], 500), np.tile([0.6, 0.4], 500)
    # means 0.9 and 0.5, variance 0.01 each: 1.96 · √(0.02 / 1,000) = 0.9 points
    assert "easier than the test tasks, by 40.0 ± 0.9 points" in verdict("pseudo-tasks", easy, hard)
    assert "harder than the test tasks, by 40.0 ± 0.9 points" in verdict("pseudo-tasks", hard, easy)
    assert "about as hard as the test tasks** (+0.0" in verdict("pseudo-tasks", easy, easy)


def test_the_meaning_of_the_card_is_in_its_numbers():
    truth = TaskTruth(np.array([True, True, True, False]), np.ones(4), np.array([0.0, 0.2, 0.4, 0.6]))
    sentence = meaning(truth)
    assert "30% of the answers" in sentence
    assert "in 25% of the tasks" in sentence
