"""The drop zone in a real browser: a folder and a zip are sent, stopped, used, renamed and removed."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.serving import SETTLED
from tests.ui.test_browser import DESKTOP
from umeta.cache import Home
from umeta.ui.frame import opened_paths


@pytest.fixture
def page(browser: Browser, served: str):
    opened = browser.new_page(viewport=DESKTOP)
    opened.goto(f"{served}/data?dataset=digits&encoder=pixels")
    opened.get_by_text("Drop images, a folder or a zip here").wait_for(timeout=60_000)
    yield opened
    opened.close()


def pictures(folder: Path, *kinds: str) -> Path:
    """Eight images of each kind, each in a folder of its own; without kinds in none."""
    rng = np.random.default_rng(0)
    for kind in kinds or ("",):
        (folder / kind).mkdir(parents=True)
        for k in range(8):
            Image.fromarray(rng.integers(0, 256, (20, 20, 3), np.uint8)).save(folder / kind / f"{k}.png")
    return folder


def settle(page: Page) -> None:
    page.wait_for_timeout(300)
    page.wait_for_selector(SETTLED, timeout=60_000)


def uploaded(home: Home, title: str) -> Path:
    (entry,) = [entry for entry in opened_paths.entries(home) if entry.title == title]
    return entry.path


def test_a_chosen_folder_keeps_its_classes_and_is_used_renamed_and_removed(
    page: Page, shared_home: Home, tmp_path: Path
):
    for entry in opened_paths.entries(shared_home):
        opened_paths.forget(shared_home, entry.name)  # so that the list holds this set alone
    folder = pictures(tmp_path / "sea animals", "cod", "$eel*", "ray")
    (folder / "notes.txt").touch()
    page.locator("input.folder").set_input_files(folder)
    page.get_by_text("24 images in 3 classes").wait_for(timeout=60_000)
    page.get_by_text("Not sent, as no image, table or array ends like it: sea animals/notes.txt.").wait_for()
    place = uploaded(shared_home, "sea animals")
    assert sorted(path.name for path in place.iterdir()) == ["$eel*", "cod", "ray"]
    assert shared_home.root / "uploads" in place.parents

    page.get_by_role("button", name="Use these images").click()
    page.get_by_role("heading", name="Explore", exact=True).wait_for(timeout=60_000)
    settle(page)
    expect(page.get_by_role("combobox", name="Data set")).to_have_value("sea animals")
    assert "folder%3A" in page.url or "folder:" in page.url

    page.get_by_role("link", name="Data", exact=True).first.click()
    page.get_by_role("heading", name="sea animals").wait_for(timeout=60_000)
    settle(page)
    page.get_by_role("button", name="Change").click()
    page.get_by_label("Name", exact=True).fill("fish")
    page.get_by_label("Name", exact=True).press("Enter")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("heading", name="fish").wait_for(timeout=60_000)
    settle(page)
    if not page.get_by_role("button", name="Delete its files").is_visible():
        page.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Delete its files and remove it").click()
    expect(page.get_by_role("heading", name="fish")).to_have_count(0, timeout=60_000)
    assert not place.exists()
    assert "fish" not in [entry.title for entry in opened_paths.entries(shared_home)]
    assert folder.exists()


def test_a_zip_without_labels_is_sent_and_welcome(page: Page, shared_home: Home, tmp_path: Path):
    folder = pictures(tmp_path / "flat")
    with zipfile.ZipFile(tmp_path / "my drawings.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    page.locator("input.files").set_input_files(tmp_path / "my drawings.zip")
    page.get_by_text("8 images, no labels: fine.").wait_for(timeout=60_000)
    assert uploaded(shared_home, "my drawings").name == "my drawings.zip"
    page.get_by_role("button", name="Use these images").click()
    page.get_by_role("heading", name="Explore", exact=True).wait_for(timeout=60_000)
    settle(page)
    assert page.locator("[data-testid=stException]").count() == 0
    opened_paths.forget(shared_home, f"folder:{uploaded(shared_home, 'my drawings')}")


def test_a_dropped_folder_keeps_its_folders(page: Page, shared_home: Home, tmp_path: Path):
    folder = pictures(tmp_path / "dropped", "a", "b", "c")
    place = page.locator(".drop").bounding_box() or {}
    client = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        client.send(
            "Input.dispatchDragEvent",
            {
                "type": kind,
                "x": place["x"] + 40,
                "y": place["y"] + 20,
                "data": {"items": [], "files": [str(folder)], "dragOperationsMask": 1},
            },
        )
    page.get_by_text("24 images in 3 classes").wait_for(timeout=60_000)
    assert sorted(path.name for path in uploaded(shared_home, "dropped").iterdir()) == ["a", "b", "c"]
    opened_paths.forget(shared_home, f"folder:{uploaded(shared_home, 'dropped')}")


def test_stop_sends_no_more_and_go_on_sends_the_rest(page: Page, shared_home: Home, tmp_path: Path):
    held: list[Route] = []
    page.route("**/umeta-upload/**", lambda route: held.append(route))
    folder = pictures(tmp_path / "slowly sent", "cod", "eel", "ray")
    page.locator("input.folder").set_input_files(folder)
    page.get_by_text("Sending: 0 of 24 files").wait_for()
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("Stopped. 0 of 24 files are sent.").wait_for()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    page.wait_for_timeout(500)
    assert len(held) == 6  # so many go at once, and none after them
    assert "slowly sent" not in [entry.title for entry in opened_paths.entries(shared_home)]
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("24 images in 3 classes").wait_for(timeout=60_000)
    place = uploaded(shared_home, "slowly sent")
    for file in folder.rglob("*.png"):
        assert (place / file.relative_to(folder)).read_bytes() == file.read_bytes()
