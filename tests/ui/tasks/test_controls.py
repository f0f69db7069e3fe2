import pytest

from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.tasks.page_content import BADGE, shown_items


def test_new_task_counts_up_and_the_link_follows(open_page: OpenPage):
    app = open_page("tasks", task="3")
    before = shown_items(app)
    app.button[0].click().run()
    assert app.number_input(key="task").value == 4
    assert shown_items(app) != before
    assert shown_items(app) == shown_items(open_page("tasks", task="4"))


def test_classes_and_the_oracle_come_with_the_reveal(open_page: OpenPage):
    app = open_page("tasks")
    assert BADGE not in texts(app)
    assert "<figcaption>" not in texts(app)
    app.toggle(key="reveal").set_value(True).run()
    assert not app.exception
    assert BADGE in texts(app)
    assert "true class" in "".join(html_of(app))
    assert app.session_state["umeta.revealed"] is True
    oracle = open_page("tasks", reveal="true", source="oracle")
    assert not oracle.exception
    assert "".join(html_of(oracle)).count("<p>1 true class</p>") == 5


@pytest.mark.parametrize("source", ["oracle", "test tasks"])
def test_a_link_to_true_classes_shows_clusters_until_they_are_revealed(open_page: OpenPage, source: str):
    app = open_page("tasks", source=source)
    assert not app.exception
    assert app.warning[0].value.startswith("This link shows tasks of true classes")
    assert "clusters of partition A" in texts(app)


def test_hiding_the_classes_again_ends_tasks_of_true_classes(open_page: OpenPage):
    app = open_page("tasks", reveal="true", source="oracle")
    app.toggle(key="reveal").set_value(False).run()
    assert not app.exception
    assert "clusters of partition A" in texts(app)
