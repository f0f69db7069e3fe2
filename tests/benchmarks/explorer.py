"""How long a person waits for the explorer, in a real Chromium: `umeta bench explorer` runs this in a checkout.

Every time is taken inside the page, from a person's click, key or release of the mouse to the first frame with the
answer in it: medians of five after warm-ups. The *floor* is the same on an empty Streamlit page.

The products that the pages need are kept in `UMETA_HOME`. `python -m tests.benchmarks.explorer --only page_switch
visitors` takes some of the measurements.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright

from tests.benchmarks.memory import growth
from tests.benchmarks.stopwatch import STOPWATCH, Result, drawn, measured, timed
from tests.benchmarks.visitors import visit
from tests.serving import FLAGS, SETTLED, Server, chromium_path, serving
from umeta.cache import Home
from umeta.data import datasets_at_hand

SCREEN = ViewportSize(width=1280, height=900)
LASSO = 5000
MEASURED = (
    "first_map",
    "page_switch",
    "recolour",
    "lasso_gallery",
    "new_task",
    "compare_partitions",
    "memory",
    "visitors",
)
EMPTY = """
import streamlit as st

def one():
    st.title("One")

def two():
    st.title("Two")

st.navigation([st.Page(one, title="One"), st.Page(two, title="Two")], position="top").run()
"""
FIRST = "performance.getEntriesByName('umeta:map-drawn')[0]?.startTime"
TITLE = "document.querySelector('h1')?.innerText.trim()"
OPEN = f"document.querySelector('{SETTLED}')"
RADIUS = """([dx, dy]) => {  // of the circle with so many items around the middle of the map
    const { points, width, height, camera } = window.testMap, far = [];
    for (let i = 0; i < points.items.length; i++) {
        const [x, y] = window.testMap.screenOfPoint(i);
        far.push(Math.hypot(x - width / 2 - dx, y - height / 2 - dy));
    }
    return far.sort((a, b) => a - b)[Math.min(COUNT, far.length - 1)];
}""".replace("COUNT", str(LASSO))


def main() -> None:
    """Measure everything, or what `--only` names, and print it, as JSON with `--json`."""
    parser = argparse.ArgumentParser(prog="explorer")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=MEASURED, default=MEASURED)
    given = parser.parse_args()
    home = Home.from_environment()
    here = {one.name for one in datasets_at_hand(home) if one.available}
    asked = {"dataset": "omniglot" if "omniglot" in here else "glyphs", "encoder": "pca", "n_clusters": "500"}
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY)
        with serving(home) as app, serving(home, empty) as bare:
            with sync_playwright() as playwright:
                results = measure(playwright, app, bare.address, asked, given.only)
            if "visitors" in given.only:
                say("visitors")
                results["visitors"] = visit(app.address, urlencode(asked))
    if given.json:
        sys.stdout.write(json.dumps(results, indent=1) + "\n")
    else:
        print_table(results)


def measure(
    playwright: Playwright, app: Server, bare: str, asked: dict[str, str], only: Sequence[str]
) -> dict[str, Any]:
    """Make every product that the pages need, then take every time in the browser."""
    say(f"preparing {asked['dataset']}")
    browser = launch(playwright)
    page = browser.new_page(viewport=SCREEN)
    page.add_init_script(STOPWATCH)
    for name, more in (
        ("explore", {"all_splits": "true"}),
        ("partitions", {"partition_b": "spherical"}),
        ("partitions", {"partition_b": "hyperplanes"}),
        ("tasks", {}),
    ):
        open_page(page, app.address, name, {**asked, **more})
    cases = {
        "first_map": lambda: first_map(playwright, app.address, bare),
        "page_switch": lambda: page_switch(page, app.address, bare, asked),
        "recolour": lambda: recolour(page, app.address, asked),
        "lasso_gallery": lambda: lasso_gallery(page, app.address, asked),
        "new_task": lambda: new_task(page, app.address, asked),
        "compare_partitions": lambda: compare_partitions(page, app.address, asked),
    }
    results: dict[str, Any] = {
        "dataset": asked["dataset"],
        "chromium": browser.version,
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "cases": [],
    }
    for name, case in cases.items():
        if name in only:
            results["cases"].append(case().row())
            say(f"{name}: {results['cases'][-1]['ours']}")
    if "memory" in only:
        say("memory")
        results["memory"] = growth(app.pid, page, lambda name: open_page(page, app.address, name, asked))
    browser.close()
    return results


def first_map(playwright: Playwright, address: str, bare: str) -> Result:
    """From a browser's start page to the first map: a new browser each time, that has nothing of the app."""

    def first(url: str, done: str) -> float:
        browser = launch(playwright)
        page = browser.new_page(viewport=SCREEN)
        page.goto(url, wait_until="commit")
        found = page.wait_for_function(done, timeout=60_000, polling="raf").json_value()
        browser.close()
        return found / 1000

    ours = measured(lambda _: first(address, FIRST))
    return Result("first_map", ours, measured(lambda _: first(bare, f"{TITLE} && performance.now()")), 2.5)


