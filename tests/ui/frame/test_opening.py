"""Nothing of a person's own that a link names is read before they have opened it; also umeta.ui.frame.encoder_file."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.data import DATASETS
from umeta.stage import UserError
from umeta.ui.frame import opened_paths
from umeta.ui.frame.sidebar import FROM_FILE


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Five classes of six images."""
    rng = np.random.default_rng(0)
    for kind in "abcde":
        (tmp_path / "my photos" / kind).mkdir(parents=True)
        for k in range(6):
            pixels = rng.integers(0, 256, (20, 20, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "my photos" / kind / f"{k}.png")
    return tmp_path / "my photos"


@pytest.fixture
def embeddings(tmp_path: Path, own_home: Home) -> Path:
    """Finished embeddings of the digits."""
    dataset = DATASETS.parse("digits").load(own_home)
    names = np.array(["none", "meta_train", "meta_val", "meta_test"])[dataset.split_of + 1]
    vectors = np.random.default_rng(0).normal(size=(len(names), 4)).astype(np.float32)
    np.savez(tmp_path / "mine.npz", ids=np.array(dataset.images.ids), embeddings=vectors, split=names)
    return tmp_path / "mine.npz"


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button if button.label != "Present"]


def images_read(home: Home) -> list[str]:
    return sorted(folder.name for folder in (home.products / "images").glob("*"))


@pytest.mark.parametrize("page", ["data", "explore", "results"])
def test_a_folder_in_a_link_is_shown_but_not_read_until_it_is_opened(
    page: str, open_page: OpenPage, own_home: Home, photos: Path
):
    before = images_read(own_home)
    app = open_page(page, dataset=f"folder:{photos}")
    assert not app.exception
    assert [code.value for code in app.code] == [str(photos)]
    assert labels(app) == ["Open this folder", "Leave it closed"]
    assert images_read(own_home) == before
    app.button(key="open dataset").click().run()
    assert not app.exception
    assert app.selectbox(key="dataset").value == f"folder:{photos}"
    assert opened_paths.opened(own_home) == [f"folder:{photos}"]
    assert "Open this folder" not in labels(open_page(page, dataset=f"folder:{photos}"))


def test_a_link_left_closed_shows_the_usual_images(open_page: OpenPage, own_home: Home, photos: Path):
    app = open_page("results", dataset=f"folder:{photos}")
    app.button(key="leave dataset").click().run()
    assert not app.exception
    assert app.selectbox(key="dataset").value == "glyphs"
    assert opened_paths.opened(own_home) == []


def test_another_spelling_of_an_opened_path_is_that_path_and_of_no_other(
    open_page: OpenPage, own_home: Home, photos: Path
):
    opened_paths.remember(own_home, f"folder:{photos}")
    app = open_page("results", dataset=f"folder:{photos}/a/..")
    assert not app.exception
    assert app.session_state["umeta.selection"].dataset == f"folder:{photos}"
    assert "Open this folder" in labels(open_page("results", dataset=f"folder:{photos}/.."))


def test_a_link_to_no_path_is_one_clear_line(open_page: OpenPage, own_home: Home):
    app = open_page("results", dataset="folder:~nobody-here/photos")
    assert not app.exception
    assert "can be no path" in app.error[0].value
    with pytest.raises(UserError, match="can be no path"):
        opened_paths.whole("folder:a\0b")


def test_own_images_are_checked_at_once_and_then_chosen(open_page: OpenPage, own_home: Home, photos: Path):
    app = open_page("data")
    app.segmented_control(key="own way").set_value("Type a path").run()
    app.text_input(key="own path").set_value(str(photos / "nothing")).run()
    assert not app.exception
    assert any("there is no folder or zip" in error.value for error in app.error)
    assert "Use these images" not in labels(app)
    app.text_input(key="own path").set_value(f" {photos} ").run()
    assert not app.error
    app.button(key="use own").click().run()
    assert not app.exception
    assert app.selectbox(key="dataset").value == f"folder:{photos}"
    assert str(photos) in app.query_params["dataset"]
    assert app.selectbox(key="split_folder").value == "own"
    assert "Use these images" not in labels(app)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"PK\x03\x04 cut off", "is damaged or not a readable zip"), (b"", "is damaged or not a readable zip")],
)
def test_a_broken_zip_is_one_clear_line(
    content: bytes, message: str, open_page: OpenPage, own_home: Home, tmp_path: Path
):
    (tmp_path / "photos.zip").write_bytes(content)
    app = open_page("data")
    app.segmented_control(key="own way").set_value("Type a path").run()
    app.text_input(key="own path").set_value(str(tmp_path / "photos.zip")).run()
    assert not app.exception
    assert message in app.error[0].value
    assert "\n" not in app.error[0].value


