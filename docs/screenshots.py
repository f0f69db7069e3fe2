"""Take the pictures of the documentation: `python -m docs.screenshots` serves the app and drives a real Chromium.

The pictures show the demo and what is found under `UMETA_HOME`, on Omniglot where it is at hand, else on glyphs; that
of `growth` shows `docs/growth.json`, and `python -m docs.screenshots growth` takes it alone.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

import umeta
from docs import growth
from tests.benchmarks.replayed_strokes import strokes_of, thinned
from tests.serving import FLAGS, SETTLED, chromium_path, serving
from umeta.cache import Home
from umeta.data import datasets_at_hand
from umeta.data.drawn_strokes import Stroke
from umeta.data.glyphs.drawing import draw_glyphs
from umeta.runs import map_positions
from umeta.ui.draw.stroke_code import to_text
from umeta.ui.frame import opened_paths

PICTURES = Path(__file__).parent / "pictures"
MAX_BYTES = 250_000
N_UNLABELLED = 600
WIDTH, HEIGHT = 1280, 800
ENCODER = "pretrained:glyphs"
SIZES = {"results": (WIDTH, 1120), "explore": (1600, 1000)}
"""Pages that are cut off lower, so that their chart is in the picture, or are wider, for more letters on the map."""
PATIENCE = 600_000  # ms: the first view of a data set reads and embeds it
UNLABELLED = "folder:{}/my drawings"
RENAME = """names => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    for (const [folder, name] of Object.entries(names)) {
      texts.currentNode.data = texts.currentNode.data.replaceAll(folder, name);
    }
}"""
"""Gives folders of this machine other names in the picture."""


def pages(dataset: str) -> dict[str, str]:
    """Return the link of each picture, by its name."""
    data = f"dataset={dataset}&encoder={ENCODER}&n_clusters=200"
    return {
        "start": "start",
        "data": "data?dataset=glyphs",
        "explore": f"explore?{data}&images=true",
        "partitions": f"partitions?{data}",
        "tasks": f"tasks?{data}",
        "label": f"label?dataset={UNLABELLED.format(Home.from_environment().root)}&encoder={ENCODER}",
        "train": f"train?{data}",
        "results": "results?study=construction&budget=short",
        "plane": f"plane?{data}",
        "learn": "learn",
        "lesson": "learn?lesson=maml&step=3",
        "draw": f"draw?{data}&strokes={to_text({0: drawing()})}",
        "system": "system",
    }


def drawing() -> list[Stroke]:
    """Return the strokes of the third character on the page Draw, as another hand would draw it: larger, and turned."""
    image = draw_glyphs(n_alphabets=2, n_classes=5, n_drawers=1, seed=1).images[2, 0]
    skeleton = thinned((image > 127).repeat(4, axis=0).repeat(4, axis=1)[None])[0]
    turn = np.array([[1.1, -0.15], [0.15, 1.1]])
    return [(stroke - 0.5) @ turn.T + 0.5 for stroke in strokes_of(skeleton) if len(stroke) > 4]


def lay_out(dataset: str, home: Home) -> None:
    """Make the map of the pictures, which the pages would show only once it is ready."""
    data = umeta.load(dataset)
    map_positions.positions(umeta.embed(data, ENCODER).embedding, data.meta_train, "tsne", home)


def without_labels(dataset: str, home: Home) -> None:
    """Write images into a folder of their own, where no name tells a class, and open it."""
    name = UNLABELLED.format(home.root)
    folder = Path(name.removeprefix("folder:"))
    folder.mkdir(exist_ok=True)
    images = umeta.load(dataset).dataset.images.images
    for number, image in enumerate(images[:: len(images) // N_UNLABELLED, 0]):
        Image.fromarray(image).save(folder / f"{number:04}.png")
    opened_paths.remember(home, name)


def take(page: Page, name: str, address: str) -> bytes:
    """Open a page and return its picture, once nothing on it moves any more."""
    width, height = SIZES.get(name, (WIDTH, HEIGHT))
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    page.wait_for_timeout(3000)  # charts and maps are drawn after the script has run
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    home = Home.from_environment()
    page.evaluate(RENAME, {str(home.root): "~/umeta", str(home.data_folders[0]): "~/data"})
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


def of_app(page: Page, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Serve the app and yield the names of these of its pages and their pictures."""
    home = Home.from_environment()
    at_hand = {entry.name for entry in datasets_at_hand(home) if entry.available}
    dataset = "omniglot" if "omniglot" in at_hand else "glyphs"
    lay_out(dataset, home)
    without_labels(dataset, home)
    links = pages(dataset)
    with serving(home) as server:
        yield from ((name, take(page, name, f"{server.address}/{links[name]}")) for name in names)


def of_growth(page: Page) -> bytes:
    """Return the picture of the charts of how time and memory grow, one above the other."""
    drawn = [chart.update_layout(template="plotly_white", width=WIDTH) for chart in growth.charts()]
    parts = [chart.to_html(full_html=False, include_plotlyjs=not k) for k, chart in enumerate(drawn)]
    page.set_viewport_size({"width": WIDTH, "height": sum(chart.layout.height for chart in drawn)})
    page.set_content(f"<body style='margin: 0'>{''.join(parts)}</body>")
    page.wait_for_function(f"document.querySelectorAll('.plot-container').length == {len(drawn)}")
    return page.screenshot()


def main(names: Sequence[str]) -> None:
    """Take the pictures of these names, or all."""
    PICTURES.mkdir(exist_ok=True)
    of_pages = [name for name in pages("omniglot") if not names or name in names]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        taken = chain(
            of_app(page, of_pages) if of_pages else (),
            [("growth", of_growth(page))] if not names or "growth" in names else (),
        )
        for name, picture in taken:
            file = light(picture)
            (PICTURES / f"{name}.png").write_bytes(file)
            sys.stdout.write(f"{name}.png  {len(file) // 1000} kB\n")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
