"""What may change at any rerun without losing zoom or selection: colours, groups, labels, images, rings."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np

from umeta.browser.map.points import MapPoints
from umeta.figures.palette import Colour

_MANY_COLOURS = 4096  # beyond it a palette costs more than the eye can see


class Mark(IntEnum):
    """The shape of a point."""

    DISC = 0
    HOLLOW = 1  # assigned, not fitted: an item of another split
    TRIANGLE = 2  # hollow; the second ten of twenty groups


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend; pointing at it lights its group up."""

    text: str
    colour: Colour
    mark: Mark = Mark.DISC
    group: int | None = None


@dataclass(frozen=True)
class MapLabel:
    """Words at a place. Where labels would overlap, the lower rank is shown; zooming in shows the rest."""

    x: float
    y: float
    text: str
    rank: float = 0
    group: int | None = None


@dataclass(frozen=True)
class MapThumbnail:
    """An item's image at its own point, as a cluster's medoid. Clicking it selects the group."""

    item: int
    colour: Colour
    text: str = ""
    rank: float = 0
    group: int | None = None
    above: bool = False  # stands above its point, so that the points around it are seen


@dataclass(frozen=True)
class MapRing:
    """Items circled on the map, as a task's support ("circle") and query ("square") of one class."""

    items: tuple[int, ...]
    colour: Colour
    shape: str = "circle"
    text: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class MapView:
    """How the points look. Arrays run along the points of the map, in the same order as `MapPoints.items`."""

    colours: np.ndarray  # uint8 (n_points, 3), or with a palette integers (n_points,) into it
    palette: np.ndarray | None = None  # uint8 (n_colours, 3)
    marks: np.ndarray | None = None  # (n_points,) of Mark
    groups: np.ndarray | None = (
        None  # integers (n_points,): what a click selects and a hover lights up; -1 is none
    )
    group_texts: Mapping[int, str] = field(
        default_factory=dict
    )  # hover text, as {12: "cluster 12 - 43 items"}
    item_texts: Mapping[int, str] = field(
        default_factory=dict
    )  # text under single items; "item 7" where missing
    legend: tuple[LegendEntry, ...] = ()
    labels: tuple[MapLabel, ...] = ()
    thumbnails: tuple[MapThumbnail, ...] = ()
    rings: tuple[MapRing, ...] = ()
    lit_group: int | None = None  # all other points turn grey
    selected: np.ndarray | None = None  # items; None leaves the person's own choice, an empty array clears it
    muted: bool = False  # colours are pale until something stands out: with hundreds of groups they name none
    contours: bool = False  # lines that hold 90, 70, 50, 30 and 10% of the points
    point_size: float = 1.0  # times the size that suits the number of points


def encode_view(view: MapView, points: MapPoints) -> dict[str, Any]:
    """Turn a view into what the browser reads.

    Raises:
        ValueError: An array is not as long as the map, or a thumbnail or colour is not to be had.
    """
    _check_view(view, points)
    index, palette = _indexed(view.colours, view.palette)
    return {
        "index": _packed(index),
        "palette": palette.tolist(),
        "marks": None if view.marks is None else _packed(np.asarray(view.marks)),
        # One is added so that -1, "in no group", fits an unsigned number.
        "groups": None if view.groups is None else _packed(np.asarray(view.groups) + 1),
        "groupTexts": {str(group): text for group, text in view.group_texts.items()},
        "itemTexts": {str(item): text for item, text in view.item_texts.items()},
        "legend": [vars(entry) for entry in view.legend],
        "labels": [vars(label) for label in view.labels],
        "thumbnails": [vars(thumbnail) for thumbnail in view.thumbnails],
        "rings": [vars(ring) for ring in view.rings],
        "litGroup": view.lit_group,
        "muted": view.muted,
        "contours": view.contours,
        "pointSize": view.point_size,
    }


def _check_view(view: MapView, points: MapPoints) -> None:
    for name, array in {"colours": view.colours, "marks": view.marks, "groups": view.groups}.items():
        if array is not None and len(array) != len(points):
            raise ValueError(
                f"{name} must have one entry for each of {len(points)} points, found {len(array)}."
            )
    if view.palette is None and (view.colours.ndim != 2 or view.colours.shape[1] != 3):
        raise ValueError(
            f"colours must be uint8 (n_points, 3) unless a palette is given, found {view.colours.shape}."
        )
    if view.palette is not None and not 0 <= view.colours.min() <= view.colours.max() < len(view.palette):
        raise ValueError(
            f"colours must lie in 0..{len(view.palette) - 1}, the palette's; "
            f"found {view.colours.min()}..{view.colours.max()}."
        )


def _indexed(colours: np.ndarray, palette: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return colours as an index (n_points,) into a palette (n_colours, 3)."""
    if palette is not None:
        return np.asarray(colours), np.asarray(palette, np.uint8)
    packed = np.asarray(colours, np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)  # (n_points,)
    values, index = np.unique(packed, return_inverse=True)
    if len(values) > _MANY_COLOURS:
        values, index = np.unique(packed & 0xF0F0F0, return_inverse=True)
        values = values | 0x080808  # the middle of each step
    return index, np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1).astype(np.uint8)


def _packed(values: np.ndarray) -> dict[str, Any]:
    """Pack non-negative integers as base64 of the narrowest type: `{"bytes": 1, 2 or 4, "data": text}`."""
    dtype = np.min_scalar_type(int(values.max()))
    width = min(dtype.itemsize, 4)
    return {"bytes": width, "data": base64.b64encode(values.astype(f"<u{width}").tobytes()).decode("ascii")}
