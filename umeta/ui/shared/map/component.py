"""The map as a Streamlit component."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from umeta.browser.map.message import Click, map_message
from umeta.browser.map.points import MapPoints
from umeta.browser.map.scripts import MAP_CSS, MAP_SCRIPT
from umeta.browser.map.selection import MapSelection, read_selection
from umeta.browser.map.view import MapView
from umeta.ui.frame import links
from umeta.ui.frame.presenter import presented
from umeta.ui.shared.map.media import MEDIA_URL_SCRIPT, media_path

_HERE = Path(__file__).parent
_render = component(
    "umeta.map",
    html='<div class="umap"></div>',
    css=MAP_CSS,
    js="\n".join([MAP_SCRIPT, MEDIA_URL_SCRIPT.read_text("utf-8"), (_HERE / "served.js").read_text("utf-8")]),
)


def embedding_map(
    points: MapPoints,
    view: MapView,
    *,
    key: str,
    alt: str,
    height: int | str = 560,
    click: Click = "group",
    link: str | None = None,
    tools: bool = True,
    share: str | None = None,
    moving: str | None = None,
    on_select: Callable[[], None] = lambda: None,
    on_cell: Callable[[MapSelection, tuple[float, ...]], None] | None = None,
) -> MapSelection:
    """Draw the map and return what is selected on it.

    Args:
        key: The map's identity. Under the same key it is never remounted, whatever else changes.
        alt: What the map shows, in one sentence, for those who cannot see it.
        height: In pixels, or as CSS writes a length, toolbar and legend included.
        click: Whether a click selects the point's whole group or the item alone.
        link: Maps of one page with the same link share the hovered item and show each other's selection.
        tools: Whether the toolbar is shown; without it a small map still pans, zooms and selects by click.
        share: What the points are of, as "umap". With it the page's link keeps the zoom (as `view=umap:…`, by the
            browser alone), and the toolbar copies that link and saves the view as PNG or SVG. One map of a page.
        moving: The name of the snapshots of a projection that is being made, through which the points travel until
            they are finished: the page is then drawn anew with other points and without the name.
        on_select: Called before the rerun that a gesture causes.
        on_cell: Called with the selection and the corners x0, y0, x1, y1 on screen, in space also yaw and pitch, when
            the person asks for the view as a notebook cell; without it they cannot.
    """
    on_page = None if view.selected is None else np.unique(np.asarray(view.selected, np.int64))
    sent = map_message(
        points,
        view,
        key=key,
        alt=alt,
        height=height,
        click=click,
        link=link,
        tools=tools and not presented(),
        saves=share is not None,
        moving=moving,
        page_options={
            "share": share,
            "cell": on_cell is not None,
            "parameter": links.VIEW.name,
            "images": links.IMAGES.name,
        },
    )
    state = _render(
        key=key,
        height="content",  # the map sets its own height: a fixed one here would add a scrolling box around it
        # in a list: Streamlit would import pandas to look for data frames in a dict
        data=[{**sent, "mediaPath": media_path()}],
        on_selection_change=on_select,
        on_cell_change=lambda: None,
    )
    selection = read_selection(state.get("selection"), points)
    selection = _later_of(on_page, selection, points, key)
    corners = state.get("cell")
    if on_cell is not None and corners:
        on_cell(selection, tuple(float(corner) for corner in corners))
    return selection


def _later_of(on_page: np.ndarray | None, by_hand: MapSelection, points: MapPoints, key: str) -> MapSelection:
    """Return the page's choice until the person makes another, and theirs until the page does."""
    changes: dict[str, Any] = {}
    memory = f"umeta.map given {key}"
    if on_page is not None:
        digest = hashlib.sha256(on_page.tobytes()).hexdigest()
        if st.session_state.get(memory, ("", 0.0))[0] != digest:
            st.session_state[memory] = (digest, by_hand.at)
        if by_hand.at <= st.session_state[memory][1]:
            items = np.intersect1d(on_page, points.items).astype(np.int32)
            changes |= {"items": items, "kind": "given" if len(items) else "none"}
            changes |= {"clicked": None, "group": None, "polygon": None, "turned": None}
    return MapSelection(**{**vars(by_hand), **changes})
