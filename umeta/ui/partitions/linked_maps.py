"""The maps of A and B, linked: what is pointed at or selected on one shows on the other, and stays in the link."""

import re
from collections.abc import Sequence

import numpy as np
import streamlit as st

from umeta.partitions import OUTSIDE
from umeta.partitions.shared_pairs import shared_pairs
from umeta.partitions.typicality import by_cluster_typical_first, medoids
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.partitions.sides import Side
from umeta.ui.partitions.similarity import in_words
from umeta.ui.shared import embedding_maps
from umeta.ui.shared.grid import Tile, image_grid
from umeta.ui.shared.lasso import lasso_text, lassoed
from umeta.ui.shared.map import MapSelection, embedding_map

SHOWN = 60
_HEIGHT = "clamp(300px, min(100vh - 345px, 115vw), 620px)"  # both whole on a projector, each on a phone
_CLEARED = "umeta.partitions cleared"


def compare(a: Side, b: Side) -> None:
    """Say how alike the two are."""
    pairs = remember(
        "shared pairs",
        state.embedding(),
        a.name,
        b.name,
        state.selection().split,
        label="Comparing A and B",
        make=lambda _: shared_pairs(a.partition.clusters, b.partition.clusters),
    )
    st.markdown(in_words(pairs))


def draw_maps(a: Side, b: Side, projection: str) -> list[MapSelection]:
    """Draw both maps and return what is selected on each."""
    asked = _asked_for(a, b)
    chosen = []
    for column, side in zip(st.columns(2, gap="medium"), (a, b), strict=True):
        with column:
            st.markdown(f"#### {side.title}")
            chosen.append(_draw_map(side, projection, asked))
    return chosen


def _draw_map(side: Side, projection: str, asked: np.ndarray | None) -> MapSelection:
    places = embedding_maps.points(projection)
    colours = embedding_maps.cluster_colours(side.name, side.partition, projection)
    typical = medoids(side.partition.clusters, embedding_maps.typicality(side.name, side.partition))
    return embedding_map(
        places,
        embedding_maps.cluster_view(side.partition, colours, typical=typical, selected=asked),
        key=_key(side.letter),
        alt=f"Map of {len(places):,} images coloured by the clusters of partition {side.title}.",
        height=_HEIGHT,
        link="partitions",
        share=projection if side.letter == "A" else None,
        on_select=lambda: _keep_in_link(side.letter, projection),
    )


def _key(letter: str) -> str:
    return f"map {letter}"


def _keep_in_link(letter: str, projection: str) -> None:
    """Put what was selected by hand into the link: a cluster or an item by its number, a lasso as its polygon."""
    chosen = dict((st.session_state.get(_key(letter)) or {}).get("selection") or {})
    for parameter in (links.FIND, links.LASSO):
        parameter.remove()
    if chosen.get("kind") == "group" and chosen.get("group") is not None:
        links.FIND.write(f"cluster {chosen['group']} of {letter}")
    elif chosen.get("kind") == "item":
        links.FIND.write(f"item {chosen['clicked']}")
    elif chosen.get("polygon") is not None:
        links.LASSO.write(lasso_text(projection, chosen["polygon"], chosen.get("turned")))
    st.session_state[_CLEARED] = not chosen.get("kind") or chosen["kind"] == "none"


def _asked_for(a: Side, b: Side) -> np.ndarray | None:
    """Return the items that the link selects; an empty array once the person has cleared the maps."""
    words = re.fullmatch(r"(item|cluster) (\d{1,9})(?: of ([AB]))?", links.FIND.read())
    if words is not None:
        clusters = (b if words[3] == "B" else a).partition.clusters
        groups = np.arange(len(clusters)) if words[1] == "item" else clusters
        return np.intersect1d(np.flatnonzero(groups == int(words[2])), state.items())
    inside = lassoed(links.LASSO.read())
    if inside is None and st.session_state.get(_CLEARED):
        return np.empty(0, np.int64)
    return inside


def selection_gallery(a: Side, b: Side, projection: str, chosen: Sequence[MapSelection]) -> None:
    """Draw the images selected last on either map, and say how each partition groups them."""
    last = max(chosen, key=lambda selection: selection.at)
    if not last:
        st.caption("Point at a dot, or select on one map, to see the same images on the other.")
        return
    st.markdown(
        f"#### {len(last.items):,} selected: in {_clusters(a, last.items)} of A and {_clusters(b, last.items)} of B"
    )
    typical = by_cluster_typical_first(
        last.items, b.partition.clusters, embedding_maps.typicality(b.name, b.partition)
    )
    colours = embedding_maps.cluster_colours(b.name, b.partition, projection)
    tiles = [
        Tile(
            item=int(item),
            alt=f"item {item}, cluster {b.partition.clusters[item]} of B",
            colour=colours.of(int(b.partition.clusters[item])),
        )
        for item in typical[:SHOWN]
    ]
    more = f" The first {SHOWN} are shown; Explore shows all." if len(typical) > SHOWN else ""
    st.caption(f"Grouped and coloured by the clusters of B.{more}")
    image_grid(state.dataset().images.images, tiles)


def _clusters(side: Side, items: np.ndarray) -> str:
    """Say in how many clusters items are."""
    found = np.unique(side.partition.clusters[items])
    count = int((found != OUTSIDE).sum())
    return f"{count} cluster" if count == 1 else f"{count} clusters"
