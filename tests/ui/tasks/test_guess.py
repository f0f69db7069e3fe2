import numpy as np

from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.tasks.page_content import board_task, grids
from umeta.ui.tasks.guess import TaskAnswers, score_sentence


def test_a_guess_in_the_link_is_compared_with_the_nearest_neighbour(open_page: OpenPage):
    board = open_page("tasks", section="guess it", n_way="3", n_query="2", task="5")
    assert not board.exception
    assert grids(board) == []  # no answer is on the page before the person has given theirs
    task = board_task(board)
    answered = open_page(
        "tasks", section="guess it", n_way="3", n_query="2", task="5", guess=f"{task}-1.1.2.3.3.3"
    )
    assert not answered.exception
    assert "You got 5 of 6 right; the nearest neighbour" in texts(answered)
    assert "".join(html_of(answered)).count("<span>you ✓</span>") == 5
    assert "<span>you ✗3</span>" in "".join(html_of(answered))
    other = open_page(
        "tasks", section="guess it", n_way="3", n_query="2", task="6", guess=f"{task}-1.1.2.3.3.3"
    )
    assert grids(other) == []  # a guess of another task says nothing of this one


def test_the_sentence_gives_the_score_of_everyone():
    you = TaskAnswers("you", "you", np.array([[0, 0], [1, 0]]))
    nearest = TaskAnswers("nearest neighbour", "nearest neighbour", np.array([[1, 0], [0, 0]]))
    learner = TaskAnswers("CACTUs-MAML · digits-1", "A", np.array([[0, 0], [1, 1]]))
    assert score_sentence([you, nearest, learner], 2) == (
        "You got 3 of 4 right; the nearest neighbour 1, CACTUs-MAML 4; guessing gets 2."
    )
