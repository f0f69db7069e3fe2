"""Tests umeta.browser.guess.board too."""

import re

from playwright.sync_api import Browser

from tests.ui.test_browser import PHONE, SETTLED, cold_server, open_link
from umeta.cache import Home


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
        page.locator(".board .at-once").check()
        signs = [queries.nth(k).locator(".answer").inner_text() for k in range(4)]
        assert all(re.fullmatch(r"[12] (✓|✗ [12])", sign) for sign in signs)
        assert all(sign[0] != sign[-1] for sign in signs if "✗" in sign)
        n_right = sum("✓" in sign for sign in signs)
        page.get_by_text(f"{n_right} of 4 right.").wait_for()
        page.locator(".board .done").click()
        page.get_by_text(f"You got {n_right} of 4 right").wait_for()
        page.wait_for_selector(SETTLED)
        assert "guess=" in page.url
        page.wait_for_function(f"document.documentElement.scrollWidth <= {PHONE['width']}")
        page.close()