def page_switch(page: Page, address: str, bare: str, asked: dict[str, str]) -> Result:
    """From the click on another page to all its maps drawn and its script's end; the slowest of three pages."""

    def switch(name: str, maps: int) -> float:
        done = f"{TITLE} === '{name}' && {OPEN} && {drawn(maps)}"
        return timed(page, done, page.get_by_role("link", name=name, exact=True).first.click)

    def here(name: str, maps: int, other: str) -> list[float]:
        def one(_: int) -> float:
            page.get_by_role("link", name=other, exact=True).first.click()
            page.wait_for_function(f"{TITLE} === '{other}' && {OPEN}")
            page.wait_for_timeout(600)
            return switch(name, maps)

        return measured(one)

    open_page(page, address, "explore", asked)
    seconds = {
        name: here(name, maps, other)
        for name, maps, other in (
            ("Explore", 1, "Tasks"),
            ("Partitions", 2, "Explore"),
            ("Tasks", 1, "Explore"),
        )
    }
    page.goto(bare)
    page.wait_for_function(f"{TITLE} === 'One' && {OPEN}")
    floor = here("Two", 0, "One")
    slowest = max(seconds, key=lambda name: statistics.median(seconds[name]))
    parts = {name: statistics.median(runs) for name, runs in seconds.items()}
    return Result("page_switch", seconds[slowest], floor, 0.8, parts)


def recolour(page: Page, address: str, asked: dict[str, str]) -> Result:
    """From the choice of a colour to the map in it, with the same DOM node, zoom and selection."""
    open_page(page, address, "explore", {**asked, "all_splits": "true"})
    zoom_in(page)
    lasso(page, (0.0, 0.0))
    stage = page.locator(".umap .stage")
    stage.evaluate("node => { node.marked = true }")
    state = "node => [node.marked, node.dataset.zoom, node.dataset.selected]"
    before = stage.evaluate(state)

    def choose(turn: int) -> float:
        page.get_by_role("combobox", name="Colour by").click()
        option = page.get_by_role("option", name=("density", "cluster")[turn % 2], exact=True)
        option.wait_for()
        seconds = timed(page, drawn(1), option.click)
        page.wait_for_selector(SETTLED)
        return seconds

    result = Result("recolour", measured(choose, warm_ups=2), None, 0.3)
    if stage.evaluate(state) != before:
        raise AssertionError(f"node, zoom and selection must stay: {before} became {stage.evaluate(state)}")
    return result


def lasso_gallery(page: Page, address: str, asked: dict[str, str]) -> Result:
    """From the end of a lasso around 5,000 items to their images."""
    open_page(page, address, "explore", {**asked, "all_splits": "true"})

    def one(turn: int) -> float:
        seconds = lasso(page, (6.0 * turn - 12, 4.0))
        page.wait_for_selector(SETTLED)
        return seconds

    return Result("lasso_gallery", measured(one), None, 0.5)


