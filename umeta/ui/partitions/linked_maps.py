"""The maps of A and B, linked: what is pointed at or selected on one shows on the other, and stays in the link."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from umeta.browser.standalone.page import PagePart
from umeta.browser.standalone.parts import map_part
from umeta.partitions import OUTSIDE
from umeta.partitions.search import find
from umeta.partitions.shared_pairs import shared_pairs
from umeta.partitions.typicality import by_cluster_typical_first, medoids
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.frame.text import plain
from umeta.ui.partitions.cells import embedding_cell
from umeta.ui.partitions.sides import Side
from umeta.ui.partitions.similarity import similarity_text
from umeta.ui.shared.cluster_view import cluster_view, typicality
from umeta.ui.shared.grid import Tile, image_grid
from umeta.ui.shared.map import MapPoints, MapSelection, MapView, embedding_map
from umeta.ui.shared.map_layout import MapLayout
from umeta.ui.shared.notebook_cell import partitions_text, show_cell, turned_text, zoom_text
from umeta.ui.shared.selection_link import gesture_on, keep_selection, linked_items
from umeta.wording import counted

MAX_TILES = 60
_IMPORTS = """\
from umeta.figures.images import scatter
from umeta.runs import map_positions
"""
_FIGURE = """\
partition = {partition}
items = dataset.items("meta_train")
positions = map_positions.positions(embedding, items, "{projection}", home)
{turned}figure = scatter(positions, partition.clusters[items], {title!r})
{zoom}figure"""
_HEIGHT = "clamp(300px, min(100vh - 345px, 115vw), 620px)"  # both whole on a projector, each on a phone


def draw_both(a: Side, b: Side, layout: MapLayout) -> None:
    """Draw how alike A and B are, their maps, and what is selected on one of them."""
    draw_similarity(a, b)
    draw_selection(a, b, layout, draw_maps(a, b, layout))


def draw_similarity(a: Side, b: Side) -> None:
    """Draw one sentence: how alike A and B are."""
    pairs = remember(
        "shared pairs",
        state.embedding(),
        a.name,
        b.name,
        state.selection().split,
        label="Comparing A and B",
        make=lambda _: shared_pairs(a.partition.clusters, b.partition.clusters),
    )
    st.markdown(similarity_text(pairs))


def draw_maps(a: Side, b: Side, layout: MapLayout) -> list[MapSelection]:
    """Draw both maps and return what is selected on each."""
    linked = linked_items(links.FIND.read(), lambda words: _find(words, a, b))
    selections = []
    for column, side in zip(st.columns(2, gap="medium"), (a, b), strict=True):
        with column:
            st.markdown(f"#### {plain(side.title)}")
            selections.append(_draw_map(side, layout, linked))
    return selections


def _draw_map(side: Side, layout: MapLayout, linked: np.ndarray | None) -> MapSelection:
    points = layout.points()
    return embedding_map(
        points,
        _view(side, layout, linked),
        key=_key(side.letter),
        alt=_alt(side, points),
        height=_HEIGHT,
        link="partitions",
        share=layout.name if side.letter == "A" else None,
        moving=layout.moving,
        on_select=lambda: _keep_in_link(side.letter, layout),
        on_cell=lambda _chosen, corners: show_cell(_map_cell(side, layout, corners)),
    )


def map_page_part(side: Side, layout: MapLayout) -> PagePart:
    """Return one of the maps for a page that opens from disk."""
    points = layout.points()
    return map_part(
        points,
        _view(side, layout, None),
        heading=side.title,
        caption=f"{state.selection().encoder}, {layout.title}",
        alt=_alt(side, points),
        link="partitions",
        wide=False,
    )


def _view(side: Side, layout: MapLayout, linked: np.ndarray | None) -> MapView:
    colours = layout.cluster_colours(side.name, side.partition)
    typical = medoids(side.partition.clusters, typicality(side.name, side.partition))
    return cluster_view(layout, side.partition, colours, medoids=typical, selected=linked)


def _alt(side: Side, points: MapPoints) -> str:
    return f"Map of {counted(len(points), 'image')} coloured by the clusters of partition {side.title}."


def _map_cell(side: Side, layout: MapLayout, corners: tuple[float, ...]) -> str:
    """Return the cell that draws one of the maps."""
    figure = _FIGURE.format(
        partition=f"{partitions_text(side.method)}[{side.number}]",
        projection=layout.projection,
        turned=turned_text(corners),
        title=side.title,
        zoom=zoom_text(corners),
    )
    return embedding_cell(_IMPORTS, figure)


def _key(letter: str) -> str:
    return f"map {letter}"


def _keep_in_link(letter: str, layout: MapLayout) -> None:
    """Put what was selected by hand on one of the maps into the link."""
    gesture = gesture_on(_key(letter))
    links.FIND.write(keep_selection(gesture, layout, lambda group: f"cluster {group} of {letter}"))


def _find(words: str, a: Side, b: Side) -> np.ndarray:
    """Return the items that words name: "item 7", "cluster 3 of B"; of A, if they do not say of which."""
    name, _, letter = words.partition(" of ")
    side = b if letter.strip().upper() == b.letter else a
    return find(name, side.partition, state.items())


def draw_selection(a: Side, b: Side, layout: MapLayout, selections: Sequence[MapSelection]) -> None:
    """Draw the images selected last on either map, and say how each partition groups them."""
    last = max(selections, key=lambda selection: selection.at)
    if not last:
        st.caption("Point at a dot, or select on one map, to see the same images on the other.")
        return
    counts = [_clusters_text(side, last.items) for side in (a, b)]
    st.markdown(f"#### {len(last.items):,} selected: in {counts[0]} of A and {counts[1]} of B")
    items = by_cluster_typical_first(last.items, b.partition.clusters, typicality(b.name, b.partition))
    colours = layout.cluster_colours(b.name, b.partition)
    tiles = [
        Tile(
            item=int(item),
            alt=f"item {item}, cluster {b.partition.clusters[item]} of B",
            colour=colours.of(int(b.partition.clusters[item])),
        )
        for item in items[:MAX_TILES]
    ]
    hint = f" The first {MAX_TILES} are shown; Explore shows all." if len(items) > MAX_TILES else ""
    st.caption(f"Grouped and coloured by the clusters of B.{hint}")
    image_grid(state.dataset().images.images, tiles)


def _clusters_text(side: Side, items: np.ndarray) -> str:
    """Return in how many clusters items are."""
    n_clusters = int((np.unique(side.partition.clusters[items]) != OUTSIDE).sum())
    return counted(n_clusters, "cluster")
