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
        page.locator(".board .done").click()
        page.get_by_text("You got").wait_for()
        page.wait_for_selector(SETTLED)
        assert "guess=" in page.url
        page.wait_for_function(f"document.documentElement.scrollWidth <= {PHONE['width']}")
        page.close()
