"""Pages on disk, as `umeta export --static` writes them, opened in a real browser without a server.

Tests umeta.browser.standalone.parts and umeta.cli.static_export too.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from umeta.browser.standalone.page import Page as StandalonePage
from umeta.browser.standalone.page import PagePart
from umeta.cache import Home
from umeta.cli.app import app
from umeta.data import DATASETS
from umeta.stage import UserError

CONFIG = ("dataset=digits", "encoder=pixels", "partition.n_clusters=12", "task.n_query=2", "device=cpu")
GLYPHS = "dataset=glyphs dataset.n_classes=30 dataset.n_alphabets=3"
DRAWN = "performance.getEntriesByName('umeta:map-drawn').length >= {}"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, shared_home: Home) -> dict[str, Path]:
    """One exported folder of each kind."""
    root = tmp_path_factory.mktemp("static")
    more = {
        "map": (),
        "comparison": ("partition=kmeans", "--against", "partition=random"),
        "task": ("--number", "3"),
    }
    for kind, options in more.items():
        words = ("export", "--static", str(root / kind), kind, *CONFIG, "--projection", "pca", *options)
        done = CliRunner().invoke(app, words, env={"UMETA_HOME": str(shared_home.root)})
        assert done.exit_code == 0, done.output
    return {kind: root / kind for kind in more}


@pytest.fixture
def open_page(browser: Browser, folders: dict[str, Path]) -> Iterator:
    """Return a function that opens a folder; at the end nothing was asked for but what lies in it."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", offline=True
    )
    asked: list[str] = []
    problems: list[str] = []

    def opened(kind: str, n_maps: int) -> Page:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto((folders[kind] / "index.html").as_uri())
        page.wait_for_function(DRAWN.format(n_maps))
        return page

    yield opened
    assert not problems
    assert not [url for url in asked if not url.startswith(("file:", "blob:", "data:"))]
    context.close()


def test_a_map_from_disk_shows_the_right_image_and_selects(open_page, shared_home: Home):
    page = open_page("map", 1)
    x, y = page.evaluate(
        """() => {
        const map = document.querySelector(".umap").embeddingMap;
        const item = [...map.points.items].find((item) => {
          const [x, y] = map.screenOf(item);
          return x > 200 && y > 200 && x < map.width - 200 && y < map.height - 100 && map.imageAt(x, y) === undefined;
        });
        return map.screenOf(item);
        }"""
    )
    stage = page.get_by_role("application")
    box = stage.bounding_box()
    assert box
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.wait_for_selector(".umap .card.shown canvas[data-item]")
    hovered = int(stage.get_attribute("data-hover-item") or -1)
    drawn = page.evaluate(
        """() => {
        const canvas = document.querySelector(".umap .card canvas");
        return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data];
        }"""
    )
    images = DATASETS.parse("digits").load(shared_home).images.images
    red = np.array(drawn).reshape(*images.shape[2:], 4)[..., 0]
    assert np.array_equal(red, 255 - images[hovered, 0])
    stage.focus()
    page.keyboard.press("i")
    page.wait_for_function("document.querySelector('.stage').dataset.missing === '0'")
    assert int(stage.get_attribute("data-images") or 0) > 50
    page.get_by_role("button", name="Select by box").click()
    page.mouse.move(box["x"] + 60, box["y"] + 120)
    page.mouse.down()
    page.mouse.move(box["x"] + 600, box["y"] + 500, steps=4)
    page.mouse.up()
    page.get_by_text(" selected").first.wait_for()


def test_what_is_selected_on_one_of_two_maps_shows_on_the_other(open_page):
    page = open_page("comparison", 2)
    first, second = (page.get_by_role("application").nth(k) for k in (0, 1))
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.stage')[1].dataset.selected > 0")
    assert first.get_attribute("data-selected") == second.get_attribute("data-selected")


def test_a_task_is_solved_by_keys_and_tells_what_was_right(open_page):
    page = open_page("task", 1)
    page.locator(".board .queries button").first.click()
    for _ in range(10):
        page.keyboard.press("1")
    page.locator(".board .done").click()
    page.get_by_text("All answered. Click a query to change it. 2 of 10 right.").wait_for()
    page.get_by_text("Show the rows").click()
    assert page.locator(".ugr .row:not(.head)").count() == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("letter",), "writes a map, a task, a comparison or a lesson; found 'letter'"),
        (("lesson",), "one lesson by its name; found ''. There are: embedding, map, k-means"),
        (("lesson", "astrology"), "no lesson 'astrology'. Choose one of: embedding, map"),
        (("comparison", *CONFIG), "--against partition=random"),
        (
            ("comparison", *CONFIG, "--against", GLYPHS),
            "of the same images; --against changes the data set",
        ),
    ],
)
def test_what_cannot_be_exported_is_said(
    words: tuple[str, ...], said: str, tmp_path: Path, shared_home: Home
):
    done = CliRunner().invoke(
        app, ("export", "--static", str(tmp_path / "new"), *words), env={"UMETA_HOME": str(shared_home.root)}
    )
    assert isinstance(done.exception, UserError)
    assert said in str(done.exception)
    assert not (tmp_path / "new").exists()


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.tex").write_text("mine")
    page = StandalonePage("Title", "Intro", [])
    with pytest.raises(UserError, match="holds other files already, and no exported page"):
        page.write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_names_from_outside_are_text_on_the_page_and_in_its_script(tmp_path: Path):
    name = '</script><img src=x onerror="alert(1)">'
    part = PagePart(name, name, "", {"kind": "map", "data": {"alt": name}})
    page = StandalonePage(name, name, [part])
    page.write(tmp_path)
    page.write(tmp_path)  # an earlier page is replaced
    for file in ("index.html", "content.js"):
        text = (tmp_path / file).read_text()
        assert "<img" not in text
        assert text.count("</script>") == (2 if file == "index.html" else 0)
    with zipfile.ZipFile(io.BytesIO(page.zipped("map"))) as archive:
        assert archive.read("map/index.html") == (tmp_path / "index.html").read_bytes()


def test_a_lesson_is_written_by_its_name(shared_home: Home, tmp_path: Path):
    words = ("export", "--static", str(tmp_path), "lesson", "baseline")
    done = CliRunner().invoke(app, words, env={"UMETA_HOME": str(shared_home.root)})
    assert done.exit_code == 0, done.output
    assert "Does it beat the embedding itself?" in (tmp_path / "index.html").read_text("utf-8")
