"""The Learn page: by a link, and by keys alone in a real browser of a projector's size.

Tests umeta.ui.learn.overview, umeta.ui.learn.player, umeta.ui.learn.teacher and umeta.ui.frame.presenter.
"""

import json
import re
import sys
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from playwright.sync_api import TimeoutError as NotInTime

from tests.serving import SETTLED
from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.test_browser import open_link
from umeta.lessons import LESSONS
from umeta.lessons.lesson import Lesson
from umeta.ui.frame import links

PROJECTOR = ViewportSize(width=1280, height=720)
SMALLEST_TEXT = """() => {
  const shown = [], walk = (root) => {
    for (const node of root.querySelectorAll('*')) {
      if (node.shadowRoot) walk(node.shadowRoot);
      if (node.embeddingMap) shown.push([node.embeddingMap.small, 'the words on the canvas of a map']);
      const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
      if (!own || ['STYLE', 'SCRIPT', 'TITLE'].includes(node.tagName)) continue;
      const box = node.getBoundingClientRect(), style = getComputedStyle(node);
      const seen = box.width > 1 && box.height > 1 && style.visibility === 'visible'
        && node.checkVisibility({ opacityProperty: true }) && !node.closest('[data-testid=stIconMaterial]');
      const drawn = node.getCTM?.(), scale = drawn ? Math.hypot(drawn.a, drawn.b) : 1; // plotly shrinks words to fit
      if (seen) shown.push([scale * parseFloat(style.fontSize), node.textContent.trim().slice(0, 40)]);
    }
  };
  walk(document);
  return shown.sort((a, b) => a[0] - b[0])[0];
}"""
TABLES = "[data-testid=stDataFrame]"
"""Drawn on a canvas, in letters that no style makes larger."""
OVERFLOW = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  return main.scrollHeight - main.clientHeight;
}"""
PATIENCE = 180_000


def test_all_lessons_stand_on_the_first_page(open_page: OpenPage):
    app = open_page("learn")
    assert not app.exception
    assert app.title[0].value == "Learn"
    for lesson in LESSONS:
        assert lesson.idea in texts(app)


def test_the_teacher_s_sheet_links_every_step_twice(open_page: OpenPage):
    app = open_page("learn", section="For the teacher")
    html = "".join(html_of(app))
    assert html.count("<a href=") == 2 * sum(lesson.n_steps for lesson in LESSONS)
    assert "lesson=k-means&amp;step=3&amp;present=true" in html


def test_a_lesson_that_is_not_here_is_said(open_page: OpenPage):
    app = open_page("learn", lesson="astrology")
    assert "lesson='astrology' is not here" in app.warning[0].value


def test_a_class_s_hands_are_set_against_what_is_right(open_page: OpenPage):
    lesson = LESSONS[-1]  # quick to prepare
    given = {f"hands_{lesson.name}": "4-9-1", f"prediction_{lesson.name}": "2"}
    app = open_page("learn", lesson=lesson.name, step="2", **given)
    assert not app.exception
    assert "✓ You predicted it. 9 of 14 hands were for it (64%)." in texts(app)
    sheet = open_page("learn", section="What a class predicted", **given)
    assert not sheet.exception
    (chart,) = sheet.get("plotly_chart")
    assert "9 of 14 predicted" in json.dumps(str(chart.proto))


def test_predictions_are_taken_back_when_a_lesson_starts_over(open_page: OpenPage):
    lesson = LESSONS[-1]
    app = open_page("learn", lesson=lesson.name)
    app.button(key="choice 3").click().run()
    assert app.query_params[links.PREDICTION.of(lesson.name).name] == "3"
    app.button(key="next").click().run()
    assert app.query_params["step"] == "2"
    assert "✗ You predicted 3" in texts(app)
    app.button(key="start over").click().run()
    assert links.PREDICTION.of(lesson.name).name not in app.query_params
    assert app.query_params["step"] == "1"


def settle(page: Page, lesson: Lesson, step: int) -> None:
    page.locator(f".st-key-lesson-step-{step}").wait_for(timeout=PATIENCE)
    expect(page.get_by_text(f"{step} of {lesson.n_steps}", exact=True)).to_be_visible(timeout=PATIENCE)
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    page.locator("body[data-turns]").wait_for(state="attached", timeout=PATIENCE)


def check_for_a_hall(page: Page, what: str) -> None:
    """Check that what is shown is as high as the screen at most, and all its words are 20 px at least."""
    size, text = page.evaluate(SMALLEST_TEXT)
    assert size >= 19.9, f"{what}: {text!r} has {size} px"
    assert page.evaluate(OVERFLOW) <= 0, f"{what} is higher than the screen"
    assert page.locator(TABLES).locator("visible=true").count() == 0, f"{what}: a table on a canvas"


def walk(page: Page, served: str, lesson: Lesson) -> list[float]:
    """Go through a lesson by Page Down alone; return the seconds until each step stood."""
    start = time.monotonic()
    page.goto(f"{served}/learn?lesson={lesson.name}&present=true")
    settle(page, lesson, 1)
    seconds = [time.monotonic() - start]
    for step in range(1, lesson.n_steps + 1):
        if step > 1:
            start = time.monotonic()
            page.keyboard.press("PageDown")
            settle(page, lesson, step)
            seconds.append(time.monotonic() - start)
        page.wait_for_timeout(150)
        check_for_a_hall(page, f"{lesson.name}, step {step}")
    return seconds


def test_a_lesson_is_given_by_keys_alone_large_and_without_controls(browser: Browser, served: str):
    page = browser.new_page(viewport=PROJECTOR)
    lesson = LESSONS[-1]
    walk(page, served, lesson)
    for hidden in ("[data-testid=stSidebar]", "[data-testid=stHeader]", ".st-key-copy-link"):
        expect(page.locator(hidden).first).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    settle(page, lesson, lesson.n_steps - 1)
    page.keyboard.press("PageUp")
    settle(page, lesson, lesson.n_steps - 2)
    page.goto(f"{served}/learn?lesson={lesson.name}&present=true")
    settle(page, lesson, 1)
    page.keyboard.press("2")
    page.wait_for_url(re.compile("prediction_baseline=2"))
    field = page.get_by_role("spinbutton", name="Hands for 1")
    for _ in range(30):
        page.keyboard.press("Tab")
        if field.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.type("12")
    page.keyboard.press("PageDown")
    settle(page, lesson, 2)
    page.wait_for_url(re.compile("hands_baseline=12-0-0"))
    expect(page.get_by_text("You predicted it.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-testid=stHeader]").first).to_be_visible()
    assert "present" not in page.url
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_lesson_is_given_by_page_down_alone_on_a_projector(
    lesson: Lesson, browser: Browser, served: str
):
    page = browser.new_page(viewport=PROJECTOR)
    first, *turns = walk(page, served, lesson)
    sys.stdout.write(
        f"{lesson.name}: first step {first:.1f} s, {len(turns)} turns in {sum(turns):.1f} s, "
        f"the longest {max(turns):.2f} s\n"
    )
    assert sorted(turns)[len(turns) // 2] < 1.5
    page.close()


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("tasks", "dataset=digits&encoder=pixels&reveal=true"),
        pytest.param("results", "run=precomputed+demo", marks=pytest.mark.slow),
        pytest.param("partitions", "dataset=digits&encoder=pixels&reveal=true", marks=pytest.mark.slow),
    ],
)
def test_pages_are_presented_one_thing_at_a_time(name: str, query: str, browser: Browser, served: str):
    page = browser.new_page(viewport=PROJECTOR)
    open_link(page, f"{served}/{name}?{query}&present=true", name.capitalize())
    counter = page.get_by_text(re.compile("^1 of "))
    counter.wait_for(timeout=PATIENCE)
    n_slides = int(counter.inner_text().split(" of ")[1])
    assert n_slides > 5
    for slide in range(1, n_slides + 1):
        if slide > 1:
            turn(page, f"{slide} of {n_slides}")
        page.wait_for_selector(SETTLED, timeout=PATIENCE)
        page.locator("body[data-turns]").wait_for(state="attached", timeout=PATIENCE)
        page.wait_for_timeout(150)
        check_for_a_hall(page, f"{name}, slide {slide}")
        for hidden in ("[data-testid=stSelectbox]", "[data-testid=stSidebar]", "[data-testid=stSlider]"):
            assert page.locator(hidden).locator("visible=true").count() == 0
    assert f"slide={n_slides}" in page.url
    page.close()


def turn(page: Page, place: str) -> None:
    """Press Page Down until the next slide is there: a key pressed while the page is drawn anew is not heard."""
    for _ in range(3):
        page.keyboard.press("PageDown")
        with suppress(NotInTime):
            page.get_by_text(place, exact=True).wait_for(timeout=20_000)
            return
    raise AssertionError(f"no slide {place}")
