"""Every page in a real browser, by a deep link on a server that was started for it alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.serving import SETTLED, serving
from tests.ui.conftest import browser_path
from umeta.cache import Home
from umeta.ui.frame.links import PAGES

TITLES = {"start": "Learning to learn, with no labels at all"}
USUAL = ("start", "explore", "train", "learn")
"""Pages that every run of the tests opens on a cold server: each takes seconds."""
PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)


@contextmanager
def cold_server(home: Home) -> Iterator[str]:
    browser_path()
    with serving(home) as server:
        yield server.address


def open_link(page: Page, link: str, title: str) -> None:
    page.goto(link)
    page.get_by_role("heading", name=title, exact=True).wait_for(timeout=180_000)
    page.wait_for_selector(SETTLED, timeout=180_000)


@pytest.mark.parametrize(
    "name", [name if name in USUAL else pytest.param(name, marks=pytest.mark.slow) for name in PAGES]
)
def test_a_deep_link_on_a_cold_server_opens_its_page(name: str, browser: Browser, shared_home: Home):
    title = TITLES.get(name, name.capitalize())
    with cold_server(shared_home) as address:
        page = browser.new_page(viewport=DESKTOP)
        elsewhere: list[str] = []
        page.on(
            "request", lambda request: elsewhere.append(request.url) if address not in request.url else None
        )
        open_link(page, f"{address}/{name}?dataset=digits&encoder=pixels", title)
        assert "Page not found" not in page.inner_text("body")
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.url == f"{address}/{name}?dataset=digits&encoder=pixels"
        # nothing but the page's own server was asked for anything, apart from pictures inside the page
        assert [url for url in elsewhere if not url.startswith(("data:", "blob:", "ws://127.0.0.1"))] == []
        page.set_viewport_size(PHONE)
        for element in ("html", "[data-testid=stMain]"):
            page.wait_for_function(f"document.querySelector('{element}').scrollWidth <= {PHONE['width']}")
        page.close()


def test_the_shared_selectors_stay_in_the_link_from_page_to_page(browser: Browser, shared_home: Home):
    with cold_server(shared_home) as address:
        page = browser.new_page(viewport=DESKTOP)
        open_link(page, f"{address}/data?dataset=digits&encoder=pixels", "Data")
        for name in ("Tasks", "Explore", "Partitions"):
            page.get_by_role("link", name=name, exact=True).first.click()
            page.get_by_role("heading", name=name, exact=True).wait_for(timeout=180_000)
            page.wait_for_url(
                lambda url: "dataset=digits" in url and "encoder=pixels" in url,
                timeout=20_000,
                wait_until="commit",
            )
        page.close()


def test_a_link_to_what_is_not_here_says_so(browser: Browser, shared_home: Home):
    with cold_server(shared_home) as address:
        page = browser.new_page(viewport=DESKTOP)
        open_link(page, f"{address}/tasks?dataset=digits&encoder=nothing", "Tasks")
        page.get_by_text("encoder='nothing' is not here. There are: pixels, pca").wait_for(timeout=20_000)
        assert page.locator("[data-testid=stException]").count() == 0
        page.close()
