"""What the map's Python half packs, publishes, serves and reads back.

Tests umeta.browser.published, umeta.browser.map.message, umeta.browser.map.points, umeta.browser.map.scripts,
umeta.browser.map.selection, umeta.browser.map.sprites, umeta.browser.map.tiles, umeta.browser.map.view,
umeta.ui.shared.map.component, umeta.ui.shared.map.media, umeta.ui.shared.map.tiles and umeta.ui.shared.media too.
"""

import asyncio
import base64
import io
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.types import Message
from streamlit.testing.v1 import AppTest

from umeta.browser.map.selection import read_selection
from umeta.browser.map.tiles import tile_sheet
from umeta.browser.map.view import encode_view
from umeta.browser.published import publish
from umeta.cache import write_atomically
from umeta.ui.shared.map import (
    MapPoints,
    MapView,
    Sprite,
    items_inside,
    media_routes,
    offer_tiles,
    snapshot_path,
)


def random_images(n_items: int, channels: int, side: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n_items, channels, side, side), dtype=np.uint8)


def pixels_at(sprite: Sprite, item: int, media: Path) -> np.ndarray:
    """Cut an item's tile out of its page as (channels, height, width)."""
    page, left, top = sprite.tile(item)
    with Image.open(io.BytesIO((media / page).read_bytes())) as image:
        tile = np.asarray(image.crop((left, top, left + sprite.tile_width, top + sprite.tile_height)))
    return tile[None] if tile.ndim == 2 else tile.transpose(2, 0, 1)


