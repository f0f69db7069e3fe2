"""The route of what the map shows in place of dots: small images of the items that a browser asks for.

A page offers the images that it has in memory; the route serves the items of a request as one PNG.
"""

from weakref import WeakValueDictionary

import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from umeta.browser.map.tiles import MAX_TILES, tile_sheet

_offered: WeakValueDictionary[str, np.ndarray] = (
    WeakValueDictionary()
)  # as long as a page has the images in memory


def offer_tiles(content: str, images: np.ndarray) -> None:
    """Let browsers ask for images, uint8 (n_items, 1 or 3, height, width), by the `content` of their sprite."""
    _offered[content] = images


def serve_tiles(request: Request) -> Response:
    """Answer with the items that the path names in base 36, side by side; ink becomes opacity."""
    images = _offered.get(request.path_params["content"])
    try:
        items = np.array([int(word, 36) for word in request.path_params["items"].split("-")])
    except ValueError:
        items = np.empty(0, int)
    if images is None or not 0 < len(items) <= MAX_TILES or not 0 <= items.min() <= items.max() < len(images):
        return PlainTextResponse("No such images are at hand.", status_code=404)
    headers = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
    sheet = tile_sheet(images[items], ink=request.path_params["kind"] == "ink")
    return Response(sheet, headers=headers, media_type="image/png")
