"""The explore page: what is shown on the map, what is found and selected, and how far the map can be believed."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from umeta.figures.palette import PETROFF
from umeta.projections import PROJECTIONS, map_in_words, preservation
from umeta.projections.pca import explained_share
from umeta.stage import UserError
from umeta.ui.explore.colouring import colour_options, view_of
from umeta.ui.explore.map_cell import map_cell
from umeta.ui.explore.map_content import Shown, truths
from umeta.ui.explore.neighbours import COUNT, nearest_to
from umeta.ui.explore.search import find, findable
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.shared import embedding_maps
from umeta.ui.shared.lasso import lasso_text, lassoed
from umeta.ui.shared.map import MapPoints, MapRing, MapSelection, MapView, embedding_map
from umeta.ui.shared.notebook_cell import show_cell
from umeta.ui.shared.reveal import not_seen_badge, reveal_toggle

_MAP = "explore map"
_CLEARED = "umeta.explore cleared"
_HEIGHT = "clamp(340px, min(100vh - 236px, 115vw), 900px)"  # whole on a projector and on a phone


def controls() -> tuple[Shown, np.ndarray | None]:
    """Draw the controls; return what to show and the items that the link asks for, None where it names none."""
    dataset, method = state.dataset(), state.selection().partition_method()
    partition = state.partitions()[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        projection = embedding_maps.pick_projection()
        place = st.container(width=180)
        text = st.text_input(
            "Find",
            key=links.FIND.key,
            bind="query-params",
            placeholder="cluster 12 or item 345",
            on_change=_forget_lasso,
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
    projection = embedding_maps.when_ready(projection, every_split=every_split)
    shown = Shown(
        dataset, partition, method.model_dump_json(), projection, colour, revealed, every_split=every_split
    )
    return shown, _asked_for(text or "", shown)


def _pick_colour(dataset, revealed: bool, every_split: bool, place: DeltaGenerator) -> str:
    """Draw the choice at its place; what is to be said of the link has no room there."""
    options = colour_options(dataset, revealed=revealed, every_split=every_split)
    in_link, default = links.COLOUR.read(), links.COLOUR.default
    if st.session_state.get(links.COLOUR.key, in_link or default) not in options:
        st.session_state[links.COLOUR.key] = default
        if in_link in truths(dataset):
            links.say("This link colours by true classes. Reveal them to see it so.")
        else:
            links.announce_unknown(links.COLOUR, options)
    return place.selectbox("Colour by", options, key=links.COLOUR.key, bind="query-params")


def _asked_for(text: str, shown: Shown) -> np.ndarray | None:
    """Return the items that the search text or the lasso of the link name; an empty array clears the map."""
    if text.strip():
        try:
            return find(text, shown.partition, shown.items, findable(shown.dataset, revealed=shown.revealed))
        except ValueError as problem:
            st.warning(str(problem), icon=":material/search_off:")
            return None
    inside = lassoed(links.LASSO.read())
    if inside is None and st.session_state.get(_CLEARED):
        return np.empty(0, np.int64)
    return inside


def prepare(shown: Shown, found: np.ndarray | None) -> tuple[MapPoints, MapView]:
    """Make what the map draws; whatever takes time shows its progress where this is called."""
    return (
        embedding_maps.points(shown.projection, every_split=shown.every_split),
        view_of(shown, selected=found, rings=_rings(shown)),
    )


def draw_map(shown: Shown, points: MapPoints, view: MapView) -> MapSelection:
    """Draw the map and return what is selected on it."""
    title = PROJECTIONS[shown.projection].title
    chosen = embedding_map(
        points,
        view,
        key=_MAP,
        alt=f"Map of {len(points):,} images of {shown.dataset.card.title} by {state.selection().encoder} and "
        f"{title}, coloured by {shown.colour}.",
        height=_HEIGHT,
        share=shown.layout,
        on_select=lambda: _keep_in_link(shown),
        on_cell=lambda chosen, view: show_cell(map_cell(shown, chosen, view)),
    )
    if shown.revealed:
        not_seen_badge()  # under the map, which would move otherwise
    return chosen


def _rings(shown: Shown) -> tuple[MapRing, ...]:
    """Circle an item whose neighbours are asked for, and them: near by their vectors, wherever the map puts them."""
    asked = st.session_state.get(links.NEAR.key, links.NEAR.read())  # the link's, before its field is drawn
    item = int(asked) if str(asked).isdecimal() else -1
    if item not in shown.items:
        return ()
    near = tuple(nearest_to(item, state.selection().encoder, shown.items).tolist())
    return (
        MapRing(items=(item,), colour=PETROFF[2], shape="square", text=f"item {item}"),
        MapRing(items=near, colour=PETROFF[2], text=f"its {COUNT} nearest by their vectors"),
    )


def _forget_lasso() -> None:
    """Let what is searched for replace what was selected by hand."""
    links.LASSO.remove()
    st.session_state[_CLEARED] = True


def _keep_in_link(shown: Shown) -> None:
    """Put what was selected by hand into the link: a group as the search for it, a lasso as its polygon."""
    chosen = dict((st.session_state.get(_MAP) or {}).get("selection") or {})
    kind, group = chosen.get("kind"), chosen.get("group")
    text = ""
    if kind == "item":
        text = f"item {chosen['clicked']}"
    elif kind == "group" and group is not None:
        name = shown.colour.removeprefix("true ")
        text = f"cluster {group}" if shown.attribute is None else f"{name} {shown.attribute.names[group]}"
    st.session_state[links.FIND.key] = text
    st.session_state[_CLEARED] = False
    if chosen.get("clicked") is not None:
        st.session_state[links.NEAR.key] = int(chosen["clicked"])
    if chosen.get("polygon") is not None:
        links.LASSO.write(lasso_text(shown.layout, chosen["polygon"], chosen.get("turned")))
    else:
        links.LASSO.remove()


def how_to_read(shown: Shown) -> None:
    """Say what the map shows, how far it can be believed, and what it cannot tell."""
    vectors, projection = state.embedding().of(shown.items), shown.projection
    places = embedding_maps.positions(projection, every_split=shown.every_split)
    colours = ""
    if shown.nameless:
        colours = (
            " With so many groups a colour only tells neighbours apart: point at a dot to light up its own."
        )
        colours += "" if projection == "pca-3d" else " The lines hold 90, 70, 50, 30 and 10% of the images."
    st.markdown(
        f"**How to read it.** Each dot is one image; dots lie close where **{state.selection().encoder}** finds images "
        f"alike. Clusters were made from all {vectors.shape[1]} numbers of each vector, not from this picture.{colours}"
    )
    try:
        score = remember(
            "preservation",
            *embedding_maps.layout_parts(projection, shown.every_split),
            label="Judging the map",
            make=lambda _: preservation(vectors, places),
        )
    except UserError:
        return  # too few images for a score
    share = ""
    if projection.startswith("pca"):
        number = {2: "two", 3: "three"}[places.shape[1]]
        held = remember(
            "explained share",
            *embedding_maps.layout_parts(projection, shown.every_split),
            label="Judging the map",
            make=lambda _: explained_share(vectors, places),
        )
        share = (
            f" Its {number} directions hold {held:.0%} of how the vectors differ; **UMAP** and **t-SNE**, under Map, "
            "take longer and keep more neighbours."
        )
    st.markdown(f"**How far to believe it.** {map_in_words(PROJECTIONS[projection].title, score)}{share}")
