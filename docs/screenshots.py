"""Take the pictures of the documentation: `python -m docs.screenshots` serves the app and drives a real Chromium.

The pictures show the demo and what is found under `UMETA_HOME`, on Omniglot where it is at hand, else on glyphs.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import umeta
from tests.serving import FLAGS, SETTLED, chromium_path, serving
from umeta.cache import Home
from umeta.data import datasets_at_hand
from umeta.runs import map_positions

PICTURES = Path(__file__).parent / "pictures"
MAX_BYTES = 250_000
WIDTH, HEIGHT = 1280, 800
ENCODER = "pretrained:glyphs"
SIZES = {"results": (WIDTH, 1120), "explore": (1600, 1000)}
"""Pages that are cut off lower, so that their chart is in the picture, or are wider, for more letters on the map."""
PATIENCE = 600_000  # ms: the first view of a data set reads and embeds it


def pages(dataset: str) -> dict[str, str]:
    """Return the link of each picture, by its name."""
    data = f"dataset={dataset}&encoder={ENCODER}&n_clusters=200"
    return {
        "start": "start",
        "explore": f"explore?{data}&images=true",
        "partitions": f"partitions?{data}",
        "tasks": f"tasks?{data}",
        "results": "results?study=construction&budget=short",
    }


def lay_out(dataset: str, home: Home) -> None:
    """Make the map of the pictures, which the pages would show only once it is ready."""
    data = umeta.load(dataset)
    map_positions.positions(umeta.embed(data, ENCODER).embedding, data.meta_train, "tsne", home)


def take(page: Page, name: str, address: str) -> bytes:
    """Open a page and return its picture, once nothing on it moves any more."""
    width, height = SIZES.get(name, (WIDTH, HEIGHT))
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    page.wait_for_timeout(3000)  # charts and maps are drawn after the script has run
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    return page.screenshot()


def light(picture: bytes) -> bytes:
    """Return the picture as a PNG of at most 250 kB, with as many colours as that allows."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        stream = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
        if stream.tell() <= MAX_BYTES:
            break
    return stream.getvalue()


def main(names: list[str]) -> None:
    """Take the pictures of these names, or all."""
    home = Home.from_environment()
    at_hand = {entry.name for entry in datasets_at_hand(home) if entry.available}
    dataset = "omniglot" if "omniglot" in at_hand else "glyphs"
    lay_out(dataset, home)
    PICTURES.mkdir(exist_ok=True)
    with serving(home) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        for name, link in pages(dataset).items():
            if not names or name in names:
                picture = light(take(page, name, f"{server.address}/{link}"))
                (PICTURES / f"{name}.png").write_bytes(picture)
                sys.stdout.write(f"{name}.png  {len(picture) // 1000} kB\n")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
