"""The map of the explore page: what is drawn on it, and what is selected on it."""

import streamlit as st

from umeta.browser.standalone.parts import map_part
from umeta.figures.palette import PETROFF
from umeta.partitions.search import find, searchable_attributes
from umeta.ui.explore.colouring import view_of
from umeta.ui.explore.map_cell import map_cell
from umeta.ui.explore.map_content import MapContent
from umeta.ui.explore.neighbours import N_NEIGHBOURS, nearest_to
from umeta.ui.frame import links, state
from umeta.ui.shared.map import MapPoints, MapRing, MapSelection, MapView, embedding_map
from umeta.ui.shared.notebook_cell import show_cell
from umeta.ui.shared.reveal import not_seen_badge
from umeta.ui.shared.selection_link import gesture_on, keep_selection, linked_items
from umeta.ui.shared.static_page import draw_save_page
from umeta.wording import counted

_KEY = "explore map"
_HEIGHT = "clamp(340px, min(100vh - 236px, 115vw), 900px)"  # whole on a projector and on a phone


def prepare_map(content: MapContent, words: str) -> tuple[MapPoints, MapView]:
    """Return what the map draws; whatever takes time shows its progress where this is called.

    Args:
        content: What is on the map.
        words: What is searched for; what they name is selected, else the lasso of the link.
    """
    attributes = searchable_attributes(content.dataset, revealed=content.revealed)
    selected = linked_items(words, lambda text: find(text, content.partition, content.items, attributes))
    return content.layout.points(), view_of(content, selected=selected, rings=_rings(content))


def draw_map(content: MapContent, points: MapPoints, view: MapView) -> MapSelection:
    """Draw the map and return what is selected on it."""
    title = f"{content.dataset.card.title} by {state.selection().encoder} and {content.layout.title}"
    alt = f"Map of {counted(len(points), 'image')} of {title}, coloured by {content.colour}."
    selection = embedding_map(
        points,
        view,
        key=_KEY,
        alt=alt,
        height=_HEIGHT,
        share=content.layout.name,
        moving=content.layout.moving,
        on_select=lambda: _keep_in_link(content),
        on_cell=lambda selection, corners: show_cell(map_cell(content, selection, corners)),
    )
    if content.revealed:
        not_seen_badge()  # under the map, which would move otherwise
    caption = "Point at a dot for its image; zoom in, or press I, for more of them."
    heading = f"Coloured by {content.colour}"
    draw_save_page(
        title,
        "Each image lies near those that look alike to the encoder.",
        lambda: [map_part(points, view, heading=heading, caption=caption, alt=alt)],
        name="map",
    )
    return selection


def _rings(content: MapContent) -> tuple[MapRing, ...]:
    """Circle an item whose neighbours are asked for, and them: near by their vectors, wherever the map puts them."""
    number = st.session_state.get(links.NEAR.key, links.NEAR.read())  # the link's, before its field is drawn
    item = int(number) if str(number).isdecimal() else -1
    if item not in content.items:
        return ()
    neighbours = tuple(nearest_to(item, state.selection().encoder, content.items).tolist())
    return (
        MapRing(items=(item,), colour=PETROFF[2], shape="square", text=f"item {item}"),
        MapRing(items=neighbours, colour=PETROFF[2], text=f"its {N_NEIGHBOURS} nearest by their vectors"),
    )


def _keep_in_link(content: MapContent) -> None:
    """Put what was selected by hand into the link, and an item that was clicked into the field for neighbours."""

    def name_group(group: int) -> str:
        if content.attribute is None:
            return f"cluster {group}"
        return f"{content.colour.removeprefix('true ')} {content.attribute.names[group]}"

    gesture = gesture_on(_KEY)
    st.session_state[links.FIND.key] = keep_selection(gesture, content.layout, name_group)
    clicked = gesture.get("clicked")
    st.session_state[links.NEAR.key] = None if clicked is None else int(clicked)
