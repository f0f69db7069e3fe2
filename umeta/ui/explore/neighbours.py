"""An item's nearest items by their vectors, not by the map; by two encoders side by side."""

import numpy as np
import streamlit as st

from umeta.encoders import ENCODERS
from umeta.ui.explore.gallery import tile_of
from umeta.ui.explore.map_content import Shown
from umeta.ui.frame import links, state
from umeta.ui.shared.grid import GridRow, image_rows
from umeta.vectors import nearest_neighbours

COUNT = 12
"""Neighbours that are shown."""


def neighbours(shown: Shown, typical: int) -> None:
    """Draw the nearest items of the item asked for, or of a typical one while none is."""
    st.markdown("#### Nearest by their vectors")
    encoder = state.selection().encoder
    others = [name for name in ENCODERS.methods if name not in ENCODERS.takes_argument and name != encoder]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = st.number_input(
            "Item",
            min_value=0,
            value=None,
            key=links.NEAR.key,
            bind="query-params",
            placeholder=f"{typical}",
            width=140,
            help="Click a dot, or type an item's number.",
        )
        second = st.selectbox(
            "Compare with",
            others,
            index=None,
            key=links.SECOND_ENCODER.key,
            bind="query-params",
            placeholder="a second encoder",
            width=190,
        )
    item = typical if asked is None else asked
    if item not in shown.items:
        more = "" if shown.every_split else " “Other splits too” shows those that no cluster is made of."
        st.warning(f"Item {item} is not on this map.{more}", icon=":material/search_off:")
        return
    found = {encoder: nearest_to(item, encoder, shown.items)}
    if second is not None:
        found |= _by_second(item, second, shown)
    shared = set.intersection(*(set(near.tolist()) for near in found.values()))
    rows = [
        GridRow(
            heading=name,
            note=f"{len(shared)} of {COUNT} in both" if len(found) > 1 else "",
            parts=([tile_of(shown, item)], [tile_of(shown, one) for one in near.tolist()]),
        )
        for name, near in found.items()
    ]
    wide = 62 if shown.revealed else None
    image_rows(shown.dataset.images.images, rows, (f"Item {item}", f"Its {COUNT} nearest"), cell=wide)


def _by_second(item: int, encoder: str, shown: Shown) -> dict[str, np.ndarray]:
    if not state.is_trained(encoder):
        st.info(
            f"The encoder **{encoder}** is not trained on these images yet. Choose it in the sidebar to train it.",
            icon=":material/model_training:",
        )
        return {}
    return {encoder: nearest_to(item, encoder, shown.items)}


def nearest_to(item: int, encoder: str, items: np.ndarray) -> np.ndarray:
    """Return the items on the map that an encoder finds most like one of them, the most alike first."""
    vectors = state.embedding(encoder).vectors
    near, _ = nearest_neighbours(vectors[items], vectors[[item]], min(COUNT + 1, len(items)))
    found = items[near[0]]
    return found[found != item][:COUNT]
