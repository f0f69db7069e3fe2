import numpy as np

from tests.ui.conftest import OpenPage, check_code_of_charts, texts
from tests.ui.tasks.page_content import BADGE
from umeta.tasks.task_truth import TaskTruth
from umeta.ui.tasks.report_card import meaning, verdict


def test_the_report_card_compares_with_test_tasks_once_classes_are_revealed(open_page: OpenPage):
    app = open_page("tasks", section="report card", n_clusters="20")
    assert not app.exception
    assert "of their queries right" in texts(app)
    for label_used in ("Label noise", "pseudo-tasks are", BADGE):
        assert label_used not in texts(app)
    app.toggle(key="reveal").set_value(True).run()
    for label_used in ("Label noise", "pseudo-tasks are", BADGE):
        assert label_used in texts(app)
    check_code_of_charts(app)
    revealed = open_page("tasks", section="report card", reveal="true", source="oracle")
    assert not revealed.exception
    page_text = texts(revealed)
    assert page_text.count("100.0%") == 2  # different classes, and pairs that match
    assert "**In words:** 0% of the answers" in page_text


def test_the_verdict_names_the_easier_tasks_and_how_sure_that_is():
    easy, hard = np.tile([1.0, 0.8], 500), np.tile([0.6, 0.4], 500)
    # means 0.9 and 0.5, variance 0.01 each: 1.96 · √(0.02 / 1,000) = 0.9 points
    assert "easier than the test tasks, by 40.0 ± 0.9 points" in verdict("pseudo-tasks", easy, hard)
    assert "harder than the test tasks, by 40.0 ± 0.9 points" in verdict("pseudo-tasks", hard, easy)
    assert "about as hard as the test tasks** (+0.0" in verdict("pseudo-tasks", easy, easy)


def test_the_meaning_of_the_card_is_in_its_numbers():
    truth = TaskTruth(np.array([1.0, 1.0, 1.0, 0.0]), np.ones(4), np.array([0.0, 0.2, 0.4, 0.6]))
    sentence = meaning(truth)
    assert "30% of the answers" in sentence
    assert "in 25% of the tasks" in sentence
