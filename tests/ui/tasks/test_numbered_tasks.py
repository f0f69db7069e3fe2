import re

from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.tasks.page_content import shown_items


def test_a_link_rebuilds_the_same_task(open_page: OpenPage):
    link = {
        "task": "12",
        "n_way": "4",
        "n_shot": "2",
        "n_query": "3",
        "n_partitions": "2",
        "n_clusters": "20",
    }
    first, again = open_page("tasks", **link), open_page("tasks", **link)
    assert not first.exception
    assert len(shown_items(first)) == len(set(shown_items(first))) == 4 * (2 + 3)
    assert shown_items(first) == shown_items(again)
    assert shown_items(open_page("tasks", **{**link, "task": "13"})) != shown_items(first)


def test_random_tasks_are_drawn_by_chance(open_page: OpenPage):
    app = open_page("tasks", source="random")
    assert not app.exception
    assert "drawn by chance" in texts(app)


def test_test_tasks_are_those_of_the_saved_list(open_page: OpenPage):
    app = open_page("tasks", source="test tasks", reveal="true", task="1003")
    assert not app.exception
    assert re.search(r"number 3 of 1,000, list `[0-9a-f]{16}`", texts(app))
    assert "".join(html_of(app)).count("<p>1 true class</p>") == 5