def get(app: Starlette, url: str) -> tuple[int, dict[bytes, bytes], bytes]:
    """Ask an app for a URL as a server would and return status, headers and body."""
    answer: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(60)  # the client stays and says no more
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answer.append(message)

    scope = {"type": "http", "method": "GET", "path": unquote(url), "raw_path": url.encode(), "headers": []}
    scope |= {"query_string": b"", "root_path": "", "scheme": "http", "server": ("local", 80)}
    asyncio.run(app(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in answer[1:])
    return answer[0]["status"], dict(answer[0]["headers"]), body


def square_map(media: Path) -> MapPoints:
    """Four corners of the unit square; the items' numbers are not their places."""
    return MapPoints.publish(np.array([[0, 0], [1, 0], [1, 1], [0, 1]]), np.array([30, 7, 12, 5]), media)


@pytest.mark.parametrize(("n_items", "channels", "side"), [(3000, 1, 28), (120, 3, 84), (5, 1, 1500)])
def test_every_tile_holds_the_pixels_of_the_item_of_that_number(
    n_items: int, channels: int, side: int, tmp_path: Path
) -> None:
    images = random_images(n_items, channels, side)
    sprite = Sprite.publish(images, tmp_path)
    per_page = sprite.tiles_per_page
    for item in {0, 1, per_page - 1, min(per_page, n_items - 1), n_items - 1} & set(range(n_items)):
        assert np.array_equal(pixels_at(sprite, item, tmp_path), images[item])


def test_a_filtered_and_sorted_map_still_names_the_right_tiles(tmp_path: Path) -> None:
    images = random_images(2000, 1, 28)
    sprite = Sprite.publish(images, tmp_path)
    items = np.random.default_rng(1).permutation(2000)[:300]
    points = MapPoints.publish(np.random.default_rng(2).normal(size=(300, 2)), items, tmp_path, sprite)
    content = (tmp_path / points.name).read_bytes()
    sent = np.frombuffer(content, "<i4", offset=8 * 300)  # what the browser reads as the items
    assert np.array_equal(sent, items)
    for item in sent[[0, 150, 299]]:
        assert np.array_equal(pixels_at(sprite, int(item), tmp_path), images[item])


def test_pages_stay_within_4096_pixels_a_side(tmp_path: Path) -> None:
    for images in (random_images(3000, 1, 28), random_images(3, 3, 900)):
        for page in Sprite.publish(images, tmp_path).pages:
            with Image.open(tmp_path / page) as image:
                assert max(image.size) <= 4096


def test_same_content_has_the_same_name_and_is_written_once(tmp_path: Path) -> None:
    name = publish(tmp_path, b"points", ".bin")
    written = (tmp_path / name).stat().st_ino
    assert publish(tmp_path, b"points", ".bin") == name != publish(tmp_path, b"others", ".bin")
    assert (tmp_path / name).stat().st_ino == written
    assert not list(tmp_path.glob("part-*"))


@pytest.mark.parametrize("prefix", ["", "/some/base"])
def test_published_files_are_served_for_ever_and_nothing_else_is(prefix: str, tmp_path: Path) -> None:
    media = tmp_path / "media"
    name = publish(media, b"points", ".bin")
    (tmp_path / ("0" * 32 + ".bin")).write_bytes(b"secret")
    (media / "notes.txt").write_text("secret")
    app = Starlette(routes=list(media_routes(media)))
    status, headers, content = get(app, f"{prefix}/umeta-media/{name}")
    assert (status, content) == (200, b"points")
    assert b"immutable" in headers[b"cache-control"]
    refused = [
        "notes.txt",
        "../" + "0" * 32 + ".bin",
        "..%2F" + "0" * 32 + ".bin",
        "%2e%2e/" + "0" * 32 + ".bin",
    ]
    refused += [name.upper(), name + "%00", name[:-4], "0" * 32 + ".bin", "/etc/passwd"]
    statuses = [get(app, f"{prefix}/umeta-media/{path}")[0] for path in refused]
    assert statuses == [404] * len(refused)


def test_the_snapshot_of_now_is_served_and_never_kept(tmp_path: Path) -> None:
    name, app = f"{'ab' * 16}.bin", Starlette(routes=list(media_routes(tmp_path)))
    assert get(app, f"/umeta-media/moving/{name}")[0] == 204
    for content in (b"first", b"next"):
        write_atomically(snapshot_path(tmp_path, name), content)
        status, headers, found = get(app, f"/lab/umeta-media/moving/{name}")
        assert (status, found, headers[b"cache-control"]) == (200, content, b"no-store")
    (tmp_path / "moving" / "notes.txt").write_text("secret")
    assert get(app, "/umeta-media/moving/notes.txt")[0] == 404


def test_the_items_asked_for_are_served_side_by_side_while_their_images_are_in_memory(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (40, 1, 6, 5), dtype=np.uint8)
    sprite, app = Sprite.publish(images, tmp_path), Starlette(routes=list(media_routes(tmp_path)))
    asked = f"/umeta-media/tiles/{sprite.content}"
    assert get(app, f"{asked}/picture/7-a-13.png")[0] == 404
    offer_tiles(sprite.content, images)
    status, _, content = get(app, f"{asked}/picture/7-a-13.png")
    assert status == 200
    sheet = np.asarray(Image.open(io.BytesIO(content)))
    assert np.array_equal(sheet, np.concatenate(images[[7, 10, 39], 0], axis=1))
    ink = np.asarray(Image.open(io.BytesIO(get(app, f"/lab{asked}/ink/7-a-13.png")[2])))
    assert np.array_equal(ink[..., 1], sheet)
    assert not ink[..., 0].any()
    wrong = ("14", "-1", "x!", "1-" * 256 + "1", "1--2")
    assert [get(app, f"{asked}/picture/{items}.png")[0] for items in wrong] == [404] * len(wrong)
    del images
    assert get(app, f"{asked}/picture/7.png")[0] == 404


def test_large_images_are_reduced_and_rows_are_filled_one_after_the_other() -> None:
    images = np.zeros((18, 3, 200, 100), np.uint8)
    images[17, 1] = 200
    sheet = np.asarray(Image.open(io.BytesIO(tile_sheet(images, ink=False))))
    assert sheet.shape == (2 * 64, 16 * 32, 3)
    assert (sheet[64:, 32:64] == (0, 200, 0)).all()
    assert sheet.sum() == 200 * 64 * 32


def test_points_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    sprite = Sprite.publish(random_images(4, 1, 8), tmp_path)
    with pytest.raises(ValueError, match=r"n_items=4"):
        MapPoints.publish(np.zeros((2, 2)), np.array([0, 4]), tmp_path, sprite)
    with pytest.raises(ValueError, match="none twice"):
        MapPoints.publish(np.zeros((2, 2)), np.array([1, 1]), tmp_path)
    with pytest.raises(ValueError, match="finite"):
        MapPoints.publish(np.full((1, 2), np.nan), np.array([0]), tmp_path)
    with pytest.raises(ValueError, match="n_points"):
        MapPoints.publish(np.zeros((2, 2)), np.arange(3), tmp_path)


def test_positions_given_by_the_caller_stay_writeable(tmp_path: Path) -> None:
    positions, items = np.zeros((2, 2), np.float32), np.arange(2, dtype=np.int32)
    points = MapPoints.publish(positions, items, tmp_path)
    positions[0] = 1
    assert not points.positions.any()


def test_a_polygon_chooses_the_items_inside_it(tmp_path: Path) -> None:
    points = square_map(tmp_path)
    left = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 1.5], [-0.5, 1.5]])
    assert items_inside(points, left).tolist() == [5, 30]
    assert items_inside(points, left[::-1] + np.array([1, 0])).tolist() == [7, 12]
    assert items_inside(points, left[:2]).tolist() == []


