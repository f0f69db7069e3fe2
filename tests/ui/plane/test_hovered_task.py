"""Pointing at a mark of the plane deals one of its tasks, and the next one at the next visit, without a rerun."""

from playwright.sync_api import Browser, expect

from tests.ui.test_browser import DESKTOP, open_link

MARKS = ".js-plotly-plot .scatterlayer .point"
ANSWERED = "document.querySelector('[data-testid=stApp]').dataset.testScriptState"


def test_each_visit_of_a_mark_deals_its_next_task(browser: Browser, served: str):
    page = browser.new_page(viewport=DESKTOP)
    open_link(page, f"{served}/plane?dataset=digits&encoder=pixels", "Plane")
    mark = page.locator(MARKS).nth(20)
    mark.wait_for(timeout=60_000)
    page.wait_for_function("Boolean(document.querySelector('.js-plotly-plot').on)")
    dealt, shown = page.locator(".dealt"), []
    expect(dealt).to_be_hidden()
    for _ in range(2):
        box = mark.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2 - 2, box["y"] + box["height"] / 2)
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        expect(dealt).to_be_visible(timeout=20_000)
        expect(dealt.locator("p")).not_to_be_empty(timeout=20_000)
        shown.append(dealt.get_attribute("data-shown") or "")
        page.mouse.move(5, 5)
        expect(dealt).to_be_hidden()
    (number, first), (again, second) = (one.split() for one in shown)
    assert number == again
    assert int(second) > int(first)
    assert page.evaluate(ANSWERED) == "notRunning"
    page.close()
