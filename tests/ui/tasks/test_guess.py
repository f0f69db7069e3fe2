import re

import numpy as np
import pytest
from playwright.sync_api import Browser

from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.tasks.page_content import board_task, grids
from tests.ui.test_browser import PHONE, SETTLED, cold_server, open_link
from umeta.cache import Home
from umeta.runs.config import RunConfig
from umeta.runs.pipeline import execute
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


@pytest.fixture(scope="module")
def learner_home(tmp_path_factory) -> Home:
    """Return a home with one finished run, whose learner takes up to any number of ways."""
    home = Home(tmp_path_factory.mktemp("learner"), ())
    keys = [
        "dataset=digits",
        "encoder=pixels",
        "partition.n_clusters=20",
        "learner=protonets",
        "budget=smoke",
    ]
    execute(RunConfig.from_keys([*keys, "learner.iterations=3", "test.n_tasks=20"]), home)
    return home


def test_learners_of_finished_runs_answer_too(open_page: OpenPage, learner_home: Home, monkeypatch):
    monkeypatch.setenv("UMETA_HOME", str(learner_home.root))
    link = {"n_way": "3", "n_query": "2", "encoder": "pixels", "n_clusters": "20"}
    board = open_page("tasks", section="guess it", **link)
    task = board_task(board)
    app = open_page("tasks", section="guess it", guess=f"{task}-1.1.2.2.3.3", **link)
    assert not app.exception
    assert re.search(
        r"You got 6 of 6 right; the nearest neighbour \d, CACTUs-ProtoNets \d; guessing", texts(app)
    )
    browsed = open_page("tasks", section="browse", **link)
    names = browsed.selectbox(key="solver").options
    assert [name.partition(" · ")[0] for name in names] == ["nearest neighbour", "CACTUs-ProtoNets"]
    browsed.selectbox(key="solver").select(names[1]).run()
    assert not browsed.exception
    assert browsed.dataframe[0].value["right %"].is_monotonic_increasing  # the hardest for it first


def test_the_sentence_gives_the_score_of_everyone():
    you = TaskAnswers("you", "you", np.array([[0, 0], [1, 0]]))
    nearest = TaskAnswers("nearest neighbour", "nearest neighbour", np.array([[1, 0], [0, 0]]))
    learner = TaskAnswers("CACTUs-MAML · digits-1", "A", np.array([[0, 0], [1, 1]]))
    assert score_sentence([you, nearest, learner], 2) == (
        "You got 3 of 4 right; the nearest neighbour 1, CACTUs-MAML 4; guessing gets 2."
    )


def test_a_person_guesses_by_keys_and_clicks_in_a_browser(browser: Browser, shared_home: Home):
    with cold_server(shared_home) as address:
        page = browser.new_page(viewport=PHONE)
        open_link(
            page, f"{address}/tasks?dataset=digits&encoder=pixels&section=guess+it&n_way=2&n_query=2", "Tasks"
        )
        queries = page.locator(".board .queries button")
        queries.first.wait_for()
        assert page.locator(".board .done").is_disabled()
        page.keyboard.press("1")
        page.keyboard.press("2")
        page.locator(".board .samples button").nth(1).click()
        queries.nth(0).click()  # changes the first answer
        page.keyboard.press("2")
        page.keyboard.press("1")
        assert [queries.nth(k).inner_text().strip() for k in range(4)] == ["2", "2", "2", "1"]
        page.locator(".board .done").click()
        page.get_by_text("You got").wait_for()
        page.wait_for_selector(SETTLED)
        assert "guess=" in page.url
        page.wait_for_function(f"document.documentElement.scrollWidth <= {PHONE['width']}")
        page.close()
