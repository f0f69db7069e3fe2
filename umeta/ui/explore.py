"""The explore page: what is shown on the map, what is found and selected, and the gallery of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from umeta.data import Attribute, Dataset
from umeta.figures.palette import Colour, GroupColours, ramp, ramp_colour
from umeta.partitions import Partition
from umeta.ui import maps, state
from umeta.ui.map import LegendEntry, MapSelection, MapView, embedding_map
from umeta.ui.reveal import not_seen_badge, reveal_toggle

BY_CLUSTER = ("cluster", "cluster size")
_MAP = "explore map"
_CLEARED = "umeta.explore cleared"


@dataclass(frozen=True)
class Shown:
    """What the controls ask for, and the products that the page draws."""

    dataset: Dataset
    partition: Partition
    name: str
    """What identifies the partition in memory."""
    projection: str
    colour: str
    revealed: bool

    @cached_property
    def colours(self) -> GroupColours:
        """The colours of the clusters on this map."""
        return maps.cluster_colours(self.name, self.partition, self.projection)

    @cached_property
    def attribute(self) -> Attribute | None:
        """What is truly known that the points are coloured by, None while clusters or sizes colour them."""
        return truths(self.dataset).get(self.colour) if self.revealed else None

    @cached_property
    def true_groups(self) -> Partition:
        """The values of that attribute as a partition of meta_train."""
        attribute = self.attribute or self.dataset.classes
        values = np.where(self.dataset.split_of == 0, attribute.values, -1).astype(np.int32)
        return Partition(values, n_made=len(attribute.names))

    @cached_property
    def true_colours(self) -> GroupColours:
        """The colours of its values on this map."""
        return maps.cluster_colours(self.colour, self.true_groups, self.projection)

    def colour_of(self, item: int) -> Colour | None:
        """Return the colour that an item has on the map, None where it stands for a quantity."""
        if self.attribute is not None:
            return self.true_colours.of(int(self.attribute.values[item]))
        return self.colours.of(int(self.partition.clusters[item])) if self.colour == "cluster" else None

    @cached_property
    def distances(self) -> np.ndarray:
        """Each item's distance to the middle of its cluster."""
        return maps.typicality(self.name, self.partition)


def truths(dataset: Dataset) -> Mapping[str, Attribute]:
    """Return everything truly known of each item, by the name it has on screen."""
    return {"true class": dataset.classes, **{f"true {name}": a for name, a in dataset.attributes.items()}}


