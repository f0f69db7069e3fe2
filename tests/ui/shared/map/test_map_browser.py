"""The map in a real browser: it keeps its node, zoom and selection, and shows the right image."""

import io
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from tests.serving import free_port, wait_until_up
from tests.ui.conftest import browser_path
from umeta.cache import write_atomically
from umeta.runs.projection_process import snapshot_bytes

N_ITEMS, N_POINTS = 3000, 2000
APP = """
from pathlib import Path
import streamlit as st
from umeta.ui.shared.map import media_routes
app = st.App(Path(__file__).parent / "frame.py", routes=media_routes(Path(__file__).parent / "media"))
"""
FRAME = """
from pathlib import Path
import numpy as np
import streamlit as st
from umeta.ui.shared.grid import Tile, image_grid
from umeta.ui.shared.map import MapPoints, MapThumbnail, MapView, Sprite, embedding_map, items_inside, offer_tiles
here = Path(__file__).parent
items, positions = np.load(here / "items.npy"), np.load(here / "positions.npy")
if st.toggle("Fewer"):
    kept = np.argsort(-items)[:500]
    items, positions = items[kept], positions[kept] * [1, -1]
in_space = st.toggle("In space")
if in_space:
    positions = np.column_stack([positions, np.random.default_rng(2).normal(size=len(items))])
images = st.cache_resource(np.load)(here / "images.npy")
sprite = Sprite.publish(images, here / "media")
offer_tiles(sprite.content, images)
points = MapPoints.publish(positions, items, here / "media", sprite)
colour = np.array([200, 30, 30] if st.toggle("Red") else [30, 30, 200], np.uint8)
groups = items % 20
view = MapView(
    colours=np.tile(colour, (len(items), 1)), groups=groups,
    group_texts={g: f"cluster {g}" for g in range(20)},
    thumbnails=tuple(MapThumbnail(int(items[i]), (0, 0, 0), group=int(groups[i])) for i in range(3)),
    muted=True, contours=True,
)
chosen = embedding_map(
    points, view, key="map", alt="Test items", share="space" if in_space else "plane",
    moving="ab" * 16 + ".bin" if st.toggle("Moving") else None,
    on_cell=lambda chosen, corners: st.text(f"cell of {len(chosen.items)} within {corners}"),
)
image_grid(np.load(here / "images.npy"), [Tile(item=int(item)) for item in chosen.items[-30:]])
st.text(f"{chosen.kind} {len(chosen.items)} {chosen.clicked} {int(chosen.items.sum())}")
if chosen.polygon is not None:
    again = items_inside(points, chosen.polygon, chosen.turned)
    st.text(f"the link's polygon holds {len(again)}, the same: {np.array_equal(again, chosen.items)}")
"""


@pytest.fixture(scope="session")
def images() -> np.ndarray:
    """Make images (n_items, 1, 28, 28) of which no two are alike."""
    return np.random.default_rng(0).integers(0, 256, (N_ITEMS, 1, 28, 28), dtype=np.uint8)


