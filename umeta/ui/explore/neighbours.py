"""An item's nearest items by their vectors, not by the map; by two encoders side by side."""

import numpy as np
import streamlit as st

from umeta.encoders import encoders_for
from umeta.ui.explore.gallery import tile_of
from umeta.ui.explore.map_content import MapContent
from umeta.ui.frame import links, state
from umeta.ui.frame.text import plain
from umeta.ui.shared.grid import GridRow, image_rows
from umeta.vectors.neighbours import nearest_items

N_NEIGHBOURS = 12
"""Neighbours that are shown."""


def draw_neighbours(content: MapContent, typical: int) -> None:
    """Draw the nearest items of the item asked for, or of a typical one while none is."""
    st.markdown("#### Nearest by their vectors")
    encoder = state.selection().encoder
    with_vectors = content.dataset.images.vectors is not None
    number, second = _pick_item_and_encoder(encoder, typical, with_vectors=with_vectors)
    item = typical if number is None else number
    if item not in content.items:
        hint = (
            ""
            if content.layout.every_split
            else " “Other splits too” shows those that no cluster is made of."
        )
        st.warning(f"Item {item} is not on this map.{hint}", icon=":material/search_off:")
        return
    by_encoder = {encoder: nearest_to(item, encoder, content.items)}
    if second is not None and state.is_trained(second):
        by_encoder[second] = nearest_to(item, second, content.items)
    elif second is not None:
        st.info(
            f"The encoder **{plain(second)}** is not trained on these images yet. Choose it in the sidebar to train "
            "it.",
            icon=":material/model_training:",
        )
    shared = set.intersection(*(set(neighbours.tolist()) for neighbours in by_encoder.values()))
    rows = [
        GridRow(
            heading=name,
            note=f"{len(shared)} of {N_NEIGHBOURS} in both" if len(by_encoder) > 1 else "",
            parts=(
                [tile_of(content, item)],
                [tile_of(content, neighbour) for neighbour in neighbours.tolist()],
            ),
        )
        for name, neighbours in by_encoder.items()
    ]
    cell = 62 if content.revealed else None
    heads = (f"Item {item}", f"Its {N_NEIGHBOURS} nearest")
    image_rows(content.dataset.images.images, rows, heads, cell=cell)


def _pick_item_and_encoder(
    encoder: str, typical: int, *, with_vectors: bool
) -> tuple[int | None, str | None]:
    """Draw the choice of an item and of a second encoder."""
    others = [name for name in encoders_for(with_vectors=with_vectors) if name != encoder]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        item = st.number_input(
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
    return item, second


def nearest_to(item: int, encoder: str, items: np.ndarray) -> np.ndarray:
    """Return the items on the map that an encoder finds most like one of them, the most alike first."""
    return nearest_items(item, items, state.embedding(encoder).of(items), N_NEIGHBOURS)
