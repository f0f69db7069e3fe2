"""What is selected on a map, as the page's link keeps it: in words, as "cluster 12", or as the polygon of a lasso."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from umeta.projections import PROJECTIONS
from umeta.ui.frame import links
from umeta.ui.frame.text import cut, plain
from umeta.ui.shared.map import items_inside
from umeta.ui.shared.map_layout import MapLayout

_CLEARED = "umeta.selection cleared"


def gesture_on(map_key: str) -> Mapping[str, Any]:
    """Return what a person selected last by hand on a map, as the map's component tells it; empty before."""
    return (st.session_state.get(map_key) or {}).get("selection") or {}


def keep_selection(gesture: Mapping[str, Any], layout: MapLayout, name_group: Callable[[int], str]) -> str:
    """Put a lasso into the link, and return what else was selected in words, for `links.FIND`.

    Args:
        gesture: What was selected by hand.
        layout: The map that it was selected on.
        name_group: Gives the words for a whole group.
    """
    st.session_state[_CLEARED] = gesture.get("kind", "none") == "none"
    if gesture.get("polygon") is None:
        links.LASSO.remove()
    else:
        links.LASSO.write(lasso_text(layout.name, gesture["polygon"], gesture.get("turned")))
    if gesture.get("kind") == "item":
        return f"item {gesture['clicked']}"
    if gesture.get("kind") == "group" and gesture.get("group") is not None:
        return name_group(gesture["group"])
    return ""


def forget_lasso() -> None:
    """Let what is searched for replace what was selected by hand."""
    links.LASSO.remove()
    st.session_state[_CLEARED] = True


def linked_items(words: str, find: Callable[[str], np.ndarray]) -> np.ndarray | None:
    """Return the items that the link selects, None where it selects none.

    Args:
        words: The value of `links.FIND`; words come before a lasso.
        find: Gives the items that words name, or raises ValueError, which is said on the page.

    Returns:
        An empty array once a person has cleared the selection.
    """
    if words.strip():
        try:
            return find(words)
        except ValueError as problem:
            st.warning(plain(cut(problem, 300)), icon=":material/search_off:")
            return None
    items = lassoed_items(links.LASSO.read())
    if items is None and st.session_state.get(_CLEARED):
        return np.empty(0, np.int64)
    return items


@dataclass(frozen=True, eq=False)
class Lasso:
    """A group of items drawn by hand on a map."""

    layout: MapLayout
    polygon: np.ndarray
    """(n_corners, 2) in that map's coordinates."""
    turned: tuple[float, float] | None = None
    """The angles that points in space were seen from."""


def lasso_text(layout: str, polygon: np.ndarray, turned: Sequence[float] | None = None) -> str:
    """Return a lasso for a link, as "umap:0,0,1,0,1,1" or "pca-3d@0.5,0.35:0,0,1,0,1,1"."""
    angles = "@" + ",".join(f"{angle:g}" for angle in turned) if turned else ""
    return f"{layout}{angles}:" + ",".join(f"{number:.6g}" for number in np.asarray(polygon, float).ravel())


def read_lasso(text: str) -> Lasso | None:
    """Return the lasso of a link, None if it is not one."""
    head, _, corners = text.partition(":")
    layout, at, angles = head.partition("@")
    polygon, turned = _numbers(corners), _numbers(angles) if at else []
    if polygon is None or len(polygon) < 6 or len(polygon) % 2:
        return None
    if turned is None or len(turned) != 2 * len(at):
        return None
    angles = (turned[0], turned[1]) if turned else None
    return Lasso(MapLayout.named(layout), np.reshape(polygon, (-1, 2)), angles)


def _numbers(text: str) -> list[float] | None:
    try:
        numbers = [float(number) for number in text.split(",")]
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def lassoed_items(text: str) -> np.ndarray | None:
    """Return the items inside the lasso of a link, None if it is none or its map is not laid out yet."""
    lasso = read_lasso(text)
    if lasso is None or lasso.layout.projection not in PROJECTIONS or not lasso.layout.is_ready():
        return None
    points = lasso.layout.points()
    if (lasso.turned is None) != (points.positions.shape[1] == 2):
        return None
    return items_inside(points, lasso.polygon, lasso.turned)
