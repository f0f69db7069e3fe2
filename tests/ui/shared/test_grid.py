"""Tests umeta.browser.grid too."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from umeta.ui.shared.grid import GridRow, Tile, grid_html, rows_html


@pytest.fixture
def ink():
    """Forty different drawings on an empty ground."""
    images = np.zeros((40, 1, 6, 5), np.uint8)
    images[:, :, 2:4, 1:4] = np.random.default_rng(0).integers(1, 256, size=(40, 1, 2, 3))
    return images


def tiles_of(html: str, height: int, width: int) -> list[np.ndarray]:
    """Cut the sprite into the tiles that the page shows, by the positions in the HTML."""
    encoded = re.findall(r"url\(data:image/png;base64,([^)]+)\)", html)
    assert len(encoded) == 1  # one sprite, however many images
    sprite = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded[0]))))
    columns, rows = sprite.shape[1] // width, sprite.shape[0] // height
    cut = []
    for x, y in re.findall(r"--x:([\d.]+)%;--y:([\d.]+)%", html):
        column, row = round(float(x) / 100 * (columns - 1)), round(float(y) / 100 * (rows - 1))
        cut.append(sprite[row * height : (row + 1) * height, column * width : (column + 1) * width])
    return cut


def test_each_tile_shows_its_items_pixels(ink):
    items = np.random.default_rng(1).permutation(40)[:37]
    shown = tiles_of(grid_html(ink, [Tile(item=int(i)) for i in items]), 6, 5)
    assert len(shown) == 37
    for item, tile in zip(items, shown, strict=True):
        np.testing.assert_array_equal(
            tile[..., 1], ink[item, 0]
        )  # opacity is the ink, the page gives its colour


def test_colour_images_are_shown_as_they_are():
    images = np.random.default_rng(0).integers(0, 256, size=(5, 3, 4, 4), dtype=np.uint8)
    html = grid_html(images, [Tile(item=3), Tile(item=0)])
    for item, tile in zip((3, 0), tiles_of(html, 4, 4), strict=True):
        np.testing.assert_array_equal(tile, images[item].transpose(1, 2, 0))
    assert " ink" not in html.partition('style="')[0].rpartition("<div")[2]


def test_rows_show_their_items_in_order(ink):
    rows = [
        GridRow(parts=[[Tile(item=1)], [Tile(item=2), Tile(item=3)]], heading="Row 1", colour=(1, 2, 3)),
        GridRow(parts=[[Tile(item=4)], [Tile(item=5), Tile(item=6)]], heading="Row 2", note="cluster 7"),
    ]
    html = rows_html(ink, rows, ("Support", "Query"))
    for item, tile in zip(range(1, 7), tiles_of(html, 6, 5), strict=True):
        np.testing.assert_array_equal(tile[..., 1], ink[item, 0])
    assert "rgb(1 2 3)" in html
    assert "cluster 7" in html
    assert html.index("Row 1") < html.index("Row 2")


def test_all_text_is_escaped(ink):
    bad = "<script>alert(1)</script>\" onload='x'"
    tile = Tile(item=0, caption=bad, alt=bad)
    row = GridRow(parts=[[tile]], heading=bad, note=bad, badges=(bad,))
    for html in (grid_html(ink, [tile]), rows_html(ink, [row], (bad,))):
        assert "<script" not in html
        assert "' onload" not in html
        assert '" onload' not in html


def test_every_tile_says_what_it_is(ink):
    html = grid_html(ink, [Tile(item=7), Tile(item=8, caption="Greek/alpha"), Tile(item=9, alt="a circle")])
    assert re.findall(r'role="img" aria-label="([^"]+)"', html) == ["item 7", "Greek/alpha", "a circle"]
    assert "<span>Greek</span><span>alpha</span>" in html


def test_an_empty_grid_is_drawn():
    assert "data:image/png" in grid_html(np.zeros((0, 1, 4, 4), np.uint8), [])
    assert "ugr" in rows_html(np.zeros((3, 1, 4, 4), np.uint8), [])


def test_a_browser_shows_a_page_full_of_photographs(browser: Browser):
    photographs = np.random.default_rng(0).integers(0, 256, size=(120, 3, 84, 84), dtype=np.uint8)
    photographs[7] = np.array([200, 40, 10], np.uint8)[:, None, None]
    html = grid_html(photographs, [Tile(item=item) for item in range(120)], side=84)
    assert len(html) > 2_500_000  # a CSS variable of that size would be dropped, and every tile stay grey
    page = browser.new_page()
    page.set_content(html)
    drawn = page.locator(".umeta-tile .t").nth(7).screenshot()
    centre = np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB"))[40, 40]
    np.testing.assert_allclose(centre, [200, 40, 10], atol=2)
    page.close()
