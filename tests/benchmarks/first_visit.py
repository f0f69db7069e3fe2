"""What a new person does in the browser with images of their own, until a run is trained and its chart is drawn."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Page

from tests.serving import SETTLED
from umeta.cache import Home
from umeta.runs import RunDirectory, list_runs

PATIENCE = 1_200_000
"""Milliseconds that a step may take at the most."""
ITS_RESULTS = "a[href*='run=']"
"""The link that a finished run's card has; those of studies name the study."""
DRAWN = "(start) => performance.getEntriesByName('umeta:map-drawn').some((mark) => mark.startTime > start)"
MARKS_OF_CHART = ".js-plotly-plot .point, .js-plotly-plot .trace"

ENDED_BADLY = ("failed", "cancelled", "lost", "damaged")
Result = TypeVar("Result")


class Visit:
    """A person at a page, and a stopwatch that runs since the app was opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()

    def reached(self, step: str, act: Callable[[], Result]) -> Result:
        """Do what leads to a step, and note when that is reached."""
        result = act()
        self.seconds[step] = round(time.perf_counter() - self._start, 1)
        sys.stderr.write(f"{step}: {self.seconds[step]}\n")
        return result


def visit_images(visit: Visit, folder: Path, way: str) -> None:
    """Give a folder, and go on to its map and to its first task."""
    page = visit.page
    visit.reached("folder_opened", lambda: give(page, folder, way))
    visit.reached("map", lambda: use(page))
    visit.reached("first_task", lambda: first_task(page))


def open_app(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for(timeout=PATIENCE)


def give(page: Page, folder: Path, way: str) -> None:
    """Give the folder on Data, until its pictures are there."""
    page.get_by_role("link", name="Data", exact=True).first.click()
    if way == "drop":
        page.locator("input.folder").set_input_files(folder)
    else:
        page.get_by_text("Type a path").click()
        field = page.get_by_label("Path of a folder, zip, table or file of arrays")
        field.fill(str(folder))
        field.press("Enter")
    page.get_by_role("button", name="Use these images").wait_for(timeout=PATIENCE)


def use(page: Page) -> None:
    """Go on to the map."""
    start = page.evaluate("performance.now()")
    page.get_by_role("button", name="Use these images").click()
    page.get_by_role("heading", name="Explore", exact=True).wait_for(timeout=PATIENCE)
    page.wait_for_function(DRAWN, arg=start, timeout=PATIENCE)


def first_task(page: Page) -> None:
    """Go to Tasks, until the first task's images are there."""
    page.get_by_role("link", name="Tasks", exact=True).first.click()
    page.get_by_role("heading", name="Tasks", exact=True).wait_for(timeout=PATIENCE)
    page.locator(".ugr figure").first.wait_for(timeout=PATIENCE)


def train_at_defaults(page: Page, home: Home) -> RunDirectory:
    """Start a run by one click, with nothing set, until its card says that it is finished.

    Raises:
        RuntimeError: the run does not succeed.
    """
    page.get_by_role("link", name="Train", exact=True).first.click()
    page.get_by_role("button", name="Start a short run").click(timeout=PATIENCE)
    run = finished(page, lambda: next(iter(list_runs(home)), None))
    page.locator(ITS_RESULTS).first.wait_for(timeout=PATIENCE)
    return run


def finished(page: Page, find: Callable[[], RunDirectory | None]) -> RunDirectory:
    """Wait until a run that the page starts is finished.

    Raises:
        RuntimeError: it ends in another way, or there is none in time.
    """
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        run = find()
        status = None if run is None else run.status()
        if run is not None and status is not None and status.state == "finished":
            return run
        if run is not None and status is not None and status.state in ENDED_BADLY:
            raise RuntimeError(f"{run.run_id} {status.state}: {status.message}")
        page.wait_for_timeout(250)
    raise RuntimeError("no run was finished in time")


def see_chart(page: Page) -> None:
    """Go to the run's results, until the chart is drawn."""
    page.locator(ITS_RESULTS).first.click()
    chart_drawn(page)


def chart_drawn(page: Page) -> None:
    """Wait until a chart of results is drawn."""
    page.get_by_role("heading", name="Results", exact=True).wait_for(timeout=PATIENCE)
    marks = page.locator(MARKS_OF_CHART)
    marks.first.wait_for(state="attached", timeout=PATIENCE)  # a group of SVG has no size of its own
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
