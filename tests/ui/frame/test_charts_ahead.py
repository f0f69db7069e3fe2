from playwright.sync_api import Browser

from tests.serving import SETTLED
from umeta.ui.frame.charts_ahead import plotly_script

LOADED = "(name) => performance.getEntriesByType('resource').filter((one) => one.name.endsWith(name)).length"


def test_a_chart_finds_its_script_loaded_by_the_page_before(browser: Browser, served: str):
    asked = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served)
    page.wait_for_selector(SETTLED, timeout=60_000)
    page.wait_for_function(LOADED, arg=plotly_script(), timeout=30_000)
    page.get_by_role("link", name="Plane", exact=True).click()
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    page.close()
    charts = [url.rpartition("/")[2] for url in asked if "PlotlyChart" in url]
    assert charts == [plotly_script()]  # the one that Streamlit asks for, and once


def test_a_page_that_follows_a_pen_loads_nothing_beside(browser: Browser, served: str):
    page = browser.new_page()
    page.goto(f"{served}/draw")
    page.wait_for_selector(SETTLED, timeout=60_000)
    page.wait_for_timeout(2_000)
    assert page.evaluate(LOADED, plotly_script()) == 0
    page.close()
