"""The encoder that a data set is looked at by where the link names none."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage
from umeta.cache import Home
from umeta.ui.frame import opened_paths


@pytest.fixture
def photos(tmp_path: Path, shared_home: Home) -> str:
    """The name of an opened folder of photographs."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for k in range(6):
        pixels = np.random.default_rng(k).integers(0, 256, (20, 20, 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{k}.png")
    opened_paths.remember(shared_home, f"folder:{folder}")
    return f"folder:{folder}"


def encoder(app: AppTest) -> str:
    assert not app.exception
    return str(app.selectbox(key="encoder by title").value)


def choose(app: AppTest, name: str) -> AppTest:
    return app.selectbox(key="dataset by title").set_value(name).run()


def test_handwriting_is_embedded_by_what_invented_letters_taught_and_photographs_by_pca(
    open_page: OpenPage, photos: str
):
    app = open_page("data")
    assert encoder(app) == "pretrained:glyphs"
    assert encoder(choose(app, photos)) == "pca"
    assert encoder(choose(app, "digits")) == "pretrained:glyphs"


def test_an_encoder_that_was_chosen_stays_with_every_data_set(open_page: OpenPage, photos: str):
    app = open_page("data", encoder="pixels")
    assert encoder(app) == "pixels"
    assert encoder(choose(app, photos)) == "pixels"
    assert encoder(choose(app, "digits")) == "pixels"