def test_finished_embeddings_are_checked_then_chosen_and_clustered(
    open_page: OpenPage, own_home: Home, embeddings: Path
):
    app = open_page("partitions", encoder=FROM_FILE)
    assert not app.exception
    assert "Give the path of a file of embeddings in the sidebar" in app.error[0].value
    app.text_input(key="embeddings path").set_value(str(embeddings) + ".not").run()
    assert any("there is no file" in error.value for error in app.error)
    app.text_input(key="embeddings path").set_value(str(embeddings)).run()
    app.button(key="use file").click().run()
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="encoder").value == f"import:{embeddings}"


def test_a_file_of_embeddings_in_a_link_is_asked_for_too(
    open_page: OpenPage, own_home: Home, embeddings: Path
):
    app = open_page("partitions", encoder=f"import:{embeddings}")
    assert labels(app) == ["Open this file of embeddings", "Leave it closed"]
    assert [code.value for code in app.code] == [str(embeddings)]
    app.button(key="open encoder").click().run()
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="encoder").value == f"import:{embeddings}"


def broken(vectors: np.ndarray, ids: np.ndarray, split: np.ndarray) -> tuple[np.ndarray, ...]:
    return np.where(np.arange(len(ids))[:, None] == 3, np.nan, vectors), ids, split


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (broken, "1 of 1,797 embeddings hold NaN or infinity"),
        (lambda v, ids, split: (np.ones_like(v), ids, split), "all 1,797 embeddings are equal"),
        (
            lambda v, ids, split: (v, np.char.add(ids, "x"), split),
            "items of digits have no row, e.g.",
        ),
        (
            lambda v, ids, split: (v, ids, np.full(len(v), "meta_train")),
            "are not in meta_train under this split",
        ),
    ],
    ids=["NaN", "constant", "other ids", "another split"],
)
def test_unsound_embeddings_are_one_clear_line_on_the_page(
    change, message: str, open_page: OpenPage, own_home: Home, embeddings: Path
):
    with np.load(embeddings) as file:
        vectors, ids, split = change(file["embeddings"], file["ids"], file["split"])
    np.savez(embeddings, ids=ids, embeddings=vectors.astype(np.float32), split=split)
    opened_paths.remember(own_home, f"import:{embeddings}")
    app = open_page("partitions", encoder=f"import:{embeddings}")
    assert not app.exception
    assert any(message in error.value for error in app.error), texts(app)
    assert "\n" not in app.error[0].value


def test_a_set_of_vectors_is_shown_by_them_until_another_encoder_is_chosen(
    open_page: OpenPage, own_home: Home, tmp_path: Path
):
    np.save(tmp_path / "points.npy", np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32))
    name = f"vectors:{tmp_path}/points.npy"
    opened_paths.remember(own_home, name)

    def encoder(app: AppTest) -> str | None:
        assert not app.exception
        assert not app.warning
        return app.selectbox(key="encoder").value

    assert encoder(open_page("system", dataset=name, encoder="pca")) == "pca"
    app = open_page("system", dataset=name)
    assert encoder(app) == "vectors"
    assert encoder(app.selectbox(key="dataset").set_value("digits").run()) == "pretrained:glyphs"
    assert encoder(app.selectbox(key="dataset").set_value(name).run()) == "vectors"
    assert encoder(app.selectbox(key="encoder").set_value("pixels").run()) == "pixels"
    assert encoder(app.selectbox(key="dataset").set_value("digits").run()) == "pixels"
