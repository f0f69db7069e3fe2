import numpy as np
from playwright.sync_api import Browser

from tests.ui.conftest import OpenPage, texts
from tests.ui.tasks.page_content import shown_items
from tests.ui.test_browser import SETTLED, open_link
from umeta.data import Attribute
from umeta.partitions.membership import membership
from umeta.tasks import TaskBatch
from umeta.tasks.guess_code import task_code
from umeta.ui.tasks.picture_reason import attributes_text, clicked_picture, reason_text

VECTORS = np.array([[0], [1], [2], [9], [11], [2.5]], np.float32)
CLUSTERS = np.array([0, 0, 0, 1, 1, 1])


def test_a_link_names_a_picture_of_this_task_only():
    items = np.arange(6).reshape(1, 2, 3)
    batch = TaskBatch(items[:, :, :1], items[:, :, 1:], np.zeros(1, int), np.zeros((1, 2), int))
    code = task_code(batch)
    assert clicked_picture(f"{code}-5", batch) == 5
    assert clicked_picture(f"{code}-6", batch) is None
    assert clicked_picture(f"{code}-99999999", batch) is None
    assert clicked_picture(f"{code}-", batch) is None
    assert clicked_picture("other-1", batch) is None


def test_the_reason_names_neighbours_the_middle_and_the_next_cluster():
    text = reason_text(membership(1, CLUSTERS, VECTORS, n_nearest=3), "cluster")
    assert text.startswith("Of its 3 nearest images, **2** are in cluster 0 too.")
    assert "nearer to the middle of that cluster than 100% of the other 2." in text
    stray = reason_text(membership(5, CLUSTERS, VECTORS), "cluster")
    assert "The middle of cluster 0 is **nearer**: 30% of the distance to its own." in stray


def test_attributes_are_counted_among_the_other_members_and_unknown_ones_left_out():
    letters = Attribute(np.array([0, 0, 1, 1, -1, -1]), ["a", "*b*"])
    assert attributes_text(0, CLUSTERS, {"letter": letters}) == (
        "By what is known of it: letter **a**: 1 of 2 others too."
    )
    assert "**\\*b\\***: 0 of 2" in attributes_text(2, CLUSTERS, {"letter": letters})
    assert attributes_text(4, CLUSTERS, {"letter": letters}) == ""


def test_signs_say_which_queries_are_of_their_rows_class_once_revealed(open_page: OpenPage):
    app = open_page("tasks", encoder="pixels", source="oracle", reveal="true")
    assert "✓ " in texts(app)
    assert "✗" not in texts(app).partition("ugr")[2]
    assert "✓" not in texts(open_page("tasks", encoder="pixels"))


def test_a_click_on_a_picture_tells_why_it_is_there(browser: Browser, served: str):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    open_link(page, f"{served}/tasks?dataset=digits&encoder=pixels&n_way=3&n_query=2", "Tasks")
    page.get_by_text("Click a picture to see why").wait_for()
    picture = page.locator(".ugr.pick .umeta-tile").nth(4)
    title = picture.get_attribute("title") or ""
    page.wait_for_selector(SETTLED)
    page.wait_for_timeout(1000)  # until the page's own scripts listen
    picture.click()
    page.get_by_text(f"Why is {title.split(',')[0]} in row 2?").wait_for()
    page.wait_for_selector(SETTLED)
    assert "task_picture=" in page.url
    page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('task_picture')")
    page.locator(".ugr.pick .umeta-tile").nth(0).focus()
    page.keyboard.press("Enter")
    page.get_by_text("in row 1?").wait_for()
    page.close()


def test_another_task_closes_the_reason(open_page: OpenPage):
    app = open_page("tasks", encoder="pixels", n_way="3", task_picture="000000-2")
    assert not app.exception
    assert "Click a picture" in texts(app)
    assert len(shown_items(app)) == 18
