"""How long a person with 3,000 photographs without labels waits, in a real Chromium: `umeta bench own_images`.

From the app's first page to the folder opened, to its map, to its first pseudo-task; with `--train` on to a trained
learner with its chart. The photographs are those of the Grocery Store data set, laid flat into one folder, and the
home is empty. `--way drop` sends them through the browser instead of giving their path.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.serving import FLAGS, SETTLED, chromium_path, serving
from umeta.cache import Home
from umeta.runs import cancel, list_runs
from umeta.stage import UserError

PHOTOGRAPHS = "grocery/grocery_store_84.zip"
N_IMAGES = 3000
PATIENCE = 1_200_000
ITS_RESULTS = "a[href*='run=']"
"""The link that a finished run's card has; those of studies name the study."""
DRAWN = "(start) => performance.getEntriesByName('umeta:map-drawn').some((mark) => mark.startTime > start)"


def main() -> None:
    """Measure and print the seconds since the app was opened, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="own_images")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--train", action="store_true", help="go on until a short training has its chart")
    parser.add_argument("--way", choices=("path", "drop"), default="path")
    given = parser.parse_args()
    data_folders = Home.from_environment().data_folders
    with tempfile.TemporaryDirectory() as folder:
        photographs = flat_folder(data_folders, Path(folder))
        home = Home(Path(folder) / "home", (Path(folder) / "data",))
        try:
            seconds = in_browser(home, photographs, way=given.way, train=given.train)
        finally:
            for run in list_runs(home):
                if run.status().state == "running":
                    cancel(run)
    result = {**seconds, "images": N_IMAGES, "way": given.way, "load": round(os.getloadavg()[0], 1)}
    text = (
        json.dumps(result) if given.json else "\n".join(f"{name:16}{value}" for name, value in result.items())
    )
    sys.stdout.write(text + "\n")


def in_browser(home: Home, photographs: Path, *, way: str, train: bool) -> dict[str, float]:
    """Serve the app and visit it; return the seconds to each step."""
    with serving(home) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport=ViewportSize(width=1280, height=900))
        seconds = visit(page, server.address, photographs, way=way, train=train)
        browser.close()
    return seconds


def flat_folder(data_folders: tuple[Path, ...], target: Path) -> Path:
    """Lay photographs flat into a folder of one name each, without their classes, and return it.

    Raises:
        UserError: the data set is not here.
    """
    archive = next((path for folder in data_folders if (path := folder / PHOTOGRAPHS).exists()), None)
    if archive is None:
        raise UserError(f"{PHOTOGRAPHS} is in none of {', '.join(map(str, data_folders))}. Set UMETA_DATA.")
    photographs = target / "photographs"
    photographs.mkdir()
    with zipfile.ZipFile(archive) as opened:
        names = [name for name in opened.namelist() if name.lower().endswith((".jpg", ".png"))]
        for number, name in enumerate(random.Random(0).sample(sorted(names), N_IMAGES)):
            (photographs / f"{number:04}{PurePosixPath(name).suffix}").write_bytes(opened.read(name))
    return photographs


def visit(page: Page, address: str, photographs: Path, *, way: str, train: bool) -> dict[str, float]:
    """Do what a new person does; return the seconds from the app's opening to each step."""
    start = time.perf_counter()
    seconds: dict[str, float] = {}

    def reached(step: str, act: Callable[[], object]) -> None:
        act()
        seconds[step] = round(time.perf_counter() - start, 1)
        sys.stderr.write(f"{step}: {seconds[step]}\n")

    reached("app_open", lambda: open_app(page, address))
    reached("folder_opened", lambda: give(page, photographs, way))
    reached("map", lambda: use(page))
    reached("first_task", lambda: first_task(page))
    if train:
        reached("trained", lambda: train_shortly(page))
        reached("chart", lambda: see_chart(page))
    return seconds


def open_app(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for(timeout=PATIENCE)


def give(page: Page, photographs: Path, way: str) -> None:
    """Give the folder on Data, until its pictures are there."""
    page.get_by_role("link", name="Data", exact=True).first.click()
    if way == "drop":
        page.locator("input.folder").set_input_files(photographs)
    else:
        page.get_by_text("Type a path").click()
        field = page.get_by_label("Path of a folder, zip, table or file of arrays")
        field.fill(str(photographs))
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


def train_shortly(page: Page) -> None:
    """Start a short run at its defaults, until it is finished."""
    page.get_by_role("link", name="Train", exact=True).first.click()
    page.get_by_role("button", name="Start a short run").click(timeout=PATIENCE)
    page.locator(ITS_RESULTS).first.wait_for(timeout=PATIENCE)


def see_chart(page: Page) -> None:
    """Go to the run's results, until the chart is drawn."""
    page.locator(ITS_RESULTS).first.click()
    marks = page.locator(".js-plotly-plot .point, .js-plotly-plot .trace")
    marks.first.wait_for(state="attached", timeout=PATIENCE)  # a group of SVG has no size of its own
    page.wait_for_selector(SETTLED, timeout=PATIENCE)


if __name__ == "__main__":
    main()