def new_task(page: Page, address: str, asked: dict[str, str]) -> Result:
    """From the key N to another task's images and rings."""
    open_page(page, address, "tasks", asked)
    return Result("new_task", measured(lambda _: press_n(page)), None, 0.4)


def press_n(page: Page) -> float:
    """Ask for a new task and return the seconds until it is drawn."""
    seconds = timed(
        page, f"{changed('.ugr')} && {drawn(1)}", lambda: page.keyboard.press("n"), look=looks(".ugr")
    )
    page.wait_for_selector(SETTLED)
    return seconds


def compare_partitions(page: Page, address: str, asked: dict[str, str]) -> Result:
    """From the choice of another partition B to its map, the sentence about both, and the end of the script."""
    open_page(page, address, "partitions", {**asked, "partition_b": "spherical"})

    def choose(turn: int) -> float:
        name = ("hyperplanes", "spherical")[turn % 2]
        page.get_by_role("combobox", name="Partition B").click()
        option = page.get_by_role("option", name=name, exact=True)
        option.wait_for()
        title = f"[...document.querySelectorAll('h4')].some((h) => h.innerText.startsWith('B: {name}'))"
        return timed(page, f"{title} && {drawn(1)} && {OPEN}", option.click)

    return Result("compare_partitions", measured(choose, warm_ups=2), None, 1.0)


def open_page(page: Page, address: str, name: str, asked: dict[str, str]) -> None:
    """Open a link and wait until all of it is drawn, however long that takes."""
    page.goto(f"{address}/{name}?{urlencode(asked)}")
    page.wait_for_function(f"{FIRST} && {OPEN}", timeout=900_000)
    page.wait_for_timeout(500)
    page.locator(".umap").first.evaluate("root => { window.testMap = root.embeddingMap }")


def zoom_in(page: Page) -> None:
    box = page.locator(".umap .stage").bounding_box() or {}
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(600)


def lasso(page: Page, shift: tuple[float, float]) -> float:
    """Draw a circle around so many items; return the seconds until the gallery shows others than before."""
    page.get_by_role("button", name="Select by lasso").click()
    radius = page.evaluate(RADIUS, shift)
    box = page.locator(".umap .stage").bounding_box() or {}
    middle = (box["x"] + box["width"] / 2 + shift[0], box["y"] + box["height"] / 2 + shift[1])
    corners = page.evaluate("Array.from({length: 37}, (_, k) => [Math.cos(k / 5.8), Math.sin(k / 5.8)])")
    places = [(middle[0] + radius * x, middle[1] + radius * y) for x, y in corners]

    def circle() -> None:
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()

    gallery = "[role=region] .ug"
    return timed(page, changed(gallery), circle, look=looks(gallery))


def looks(selector: str) -> str:
    """Return the script that says how an image grid looks: its images are in its style."""
    return f"document.querySelector({json.dumps(selector)})?.getAttribute('style')"


def changed(selector: str) -> str:
    """Return the condition that an image grid is there and no longer looks as it did."""
    return f"({looks(selector)} ?? bench.before) !== bench.before"


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)


def say(text: str) -> None:
    """Tell how far it is; stdout is kept for the results."""
    sys.stderr.write(f"{text}\n")


def print_table(results: dict[str, Any]) -> None:
    """Print one line for each figure."""
    line: Callable[..., Any] = "{:20} {:>8} {:>8} {:>8}\n".format
    sys.stdout.write(f"{results['dataset']}, {results['cpus']} processors, load {results['load']}\n")
    sys.stdout.write(line("", "ours s", "floor s", "limit s"))
    for case in results["cases"]:
        sys.stdout.write(line(case["name"], case["ours"], case["floor"] or "", case["limit"]))
    if "visitors" in results:
        sys.stdout.write(line("visitors, p95", results["visitors"]["p95"], "", results["visitors"]["limit"]))
    if "memory" in results:
        sys.stdout.write(line("memory, MB", results["memory"]["mb"], "", results["memory"]["limit"]))


if __name__ == "__main__":
    main()
