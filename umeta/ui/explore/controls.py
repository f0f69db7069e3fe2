"""The controls of the explore page: the map, its colours, what is searched for, and what is revealed."""

import re

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from umeta.data import Dataset
from umeta.ui.explore.colouring import colour_options
from umeta.ui.explore.map_content import MapContent, true_attributes
from umeta.ui.frame import links, state
from umeta.ui.shared.map_layout import MapLayout, pick_projection
from umeta.ui.shared.reveal import reveal_toggle
from umeta.ui.shared.selection_link import forget_lasso


def draw_controls() -> tuple[MapContent, str]:
    """Draw the controls; return what is on the map, and the words that are searched for."""
    dataset, method = state.dataset(), state.selection().partition_method()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        projection = pick_projection()
        place = st.container(width=180)
        words = st.text_input(
            "Find",
            key=links.FIND.key,
            bind="query-params",
            placeholder="cluster 12 or item 345",
            on_change=_follow_search,
            width=220,
            help="A number alone is a cluster; “item 345” is one image. Once they are revealed, “class Greek” finds "
            "classes by a part of their name, and so does every other thing known.",
        )
        with st.container(width="content", gap="xxsmall"):
            revealed = reveal_toggle()
            every_split = st.toggle(
                "Other splits too",
                key=links.ALL_SPLITS.key,
                bind="query-params",
                help="Also shows the images of meta_val and meta_test, hollow: no cluster is made of them.",
            )
    colour = _pick_colour(dataset, revealed, every_split, place)
    layout = MapLayout(
        projection, every_split
    ).when_ready()  # first: it is made while the images are clustered
    partition = state.partitions()[0]
    return MapContent(dataset, partition, state.partition_key(method), layout, colour, revealed), words or ""


def _follow_search() -> None:
    """Let what is searched for replace the lasso, and the item whose neighbours are ringed: the one named, or none."""
    forget_lasso()
    match = re.fullmatch(
        r"\s*i(?:tem)?\s*:?\s*(\d{1,9})\s*", st.session_state[links.FIND.key] or "", re.IGNORECASE
    )
    st.session_state[links.NEAR.key] = int(match[1]) if match else None


def _pick_colour(dataset: Dataset, revealed: bool, every_split: bool, place: DeltaGenerator) -> str:
    """Draw the choice at its place; what is to be said of the link has no room there."""
    options = colour_options(dataset, revealed=revealed, every_split=every_split)
    linked, default = links.COLOUR.read(), links.COLOUR.default
    if st.session_state.get(links.COLOUR.key, linked or default) not in options:
        st.session_state[links.COLOUR.key] = default
        if linked in true_attributes(dataset):
            links.say("This link colours by true classes. Reveal them to see it so.")
        else:
            links.announce_unknown(links.COLOUR, options)
    return place.selectbox("Colour by", options, key=links.COLOUR.key, bind="query-params")
