"""One task as grids of images, with its items ringed on a map."""

import numpy as np
import streamlit as st

from umeta.tasks import TaskBatch
from umeta.ui.frame import state
from umeta.ui.shared import embedding_maps
from umeta.ui.shared.map import MapRing, embedding_map
from umeta.ui.shared.notebook_cell import show_cell
from umeta.ui.tasks.controls import Asked
from umeta.ui.tasks.deck import Deck, deck_of, in_words
from umeta.ui.tasks.image_rows import draw_rows, row_colours
from umeta.ui.tasks.notebook_cell import task_cell

GREY = 208
_LARGE, _SMALL = 84, 56
"""Sides of a tile: three or two pixels for one of 28."""
_FEW = 8
"""Images in a row up to which they are large."""
_HEIGHT = "clamp(300px, 100vh - 375px, 520px)"  # whole on a projector, beside the rows


def one_task(asked: Asked) -> None:
    """Draw the task of the number."""
    deck = deck_of(asked)
    batch = deck.draw(asked.task)
    left, right = st.columns([65, 35], gap="small")
    with left:
        st.markdown(in_words(deck, asked, batch))
        side = _LARGE if deck.shape.items_per_class <= _FEW else _SMALL
        draw_rows(state.dataset(), deck, batch, revealed=asked.revealed, side=side)
    with right:
        _mini_map(asked, deck, batch)


def _mini_map(asked: Asked, deck: Deck, batch: TaskBatch) -> None:
    """Draw the map with the task's items ringed; that of test tasks shows every split."""
    every_split = deck.kind == "test tasks"
    projection = embedding_maps.when_ready(embedding_maps.pick_projection(), every_split=every_split)
    places = embedding_maps.points(projection, every_split=every_split)
    # Augmented tasks have no clusters; the map then says partition A's on hover.
    partition = deck.partitions[int(batch.origin[0])] if deck.partitions else state.partitions()[0]
    name = f"{deck.name} {int(batch.origin[0])}"
    view = embedding_maps.cluster_view(
        partition,
        embedding_maps.cluster_colours(name, partition, projection, every_split=every_split),
        painted=np.full((len(places), 3), GREY, np.uint8),
        every_split=every_split,
        point_size=0.7,
        rings=_rings(deck, batch),
    )
    n_items = len(np.unique(np.concatenate([batch.support, batch.query], axis=2)))
    marks = (
        "circles are support, squares are queries" if deck.partitions else "each image is a row of its own"
    )
    embedding_map(
        places,
        view,
        key=f"task map {every_split}",
        alt=f"Map of {len(places):,} images, grey, with the {n_items} of this task ringed: {marks}, a colour for "
        "each row.",
        height=_HEIGHT,
        share=projection,
        on_cell=lambda _chosen, _view: show_cell(task_cell(asked)),
    )
    st.caption(f"The task on the map: {marks}; each colour is a row.")


def _rings(deck: Deck, batch: TaskBatch) -> tuple[MapRing, ...]:
    rings = []
    for row, colour in enumerate(row_colours(deck.shape.n_way)):
        support, query = (
            tuple(int(item) for item in items[0, row]) for items in (batch.support, batch.query)
        )
        if deck.partitions:  # the views of one image lie nowhere on the map but at the image
            rings.append(MapRing(items=query, colour=colour, shape="square"))
        rings.append(MapRing(items=support, colour=colour))
    return tuple(rings)
