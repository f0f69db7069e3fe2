import re

from tests.ui.conftest import OpenPage, texts
from tests.ui.tasks.page_content import components_data, shown_items


def test_the_tasks_items_are_ringed_on_the_map(open_page: OpenPage):
    app = open_page("tasks", n_way="3")
    ringed = [
        int(n)
        for group in re.findall(r'"items": ?\[([\d, ]+)\]', components_data(app))
        for n in group.split(",")
    ]
    assert sorted(ringed) == sorted(shown_items(app))


def test_a_task_that_cannot_be_drawn_is_explained(open_page: OpenPage):
    app = open_page("tasks", n_way="40")
    assert not app.exception
    assert "n_way=40 needs that many clusters" in texts(app)
