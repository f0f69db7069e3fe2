"""The map of Start: the practice task's groups in the colours of its rows, all others pale."""

import numpy as np
import streamlit as st
from jaxtyping import Int, UInt8

from umeta.demo import Demo
from umeta.figures.palette import PETROFF, Colour
from umeta.ui.shared.map import MapThumbnail, MapView, embedding_map
from umeta.ui.shared.notebook_cell import draw_code
from umeta.ui.start.pictures import ROW_COLOURS

HEIGHT = "clamp(320px, min(61vh, 115vw), 760px)"  # whole on a projector and on a phone
PALE = (172, 178, 190)
"""What the groups that are not of the task are mixed with, on either theme."""
Groups = Int[np.ndarray, " n_points"]
_CODE = """\
import numpy as np
from umeta.demo import load_demo
from umeta.figures.images import scatter

demo = load_demo()
groups = {groups}
figure = scatter(demo.points.positions, groups)
bright = np.flatnonzero(np.isin(groups, {bright}))
figure.update_traces(selectedpoints=bright, unselected={{"marker": {{"opacity": 0.2}}}})
figure"""


def draw_map(demo: Demo, number: int, *, truth: bool) -> None:
    """Show the map, by cluster or, with `truth`, by true character."""
    groups = demo.classes[demo.points.items] if truth else demo.clusters
    task_groups = _groups_of(demo, groups, demo.practice[number][:, 0]).tolist()
    row_colours = {group: PETROFF[k] for group, k in zip(task_groups, ROW_COLOURS, strict=True)}
    examples = demo.practice[number][:, 0] if truth else demo.medoids
    view = MapView(
        colours=_point_colours(demo.class_colours if truth else demo.cluster_colours, groups, row_colours),
        point_size=0.55,
        groups=groups,
        group_texts=_group_texts(groups, "character" if truth else "cluster"),
        thumbnails=_thumbnails(_groups_of(demo, groups, examples), examples, row_colours),
    )
    bright = "true characters of panel 3, not seen in training" if truth else "clusters of panel 3"
    st.markdown(
        "A network put similar drawings together; no names were used. Each point is a drawing: **point at one**. "
        f"Bright: the five {bright}."
    )
    grouping = "true character (not seen in training)" if truth else "cluster"
    alt = f"{len(demo.points):,} drawings on a map, coloured by {grouping}; the five of the practice task are bright."
    embedding_map(demo.points, view, key="demo map", alt=alt, height=HEIGHT, tools=False)
    draw_code(map_cell(task_groups, truth=truth), key="demo map")


def map_cell(task_groups: list[int], *, truth: bool) -> str:
    """Return a cell that draws the map with the groups of a task bright."""
    groups = "demo.classes[demo.points.items]" if truth else "demo.clusters"
    return _CODE.format(groups=groups, bright=task_groups)


def _groups_of(demo: Demo, groups: Groups, items: Int[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Return the groups of items that are on the map."""
    return groups[np.searchsorted(demo.points.items, items)]


def _point_colours(
    colours: UInt8[np.ndarray, "n_points 3"], groups: Groups, row_colours: dict[int, Colour]
) -> UInt8[np.ndarray, "n_points 3"]:
    """Return pale colours, but for the groups of the task, which have those of its rows."""
    mixed = np.rint(0.3 * colours + 0.7 * np.array(PALE)).astype(np.uint8)
    for group, colour in row_colours.items():
        mixed[groups == group] = colour
    return mixed


def _group_texts(groups: Groups, noun: str) -> dict[int, str]:
    """Return what is said of each group on hover."""
    ids, sizes = np.unique(groups[groups >= 0], return_counts=True)
    return {int(group): f"{noun} {group}: {size} drawings" for group, size in zip(ids, sizes, strict=True)}


def _thumbnails(
    groups: Int[np.ndarray, " n_groups"],
    items: Int[np.ndarray, " n_groups"],
    row_colours: dict[int, Colour],
) -> tuple[MapThumbnail, ...]:
    """Return a thumbnail for each group, the task's above and before all others."""
    return tuple(
        MapThumbnail(
            item,
            row_colours.get(group, PALE),
            rank=0.0 if group in row_colours else 1.0,
            group=group,
            above=group in row_colours,
        )
        for group, item in dict(zip(groups.tolist(), items.tolist(), strict=True)).items()
    )
