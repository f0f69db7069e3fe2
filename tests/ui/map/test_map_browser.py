"""The map in a real browser: it keeps its node, zoom and selection, and shows the right image."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.ui.conftest import browser_path, free_port, wait_until_up

N_ITEMS, N_POINTS = 3000, 2000
APP = """
from pathlib import Path
import streamlit as st
from umeta.ui.map import media_routes
app = st.App(Path(__file__).parent / "frame.py", routes=media_routes(Path(__file__).parent / "media"))
"""
FRAME = """
from pathlib import Path
import numpy as np
import streamlit as st
from umeta.ui.map import MapPoints, MapThumbnail, MapView, Sprite, embedding_map
here = Path(__file__).parent
items, positions = np.load(here / "items.npy"), np.load(here / "positions.npy")
sprite = Sprite.publish(np.load(here / "images.npy"), here / "media")
points = MapPoints.publish(positions, items, here / "media", sprite)
colour = np.array([200, 30, 30] if st.toggle("Red") else [30, 30, 200], np.uint8)
groups = items % 20
view = MapView(
    colours=np.tile(colour, (len(items), 1)), groups=groups,
    group_texts={g: f"cluster {g}" for g in range(20)},
    thumbnails=tuple(MapThumbnail(int(items[i]), (0, 0, 0), group=int(groups[i])) for i in range(3)),
)
chosen = embedding_map(points, view, key="map", alt="Test items")
st.text(f"{chosen.kind} {len(chosen.items)} {chosen.clicked} {int(chosen.items.sum())}")
"""


@pytest.fixture(scope="session")
def images() -> np.ndarray:
    """Make images (n_items, 1, 28, 28) of which no two are alike."""
    return np.random.default_rng(0).integers(0, 256, (N_ITEMS, 1, 28, 28), dtype=np.uint8)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, images: np.ndarray) -> Iterator[str]:
    """Serve a page under a base path, with a map of some items in an order of their own."""
    browser_path()
    folder, port, rng = tmp_path_factory.mktemp("app"), free_port(), np.random.default_rng(1)
    (folder / "app.py").write_text(APP)
    (folder / "frame.py").write_text(FRAME)
    np.save(folder / "images.npy", images)
    np.save(folder / "items.npy", rng.permutation(N_ITEMS)[:N_POINTS])
    np.save(folder / "positions.npy", rng.normal(size=(N_POINTS, 2)))
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "app.py"), f"--server.port={port}"]
    command += ["--server.headless=true", "--server.baseUrlPath=lab", "--browser.gatherUsageStats=false"]
    root = Path(__file__).parents[3]
    server = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(root)}, cwd=folder)
    url = f"http://127.0.0.1:{port}/lab"
    try:
        wait_until_up(url)
        yield url
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Open the page afresh and wait for the first map."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    page.wait_for_function("performance.getEntriesByName('umeta:map-drawn').length > 0")
    yield page
    assert not problems
    context.close()


def stage(page: Page) -> Locator:
    return page.get_by_role("application", name="Test items")


def place_of(page: Page, item: int) -> tuple[float, float]:
    """Return where on the page an item's point is."""
    box = stage(page).bounding_box()
    assert box
    x, y = page.evaluate("item => window.testMap.screenOf(item)", item)
    return box["x"] + x, box["y"] + y


def remember_map(page: Page) -> None:
    """Keep the map's object at hand; playwright looks through the shadow root for us."""
    page.locator(".umap").evaluate("root => { window.testMap = root.embeddingMap; }")


def shown_text(page: Page, text: str) -> None:
    page.get_by_text(text).wait_for(timeout=5000)


def lone_items(page: Page, count: int) -> list[int]:
    """Name items whose points have no neighbour within 12 pixels and lie clear of images and tools."""
    return page.evaluate(
        """count => {
        const map = window.testMap, found = [];
        const at = [...map.items].map((item) => map.screenOf(item));
        for (let i = 0; i < at.length && found.length < count; i++) {
            const [x, y] = at[i];
            if (x < 60 || y < 60 || x > map.width - 220 || y > map.height - 60 || map.imageAt(x, y)) continue;
            if (at.every(([u, v], j) => j === i || Math.hypot(u - x, v - y) > 12)) found.push(map.items[i]);
        }
        return found;
        }""",
        count,
    )


def test_new_colours_keep_node_zoom_and_selection(page: Page) -> None:
    remember_map(page)
    page.locator(".umap .stage").evaluate("node => { node.marked = true; }")
    item = lone_items(page, 1)[0]
    page.mouse.click(*place_of(page, item))
    shown_text(page, f" {item} ")
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(400)
    state = "node => [node.marked, node.dataset.zoom, node.dataset.selected]"
    before = page.locator(".umap .stage").evaluate(state)
    page.get_by_text("Red").click()
    page.wait_for_function("performance.getEntriesByName('umeta:map-drawn').length > 1")
    assert page.locator(".umap .stage").evaluate(state) == before
    assert before[0] is True
    assert float(before[1]) > 1.2
    assert int(before[2]) > 1
    red = page.evaluate("window.testMap.palette[0]")
    assert red == [200, 30, 30]


def test_hover_shows_the_pixels_of_the_very_item(page: Page, images: np.ndarray) -> None:
    remember_map(page)
    for item in lone_items(page, 3):
        page.mouse.move(*place_of(page, item))
        page.locator(f".umap .card canvas[data-item='{item}']").wait_for()
        drawn = page.locator(".umap .card canvas").evaluate(
            "canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"
        )
        assert np.array_equal(np.reshape(drawn, (28, 28, 4))[..., 0], images[item, 0])
        assert page.locator(".umap .card").inner_text().splitlines() == [
            f"cluster {item % 20}",
            f"item {item}",
        ]


def test_the_keyboard_walks_selects_and_clears(page: Page) -> None:
    stage(page).focus()
    page.keyboard.press("ArrowRight")
    first = stage(page).get_attribute("data-cursor-item")
    page.keyboard.press("ArrowRight")
    second = stage(page).get_attribute("data-cursor-item")
    assert second != first
    assert page.locator(".umap [aria-live]").inner_text().startswith(f"item {second}, cluster")
    page.keyboard.press("Enter")
    shown_text(page, f" {second} ")
    page.keyboard.press("Escape")
    shown_text(page, "none 0 None 0")


def test_a_lasso_sends_its_items_once(page: Page) -> None:
    box = stage(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.get_by_role("button", name="Select by lasso").click()
    page.mouse.move(x - 80, y - 60)
    page.mouse.down()
    for dx, dy in [(80, -60), (80, 60), (-80, 60)]:
        page.mouse.move(x + dx, y + dy, steps=5)
    page.mouse.up()
    page.get_by_text("lasso ").wait_for()
    count = int(stage(page).get_attribute("data-selected") or 0)
    assert 0 < count < N_POINTS
    shown_text(page, f"lasso {count} None")