def controls() -> tuple[Shown, np.ndarray | None]:
    """Draw the controls; return what to show and the items searched for, None where nothing is."""
    dataset, method = state.dataset(), state.selection().partition_method()
    partition = state.partitions()[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        projection = maps.pick_projection()
        revealed = st.session_state.get("reveal", False)
        place = st.container(width=190)
        text = st.text_input(
            "Find",
            key="find",
            bind="query-params",
            placeholder="cluster 12 or item 345",
            on_change=lambda: st.session_state.update({_CLEARED: True}),
            width=200,
            help="A number alone is a cluster; “item 345” is one image.",
        )
        revealed = reveal_toggle()
        with place:
            colour = _pick_colour(dataset, revealed)
    projection = maps.when_ready(projection)
    shown = Shown(dataset, partition, method.model_dump_json(), projection, colour, revealed)
    return shown, _found(text or "", shown)


def _pick_colour(dataset: Dataset, revealed: bool) -> str:
    asked = st.query_params.get("colour", "")
    options = [*BY_CLUSTER, *(truths(dataset) if revealed else ())]
    if asked in truths(dataset) and not revealed:
        st.session_state["colour"] = "cluster"
    return st.selectbox("Colour by", options, key="colour", bind="query-params")


def _found(text: str, shown: Shown) -> np.ndarray | None:
    """Return the items that a search text names; an empty array clears the map's selection."""
    if not text.strip():
        return np.empty(0, np.int64) if st.session_state.get(_CLEARED) else None
    try:
        return find(text, shown.partition, state.items())
    except ValueError as problem:
        st.warning(str(problem), icon=":material/search_off:")
        return None


def find(text: str, partition: Partition, items: np.ndarray) -> np.ndarray:
    """Return the items of "cluster 12" (or "12"), or the one of "item 345".

    Raises:
        ValueError: the text names nothing that is on the map.
    """
    match = re.fullmatch(r"\s*(?:(item|i|cluster|c)\s*:?\s*)?(\d{1,9})\s*", text, re.IGNORECASE)
    if match is None:
        raise ValueError(f"“{text}” is neither a cluster nor an item; type “cluster 12” or “item 345”.")
    number = int(match[2])
    if (match[1] or "c")[0].lower() == "i":
        if number not in items:
            raise ValueError(
                f"item {number} is not among the {len(items):,} items of meta_train on this map."
            )
        return np.array([number])
    members = np.flatnonzero(partition.clusters == number)
    if len(members) == 0:
        ids = partition.sizes()[0]
        raise ValueError(
            f"there is no cluster {number}; the {len(ids)} clusters are {ids.min()} to {ids.max()}."
        )
    return members


def draw_map(shown: Shown, found: np.ndarray | None) -> MapSelection:
    """Draw the map and return what is selected on it."""
    places = maps.points(shown.projection)
    view = (
        _cluster_view(shown, found) if shown.attribute is None else _truth_view(shown, shown.attribute, found)
    )
    if shown.attribute is not None:
        not_seen_badge()
    return embedding_map(
        places,
        view,
        key=_MAP,
        alt=f"Map of {len(places):,} images of {shown.dataset.card.title} by {state.selection().encoder} and "
        f"{shown.projection.upper()}, coloured by {shown.colour}.",
        height=600,
        on_select=_forget_find,
    )


def _cluster_view(shown: Shown, found: np.ndarray | None) -> MapView:
    painted, legend = None, maps.cluster_legend(shown.colours)
    if shown.colour == "cluster size":
        ids, sizes = shown.partition.sizes()
        size_of = np.append(np.zeros(ids.max() + 1), np.nan)  # the last is for items in no cluster
        size_of[ids] = sizes
        low, high = int(sizes.min()), int(np.quantile(sizes, 0.95))  # one giant would leave the others alike
        painted = ramp(size_of[shown.partition.clusters[state.items()]], low=float(low), high=float(high))
        steps = ((0.0, f"{low}"), (0.5, f"{(low + high) // 2}"), (1.0, f"{high} or more images"))
        legend = tuple(LegendEntry(text=text, colour=ramp_colour(share)) for share, text in steps)
    return maps.cluster_view(
        shown.partition,
        shown.colours,
        typical=maps.medoids(shown.partition.clusters, shown.distances),
        painted=painted,
        legend=legend,
        selected=found,
    )


def _truth_view(shown: Shown, attribute: Attribute, found: np.ndarray | None) -> MapView:
    """Build the view by what is truly known: here a click selects the whole class."""
    colours = shown.true_colours
    ids, sizes = shown.true_groups.sizes()
    texts = {int(k): f"{attribute.names[k]} · {n} images" for k, n in zip(ids, sizes, strict=True)}
    groups = shown.true_groups.clusters[state.items()]
    painted, second = colours.painted(groups)
    return MapView(
        colours=painted,
        marks=np.where(second, 2, 0).astype(np.uint8) if second.any() else None,
        groups=groups,
        group_texts=texts,
        legend=maps.cluster_legend(colours, attribute.names),
        selected=found,
    )


def _forget_find() -> None:
    """Let a selection by hand replace what was searched for; a clicked cluster becomes the search, and so the link."""
    state_of_map = st.session_state.get(_MAP) or {}
    chosen = dict(state_of_map.get("selection") or {})
    by_cluster = st.session_state.get("colour", "cluster") in BY_CLUSTER
    group = chosen.get("group") if chosen.get("kind") == "group" and by_cluster else None
    st.session_state["find"] = "" if group is None else f"cluster {group}"
    st.session_state[_CLEARED] = False


def how_to_read(shown: Shown) -> None:
    """Say what the map shows, and what it cannot."""
    encoder, dim = state.selection().encoder, state.embedding().shape[1]
    seen = ""
    if shown.projection == "pca":
        share = explained_share(state.embedding()[state.items()], state.positions("pca"))
        seen = f" These two directions hold {share:.0%} of how the vectors differ."
    st.markdown(
        f"**How to read it.** Each dot is one image; dots lie close where **{encoder}** finds images alike. Colours "
        "are clusters: with hundreds of them a colour only tells neighbours apart, so point at a dot to see its own. "
        f"**What it cannot tell.** The clusters were made from all {dim} numbers of each vector, not from this picture:"
        f" dots that overlap here may be far apart there, and long distances mean little.{seen}"
    )


def explained_share(vectors: np.ndarray, positions: np.ndarray) -> float:
    """Return the share of the vectors' variance that two of their principal directions hold."""
    total = float(vectors.var(axis=0, dtype=np.float64).sum())
    return float(positions.var(axis=0, dtype=np.float64).sum()) / total if total else 1.0
