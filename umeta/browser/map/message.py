"""What the browser reads to draw a map."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

import numpy as np

from umeta.browser.map.points import MapPoints
from umeta.browser.map.view import MapView, encode_view

Click = Literal["group", "item"]


def map_message(
    points: MapPoints,
    view: MapView,
    *,
    key: str,
    alt: str,
    height: int | str = 560,
    click: Click = "group",
    link: str | None = None,
    tools: bool = True,
    saves: bool = False,
    moving: str | None = None,
    page_options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what `EmbeddingMap.update` of the script takes, as JSON has it.

    Args:
        points: Where the points lie.
        view: How they look, and what is selected.
        key: The map's identity.
        alt: What the map shows, in one sentence, for those who cannot see it.
        height: In pixels, or as CSS writes a length, toolbar and legend included.
        click: Whether a click selects the point's whole group or the item alone.
        link: Maps of one page with the same link share the hovered item and show each other's selection.
        tools: Whether the toolbar is shown.
        saves: Whether it saves the view as PNG or SVG.
        moving: The name of the snapshots of a projection that is being made.
        page_options: What only a page of the app has.
    """
    (n_points, n_axes), sprite = points.positions.shape, points.sprite
    options = {"key": key, "alt": alt, "height": height, "click": click, "link": link, "tools": tools}
    return {
        "points": {"name": points.name, "n": n_points, "dims": n_axes, "moving": moving},
        "sprite": None if sprite is None else {**asdict(sprite), "content": sprite.content},
        "view": encode_view(view, points),
        "selected": None if view.selected is None else np.unique(view.selected.astype(np.int64)).tolist(),
        "options": {**options, "saves": saves, **(page_options or {})},
    }
