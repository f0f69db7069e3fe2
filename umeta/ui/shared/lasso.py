"""A group of items drawn by hand on a map, as a link keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from umeta.projections import PROJECTIONS
from umeta.ui.shared import embedding_maps
from umeta.ui.shared.map import items_inside


@dataclass(frozen=True, eq=False)
class Lasso:
    """A group drawn by hand on a map."""

    layout: str
    """The map: a projection, with "-all" behind it where the map shows every split."""
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
    if (
        polygon is None
        or len(polygon) < 6
        or len(polygon) % 2
        or turned is None
        or len(turned) != 2 * len(at)
    ):
        return None
    return Lasso(layout, np.reshape(polygon, (-1, 2)), (turned[0], turned[1]) if turned else None)


def _numbers(text: str) -> list[float] | None:
    try:
        numbers = [float(number) for number in text.split(",")]
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def lassoed(text: str) -> np.ndarray | None:
    """Return the items inside the lasso of a link, None if it is none or its map is not laid out yet."""
    lasso = read_lasso(text)
    if lasso is None:
        return None
    projection, every_split = lasso.layout.removesuffix("-all"), lasso.layout.endswith("-all")
    if projection not in PROJECTIONS or not embedding_maps.is_ready(projection, every_split=every_split):
        return None
    points = embedding_maps.points(projection, every_split=every_split)
    if (lasso.turned is None) != (points.positions.shape[1] == 2):
        return None
    return items_inside(points, lasso.polygon, lasso.turned)
