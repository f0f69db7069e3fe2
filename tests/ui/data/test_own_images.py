"""The card for a person's own images, as AppTest opens it; also umeta.ui.data.path_kinds, umeta.ui.data.contents,
umeta.ui.data.own_sets, umeta.ui.data.folder_browser, umeta.ui.data.first_look, umeta.ui.data.given_images,
umeta.ui.data.reading_choices and umeta.ui.data.callback_errors."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.ui.data.path_kinds import kinds_of
from umeta.ui.frame import opened_paths
from umeta.ui.frame.text import plain


@pytest.fixture
def own_home(own_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home where nothing was opened yet, and a folder of the server that may be looked through."""
    monkeypatch.setenv("UMETA_ROOTS", str(tmp_path / "server"))
    (tmp_path / "server").mkdir()
    return own_home


@pytest.fixture
def photos(tmp_path: Path, own_home: Home) -> Path:
    """Forty images without labels, of no square, in a folder of the server."""
    folder = tmp_path / "server" / "my $photos* _|_"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for k in range(40):
        Image.fromarray(rng.integers(0, 256, (16, 24, 3), np.uint8)).save(folder / f"{k}.png")
    return folder


@pytest.fixture
def birds(tmp_path: Path, own_home: Home) -> Path:
    """Six classes of four images."""
    rng = np.random.default_rng(1)
    for kind in "abcdef":
        (tmp_path / "server" / "birds" / kind).mkdir(parents=True)
        for k in range(4):
            pixels = rng.integers(0, 256, (16, 16, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "server" / "birds" / kind / f"{k}.png")
    return tmp_path / "server" / "birds"


def type_path(app: AppTest, path: Path) -> AppTest:
    app.segmented_control(key="own way").set_value("Type a path").run()
    return app.text_input(key="own path").set_value(str(path)).run()


def dataset_of(app: AppTest) -> str:
    return app.session_state["umeta.selection"].dataset


def test_a_folder_without_labels_is_looked_at_read_used_and_on_the_map(
    open_page: OpenPage, own_home: Home, photos: Path
):
    app = type_path(open_page("data"), photos)
    assert not app.exception
    assert not app.error
    assert "40 images, no labels: fine" in texts(app)
    assert "**40 images** by their names" in texts(app)
    app.selectbox(key="own fit").set_value("pad").run()
    app.selectbox(key="own size").set_value("28").run()
    app.text_input(key="own title").set_value("Holidays *2026*").run()
    app.button(key="use own").click().run()
    assert not app.exception
    assert app.title[0].value == "Explore"
    assert dataset_of(app) == f"folder:{photos}"
    assert app.session_state["umeta.selection"].reading == (("fit", "pad"), ("size", 28))
    assert app.selectbox(key="dataset by title").options[-1] == "Holidays *2026*"
    entry = opened_paths.entry_of(own_home, f"folder:{photos}")
    assert entry
    assert entry.title == "Holidays *2026*"


def test_the_set_in_use_stands_first_and_is_marked(open_page: OpenPage, own_home: Home, birds: Path):
    opened_paths.remember(own_home, f"folder:{birds}", title="My_birds_ of $x$")
    app = open_page("data", dataset=f"folder:{birds}")
    assert not app.exception
    assert app.subheader[0].value == plain("My_birds_ of $x$")
    assert [header.value for header in app.subheader][1] == "Your own images"
    assert "24 images in 6 classes" in texts(app)
    assert not [button for button in app.button if button.key == f"use folder:{birds}"]
    assert [header.value for header in open_page("data").subheader][:3] == [
        "Digits",
        "Your own images",
        "Glyphs",
    ]


def test_a_folder_is_chosen_by_looking_through_those_of_the_server(
    open_page: OpenPage, own_home: Home, photos: Path, birds: Path
):
    app = open_page("data")
    app.segmented_control(key="own way").set_value("Browse folders").run()
    assert not app.exception
    label = app.button(key=f"browse {photos}").label
    assert "40 images" in label
    assert "$photos*" not in label
    assert app.button(key=f"browse {birds}").label == "birds · 0 images, 6 folders"
    app.button(key=f"browse {birds}").click().run()
    app.button(key="browse choose").click().run()
    assert not app.exception
    assert "24 images in 6 classes" in texts(app)
    app.button(key="browse up").click().run()
    assert app.button(key=f"browse {photos}")


def test_several_sets_are_told_apart_renamed_and_removed_and_no_folder_is_touched(
    open_page: OpenPage, own_home: Home, birds: Path, tmp_path: Path
):
    gone = f"folder:{tmp_path / 'gone'}"
    for name in (f"folder:{birds}", gone):
        opened_paths.remember(own_home, name)
    app = open_page("data", dataset=f"folder:{birds}")
    assert app.selectbox(key="dataset by title").options[-2:] == ["birds", "gone (not there any more)"]
    app.text_input(key=f"title folder:{birds}").set_value("gone").run()
    app.button(key=f"rename folder:{birds}").click().run()
    assert any("is called gone already" in error.value for error in app.error)
    app.text_input(key=f"title folder:{birds}").set_value("Little birds").run()
    app.button(key=f"rename folder:{birds}").click().run()
    assert not app.exception
    assert not app.error
    assert [entry.title for entry in opened_paths.entries(own_home)] == ["Little birds", "gone"]
    assert "Its files stay as they are" in texts(app)
    for name in (f"folder:{birds}", gone):
        app.button(key=f"remove {name}").click().run()
        assert not app.exception
    assert opened_paths.opened(own_home) == []
    assert dataset_of(app) == "glyphs"
    assert len(list(birds.rglob("*.png"))) == 24


def test_what_is_wrong_with_a_path_is_one_line_and_can_be_taken_back(
    open_page: OpenPage, own_home: Home, tmp_path: Path
):
    app = type_path(open_page("data"), tmp_path / "no*where*")
    assert not app.exception
    assert len(app.error) == 1
    assert "no\\*where\\*" in app.error[0].value
    app.button(key="not own").click().run()
    assert not app.error


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("photos.zip", ("folder",)),
        ("a folder", ("folder",)),
        ("x.jpg", ("folder",)),
        ("x.CSV", ("table", "vectors")),
    ],
)
def test_the_ending_of_a_file_tells_what_it_can_be_read_as(
    name: str, kinds: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    every = type("Registry", (), {"takes_argument": {"folder", "table", "arrays", "vectors"}})
    monkeypatch.setattr("umeta.ui.data.path_kinds.DATASETS", every)
    assert kinds_of(Path(name)) == kinds
