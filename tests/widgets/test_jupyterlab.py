"""The widgets in a real JupyterLab, driven by a real browser: `python -m pytest -m slow tests/widgets -s` prints times.

Tests umeta.widgets.map_widget and umeta.widgets.task_board beyond their own files.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import data_folders
from tests.serving import ROOT, free_port, wait_until_up
from umeta.widgets.map_widget import MapWidget

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("jupyterlab") is None, reason="needs the extra `notebooks`, for JupyterLab"),
]

N_ITEMS = 32_460
"""Of Omniglot; where it is not at hand as many invented images take its place."""
PREPARE = f"""
import time
import ipywidgets
import numpy as np
import umeta
from umeta.cache import Home
from umeta.data import datasets_at_hand

at_hand = {{known.name: known.available for known in datasets_at_hand(Home.from_environment())}}
if at_hand.get("omniglot"):
    data = umeta.load("omniglot")
else:
    strokes = np.random.default_rng(0).integers(0, 256, ({N_ITEMS}, 1, 28, 28), dtype=np.uint8)
    np.savez("invented.npz", images=strokes)
    data = umeta.load("arrays:invented.npz")
embedding = umeta.embed(data, "pca")
start = time.perf_counter()
letters = umeta.explore(embedding, projection="pca", items=range(len(data.images)))
seconds = time.perf_counter() - start
label = ipywidgets.Label("nothing")


def hear(change):
    label.value = f"heard {{change['new'].sum()}} {{len(change['new'])}}"


