"""What a person asks for by words or by a link: a cluster, an item, a class, a split, or a lasso."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from umeta.data import SPLITS, Attribute, Dataset
from umeta.partitions import Partition
from umeta.projections import PROJECTIONS
from umeta.ui import maps
from umeta.ui.map import items_inside

EXAMPLES = "“cluster 12” or “item 345”"


def findable(dataset: Dataset, *, revealed: bool) -> Mapping[str, Attribute]:
    """Return what can be searched by name: the splits, and once they are revealed the classes and all else known."""
    known = {"class": dataset.classes, **dataset.attributes} if revealed else {}
    return {"split": Attribute(dataset.split_of, SPLITS), **known}


def find(
    text: str, partition: Partition, items: np.ndarray, known: Mapping[str, Attribute] | None = None
) -> np.ndarray:
    """Return the items on the map that a text names.

    Args:
        text: "cluster 12" (or "12"), "item 345", or a name after its kind: "class Greek/character03". Part of a name
            is enough: "class Greek" is every class with Greek in its name.
        partition: Whose clusters are meant.
        items: The items on the map.
        known: What has names, by its kind.

    Raises:
        ValueError: the text names nothing that is on the map.
    """
    known = known or {}
    kind, _, name = text.strip().partition(" ")
    if kind.lower() in known and name.strip():
        return _named(kind.lower(), name.strip(), known[kind.lower()], items)
    match = re.fullmatch(r"\s*(?:(item|i|cluster|c)\s*:?\s*)?(\d{1,9})\s*", text, re.IGNORECASE)
    if match is None:
        more = f", or one of {', '.join(known)} with a name" if known else ""
        raise ValueError(f"“{text}” is neither a cluster nor an item; type {EXAMPLES}{more}.")
    number = int(match[2])
    if (match[1] or "c")[0].lower() == "i":
        if number not in items:
            raise ValueError(f"item {number} is not among the {len(items):,} items on this map.")
        return np.array([number])
    members = np.flatnonzero(partition.clusters == number)
    if len(members) == 0:
        ids = partition.sizes()[0]
        raise ValueError(
            f"there is no cluster {number}; the {len(ids)} clusters are {ids.min()} to {ids.max()}."
        )
    return members


def _named(kind: str, name: str, attribute: Attribute, items: np.ndarray) -> np.ndarray:
    wanted, names = name.lower(), [one.lower() for one in attribute.names]
    found = [k for k, one in enumerate(names) if one == wanted] or [
        k for k, one in enumerate(names) if wanted in one
    ]
    members = items[np.isin(attribute.values[items], found)]
    if len(members) == 0:
        here = [str(attribute.names[k]) for k in np.unique(attribute.values[items]) if k >= 0]
        shown = ", ".join(here[:4]) + (f" and {len(here) - 4:,} more" if len(here) > 4 else "")
        raise ValueError(f"no {kind} on this map has “{name}” in its name; there are {shown}.")
    return members


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
    if projection not in PROJECTIONS or not maps.is_ready(projection, every_split=every_split):
        return None
    points = maps.points(projection, every_split=every_split)
    if (lasso.turned is None) != (points.positions.shape[1] == 2):
        return None
    return items_inside(points, lasso.polygon, lasso.turned)