@pytest.fixture(scope="session")
def served_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the page."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="session")
def address(served_folder: Path, images: np.ndarray) -> Iterator[str]:
    """Serve a page under a base path, with a map of some items in an order of their own."""
    browser_path()
    folder, port, rng = served_folder, free_port(), np.random.default_rng(1)
    (folder / "app.py").write_text(APP)
    (folder / "frame.py").write_text(FRAME)
    np.save(folder / "images.npy", images)
    np.save(folder / "items.npy", rng.permutation(N_ITEMS)[:N_POINTS])
    np.save(folder / "positions.npy", rng.normal(size=(N_POINTS, 2)))
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "app.py"), f"--server.port={port}"]
    command += ["--server.headless=true", "--server.baseUrlPath=lab", "--browser.gatherUsageStats=false"]
    root = Path(__file__).parents[4]
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
        const at = [...map.points.items].map((item) => map.screenOf(item));
        for (let i = 0; i < at.length && found.length < count; i++) {
            const [x, y] = at[i];
            if (x < 60 || y < 60 || x > map.width - 220 || y > map.height - 60 || map.imageAt(x, y)) continue;
            if (at.every(([u, v], j) => j === i || Math.hypot(u - x, v - y) > 12)) found.push(map.points.items[i]);
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


def draw_lasso(page: Page) -> int:
    """Draw a lasso around the middle of the map and return how many items it holds."""
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
    shown_text(page, f"the link's polygon holds {count}, the same: True")
    return count


def test_a_lasso_sends_its_items_once(page: Page) -> None:
    shown_text(page, f"lasso {draw_lasso(page)} None")


def wait_for_redraw(page: Page, action: str) -> None:
    """Flip one of the page's switches and wait until the map is drawn anew and the page is done."""
    drawn = page.evaluate("performance.getEntriesByName('umeta:map-drawn').length")
    page.get_by_text(action, exact=True).click()
    page.wait_for_function(f"performance.getEntriesByName('umeta:map-drawn').length > {drawn}")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def hovered_pixels(page: Page, item: int) -> np.ndarray:
    """Point at an item and read the image that the card shows (28, 28)."""
    page.mouse.move(*place_of(page, item))
    page.locator(f".umap .card canvas[data-item='{item}']").wait_for()
    drawn = page.locator(".umap .card canvas").evaluate(
        "canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    return np.reshape(drawn, (28, 28, 4))[..., 0]


def gallery_pixels(page: Page, item: int) -> np.ndarray:
    """Photograph an item's tile in the gallery, at twice its size, and shrink it (28, 28)."""
    photograph = page.locator(f".umeta-tile [aria-label='item {item}'] i").screenshot()
    with Image.open(io.BytesIO(photograph)) as image:
        return np.asarray(image.convert("L").resize((28, 28), Image.Resampling.BOX), float)


def drag(page: Page, *corners: tuple[float, float]) -> None:
    """Drag from the middle of the map, by corners relative to it."""
    box = stage(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    (dx, dy), *others = corners
    page.mouse.move(x + dx, y + dy)
    page.mouse.down()
    for dx, dy in others:
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


def test_filtered_sorted_selected_and_pointed_at_an_item_shows_its_own_image(
    page: Page, images: np.ndarray
) -> None:
    remember_map(page)
    hovered_pixels(page, lone_items(page, 1)[0])  # so that there is an image to be left over
    wait_for_redraw(page, "Fewer")
    assert page.evaluate("window.testMap.n") == 500
    page.get_by_role("button", name="Select by box").click()
    drag(page, (-150, -150), (150, 150))
    page.get_by_text("box ").wait_for()
    selected = set(
        page.evaluate("[...window.testMap.points.items].filter((_, i) => window.testMap.selected[i])")
    )
    assert 30 < len(selected) < 500
    lone = lone_items(page, 500)
    for item in [item for item in lone if item in selected][:3] + [
        item for item in lone if item not in selected
    ][:2]:
        assert np.array_equal(hovered_pixels(page, item), images[item, 0])
    listed = [
        int(label.split()[1])
        for label in page.locator(".umeta-tile .t").evaluate_all(
            "tiles => tiles.map((t) => t.ariaLabel ?? t.getAttribute('aria-label'))"
        )
    ]
    assert listed == sorted(selected)[-30:]
    for item in listed[::10]:
        shown = gallery_pixels(page, item)[4:-4, 4:-4].ravel()
        likeness = [np.corrcoef(shown, images[other, 0, 4:-4, 4:-4].ravel())[0, 1] for other in listed]
        assert listed[int(np.argmax(likeness))] == item
        assert max(likeness) > 0.7  # a tile may begin between two pixels of the screen


def test_unselected_points_are_grey_and_colours_muted_until_something_stands_out(page: Page) -> None:
    remember_map(page)
    assert page.evaluate("window.testMap.inks().palette") != page.evaluate("window.testMap.palette")
    item = lone_items(page, 1)[0]
    page.mouse.click(*place_of(page, item))
    shown_text(page, f" {item} ")
    assert page.evaluate("window.testMap.inks().palette") == page.evaluate("window.testMap.palette")
    n_grey = page.evaluate(
        """() => {
        const { base, grey } = window.testMap, { width, height } = base;
        const { data } = base.getContext("2d").getImageData(0, 0, width, height);
        let count = 0;
        for (let i = 0; i < data.length; i += 4) if (grey.every((v, c) => data[i + c] === v)) count++;
        return count;
        }"""
    )
    assert n_grey > 2000


def test_the_link_keeps_the_zoom(page: Page, browser: Browser) -> None:
    remember_map(page)
    assert "view=" not in page.url
    stage(page).hover()
    page.mouse.wheel(0, -600)
    page.wait_for_function("location.search.includes('view=plane')")
    state = "node => [node.dataset.zoom, ...window.testMap.camera.viewport()].map(Number)"
    before = page.locator(".umap .stage").evaluate(state)
    wait_for_redraw(page, "Red")
    assert "view=plane" in page.url
    other = browser.new_page(viewport={"width": 1280, "height": 900})
    other.goto(page.url)
    other.wait_for_function("performance.getEntriesByName('umeta:map-drawn').length > 0")
    remember_map(other)
    assert other.locator(".umap .stage").evaluate(state) == pytest.approx(before, rel=1e-3)
    other.close()
    page.get_by_role("button", name="Show everything").click()
    page.wait_for_function("!location.search.includes('view=')")


def test_the_link_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stage(page).hover()
    page.mouse.wheel(0, -600)
    page.wait_for_function("location.search.includes('view=plane')")
    page.get_by_role("button", name="Copy a link to this view").click()
    page.get_by_text("Link copied.").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_the_view_is_saved_as_an_image_and_as_a_drawing(page: Page, tmp_path: Path) -> None:
    remember_map(page)
    page.wait_for_function(
        "[...window.testMap.thumbs.values()].filter((tile) => tile !== 'waiting').length === 3"
    )
    for kind, name in (("png", "Save this view as a PNG image"), ("svg", "Save this view as an SVG drawing")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        download.value.save_as(tmp_path / f"map.{kind}")
    with Image.open(tmp_path / "map.png") as image:
        assert image.size == tuple(page.evaluate("[window.testMap.base.width, window.testMap.base.height]"))
        assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 50
    drawing = ElementTree.parse(tmp_path / "map.svg").getroot()
    svg = "{http://www.w3.org/2000/svg}"
    assert drawing.findtext(f"{svg}title") == "Test items"
    dots, _contours = drawing.findall(f"{svg}path")
    assert dots.attrib["d"].count("M") == N_POINTS
    assert len(drawing.findall(f".//{svg}image")) == 3


def test_the_page_is_asked_for_a_notebook_cell_of_this_view(page: Page) -> None:
    remember_map(page)
    corners = page.evaluate("window.testMap.camera.viewport()")
    page.get_by_role("button", name="Show this view as a notebook cell").click()
    page.get_by_text("cell of 0 within").wait_for()
    said = page.get_by_text("cell of 0 within").inner_text()
    assert [float(part) for part in said.split("(")[1].strip(")").split(",")] == corners


def test_points_in_space_are_turned_and_still_show_their_own_images(page: Page, images: np.ndarray) -> None:
    remember_map(page)
    wait_for_redraw(page, "In space")
    before = page.evaluate("[...window.testMap.points.positions.slice(0, 40)]")
    drag(page, (0, 0), (120, 40))
    page.wait_for_function("location.search.includes('view=space')")
    assert page.evaluate("[...window.testMap.points.positions.slice(0, 40)]") != before
    assert page.evaluate("window.testMap.points.yaw") == pytest.approx(0.5 + 120 * 0.008)
    for item in lone_items(page, 2):
        assert np.array_equal(hovered_pixels(page, item), images[item, 0])


def test_a_lasso_in_space_holds_the_same_items_wherever_it_is_opened_again(page: Page) -> None:
    remember_map(page)
    wait_for_redraw(page, "In space")
    drag(page, (0, 0), (-75, 55))
    draw_lasso(page)


SHOWN = """() => {
    const { points, cells: { shown, columns, side, left, bottom } } = window.testMap;
    const corner = (at) => [left + (at % columns) * side, bottom - (Math.floor(at / columns) + 1) * side];
    return [...shown].flatMap((point, at) => (point < 0 ? [] : [[points.items[point], ...corner(at)]]));
}"""

TILE = """item => {
    const { sheet, x, y, w, h } = window.testMap.sheets.tile(item), c = new OffscreenCanvas(w, h).getContext("2d");
    c.drawImage(sheet.image, x, y, w, h, 0, 0, w, h);
    return [...c.getImageData(0, 0, w, h).data].filter((_, i) => i % 4 === 0);
}"""


def wait_for_images(page: Page) -> list[tuple[int, float, float]]:
    """Wait until every image is drawn; return each one's item and the left upper corner of its cell."""
    page.wait_for_function("window.testMap.stage.dataset.missing === '0' && !window.testMap.moving")
    return [tuple(one) for one in page.evaluate(SHOWN)]


def test_images_stand_in_place_of_dots_one_in_a_cell_and_more_by_zooming(
    page: Page, images: np.ndarray
) -> None:
    remember_map(page)
    stage(page).focus()
    page.keyboard.press("i")
    shown, side = wait_for_images(page), page.evaluate("window.testMap.cells.side")
    button = page.get_by_role("button", name="Images in place of dots (I)")
    assert button.get_attribute("aria-pressed") == "true"
    assert "images=true" in page.url
    occupied = page.evaluate(
        """() => {
        const { cells, n } = window.testMap, found = new Set();
        for (let i = 0; i < n; i++) {
            const [x, y] = window.testMap.screenOfPoint(i);
            found.add([Math.floor((x - cells.left) / cells.side), Math.floor((cells.bottom - y) / cells.side)].join());
        }
        return found.size;
        }"""
    )
    assert len(shown) == len({item for item, _, _ in shown}) == occupied
    for item, left, up in shown[:: len(shown) // 7]:
        x, y = page.evaluate("item => window.testMap.screenOf(item)", item)
        assert -0.01 <= x - left <= side + 0.01
        assert -0.01 <= y - up <= side + 0.01
        assert np.array_equal(np.reshape(page.evaluate(TILE, item), (28, 28)), images[item, 0])
    stage(page).hover()
    page.mouse.wheel(0, -500)
    page.wait_for_timeout(300)
    nearer = wait_for_images(page)
    on_screen = page.evaluate(
        """items => items.filter((item) => {
        const [x, y] = window.testMap.screenOf(item);
        return x > 0 && y > 0 && x < window.testMap.width && y < window.testMap.height;
        })""",
        [item for item, _, _ in shown],
    )
    assert {item for item, _, _ in nearer} > set(on_screen)
    x, y = nearer[0][1:]
    assert (
        page.evaluate("([x, y]) => window.testMap.imageAt(x, y).item", [x + side / 2, y + side / 2])
        == nearer[0][0]
    )
    button.click()
    assert "images=true" not in page.url


def test_points_travel_through_the_snapshots_of_a_projection_on_its_way(
    browser: Browser, address: str, served_folder: Path
) -> None:
    snapshot = served_folder / "media" / "moving" / f"{'ab' * 16}.bin"
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_function("performance.getEntriesByName('umeta:map-drawn').length > 0")
    remember_map(page)
    place_at_first = page.evaluate("[...window.testMap.points.flat.slice(0, 2)]")
    page.get_by_text("Moving", exact=True).click()
    page.wait_for_function("window.testMap.following")
    for done in (5, 10):
        positions = np.random.default_rng(done).normal(size=(N_POINTS, 2)).astype(np.float32)
        write_atomically(snapshot, snapshot_bytes(done, positions))
        page.wait_for_function("x => window.testMap.points.positions[0] === x", arg=float(positions[0, 0]))
    assert "view=" not in page.url
    page.get_by_text("Moving", exact=True).click()
    page.wait_for_function("window.testMap.following === null")
    page.wait_for_function("([x, y]) => window.testMap.points.positions[0] === x", arg=place_at_first)
    page.close()
