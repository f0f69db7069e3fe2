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


def test_of_an_augmented_task_the_images_are_ringed_and_not_their_views(open_page: OpenPage):
    data = components_data(open_page("tasks", n_way="3", source="augmented"))
    assert len(re.findall(r'"shape": ?"circle"', data)) == 3
    assert not re.findall(r'"shape": ?"square"', data)


def test_a_task_that_cannot_be_drawn_is_explained(open_page: OpenPage):
    app = open_page("tasks", n_way="40")
    assert not app.exception
    assert "n_way=40 needs that many clusters" in texts(app)