letters.observe(hear, "selected")
label
"""
CELLS = {
    "prepare": PREPARE,
    "show": "letters",
    "seconds": "print(f'made in {seconds:.2f} s')",
    "select": "letters.selected = [5, 7, 9]",
    "colour": "partitions = umeta.partition(embedding, 'kmeans', n_clusters=20)\nletters.colour = partitions",
    "compare": "umeta.compare(partitions, umeta.partition(embedding, 'random', n_clusters=20), projection='pca')",
    "guess": "board = umeta.guess(partitions, n_way=2, n_query=2)\nboard",
    "answers": "print('answers', board.answers.tolist(), board.right.sum())",
    "curves": "curves = umeta.curves()\ncurves",
    "train": "umeta.train(partitions, 'protonets', n_way=5, n_shot=1, n_query=2, iterations=20, on_step=curves)",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the notebook."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def lab(folder: Path) -> Iterator[str]:
    """Serve JupyterLab from a folder with one notebook, with homes of its own."""
    import nbformat  # takes seconds, for which the collection of other tests need not wait

    port = free_port()
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source.strip()) for source in CELLS.values()],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, folder / "widgets.ipynb")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += [
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True",
    ]
    command += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    own = {"UMETA_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    own |= {"UMETA_DATA": str(data_folders()[0])} if data_folders() else {}
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
    try:
        wait_until_up(f"http://127.0.0.1:{port}/api/status", path="")
        yield f"http://127.0.0.1:{port}/lab/tree/widgets.ipynb"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def page(browser: Browser, lab: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(lab)
    page.wait_for_function(
        "window.jupyterapp?.shell?.currentWidget?.content?.widgets?.length > 3", timeout=60_000
    )
    page.evaluate("() => window.jupyterapp.shell.currentWidget.context.ready")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")
    yield page
    assert not problems
    context.close()


def run(page: Page, name: str) -> None:
    """Run a cell and wait until it is done."""
    page.evaluate(
        """async (number) => {
        const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
        content.activeCellIndex = number;
        content.deselectAll();
        content.scrollToItem(number, "start");
        const cell = content.widgets[number].model.sharedModel;
        await window.jupyterapp.commands.execute("notebook:run-cell");
        const failed = cell.outputs.some(({ output_type }) => output_type === "error");
        if (failed) throw new Error(JSON.stringify(cell.outputs));
        }""",
        list(CELLS).index(name),
    )


def printed(page: Page, name: str) -> str:
    """Return what a cell printed."""
    return page.evaluate(
        """(number) => {
        const { sharedModel } = window.jupyterapp.shell.currentWidget.content.widgets[number].model;
        return sharedModel.outputs.map(({ text }) => (Array.isArray(text) ? text.join("") : text ?? "")).join("");
        }""",
        list(CELLS).index(name),
    )


def mark_of(page: Page, name: str) -> dict[str, Any]:
    """Wait for the last performance mark of a name, and clear it."""
    page.wait_for_function("name => performance.getEntriesByName(name).length > 0", arg=name, timeout=60_000)
    return page.evaluate(
        """(name) => {
        const { startTime, detail } = performance.getEntriesByName(name).at(-1);
        performance.clearMarks(name);
        return { at: startTime, ...detail };
        }""",
        name,
    )


def test_a_map_of_omniglot_s_size_draws_and_its_lasso_comes_back(page: Page):
    run(page, "prepare")
    draws, answers = [], []
    for _ in range(5):
        page.evaluate("performance.clearMarks()")
        before = page.evaluate("performance.now()")
        run(page, "show")
        drawn = mark_of(page, "umeta:map-drawn")
        assert drawn["points"] == N_ITEMS
        page.wait_for_timeout(300)
        draws.append(drawn["at"] - before)
    stage = page.get_by_role("application").last
    page.locator(".widget-label").wait_for()
    page.evaluate(
        """() => {
        const label = document.querySelector(".widget-label");
        window.heard = [];
        new MutationObserver(() => window.heard.push([performance.now(), label.textContent])).observe(
          label, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.get_by_role("button", name="Select by lasso").last.click()
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box
    for turn in range(5):
        page.evaluate("window.heard = []")
        x, y, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 40 + 15 * turn
        page.mouse.move(x, y - reach)
        page.mouse.down()
        for across, down in ((1, 0), (0, 1), (-1, 0)):
            page.mouse.move(x + across * reach, y + down * reach, steps=3)
        page.mouse.up()
        chosen = mark_of(page, "umeta:map-chosen")
        page.wait_for_function("window.heard.length > 0")
        at, text = page.evaluate("window.heard[0]")
        answers.append(at - chosen["at"])
        assert int(text.split()[-1]) == chosen["items"] > 100
    total, n_selected = map(int, page.evaluate("window.heard[0][1]").split()[1:])
    in_browser = stage.evaluate(
        """(node) => {
        const { points, selected } = node.getRootNode().querySelector(".umap").embeddingMap;
        return [...points.items].filter((_, i) => selected[i]).reduce(([sum, n], item) => [sum + item, n + 1], [0, 0]);
        }"""
    )
    assert [total, n_selected] == in_browser
    run(page, "seconds")
    script = str(MapWidget._esm)
    sys.stdout.write(
        f"\nJupyterLab, {N_ITEMS:,} points: {printed(page, 'seconds').strip()}, first draw {draws[0]:.0f} ms, "
        f"median of 5 {statistics.median(draws):.0f} ms; lasso to item numbers in Python and back, median of 5, "
        f"{statistics.median(answers):.0f} ms ({n_selected:,} items); {len(script.encode()):,} bytes of JS\n"
    )
    picture(page, "map")
    box = stage.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".umap .card.shown canvas[data-item]")
    stage.focus()
    page.keyboard.press("i")
    page.wait_for_function(
        "node => Number(node.dataset.images) > 50 && node.dataset.missing === '0'", arg=stage.element_handle()
    )
    picture(page, "images")
    run(page, "select")
    page.wait_for_function("node => node.dataset.selected === '3'", arg=stage.element_handle())
    run(page, "colour")
    page.wait_for_function(
        "node => node.getRootNode().querySelectorAll('.legend button').length === 20",
        arg=stage.element_handle(),
    )
    assert stage.get_attribute("data-selected") == "3"


def test_partitions_a_task_and_a_training_work_in_a_notebook(page: Page, folder: Path):
    run(page, "prepare")
    run(page, "colour")
    run(page, "compare")
    stages = page.get_by_role("application")
    stages.nth(1).wait_for()
    mark_of(page, "umeta:map-drawn")
    stages.nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("node => Number(node.dataset.selected) > 0", arg=stages.nth(1).element_handle())
    picture(page, "compare")
    run(page, "guess")
    page.locator(".board .queries button").first.click()
    for _ in range(4):
        page.keyboard.press("1")
    page.locator(".board .done").click()
    page.get_by_text("2 of 4 right.").wait_for()
    picture(page, "guess")
    run(page, "answers")
    assert printed(page, "answers").strip() == "answers [[0, 0], [0, 0]] 2"
    run(page, "curves")
    run(page, "train")
    page.locator("svg polyline").first.wait_for()
    picture(page, "curves")
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    saved = json.loads((folder / "widgets.ipynb").read_text())
    shown = [output.get("data", {}) for cell in saved["cells"] for output in cell["outputs"]]
    assert {"image/png", "application/vnd.jupyter.widget-view+json"} <= {
        kind for data in shown for kind in data
    }
    (curves,) = ["".join(data["image/svg+xml"]) for data in shown if "image/svg+xml" in data]
    assert "polyline" in curves  # of the end of the training, though it was shown before


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where `UMETA_SCREENSHOTS` says, to look at."""
    if folder := os.environ.get("UMETA_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"jupyterlab-{name}.png")
