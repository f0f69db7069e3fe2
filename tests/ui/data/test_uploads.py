"""Uploads, and the route that takes them: umeta.ui.data.upload_route."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from umeta.cache import Home
from umeta.stage import UserError
from umeta.ui.data import uploads
from umeta.ui.data.upload_route import URL_PREFIX, upload_routes

APP = Starlette(routes=upload_routes())


def send(token: str, name: str, data: bytes, base: str = "", method: str = "PUT") -> int:
    """Send a file in pieces, as a browser does, and return the answer's status."""
    pieces = [data[:3], data[3:]]
    statuses: list[int] = []
    scope = {
        "type": "http",
        "method": method,
        "path": f"{base}/{URL_PREFIX}/{token}",
        "root_path": "",
        "query_string": urlencode({"name": name}).encode(),
        "headers": [],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def answer(message: Any) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    asyncio.run(APP(scope, receive, answer))
    return statuses[0]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_files_arrive_under_their_folders_in_a_folder_of_the_upload(home: Home):
    token = uploads.open_upload(home, 1000)
    assert not uploads.uploads_folder(home).exists()
    assert send(token, "photos/cats/1.jpg", b"abc") == 204
    assert send(token, "photos/cats/1.jpg", b"abcd", base="/some/base") == 204
    assert send(token, "photos/../../1.jpg", b"e") == 204
    upload = uploads.close_upload(token)
    assert upload
    assert uploads.upload_folder_of(home, upload.folder / "photos") == upload.folder.resolve()
    kept = files(uploads.uploads_folder(home))
    assert sorted(kept.values()) == [b"abcd", b"e"]
    assert kept[f"{upload.folder.name}/photos/cats/1.jpg"] == b"abcd"
    assert (upload.n_files, upload.n_bytes) == (2, 5)
    assert send(token, "late.jpg", b"a") == 403


def test_without_a_token_nothing_is_taken(home: Home):
    uploads.open_upload(home, 1000)
    assert send("guessed", "a.jpg", b"abc") == 403
    assert send("guessed", "a.jpg", b"", method="GET") == 405
    assert not uploads.uploads_folder(home).exists()


def test_what_is_over_the_limit_is_refused_and_leaves_nothing_half(home: Home):
    token = uploads.open_upload(home, 10)
    assert send(token, "a.jpg", b"12345678") == 204
    assert send(token, "b.jpg", b"12345678") == 413
    assert send(token, "c.jpg", b"12") == 204
    assert send(token, "", b"1") == 413
    upload = uploads.close_upload(token)
    assert upload
    assert files(upload.folder) == {"a.jpg": b"12345678", "c.jpg": b"12"}
    assert upload.n_bytes == 10


@pytest.mark.parametrize(
    ("names", "sent"),
    [
        (["photos/a/1.jpg", "photos/b/2.jpg"], "photos"),
        (["birds.zip"], "birds.zip"),
        (["table.csv"], "table.csv"),
        (["1.jpg", "2.jpg"], ""),
        (["1.jpg"], ""),
        (["a/1.jpg", "b/1.jpg"], ""),
    ],
)
def test_what_was_sent_is_its_one_file_or_folder_or_the_folder_of_all(
    names: list[str], sent: str, home: Home
):
    token = uploads.open_upload(home, 1000)
    for name in names:
        send(token, name, b"a")
    upload = uploads.close_upload(token)
    assert upload
    assert uploads.sent_path(upload) == upload.folder / sent


def test_nothing_sent_is_said(home: Home):
    upload = uploads.close_upload(uploads.open_upload(home, 1000))
    assert upload
    with pytest.raises(UserError, match="No file arrived"):
        uploads.sent_path(upload)


def test_only_what_was_uploaded_is_deleted(home: Home, tmp_path: Path):
    token = uploads.open_upload(home, 1000)
    send(token, "photos/1.jpg", b"a")
    upload = uploads.close_upload(token)
    assert upload
    (tmp_path / "mine").mkdir()
    for path in (tmp_path / "mine", uploads.uploads_folder(home), uploads.uploads_folder(home) / ".."):
        with pytest.raises(UserError, match="was not uploaded here"):
            uploads.delete_upload(home, path)
    uploads.delete_upload(home, upload.folder / "photos")
    assert (tmp_path / "mine").exists()
    assert list(uploads.uploads_folder(home).iterdir()) == []
    uploads.delete_upload(home, upload.folder / "photos")


def test_the_oldest_of_too_many_open_uploads_is_closed(home: Home):
    first = uploads.open_upload(home, 1)
    for _ in range(uploads.MAX_OPEN):
        uploads.open_upload(home, 1)
    assert uploads.upload_of(first) is None