def test_a_polygon_in_space_chooses_what_is_seen_inside_it_from_the_side_it_was_drawn_at(
    tmp_path: Path,
) -> None:
    places = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])
    points = MapPoints.publish(places, np.array([4, 9, 2]), tmp_path)
    right = np.array([[0.5, -0.5], [1.5, -0.5], [1.5, 0.5], [0.5, 0.5]])
    assert items_inside(points, right, (0.0, 0.0)).tolist() == [4]
    assert items_inside(points, right, (np.pi / 2, 0.0)).tolist() == [2]
    above = right[:, ::-1]
    assert items_inside(points, above, (0.0, 0.0)).tolist() == [9]
    assert items_inside(points, -above, (0.0, np.pi / 2)).tolist() == [2]


def test_points_in_space_are_published_with_three_coordinates(tmp_path: Path) -> None:
    places = np.arange(6, dtype=float).reshape(2, 3)
    points = MapPoints.publish(places, np.array([4, 9]), tmp_path)
    content = (tmp_path / points.name).read_bytes()
    assert np.frombuffer(content, "<f4", 6).reshape(2, 3).tolist() == places.tolist()
    assert np.frombuffer(content, "<i4", offset=24).tolist() == [4, 9]


def test_items_and_bits_are_read_as_the_same_selection(tmp_path: Path) -> None:
    points = square_map(tmp_path)
    bits = np.zeros(40, np.uint8)
    bits[[5, 12, 33]] = 1  # 33 is no item of this map
    text = base64.b64encode(np.packbits(bits, bitorder="little").tobytes()).decode()
    for state in ({"bits": text, "kind": "lasso"}, {"items": [12, 5, 33], "kind": "lasso"}):
        assert read_selection(state, points).items.tolist() == [5, 12]
    assert not read_selection(None, points)


def test_colours_reach_the_browser_as_a_palette(tmp_path: Path) -> None:
    points = square_map(tmp_path)
    colours = np.array([[1, 2, 3], [9, 8, 7], [1, 2, 3], [255, 0, 4]], np.uint8)
    encoded = encode_view(MapView(colours=colours, groups=np.array([-1, 0, 300, 2])), points)
    index = np.frombuffer(base64.b64decode(encoded["index"]["data"]), np.uint8)
    assert np.array_equal(np.array(encoded["palette"])[index], colours)
    groups = np.frombuffer(base64.b64decode(encoded["groups"]["data"]), "<u2")
    assert groups.tolist() == [0, 1, 301, 3]


def test_a_view_of_another_length_is_refused(tmp_path: Path) -> None:
    points = square_map(tmp_path)
    with pytest.raises(ValueError, match="each of 4 points, found 3"):
        encode_view(MapView(colours=np.zeros((3, 3), np.uint8)), points)
    with pytest.raises(ValueError, match=r"0\.\.1, the palette's"):
        encode_view(MapView(colours=np.array([0, 1, 2, 0]), palette=np.zeros((2, 3), np.uint8)), points)


def page_with_a_map(media: str) -> None:
    from pathlib import Path

    import numpy as np
    import streamlit as st

    from umeta.ui.shared.map import MapPoints, MapView, embedding_map

    points = MapPoints.publish(np.eye(2), np.array([4, 9]), Path(media))
    searched = st.session_state.get("searched")
    view = MapView(
        colours=np.zeros((2, 3), np.uint8), selected=None if searched is None else np.array(searched)
    )
    chosen = embedding_map(points, view, key="map", alt="Two points")
    st.text(f"{chosen.kind} {chosen.items.tolist()}")


def test_a_page_with_a_map_runs_without_a_server(tmp_path: Path) -> None:
    page = AppTest.from_function(page_with_a_map, kwargs={"media": str(tmp_path)}, default_timeout=20).run()
    assert not page.exception
    assert page.text[0].value == "none []"
    page.session_state["map"] = {"selection": {"items": [9], "kind": "item"}}
    assert page.run().text[0].value == "item [9]"


def test_the_later_of_the_pages_and_the_persons_choice_counts(tmp_path: Path) -> None:
    page = AppTest.from_function(page_with_a_map, kwargs={"media": str(tmp_path)}, default_timeout=20).run()
    page.session_state["searched"] = [4, 77]
    assert page.run().text[0].value == "given [4]"
    page.session_state["map"] = {"selection": {"items": [9], "kind": "lasso", "at": 5.0}}
    assert page.run().text[0].value == "lasso [9]"
    page.session_state["searched"] = [4, 9]
    assert page.run().text[0].value == "given [4, 9]"
