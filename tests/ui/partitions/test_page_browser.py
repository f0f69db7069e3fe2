"""The partitions page by hand: a selection on one map, kept in the link; pairs judged by keys, taken up from a file."""

import re
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.serving import SETTLED
from tests.ui.test_browser import PHONE, open_link

LINK = "partitions?dataset=digits&encoder=pixels&n_clusters=20"
PATIENCE = 180_000
"""Milliseconds for what the server first has to draw."""
BOTH_DRAWN = """
new Set(performance.getEntriesByName("umeta:map-drawn").filter((mark) => mark.detail.finished)
    .map((mark) => mark.detail.key)).size > 1
"""
TALL = ViewportSize(width=1280, height=1500)


def test_a_cluster_selected_on_a_shows_on_b_and_in_the_link(browser: Browser, served: str):
    page = browser.new_page(viewport=TALL)
    open_link(page, f"{served}/{LINK}", "Partitions")
    stages = page.locator(".umap .stage")
    expect(stages).to_have_count(2, timeout=PATIENCE)
    page.wait_for_function(BOTH_DRAWN, timeout=PATIENCE)  # keys go to points, which come after the stage
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    stages.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("new URL(location).searchParams.has('find')")
    page.get_by_role("heading", name="selected: in").wait_for()
    expect(stages.first).to_have_attribute("data-selected", re.compile(r"^[1-9]\d*$"), timeout=PATIENCE)
    selected = stages.first.get_attribute("data-selected") or ""
    expect(stages.nth(1)).to_have_attribute("data-selected", selected, timeout=PATIENCE)
    other = browser.new_page(viewport=TALL)
    open_link(other, page.url, "Partitions")
    for place in (0, 1):
        expect(other.locator(".umap .stage").nth(place)).to_have_attribute(
            "data-selected", selected, timeout=PATIENCE
        )
    stages.first.focus()
    page.keyboard.press("Escape")
    page.wait_for_function("!new URL(location).searchParams.has('find')")
    for place in (0, 1):
        expect(stages.nth(place)).to_have_attribute("data-selected", "0", timeout=PATIENCE)
    page.close()
    other.close()


def test_pairs_are_judged_by_keys_and_taken_up_from_a_file(browser: Browser, served: str, tmp_path: Path):
    link = f"{served}/{LINK}&section=Are+clusters+pure%3F"
    page = browser.new_page(viewport=TALL)
    open_link(page, link, "Partitions")
    page.get_by_role("button", name="Back").wait_for()
    for count, key in enumerate("1213", 1):
        page.keyboard.press(key)
        page.get_by_text(f"{count} of 100 judged").wait_for()
    page.keyboard.press("Backspace")
    page.get_by_text("3 of 100 judged").wait_for()
    page.get_by_role("heading", name="Label noise: 33%").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save JSON").click()
    saved = tmp_path / "audit.json"
    download.value.save_as(saved)
    page.close()
    phone = browser.new_page(viewport=PHONE)
    open_link(phone, link, "Partitions")
    phone.get_by_role("button", name="Back").wait_for()
    phone.get_by_text("Go on with a saved audit").click()
    phone.locator("input[type=file]").set_input_files(saved)
    phone.get_by_text("3 of 100 judged").wait_for()
    phone.get_by_role("heading", name="Label noise: 33%").wait_for()
    phone.close()
