"""The Draw page: by a link, and drawn on in a real browser, with a mouse and with a finger.

Tests umeta.ui.draw.answers_view, umeta.ui.draw.board, umeta.ui.draw.pad, umeta.ui.draw.photographs and
umeta.ui.draw.place_on_map too.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.data.test_photographed_ink import photograph
from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.test_browser import DESKTOP, PHONE, open_link
from umeta.cache import Home
from umeta.ui.draw import place_on_map
from umeta.ui.draw.stroke_code import from_text, to_text

CROSS = [np.array([[0.2, 0.5], [0.8, 0.5]]), np.array([[0.5, 0.2], [0.5, 0.8]])]
EMBEDDED = """\
home = Home.from_environment()
dataset = DATASETS.parse("digits").load(home)
embedding = products.embed(dataset, ENCODERS.parse("pca"), home, device=pick_device("auto"))
"""
PATIENCE = 180_000
"""Milliseconds for the first answer, which waits for torch."""


def test_at_first_it_says_what_to_do(open_page: OpenPage):
    app = open_page("draw")
    assert not app.exception
    assert "Draw one of the 5 characters on the pad" in texts(app)


def test_a_link_with_strokes_shows_the_answers_to_them(open_page: OpenPage):
    app = open_page("draw", strokes=to_text({0: CROSS, 2: CROSS}), n_drawn="4")
    assert not app.exception
    html = "".join(html_of(app))
    assert html.count("<section>") == 3
    assert html.count("class 2</div>") == 3  # the example drawn by hand is the query itself


def test_damaged_strokes_are_said(open_page: OpenPage):
    app = open_page("draw", strokes="AAMN")
    assert not app.exception
    assert "the drawings in the link are damaged" in app.warning[0].value


def test_the_drawings_nearest_images_are_ringed_on_the_map(open_page: OpenPage):
    app = open_page("draw", strokes=to_text({0: CROSS}), on_map="true")
    assert not app.exception
    assert "Ringed: the nearest images" in texts(app)
    assert sum('alt="item ' in html or "item" in html for html in html_of(app)) >= 1


def test_the_code_of_the_map_marks_the_same_images(shared_home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_HOME", str(shared_home.root))
    monkeypatch.setattr(place_on_map, "embedding_text", lambda: EMBEDDED)
    *lines, last = place_on_map.map_cell([5, 9], "pca", (0.0, 0.0, 1.0, 1.0)).splitlines()
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)
    marked = eval(last, scope).data[0].selectedpoints
    assert scope["items"][list(marked)].tolist() == [5, 9]


def test_a_map_of_another_encoder_has_no_place_for_it(open_page: OpenPage):
    app = open_page("draw", strokes=to_text({0: CROSS}), on_map="true", encoder="pca")
    assert "Drawings are placed on a map of pretrained:glyphs" in app.info[0].value


def test_drawings_are_kept_and_a_photograph_stands_in_their_place(browser: Browser, served: str):
    page = browser.new_page(viewport=DESKTOP)
    open_pad(page, served)
    page.get_by_text("Photographs of handwriting").click()
    page.locator("input[type=file]").set_input_files(
        [{"name": "cross.png", "mimeType": "image/png", "buffer": photograph()},
         {"name": "bad.png", "mimeType": "image/png", "buffer": b"no image"}]
    )  # fmt: skip
    expect(page.locator(".umeta-answers section")).to_have_count(3, timeout=PATIENCE)
    page.get_by_text("cannot be read as an image").wait_for()
    page.get_by_text("Keep them as a data set").click()
    page.get_by_label("Called").fill("Crosses of a test")
    page.get_by_label("Called").press("Enter")
    page.get_by_label("The query is of").focus()
    page.wait_for_timeout(500)  # a page that still scrolls closes the list of options
    page.get_by_label("The query is of").press("ArrowDown")
    page.get_by_role("option", name="class 2").click()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_text("holds 1 drawing of 1 class").wait_for()
    assert "dataset=folder" in (page.get_by_role("link", name="Explore it").get_attribute("href") or "")
    page.close()


def open_pad(page: Page, served: str) -> None:
    open_link(page, f"{served}/draw", "Draw")
    expect(page.locator(".pad .paper")).to_have_attribute(
        "aria-label", "Pad for the query, empty", timeout=PATIENCE
    )
    page.locator(".pad .slots button").nth(5).wait_for()


def draw_cross(page: Page) -> None:
    box = page.locator(".pad .paper").bounding_box()
    assert box is not None
    for stroke in CROSS:
        (x, y), *rest = (np.array([box["x"], box["y"]]) + stroke * box["width"]).tolist()
        page.mouse.move(x, y)
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(x, y, steps=5)
        page.mouse.up()


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.url)


def linked_strokes(url: str) -> dict[int, list[np.ndarray]]:
    return from_text("".join(parse_qs(urlsplit(url).query).get("strokes", [])))


def test_a_character_drawn_with_the_mouse_is_answered_kept_in_the_link_undone_and_cleared(
    browser: Browser, served: str
):
    page = browser.new_page(viewport=DESKTOP)
    open_pad(page, served)
    draw_cross(page)
    expect(page.locator(".umeta-answers section")).to_have_count(3, timeout=PATIENCE)
    wait_until(page, lambda: len(linked_strokes(page.url).get(0, [])) == 2)
    np.testing.assert_allclose(linked_strokes(page.url)[0][0][[0, -1]], CROSS[0], atol=0.01)

    page.get_by_role("button", name="draw the example of class 3").click()
    draw_cross(page)
    taken = page.locator(".umeta-answers .taken")
    expect(taken).to_have_text(["class 3"] * 3, timeout=PATIENCE)
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator(".pad .what")).to_contain_text("Draw here to replace the example of class 3")
    page.get_by_role("button", name="draw the query").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".pad .paper")).to_have_attribute("aria-label", "Pad for the query, 1 stroke")
    wait_until(page, lambda: len(linked_strokes(page.url).get(0, [])) == 1)
    page.reload()
    expect(page.locator(".pad .paper")).to_have_attribute(
        "aria-label", "Pad for the query, 1 stroke", timeout=PATIENCE
    )
    page.get_by_role("button", name="Other characters").click()
    expect(page.locator(".pad .paper")).to_have_attribute(
        "aria-label", "Pad for the query, empty", timeout=PATIENCE
    )
    page.close()


def test_a_finger_draws_on_a_phone_and_the_page_does_not_scroll_with_it(browser: Browser, served: str):
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_pad(page, served)
    box = page.locator(".pad .paper").bounding_box()
    assert box is not None
    devtools = context.new_cdp_session(page)
    before = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    places = [
        (box["x"] + box["width"] * 0.5, box["y"] + box["height"] * part) for part in (0.1, 0.2, 0.3, 0.4)
    ]
    kinds = ["touchStart", *["touchMove"] * 3]
    for kind, (x, y) in zip(kinds, places, strict=True):
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".pad .paper")).to_have_attribute("aria-label", "Pad for the query, 1 stroke")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == before
    context.close()
