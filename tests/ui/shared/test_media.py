"""The files that browsers fetch and send, asked of the app as it is served, by its own pages and by other sites."""

import http.client
import io
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from umeta.browser.published import publish
from umeta.cache import Home
from umeta.demo import load_demo
from umeta.ui.shared.map import Sprite
from umeta.ui.shared.map.media import snapshot_path

CONTENT = b"\x00\x01\x02 published"
FOREIGN = [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]


def ask(
    served: str, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""
) -> tuple[int, bytes, dict[str, str]]:
    """Return the status, the content and the headers that the app answers with; the path is sent as it is."""
    connection = http.client.HTTPConnection(urlsplit(served).netloc, timeout=30)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


@pytest.fixture
def published(shared_home: Home) -> str:
    return publish(shared_home.root / "media", CONTENT, ".bin")


def test_the_demo_s_map_and_its_images_are_served(served: str):
    points = load_demo().points
    assert points.sprite is not None
    for name in (points.name, *points.sprite.pages):
        assert ask(served, f"/umeta-media/{name}")[0] == 200


@pytest.mark.parametrize("base", ["", "/some/base"])
def test_a_published_file_is_served_once_and_for_good(served: str, published: str, base: str):
    status, content, headers = ask(served, f"{base}/umeta-media/{published}")
    assert (status, content) == (200, CONTENT)
    assert headers["content-type"] == "application/octet-stream"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'self'" in headers["content-security-policy"]


def test_an_atlas_holds_each_image_at_its_tile(served: str, shared_home: Home):
    images = np.random.default_rng(0).integers(0, 256, (700, 3, 40, 40), np.uint8)
    sprite = Sprite.publish(images, shared_home.root / "media")
    assert len(sprite.pages) > 1
    for item in (0, 1, 699):
        page, left, top = sprite.tile(item)
        status, content, headers = ask(served, f"/umeta-media/{page}")
        assert (status, headers["content-type"]) == (200, "image/png")
        tile = np.asarray(Image.open(io.BytesIO(content)))[top : top + 40, left : left + 40]
        np.testing.assert_array_equal(tile, images[item].transpose(1, 2, 0))


@pytest.mark.parametrize(
    "path",
    [
        "umeta-media/" + "0" * 32 + ".bin",
        "umeta-media/part-of-one",
        "umeta-media/secret.txt",
        "umeta-media/../secret.txt",
        "umeta-media/..%2Fsecret.txt",
        "umeta-media/%2e%2e/secret.txt",
        "umeta-media/%2Fetc%2Fpasswd",
        "umeta-media/" + "0" * 32 + ".bin%00.png",
        "umeta-media/" + "0" * 32 + ".html",
        "umeta-media/moving/..%2F..%2Fsecret.txt",
        "umeta-media/tiles/none/photo/0.png",
        "umeta-media/tiles/none/photo/-1.png",
        "umeta-media/tiles/none/photo/zzzzzzzzzzzzzzzzzzzzzzzz.png",
    ],
)
def test_nothing_is_served_but_what_was_published(served: str, shared_home: Home, path: str):
    for folder in (shared_home.root, shared_home.root / "media"):
        folder.mkdir(exist_ok=True)
        (folder / "secret.txt").write_text("secret")
    status, content, _ = ask(served, f"/{path}")
    assert b"secret" not in content
    assert b"root:" not in content
    # a path that climbs is refused before any route sees it, and a longer one is none of ours
    assert status in (400, 404) or b"<title>Streamlit</title>" in content


def test_a_snapshot_that_is_not_there_yet_is_no_error(served: str, shared_home: Home):
    name = "ab" * 16 + ".bin"
    assert ask(served, f"/umeta-media/moving/{name}")[:2] == (204, b"")
    path = snapshot_path(shared_home.root / "media", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(CONTENT)
    assert ask(served, f"/umeta-media/moving/{name}")[:2] == (200, CONTENT)


@pytest.mark.parametrize("headers", FOREIGN, ids=["host", "origin", "no origin"])
def test_another_site_gets_no_file_and_sends_none(
    served: str, shared_home: Home, published: str, headers: dict[str, str]
):
    for path in (f"umeta-media/{published}", "umeta-media/tiles/none/photo/0.png"):
        status, content, _ = ask(served, f"/{path}", headers=headers)
        assert status == 403
        assert content.startswith(b"umeta does not answer")
    before = sorted((shared_home.root / "uploads").rglob("*"))
    status, content, _ = ask(served, "/umeta-upload/token?name=a.png", "PUT", headers, CONTENT)
    assert status == 403
    assert content.startswith(b"umeta does not answer")
    assert sorted((shared_home.root / "uploads").rglob("*")) == before


def test_an_upload_that_no_page_began_is_refused(served: str, shared_home: Home):
    before = sorted((shared_home.root / "uploads").rglob("*"))
    status, content, _ = ask(served, "/umeta-upload/guessed?name=a.png", "PUT", body=CONTENT)
    assert (status, content) == (403, b"This page has been open too long. Reload it and send again.")
    assert sorted((shared_home.root / "uploads").rglob("*")) == before
    assert ask(served, "/umeta-upload/guessed?name=a.png", "POST", body=CONTENT)[0] == 405
