"""Images marked in a real browser: by click and by keys, undone, stored at once, exported and imported again."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.test_browser import DESKTOP, PHONE, open_link
from umeta.cache import Home
from umeta.data import DATASETS
from umeta.data.marks import Marks
from umeta.data.marks_file import parse_marks
from umeta.data.marks_store import marks_file, stored_marks

PATIENCE = 180_000
"""Milliseconds for what the server first has to draw."""
Unlabelled = tuple[str, dict[str, int]]


@pytest.fixture
def stored(unlabelled: Unlabelled, shared_home: Home) -> Iterator[Callable[[], Marks]]:
    """Return a function that reads the marks on disk; they are gone after the test."""
    content = DATASETS.parse(unlabelled[0]).load(shared_home).content
    yield lambda: stored_marks(shared_home, content)
    marks_file(shared_home, content).unlink(missing_ok=True)


def open_label(page: Page, served: str, name: str) -> None:
    open_link(page, f"{served}/label?dataset={name.replace(' ', '+')}&encoder=pixels&n_clusters=8", "Label")
    page.locator(".marking .tile").first.wait_for(timeout=PATIENCE)


def all_stored(page: Page, n_marks: int) -> None:
    expect(page.locator(".marking")).to_have_attribute("data-stored", str(n_marks), timeout=PATIENCE)


def add_class(page: Page, name: str) -> None:
    page.get_by_label("Name of a new class").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name=name)).to_be_checked()
    page.evaluate("document.activeElement.blur()")
    page.get_by_role("heading", name="Label", exact=True).click()


def test_images_are_marked_by_keys_and_clicks_undone_exported_and_imported(
    browser: Browser,
    served: str,
    unlabelled: Unlabelled,
    stored: Callable[[], Marks],
    tmp_path: Path,
):
    page = browser.new_page(viewport=DESKTOP)
    open_label(page, served, unlabelled[0])
    add_class(page, "stripes")
    add_class(page, "dots <b>*bold*</b>")
    tiles = page.locator(".marking .tile")
    page.keyboard.press("1")
    tiles.nth(0).click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    tiles.nth(2).click()
    all_stored(page, 3)
    assert [len(ids) for ids in stored().classes.values()] == [2, 1]
    assert list(stored().classes) == ["stripes", "dots <b>*bold*</b>"]
    page.keyboard.press("u")
    all_stored(page, 2)
    page.keyboard.press("a")  # all that are shown and not marked yet
    n_shown = tiles.count()
    all_stored(page, n_shown)
    assert [len(ids) for ids in stored().classes.values()] == [2, n_shown - 2]
    page.keyboard.press("n")
    expect(page.locator(".marking .where strong")).to_contain_text("(2 of ")
    tiles.first.click()
    all_stored(page, n_shown + 1)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export JSON").click()
    saved = tmp_path / "marks.json"
    download.value.save_as(saved)
    assert parse_marks(saved.read_bytes(), "saved") == stored()
    page.close()

    other = browser.new_page(viewport=PHONE)  # nothing is lost with the browser
    open_label(other, served, unlabelled[0])
    all_stored(other, n_shown + 1)
    other.wait_for_function(f"document.querySelector('html').scrollWidth <= {PHONE['width']}")
    more = json.loads(saved.read_text())
    more["classes"]["third"] = [sorted(set(unlabelled[1]) - set(stored().class_of))[0]]
    other.get_by_text("Import marks").click()
    other.locator("input[type=file]").set_input_files(
        {"name": "more.json", "mimeType": "application/json", "buffer": json.dumps(more).encode()}
    )
    all_stored(other, n_shown + 2)
    expect(other.get_by_role("radio", name="third")).to_have_count(1)
    other.close()


def test_a_class_is_renamed_with_its_images(
    browser: Browser, served: str, unlabelled: Unlabelled, stored: Callable[[], Marks]
):
    page = browser.new_page(viewport=DESKTOP)
    open_label(page, served, unlabelled[0])
    page.locator(".marking .tile").first.click()  # no class yet: the field for one is ready
    expect(page.get_by_label("Name of a new class")).to_be_focused()
    page.keyboard.type("aple")
    page.keyboard.press("Enter")
    page.locator(".marking .tile").first.click()
    all_stored(page, 1)
    name = page.get_by_label("Name of class 1")
    name.fill("apple")
    name.press("Enter")
    expect(page.get_by_role("button", name="Mark all shown as apple")).to_be_visible()
    all_stored(page, 1)
    expect(page.locator(".marking .saved")).to_have_text("1 mark, stored")
    assert list(stored().classes) == ["apple"]
    page.close()


def test_a_mark_is_not_called_stored_before_it_is_when_the_page_is_opened_again(
    browser: Browser, served: str, unlabelled: Unlabelled, stored: Callable[[], Marks]
):
    page = browser.new_page(viewport=DESKTOP)
    open_label(page, served, unlabelled[0])
    add_class(page, "stripes")
    page.locator(".marking .tile").nth(0).click()
    page.locator(".marking .tile").nth(1).click()
    all_stored(page, 2)
    page.get_by_role("link", name="Data", exact=True).first.click()
    page.get_by_role("heading", name="Data", exact=True).wait_for(timeout=PATIENCE)
    page.get_by_role("link", name="Label", exact=True).first.click()
    all_stored(page, 2)
    said = page.locator(".marking").evaluate(
        "grid => { grid.querySelectorAll('.tile')[2].click(); return grid.querySelector('.saved').textContent; }"
    )
    assert said == "storing 3 marks …"
    all_stored(page, 3)
    assert [len(ids) for ids in stored().classes.values()] == [3]
    page.close()
