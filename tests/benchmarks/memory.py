"""By how much the server's memory grows over many reruns of one visitor."""

from collections.abc import Callable
from typing import Any

import psutil
from playwright.sync_api import Page

from tests.serving import SETTLED

RERUNS, WARM_UP, LIMIT = 200, 20, 50


def growth(pid: int, page: Page, open_page: Callable[[str], None]) -> dict[str, Any]:
    """Ask for so many new tasks, one after the other, and return the growth in MB."""
    open_page("tasks")
    for _ in range(WARM_UP):
        another(page)
    before = psutil.Process(pid).memory_info().rss
    for _ in range(RERUNS):
        another(page)
    grown = psutil.Process(pid).memory_info().rss - before
    return {"mb": round(grown / 2**20, 1), "reruns": RERUNS, "limit": LIMIT}


def another(page: Page) -> None:
    """Ask for a new task and wait until its number and its images are there."""
    field = page.get_by_label("Task", exact=True)
    number = int(field.input_value())
    page.locator("h1").click()
    page.keyboard.press("n")
    page.wait_for_function("([node, n]) => node.value === n", arg=[field.element_handle(), str(number + 1)])
    page.wait_for_selector(SETTLED)
