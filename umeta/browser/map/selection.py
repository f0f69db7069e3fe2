"""What a person chose on a map."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from umeta.browser.map.points import MapPoints
from umeta.projections import seen_from


def _no_items() -> np.ndarray:
    return np.empty(0, np.int32)


@dataclass(frozen=True, kw_only=True, eq=False)
class MapSelection:
    """The state of the selection; falsy while nothing is selected."""

    items: np.ndarray = field(default_factory=_no_items)  # int32 (n_selected,), ascending item numbers
    kind: str = "none"  # none, lasso, box, group, item, or given (chosen by MapView.selected)
    clicked: int | None = None  # the item clicked or reached by keyboard
    group: int | None = None  # its group, when a whole group was selected
    polygon: np.ndarray | None = None  # float64 (n_corners, 2) in data coordinates, of a lasso or box
    turned: tuple[float, float] | None = None  # yaw and pitch that points in space were seen from
    at: float = (
        0.0  # milliseconds since 1970 by the browser's clock: of two linked maps, the later one counts
    )

    def __bool__(self) -> bool:
        """Tell whether anything is selected."""
        return len(self.items) > 0


def items_inside(
    points: MapPoints, polygon: np.ndarray, turned: tuple[float, float] | None = None
) -> np.ndarray:
    """Return the items, ascending, whose points lie inside a polygon (n_corners, 2), by the even-odd rule.

    The same rule and numbers as in the browser: a lasso rebuilt from a URL gives the very same items. Points in space
    lie where they are seen `turned` by yaw and pitch.
    """
    positions = points.positions if turned is None else seen_from(points.positions, *turned)
    polygon = np.asarray(polygon, float).reshape(-1, 2)
    if len(polygon) < 3:
        return _no_items()
    near = ((positions >= polygon.min(0)) & (positions <= polygon.max(0))).all(1)
    x, y = positions[near].astype(float).T
    inside = np.zeros(len(x), bool)
    for (x0, y0), (x1, y1) in zip(np.roll(polygon, 1, axis=0), polygon, strict=True):
        if y0 == y1:
            continue  # a horizontal edge is crossed by no horizontal ray
        inside ^= ((y1 > y) != (y0 > y)) & (x < (x0 - x1) * (y - y1) / (y0 - y1) + x1)
    return np.sort(points.items[near][inside])


def read_selection(state: Mapping[str, Any] | None, points: MapPoints) -> MapSelection:
    """Turn the component's state into a selection; items that are not on this map are left out."""
    if not state:
        return MapSelection()
    items = np.intersect1d(_items_of(state), points.items).astype(np.int32)
    polygon, turned = state.get("polygon"), state.get("turned")
    return MapSelection(
        items=items,
        kind=state.get("kind", "item") if len(items) else "none",
        clicked=state.get("clicked"),
        group=state.get("group"),
        polygon=None if polygon is None else np.asarray(polygon, float).reshape(-1, 2),
        turned=None if turned is None else (float(turned[0]), float(turned[1])),
        at=float(state.get("at", 0.0)),
    )


def _items_of(state: Mapping[str, Any]) -> np.ndarray:
    """Read the items, which large selections send as a bit for each item number."""
    bits = state.get("bits")
    if bits is None:
        return np.asarray(state.get("items", []), np.int64)
    return np.flatnonzero(np.unpackbits(np.frombuffer(base64.b64decode(bits), np.uint8), bitorder="little"))
