"""The page Plane in a real Chromium: `umeta bench plane [--json]`.

Seconds from a person's last input to the frame with the answer: the page opened from Start, and in a new browser that
has to load all scripts too, on a server that has shown it before; another task of the two pinned constructions, another
stop of the noise dial, and the forecast for clusters of Omniglot's meta_train that were never made, each time another
number of them. Omniglot and its embedding by `pretrained:glyphs` are made before anything is timed, and kept in
`UMETA_HOME`.
"""

import argparse
import itertools
import json
import os
import sys

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.stopwatch import STOPWATCH, Result, measured, timed
from tests.serving import FLAGS, SETTLED, chromium_path, serving
from umeta.cache import Home

OMNIGLOT = "dataset=omniglot&encoder=pretrained%3Aglyphs"
GRIDS = "[...document.querySelectorAll('[data-testid=stHtml]')].map((grid) => grid.innerHTML).join()"
SHOWN = (
    f"document.querySelector('{SETTLED}') && document.querySelectorAll('.js-plotly-plot .main-svg').length"
)
FIRST_K = 210


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="plane")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    load = round(os.getloadavg()[0], 1)
    with sync_playwright() as playwright, serving(Home.from_environment()) as server:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        results = [
            Result(
                "open from Start", measured(lambda _: opened_from_start(browser, server.address)), None, 2.0
            ),
            Result("open in a new browser", measured(lambda _: opened(browser, server.address)), None, 2.0),
            Result("another task", another_task(browser, server.address), None, 0.4),
            Result("noise dial", noise_dial(browser, server.address), None, 0.4),
            Result("forecast", forecast(browser, server.address), None, 5.0),
        ]
        browser.close()
    report = {"cpus": os.cpu_count(), "load": load, "cases": [one.row() for one in results]}
    sys.stdout.write(json.dumps(report, indent=1 if given.json else None) + "\n")


def opened(browser: Browser, address: str) -> float:
    """Return the seconds from the request until the plane and two tasks with their maps are there."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/plane", wait_until="commit")
    done = page.wait_for_function(f"({SHOWN}) && performance.now()", timeout=120_000, polling="raf")
    seconds = done.json_value() / 1000
    page.close()
    return seconds


def opened_from_start(browser: Browser, address: str) -> float:
    """Return the seconds from the click on the page's name until the plane and two tasks with their maps are there."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(STOPWATCH)
    page.goto(address)
    page.wait_for_selector(SETTLED, timeout=120_000)
    page.wait_for_timeout(1_000)
    seconds = timed(page, SHOWN, page.get_by_role("link", name="Plane", exact=True).click)
    page.close()
    return seconds


def another_task(browser: Browser, address: str) -> list[float]:
    """Return the seconds of each step to the next task."""
    page = settled(browser, f"{address}/plane")
    page.get_by_label("Task", exact=True).focus()
    return by_key(page, "ArrowUp")


def noise_dial(browser: Browser, address: str) -> list[float]:
    """Return the seconds of each stop of the dial."""
    page = settled(browser, f"{address}/plane?section=Turn+the+noise")
    page.get_by_role("slider").focus()
    return by_key(page, "ArrowRight")


def by_key(page: Page, key: str) -> list[float]:
    """Return the seconds from each press of a key to other grids of images."""
    changed = f"{GRIDS} !== bench.before"
    return measured(lambda _: timed(page, changed, lambda: page.keyboard.press(key), look=GRIDS), warm_ups=0)


def forecast(browser: Browser, address: str) -> list[float]:
    """Return the seconds from asking for the forecast until it is said."""

    made = {
        json.loads(file.read_bytes())["made_from"]["partition"].get("n_clusters")
        for file in Home.from_environment().products.glob("partitions/*/made_from.json")
    }
    unmade = (k for k in itertools.count(FIRST_K) if k not in made)

    def asked(turn: int) -> float:
        page = settled(browser, f"{address}/plane?section=Yours&{OMNIGLOT}&n_clusters={next(unmade)}")
        said = "document.body.innerText.includes('Practice on your tasks is forecast to add')"
        button = page.get_by_test_id("stMain").get_by_role("button", name="Compute")
        return timed(page, said, button.click)

    return measured(asked)


def settled(browser: Browser, link: str) -> Page:
    """Return a page whose script has ended."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(STOPWATCH)
    page.goto(link)
    page.wait_for_function(SHOWN, timeout=240_000)
    page.wait_for_timeout(1_000)
    page.wait_for_selector(SETTLED)
    return page


if __name__ == "__main__":
    main()
