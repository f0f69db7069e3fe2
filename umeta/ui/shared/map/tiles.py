"""Small images of any items, cut for the browser that asks for them: what the map shows in place of dots.

A page offers the images that it has in memory; the route serves the items of a request as one PNG.
"""

import io
from weakref import WeakValueDictionary

import numpy as np
from PIL import Image
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

COLUMNS = 16
"""Tiles in a row of the PNG, fewer where there are not as many."""
MAX_TILES = 256
"""Tiles of one PNG."""
MAX_SIDE = 64
"""Pixels of the longer side of a tile; larger images are reduced."""
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


def tile_sheet(images: np.ndarray, *, ink: bool) -> bytes:
    """Lay images (n_tiles, 1 or 3, height, width) out row by row in a PNG, reduced to at most `MAX_SIDE`.

    Args:
        images: What is shown.
        ink: Whether light ink on a dark ground becomes opacity, so that the map gives its colour.
    """
    tiles = [_reduced(image) for image in images]
    height, width, channels = tiles[0].shape
    columns = min(COLUMNS, len(tiles))
    rows = -(-len(tiles) // columns)
    grid = np.zeros((rows * columns, height, width, channels), np.uint8)
    grid[: len(tiles)] = tiles
    page = grid.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    page = page.reshape(rows * height, columns * width, channels)
    if ink:
        page = np.concatenate([np.zeros_like(page), page], axis=2)
    encoded = io.BytesIO()
    Image.fromarray(page[..., 0] if page.shape[2] == 1 else page).save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


def _reduced(image: np.ndarray) -> np.ndarray:
    """Return an image (channels, height, width) as (height, width, channels), no side longer than `MAX_SIDE`."""
    channels, height, width = image.shape
    pixels = image.transpose(1, 2, 0)
    if max(height, width) <= MAX_SIDE:
        return pixels
    share = MAX_SIDE / max(height, width)
    size = max(1, round(width * share)), max(1, round(height * share))
    picture = Image.fromarray(pixels[..., 0] if channels == 1 else np.ascontiguousarray(pixels))
    return np.asarray(picture.resize(size, Image.Resampling.BOX)).reshape(size[1], size[0], channels)
