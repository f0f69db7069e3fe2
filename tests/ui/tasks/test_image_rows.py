"""Tests umeta.browser.task_images too."""

import re

from tests.ui.conftest import OpenPage, html_of


def test_augmented_rows_show_views_of_one_image(open_page: OpenPage):
    app = open_page("tasks", source="augmented", n_way="3", n_query="2")
    assert not app.exception
    html = "".join(html_of(app))
    items = re.findall(r'aria-label="item (\d+)(, a random view)?, (support|query) of row (\d)"', html)
    assert len(items) == 3 * (1 + 2)
    for row in "123":
        (own,) = {item for item, *_, of in items if of == row}
        assert [kind for item, _, kind, of in items if (item, of) == (own, row)] == [
            "support",
            "query",
            "query",
        ]
    assert all(bool(view) == (kind == "query") for _, view, kind, _ in items)
