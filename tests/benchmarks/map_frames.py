"""Milliseconds of a frame of the map with 200,000 items, as dots and as images: `umeta bench map_frames [--json]`.

The frames are those of a zoom towards the middle and of a drag, each drawn at once; the figure is their median, and
beside it the slowest of ten. Dots are thinned while the map moves; a frame at rest draws all of them.
"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.serving import FLAGS, chromium_path, serving
from umeta.cache import Home

N_ITEMS = 200_000
APP = """
from pathlib import Path
import streamlit as st
from umeta.ui.shared.map import media_routes
app = st.App(Path(__file__).parent / "frame.py", routes=media_routes(Path(__file__).parent / "media"))
"""
FRAME = f"""
from pathlib import Path
import numpy as np
import streamlit as st
from umeta.ui.shared.map import MapPoints, MapView, Sprite, embedding_map, offer_tiles
st.set_page_config(layout="wide")

@st.cache_resource
def made():
    rng, folder = np.random.default_rng(0), Path(__file__).parent / "media"
    images = rng.integers(0, 256, ({N_ITEMS}, 1, 7, 7), dtype=np.uint8).repeat(4, 2).repeat(4, 3)
    centres = rng.normal(size=(200, 2)) * 6
    items = np.arange({N_ITEMS})
    positions = centres[items % 200] + rng.normal(size=({N_ITEMS}, 2))
    sprite = Sprite.publish(images, folder)
    return images, sprite, MapPoints.publish(positions, items, folder, sprite), rng.integers(0, 256, (200, 3), np.uint8)

images, sprite, points, palette = made()
offer_tiles(sprite.content, images)
groups = points.items % 200
embedding_map(points, MapView(colours=groups, palette=palette, groups=groups), key="map", alt="Many items", height=800)
"""
FRAMES = """async (drags) => {
    const map = window.testMap, home = map.home(), times = [];
    map.camera = home;
    for (let i = 0; i < 40; i++) {
        const { camera: last, width: w, height: h } = map;
        const camera = drags ? last.moved(i < 20 ? 9 : -9, 5) : last.zoomed(w / 2, h / 2, 1.09, home);
        Object.assign(map, { camera, moving: true });
        const start = performance.now();
        map.paint();
        map.base.getContext("2d").getImageData(0, 0, 1, 1);  // what is drawn later is waited for
        times.push(performance.now() - start);
        await new Promise(requestAnimationFrame);
    }
    Object.assign(map, { moving: false });
    map.paint();
    return times;
}"""
AT_REST = """() => {
    const map = window.testMap, start = performance.now();
    map.camera = map.home();
    map.paint();
    map.base.getContext("2d").getImageData(0, 0, 1, 1);
    return performance.now() - start;
}"""


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "app.py").write_text(APP)
        (folder / "frame.py").write_text(FRAME)
        with serving(Home(folder, (folder,)), folder / "app.py") as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(server.address)
            page.wait_for_function("performance.getEntriesByName('umeta:map-drawn').length", timeout=300_000)
            page.locator(".umap").evaluate("root => { window.testMap = root.embeddingMap }")
            cases = frames(page)
            browser.close()
    result = {"items": N_ITEMS, "cpus": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "cases": cases}
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps(result) + "\n")
        return
    for case in cases:
        sys.stdout.write("{name:24} {median:7.1f} ms, slowest of ten {slow:7.1f} ms\n".format(**case))


def frames(page: Page) -> list[dict[str, str | float]]:
    """Return the cases: dots and images, at rest, by zooming and by dragging."""
    cases: list[dict[str, str | float]] = []
    for kind in ("dots", "images"):
        if kind == "images":
            page.get_by_role("application").focus()
            page.keyboard.press("i")
            page.wait_for_function("window.testMap.stage.dataset.missing === '0'", timeout=60_000)
        page.evaluate(AT_REST)
        runs = {"at rest": [page.evaluate(AT_REST) for _ in range(10)]}
        runs |= {"zoom": page.evaluate(FRAMES, False), "drag": page.evaluate(FRAMES, True)}
        for move, times in runs.items():
            slow = statistics.quantiles(times, n=10)[-1]
            cases.append({"name": f"{kind}, {move}", "median": statistics.median(times), "slow": slow})
    return cases


if __name__ == "__main__":
    main()
