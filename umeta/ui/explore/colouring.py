"""How the points of the explore map are coloured: by groups with names, or by quantities from dark to light."""

import numpy as np

from umeta.browser.map.cluster_view import cluster_legend, marks
from umeta.data import Attribute, Dataset
from umeta.figures.palette import ramp, ramp_colour
from umeta.partitions.typicality import medoids
from umeta.ui.explore.map_content import MapContent, named_attributes
from umeta.ui.explore.quantities import PURITY, QUANTITIES
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.shared.cluster_view import cluster_view, outside
from umeta.ui.shared.map import LegendEntry, MapLabel, MapThumbnail, MapView
from umeta.wording import counted


def colour_options(dataset: Dataset, *, revealed: bool, every_split: bool) -> list[str]:
    """Return everything that can colour the points; what true classes tell comes last, once it is revealed."""
    names = named_attributes(dataset, revealed=revealed, every_split=every_split)
    quantities = [name for name in QUANTITIES if name != PURITY]
    has_purity = revealed and dataset.n_labelled("meta_train") > 0
    return ["cluster", *quantities, *names, *([PURITY] if has_purity else [])]


def view_of(content: MapContent, **options) -> MapView:
    """Build the view that the chosen colour asks for; `options` are anything else that `MapView` takes."""
    if content.attribute is not None:
        return _named_view(content, content.attribute, **options)
    if content.colour in QUANTITIES:
        return _quantity_view(content, **options)
    return _cluster_view(content, legend=cluster_legend(content.cluster_colours), **options)


def _cluster_view(content: MapContent, **options) -> MapView:
    return cluster_view(
        content.layout,
        content.partition,
        content.cluster_colours,
        medoids=medoids(content.partition.clusters, content.distances),
        **options,
    )


def _named_view(content: MapContent, attribute: Attribute, **options) -> MapView:
    """Here a click selects all items of that name; names stand where the middle of their items is."""
    colours, groups = content.attribute_colours, content.attribute_groups.clusters[content.items]
    ids, sizes = content.attribute_groups.sizes()
    painted, is_second = colours.painted(groups)
    labels, typical = remember(
        "names on the map",
        *content.layout.parts,
        content.colour,
        state.classes_key(),
        label="Placing names",
        make=lambda _: _places_of_names(content, attribute),
    )
    tiles = tuple(
        MapThumbnail(item=item, colour=colours.of(k), text=str(attribute.names[k]), rank=-float(n), group=k)
        for k, n, item in zip(ids.tolist(), sizes.tolist(), typical, strict=True)
    )
    return MapView(
        colours=painted,
        marks=marks(is_second, outside(content.items)),
        groups=groups,
        group_texts={
            int(k): f"{attribute.names[k]} · {counted(n, 'image')}" for k, n in zip(ids, sizes, strict=True)
        },
        legend=cluster_legend(colours, attribute.names),
        labels=() if content.nameless else labels,
        thumbnails=tiles if content.nameless else (),
        muted=content.nameless,
        contours=content.nameless,
        **options,
    )


def _places_of_names(content: MapContent, attribute: Attribute) -> tuple[tuple[MapLabel, ...], list[int]]:
    """Return where the names stand, the most frequent first, and each group's item nearest to that place."""
    places = content.layout.positions()
    groups = content.attribute_groups.clusters[content.items]
    ids, starts, sizes = np.unique(np.sort(groups), return_index=True, return_counts=True)
    order = np.argsort(groups, kind="stable")
    labels, typical = [], []
    for k, start, size in zip(ids.tolist(), starts.tolist(), sizes.tolist(), strict=True):
        if k < 0:
            continue
        members = order[start : start + size]
        middle = np.median(places[members], axis=0)
        typical.append(int(content.items[members[((places[members] - middle) ** 2).sum(axis=1).argmin()]]))
        labels.append(
            MapLabel(float(middle[0]), float(middle[1]), str(attribute.names[k]), rank=-float(size), group=k)
        )
    if places.shape[1] == 3:  # names have their places in the plane
        labels = []
    return tuple(labels), typical


def _quantity_view(content: MapContent, **options) -> MapView:
    values, legend, texts = QUANTITIES[content.colour](content)
    finite = values[np.isfinite(values)]
    low, high = np.quantile(finite, (0.02, 0.98)) if len(finite) else (0.0, 1.0)
    if low == high:
        low, high = float(finite.min()), float(finite.max())
    entries = zip((0.0, 0.5, 1.0), legend(low, (low + high) / 2, high), strict=True)
    return _cluster_view(
        content,
        painted=ramp(values, low=float(low), high=float(high)),
        legend=tuple(LegendEntry(text=text, colour=ramp_colour(share)) for share, text in entries),
        **({"group_texts": texts} if texts else {}),
        **options,
    )
