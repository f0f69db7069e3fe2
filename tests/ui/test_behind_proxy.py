"""The app behind a reverse proxy that strips a prefix: pages, pictures and maps are there."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.ui.stripping_proxy import stripping
from tests.ui.test_browser import DESKTOP, open_link

MAP_DRAWN = "performance.getEntriesByName('umeta:map-drawn').length > 0"


def test_pages_pictures_and_maps_are_there_under_a_prefix(browser: Browser, served: str):
    port = urlsplit(served).port
    assert port is not None
    with stripping(port, "/course/umeta", user="Ada") as address:
        page = browser.new_page(viewport=DESKTOP)
        lost: list[str] = []
        page.on("response", lambda answer: lost.append(answer.url) if answer.status >= 400 else None)
        open_link(page, f"{address}/", "Learning to learn, with no labels at all")
        page.wait_for_function(MAP_DRAWN, timeout=60_000)
        open_link(page, f"{address}/explore?dataset=digits&encoder=pixels", "Explore")
        page.wait_for_function(MAP_DRAWN, timeout=60_000)
        is_blank = "(image) => image.complete && !image.naturalWidth"
        assert page.evaluate(f"[...document.images].filter({is_blank}).map((image) => image.src)") == []
        # Streamlit asks for its own health and settings under shorter paths first, until it finds the app's
        assert [url for url in lost if "umeta-media" in url or "static" in url] == []
        page.close()
