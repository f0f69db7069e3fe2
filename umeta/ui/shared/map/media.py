"""The routes that let a browser fetch published files once and keep them for good.

Beside them lie snapshots: positions of a map that is still being laid out, each in place of the last under one name.
"""

import re
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from umeta.ui.shared.map.tiles import serve_tiles

URL_PREFIX = "umeta-media"
MEDIA_URL_SCRIPT = Path(__file__).with_name("media_url.js")
"""The function by which a component's script finds a published file."""
_NAME = re.compile(r"[0-9a-f]{32}\.(?:bin|png)")
_SNAPSHOTS = "moving"
_MEDIA_TYPES = {".bin": "application/octet-stream", ".png": "image/png"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",  # the name is the content: it never changes
    "Content-Encoding": "identity",  # floats and PNGs do not shrink; without this the server zips each answer
    "X-Content-Type-Options": "nosniff",
}
_SNAPSHOT_HEADERS = {**_HEADERS, "Cache-Control": "no-store"}


def media_path() -> str:
    """Return where published files are served, as `mediaUrl` of the script takes it."""
    return f"{st.get_option('server.baseUrlPath').strip('/')}/{URL_PREFIX}/".lstrip("/")


def snapshot_path(directory: Path, name: str) -> Path:
    """Return where the snapshots of that name, 32 hexadecimal digits and `.bin`, are kept in the media folder."""
    return directory / _SNAPSHOTS / name


def media_routes(*directories: Path) -> list[Route]:
    """Build the routes for `st.App(routes=...)` that serve what was published in `directories`, snapshots, and tiles.

    Only names made by `publish` are answered. The routes with a base are for `server.baseUrlPath`: custom routes do
    not get that prefix from Streamlit, and it may be set after the routes are built.
    """

    def serve(request: Request) -> Response:
        name = request.path_params["name"]
        if _NAME.fullmatch(name):
            for directory in directories:
                path = directory / name
                if path.is_file():
                    return FileResponse(path, headers=_HEADERS, media_type=_MEDIA_TYPES[path.suffix])
        return _not_there()

    def serve_snapshot(request: Request) -> Response:
        name = request.path_params["name"]
        if not _NAME.fullmatch(name):
            return _not_there()
        try:
            content = snapshot_path(directories[0], name).read_bytes()
        except FileNotFoundError:
            return Response(status_code=204)  # not yet, or no more: asked for again and again, it is no error
        return Response(content, headers=_SNAPSHOT_HEADERS, media_type=_MEDIA_TYPES[".bin"])

    return [
        Route(f"{base}/{URL_PREFIX}/{path}", answer, methods=["GET"])
        for base in ("", "/{base:path}")
        for path, answer in (
            ("{name}", serve),
            (f"{_SNAPSHOTS}/{{name}}", serve_snapshot),
            ("tiles/{content}/{kind}/{items}.png", serve_tiles),
        )
    ]


def _not_there() -> Response:
    return PlainTextResponse("Nothing of that name is published.", status_code=404)
